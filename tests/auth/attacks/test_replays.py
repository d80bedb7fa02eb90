"""What was used once is used again, or by somebody else: codes, states, tickets, logout tokens, planted sessions."""

import secrets
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.test import TestResponse

from auth.keycloak.applying import RealmPlan, apply
from auth.keycloak.connection import administrator
from auth.oidc import BACK_CHANNEL_PATH
from maru.config import Config
from maru.security import SESSION_COOKIE, csrf_token
from tests.auth.attacks.conftest import PEOPLE, PORTAL, Person, query
from tests.client import Web, opened

FAILED = "로그인을 마치지 못했습니다"


def refused(answer: TestResponse) -> bool:
    """With a page that says so and the way on; never sent to sign in again by itself, which would go round for ever."""
    return answer.status_code == 403 and FAILED in answer.text and "/auth/sign-in" in answer.text


def test_a_sign_in_leads_to_where_it_began(person: Person, house: str) -> None:
    opened_session = person.signs_in(house, "resident")
    assert opened_session.headers["Location"] == "/my"
    assert person.is_known(house)


def test_a_replayed_callback_is_refused(person: Person, house: str) -> None:
    callback = person.fills_in(person.begins(house), "resident")
    assert "ticket=" in person.calls_back(callback).headers["Location"]
    assert refused(person.calls_back(callback))


def test_a_replayed_code_in_a_sign_in_of_ones_own_is_refused(person: Person, thief: Person, house: str) -> None:
    """The code was used, and its verifier is another: the thief's own state does not help."""
    code = query(person.fills_in(person.begins(house), "resident"))["code"]
    own = query(thief.begins(house))["state"]
    assert refused(thief.get(PORTAL, f"/auth/callback?{urlencode({'code': code, 'state': own})}"))
    assert not thief.is_known(house)


def test_the_callback_of_another_browser_is_refused(person: Person, thief: Person, house: str) -> None:
    """CSRF at the sign-in: the victim would work in the thief's account."""
    trap = thief.fills_in(thief.begins(house), "thief")
    assert refused(person.calls_back(trap))
    assert not person.is_known(house)
    assert "ticket=" in thief.calls_back(trap).headers["Location"], "it was not used up by it"


def test_a_code_of_another_nonce_is_refused(person: Person, house: str) -> None:
    """The browser's own code, asked for with another nonce than Maru gave it."""
    address = person.begins(house)
    bent = urlsplit(address)._replace(query=urlencode(query(address) | {"nonce": secrets.token_urlsafe(32)})).geturl()
    assert refused(person.calls_back(person.fills_in(bent, "resident")))
    assert not person.is_known(house)


@pytest.mark.parametrize("state", ["", "x", "{slug}.x", "portal"])
def test_a_state_that_nobody_gave_is_refused(person: Person, house: str, state: str) -> None:
    given = query(person.fills_in(person.begins(house), "resident"))
    bent = given | {"state": state.replace("{slug}", house.partition(".")[0])}
    assert refused(person.get(PORTAL, f"/auth/callback?{urlencode(bent)}"))


def test_a_replayed_ticket_is_refused(person: Person, house: str) -> None:
    carried = person.calls_back(person.fills_in(person.begins(house), "resident"))
    before = dict(person.jar[house])
    assert person.goes_on(carried).headers["Location"] == "/my"
    person.jar[house] = before
    again = person.goes_on(carried)
    assert again.headers["Location"] == "/auth/failed"
    assert refused(person.goes_on(again, house))
    assert not person.is_known(house)


def test_a_stolen_ticket_opens_nothing(person: Person, thief: Person, house: str, other_house: str) -> None:
    """Nor for its owner afterwards; and not on another city's host, whose cookie is another."""
    carried = person.calls_back(person.fills_in(person.begins(house), "resident"))
    thief.begins(house)
    assert thief.goes_on(carried).headers["Location"] == "/auth/failed"
    assert person.goes_on(carried).headers["Location"] == "/auth/failed"
    carried = person.calls_back(person.fills_in(person.begins(house), "resident"))
    person.begins(other_house)
    moved = urlsplit(carried.headers["Location"])
    assert person.get(other_house, f"{moved.path}?{moved.query}").headers["Location"] == "/auth/failed"
    assert not person.is_known(other_house)


def test_a_planted_session_does_not_become_the_persons(person: Person, thief: Person, house: str) -> None:
    """Fixation: whatever token was there before, the one after the sign-in is another, and the planted one is nobody's."""
    thief.signs_in(house, "thief")
    planted = thief.jar[house][SESSION_COOKIE]
    for token in (planted, secrets.token_urlsafe(32)):
        person.jar.setdefault(house, {})[SESSION_COOKIE] = token
        person.signs_in(house, "resident")
        assert person.jar[house][SESSION_COOKIE] != token
    assert thief.get(house, "/api/v1/me").json != person.get(house, "/api/v1/me").json


def test_the_cookie_of_one_city_is_none_in_another(person: Person, house: str, other_house: str) -> None:
    person.signs_in(house, "resident")
    for elsewhere in (other_house, PORTAL, "nowhere.localhost"):
        person.jar[elsewhere] = dict(person.jar[house])
        assert not person.is_known(elsewhere)
    assert person.is_known(house)


@pytest.mark.parametrize("evil", ["//evil.example", "/\\evil.example", "https://evil.example/my", "/auth/sign-out"])
def test_a_whole_sign_in_leads_to_no_other_site(person: Person, house: str, evil: str) -> None:
    callback = person.fills_in(person.begins(house, evil), "resident")
    carried = person.calls_back(callback)
    assert urlsplit(carried.headers["Location"]).hostname == house
    assert person.goes_on(carried).headers["Location"] == "/"


def test_a_bent_host_sends_no_sign_in_elsewhere(web: Web, house: str) -> None:
    """Host header: the callback that Keycloak is told is ours whatever the browser was made to say."""
    for host in ("evil.example", f"{house}.evil.example"):
        assert web.get(host, "/auth/sign-in").status_code == 404
    started = web.get(
        PORTAL,
        f"/auth/start?{urlencode({'host': house, 'binding': '00' * 32})}",
        headers={"X-Forwarded-Host": "evil.example"},
    )
    assert query(started.headers["Location"])["redirect_uri"] == "http://localhost:8000/auth/callback"


@dataclass
class Served:
    """The application where Keycloak can reach it, and the logout tokens that it has sent."""

    web: Web
    config: Config
    told: list[str]
    heard: threading.Event

    def tokens_after(self, act: Callable[[], object]) -> str:
        self.heard.clear()
        act()
        assert self.heard.wait(20), "Keycloak tells nothing"
        return self.told[-1]


class Silent(WSGIRequestHandler):
    def log(self, *_: Any, **__: Any) -> None: ...


@pytest.fixture(scope="module")
def served(whole: Config) -> Iterator[Served]:
    told: list[str] = []
    heard = threading.Event()
    answering: list[Any] = []

    def application(environ: dict[str, Any], start_response: Any) -> Any:
        """Notes what is posted, then hands it on."""
        if environ["PATH_INFO"] == BACK_CHANNEL_PATH:
            body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
            answer = answering[0].post(PORTAL, BACK_CHANNEL_PATH, data=body, content_type=environ["CONTENT_TYPE"])
            told.append(parse_qs(body.decode())["logout_token"][0])
            start_response(answer.status, list(answer.headers))
            heard.set()
            return [answer.data]
        start_response("404 Not Found", [])
        return [b""]

    server = make_server("127.0.0.1", 0, application, threaded=True, request_handler=Silent)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    own = replace(whole, public_port=server.server_port, oidc_client_id="maru-served")
    apply(own, RealmPlan(users=PEOPLE))
    try:
        with opened(own) as web:
            answering.append(web)
            yield Served(web, own, told, heard)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_replayed_logout_token_ends_nothing(served: Served, house: str) -> None:
    """As Keycloak itself has signed it, posted once more by whoever read it on its way."""
    person = Person(served.web)
    person.signs_in(house, "neighbour")

    def ended_by_the_office() -> None:
        with administrator(served.config) as admin:
            admin.user_logout(admin.get_user_id("neighbour"))

    token = served.tokens_after(ended_by_the_office)
    assert not person.is_known(house)
    person.signs_in(house, "neighbour")
    answer = served.web.post(PORTAL, BACK_CHANNEL_PATH, data={"logout_token": token})
    assert (answer.status_code, person.is_known(house)) == (200, True)


def test_a_logout_token_is_no_bearer_and_no_bearer_is_a_logout_token(served: Served, house: str) -> None:
    person = Person(served.web)
    person.signs_in(house, "neighbour")

    def signs_out() -> None:
        proof = csrf_token(person.jar[house][SESSION_COOKIE], served.config)
        leaving = person.posts(house, "/auth/sign-out", headers={"X-CSRF-Token": proof})
        person.asks_keycloak(leaving.headers["Location"])

    token = served.tokens_after(signs_out)
    asked = served.web.get(house, "/api/v1/me", headers={"Authorization": f"Bearer {token}"})
    assert asked.status_code == 401
