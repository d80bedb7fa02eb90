"""Writes carry the proof of the very session, and nobody is sent to another site."""

import io
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from auth.people.models import Person
from maru import security
from maru.access import access_of
from maru.config import Config
from maru.db import Database, Scope
from maru.security import safe_path
from tenants.sample.making import Resident
from tests.client import Web
from tests.web_routes.conftest import PORTAL, Builder, City
from tests.web_routes.test_access import path_of, routes

Send = dict[str, Any]


def wrong_proofs(who: Resident, other: Resident, config: Config) -> dict[str, Send]:
    """Everything but the right proof."""
    token = who.cookie.split("=")[1]
    return {
        "nothing": {},
        "an empty header": {"headers": {"X-CSRF-Token": ""}},
        "another session's": {"headers": {"X-CSRF-Token": other.csrf}},
        "the session's token itself": {"headers": {"X-CSRF-Token": token}},
        "its digest": {"headers": {"X-CSRF-Token": security.digest(token).hex()}},
        "the proof cut short": {"headers": {"X-CSRF-Token": who.csrf[:-1]}},
        "the proof with a letter more": {"headers": {"X-CSRF-Token": f"{who.csrf}0"}},
        "no ASCII": {"headers": {"X-CSRF-Token": "\xe9" * 64}},
        "the proof in the address": {"query_string": {"csrf_token": who.csrf, "X-CSRF-Token": who.csrf}},
        "the proof in a cookie": {"headers": {"Cookie": f"{who.cookie}; csrf_token={who.csrf}"}},
        "the proof in JSON": {"json": {"csrf_token": who.csrf}},
        "a form without it": {"data": {"answer": "give"}},
        "another's in a form": {"data": {"csrf_token": other.csrf}},
        "another's in an upload": {"data": {"csrf_token": other.csrf, "file": (io.BytesIO(b"x"), "x.csv")}},
        "a file of that name": {"data": {"csrf_token": (io.BytesIO(who.csrf.encode()), "x")}},
    }


def without_proof(web: Web, method: str, host: str, path: str, who: Resident, send: Send) -> Any:
    headers = {"Cookie": who.cookie, **send.get("headers", {})}
    return web.ask(method, host, path, **{**send, "headers": headers})


@pytest.fixture
def resident(build: Builder, here: City) -> Resident:
    return build.actor("a resident", [here.host]).sessions[here.host]


@pytest.fixture
def other(build: Builder, here: City) -> Resident:
    return build.actor("another", [here.host]).sessions[here.host]


def test_a_form_without_the_right_proof_does_nothing(
    web: Web, here: City, resident: Resident, other: Resident, database: Database
) -> None:
    def speaks() -> str:
        with database.transaction(Scope.PERSON, person=resident.person_id) as opened:
            return opened.get_one(Person, resident.person_id).language

    def send_form(send: Send, language: str) -> Any:
        form = send if "json" in send else {**send, "data": {**send.get("data", {}), "language": language}}
        return without_proof(web, "POST", here.host, "/my/language", resident, form)

    for name, send in wrong_proofs(resident, other, web.app.config_of_maru).items():
        answer = send_form(send, "en")
        assert answer.status_code == 403, name
        assert "화면이 오래되었습니다" in answer.text, name
    assert speaks() == "ko"
    assert send_form({"headers": {"X-CSRF-Token": resident.csrf}}, "en").status_code == 303
    assert speaks() == "en"
    assert send_form({"data": {"csrf_token": resident.csrf}}, "ko").status_code == 303
    assert speaks() == "ko"


def test_a_program_without_the_right_proof_does_nothing(
    web: Web, here: City, resident: Resident, other: Resident
) -> None:
    path = f"/api/v1/runs/{here.things['run_id']}/applications"
    for name, send in wrong_proofs(resident, other, web.app.config_of_maru).items():
        answer = without_proof(web, "POST", here.host, path, resident, send)
        assert (answer.status_code, answer.get_json()["type"]) == (403, "/problems/csrf"), name
    assert web.get(here.host, "/api/v1/me/applications", resident).get_json()["items"] == []
    made = web.post(here.host, path, resident)
    assert made.status_code == 201
    one = f"/api/v1/applications/{made.get_json()['id']}"
    assert without_proof(web, "DELETE", here.host, one, resident, {}).get_json()["type"] == "/problems/csrf"
    assert web.get(here.host, one, resident).get_json()["state"] == made.get_json()["state"]


def test_every_write_asks_for_the_proof(web: Web, here: City, build: Builder) -> None:
    """Also one that comes later: routes are found by themselves."""
    admin = build.actor("admin", [here.host, PORTAL], {"city_admin": here.tenant, "province_admin": None})
    writes = [(method, rule) for method, rule in routes(web.app) if method not in ("GET", "HEAD", "OPTIONS")]
    assert len(writes) > 10
    for method, rule in writes:
        access = access_of(web.app.view_functions[rule.endpoint])
        host = PORTAL if access and access.host == "portal" else here.host
        path = path_of(web.app, rule, here.things)
        answer = without_proof(web, method, host, path, admin.sessions[host], {})
        assert answer.status_code == 403, (method, rule)


def test_a_bearer_needs_no_proof_and_a_cookie_beside_it_does(web: Web, here: City, resident: Resident) -> None:
    """No browser sends a bearer by itself; with a session it is the session that counts."""
    path = f"/api/v1/runs/{here.things['run_id']}/applications"
    bearer = {"Authorization": "Bearer x.y.z"}
    both = without_proof(web, "POST", here.host, path, resident, {"headers": bearer})
    assert both.get_json()["type"] == "/problems/csrf"
    alone = web.ask("POST", here.host, path, headers=bearer)
    assert alone.status_code in (401, 503)


TRICKY = st.text(alphabet="/\\:@.?#&%\t\n\r \x00\x0b\x7f\u2028\xa0aehjlopstvx-_[]012", max_size=30)


def lands_on(host: str, location: str) -> str:
    """Where a browser goes (WHATWG URL): without tabs and newlines, a backslash is a slash."""
    cleaned = location.strip("".join(map(chr, range(33)))).translate({9: None, 10: None, 13: None}).replace("\\", "/")
    return urlsplit(urljoin(f"http://{host}/auth/ticket", cleaned)).netloc


@given(st.one_of(TRICKY, TRICKY.map("/{}".format), TRICKY.map("//{}".format), TRICKY.map("/evil.example{}".format)))
@example("//evil.example")
@example("/\\evil.example")
@example("/\t/evil.example")
@example("/\t/[x")
@example("https://evil.example")
@example("javascript:alert(1)")
@example("/%2f/evil.example")
@example("///evil.example")
@example("/.//evil.example")
@example("/auth/ticket?ticket=x")
def test_a_way_back_stays_on_its_host(path: str) -> None:
    kept = safe_path(path)
    assert kept in (path, "/")
    assert lands_on("suwon.localhost", kept) == "suwon.localhost"
    assert not kept.startswith("/auth/")


@pytest.mark.parametrize("path", ["/my", "/courses?q=%ED%95%9C%EA%B8%80&page=2", "/courses/1#apply", "/my/residence"])
def test_an_honest_way_back_is_kept(path: str) -> None:
    assert safe_path(path) == path


EVIL = [
    "//evil.example", "/\t/[evil", "https://evil.example", "/\\evil.example", "\\\\evil.example", "/\t/evil.example", "javascript:alert(1)",
    "data:text/html,x", " //evil.example", "evil.example", "@evil.example", "/%0d%0aSet-Cookie: a=b", "/\r\nSet-Cookie: a=b",
]  # fmt: skip


@pytest.mark.parametrize("evil", EVIL)
def test_sign_in_never_leads_away(web: Web, here: City, evil: str) -> None:
    answer = web.get(here.host, "/auth/sign-in", query_string={"next": evil})
    location = urlsplit(answer.headers["Location"])
    assert (location.netloc, location.path) == ("localhost:8000", "/auth/start")
    back = parse_qs(location.query)["back"][0]
    assert lands_on(here.host, back) == here.host
    assert "Set-Cookie" not in back or "\n" not in back


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "x.y.localhost", "evil.example#.localhost", "nowhere.localhost"]
)
def test_sign_in_starts_for_our_own_houses_only(web: Web, host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web.app.extensions["maru-identity"], "authorization_url", lambda **_: "https://id.example/")
    query = {"host": host, "binding": "00" * 32, "back": "/"}
    assert web.get(PORTAL, "/auth/start", query_string=query).status_code == 404


@pytest.mark.parametrize("binding", ["", "zz", "00" * 31, "00" * 33, "0" * 10_000])
def test_a_sign_in_is_bound_to_a_browser(web: Web, here: City, binding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A binding that is no digest could never be redeemed."""
    monkeypatch.setattr(web.app.extensions["maru-identity"], "authorization_url", lambda **_: "https://id.example/")
    query = {"host": here.host, "binding": binding, "back": "/"}
    assert web.get(PORTAL, "/auth/start", query_string=query).status_code == 403


def test_the_page_that_was_asked_for_is_where_sign_in_leads_back(web: Web, here: City) -> None:
    answer = web.get(here.host, "/my/residence?since=2026-01-01&x=//evil.example")
    assert answer.status_code == 302
    location = urlsplit(answer.headers["Location"])
    assert (location.netloc, location.path) == ("", "/auth/sign-in")
    assert parse_qs(location.query)["next"] == ["/my/residence?since=2026-01-01&x=//evil.example"]


@pytest.mark.parametrize("path", ["//evil.example/my", "///evil.example", "/my//", "/courses/", "/console/"])
def test_odd_paths_are_not_redirected_away(web: Web, here: City, path: str) -> None:
    answer = web.get(here.host, path)
    assert lands_on(here.host, answer.headers.get("Location", "/")) in (here.host, "")
