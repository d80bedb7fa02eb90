"""Keycloak goes away: whoever is signed in goes on and waits for nothing, and whoever is not is told so plainly."""

import socketserver
import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
import urllib3

import maru.commands.worker  # noqa: F401  # registers all jobs
from auth.keycloak.connection import administrator
from auth.roles.accounts import mirror
from auth.sessions.ending import end_at_provider
from auth.tokens import KEYS_FRESH, KEYS_LIVE
from maru import jobs, worker
from maru.config import Config
from maru.db import Database, Scope
from maru.jobs import CALLS_OUT, LONG_WORK, QUEUE
from maru.migrating import engine_connection
from maru.security import SESSION_COOKIE, csrf_token
from maru.worker import QUEUES, run_worker
from tenants.attendance.ledger import enter_kept
from tests.auth.attacks.conftest import PORTAL, Person, api, token_of
from tests.auth.attacks.test_keys_rotate import let_pass
from tests.client import Web, opened
from tests.conftest import Maker
from tests.maru.test_jobs import _queue


class Silence(socketserver.BaseRequestHandler):
    """Hangs up on whoever calls."""

    def handle(self) -> None:
        self.server.calls += 1  # type: ignore[attr-defined]


class Nobody(socketserver.ThreadingTCPServer):
    """What stands where Keycloak was; counts who calls."""

    daemon_threads = True
    calls = 0


@pytest.fixture
def web(whole: Config) -> Iterator[Web]:
    """One for each test, since it loses its way to Keycloak."""
    with opened(whole) as asked:
        yield asked


@pytest.fixture(autouse=True)
def no_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "rounds", {})


@pytest.fixture
def nobody() -> Iterator[Nobody]:
    with Nobody(("127.0.0.1", 0), Silence) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def away(web: Web, nobody: Nobody) -> Any:
    """From when it is called on, every call of this web to Keycloak meets nobody."""

    def leave() -> None:
        provider = web.app.extensions["maru-identity"]
        way = f"http://127.0.0.1:{nobody.server_address[1]}"
        provider._http = urllib3.ProxyManager(way, retries=False, timeout=urllib3.Timeout(connect=1, read=1))
        provider._endpoints, provider._ask_again_at = None, float("-inf")

    return leave


def proof(person: Person, house: str, config: Config) -> dict[str, str]:
    return {"X-CSRF-Token": csrf_token(person.jar[house][SESSION_COOKIE], config)}


def test_nothing_that_a_signed_in_person_does_calls_keycloak(
    web: Web, whole: Config, make: Maker, nobody: Nobody, away: Any
) -> None:
    city = make.city()
    house, run, person = f"{make.slug(city)}.{PORTAL}", make.run(city), Person(web)
    person.signs_in(house, "resident")
    away()
    for path in ("/", "/courses", f"/courses/{run}", "/my", "/my/messages", "/my/consents", "/my/looks", "/api/v1/me"):
        assert person.get(house, path).status_code == 200, path
    applied = person.posts(house, f"/courses/{run}/apply", headers=proof(person, house, whole))
    assert applied.status_code == 303, applied.text
    given_back = person.posts(house, f"{applied.location}/cancel", headers=proof(person, house, whole))
    assert given_back.status_code == 303, given_back.text
    assert nobody.calls == 0
    assert web.get(house, "/auth/away").status_code == 503
    assert nobody.calls == 1, "else nothing was measured"


@pytest.mark.parametrize(
    ("language", "title", "courses", "goes_on"),
    [
        ("ko", "지금은 로그인할 수 없습니다", "강좌는 로그인하지 않고도", "이미 로그인하신 창에서는"),
        (
            "en",
            "You cannot sign in right now",
            "look for courses without signing in",
            "Where you are signed in already",
        ),
    ],
)
def test_the_page_says_that_nobody_signs_in_now_and_what_goes_on(
    web: Web, house: str, away: Any, language: str, title: str, courses: str, goes_on: str
) -> None:
    away()
    for host, search in ((house, "/courses"), (PORTAL, "/search")):
        page = last_of(web, host, f"/auth/sign-in?lang={language}&next=/my")
        assert (page.status_code, page.headers["Retry-After"], page.headers["Cache-Control"]) == (503, "10", "no-store")
        for words in (f"<h1>{title}</h1>", courses, goes_on, f'href="{search}', 'href="/certificates'):
            assert words in page.text, words
        assert 'href="/auth/sign-in?next=%2Fmy"' in page.text, "to try again"
    assert "/auth/sign-in" in web.get(house, "/my").location


def last_of(web: Web, host: str, path: str) -> Any:
    """Where a browser ends; one that is sent round and round ends nowhere."""
    person = Person(web)
    answer = person.get(host, path)
    for _ in range(4):
        if answer.status_code != 302:
            return answer
        host = urlsplit(answer.location).hostname or host
        answer = person.goes_on(answer, host)
    raise AssertionError(answer.location)


def test_once_keycloak_is_back_the_page_leads_on(web: Web, house: str) -> None:
    back = web.get(house, "/auth/away?next=/my")
    assert (back.status_code, back.location) == (302, "/auth/sign-in?next=%2Fmy")
    assert web.get(house, "/auth/away?next=//evil.example").location == "/auth/sign-in?next=%2F"


def test_who_was_on_the_way_is_led_back_to_where_it_began(person: Person, house: str, away: Any) -> None:
    """Keycloak may go away when the portal sends people to it, and after it has sent them back."""
    begun = person.get(house, "/auth/sign-in?next=/my")
    callback = person.fills_in(person.begins(house), "resident")
    away()
    start = person.goes_on(begun)
    assert start.location == f"http://{house}:8000/auth/away?next=%2Fmy&lang=ko"
    came_back = person.calls_back(callback)
    assert came_back.location == f"http://{house}:8000/auth/away?next=%2F&lang=ko"
    assert person.goes_on(came_back).status_code == 503


def test_signing_out_ends_it_here_and_says_that_keycloak_was_not_told(
    web: Web, whole: Config, database: Database, house: str, other_house: str, away: Any
) -> None:
    person = Person(web)
    for host in (house, other_house):
        person.signs_in(host, "resident")
    cookie = person.jar[house][SESSION_COOKIE]
    address = person.begins(house)
    forget_jobs(whole)
    away()
    answer = person.posts(house, "/auth/sign-out", headers=proof(person, house, whole))
    assert (answer.status_code, answer.location) == (302, "/auth/left")
    assert SESSION_COOKIE not in person.jar[house]
    person.jar[house][SESSION_COOKIE] = cookie
    assert not person.is_known(house)
    assert not person.is_known(other_house)
    said = person.get(house, "/auth/left")
    assert "그쪽에서는 아직 로그아웃되지 않았습니다" in said.text
    assert person.get(house, "/auth/left/there").location == "/auth/left", "it is still away"

    assert person.asks_keycloak(address).status_code == 302, "Keycloak would let anybody in who presses sign in here"
    (job,) = queued(whole)
    run_worker(whole, until_empty=True)
    assert person.asks_keycloak(address).status_code == 200, "now it asks who comes"
    with database.transaction(Scope.JOB):
        end_at_provider.later(**job["arguments"])
    run_worker(whole, until_empty=True)
    assert queued(whole) == [], "one that is over is no error"


def test_work_that_needs_keycloak_waits_for_it_and_nothing_else_does(
    web: Web, whole: Config, database: Database, make: Maker
) -> None:
    city = make.city()
    path = f"/tenants/{make.slug(city)}/desk_clerk"
    Person(web).signs_in(f"{make.slug(city)}.{PORTAL}", "neighbour")
    with engine_connection(whole.database_url) as connection:
        who = connection.execute(sa.text("SELECT id FROM people WHERE username = 'neighbour'")).scalar_one()
    make.grant(who, "desk_clerk", city)
    forget_jobs(whole)
    with database.transaction(Scope.JOB, tenant=city, person=who):
        mirror.later(who)
        enter_kept.later(who)
    run_worker(replace(whole, oidc_issuer="http://localhost:9/realms/maru"), until_empty=True)
    (job,) = queued(whole)
    assert (job["task"], job["attempts"], job["problem"]) == ("roles.mirror", 1, "configuration")
    _queue(whole, "UPDATE queue.procrastinate_jobs SET scheduled_at = now()")
    run_worker(whole, until_empty=True)
    assert queued(whole) == []
    with administrator(whole) as admin:
        assert path in {group["path"] for group in admin.get_user_groups(admin.get_user_id("neighbour"))}


def test_what_waits_for_keycloak_has_a_queue_of_its_own() -> None:
    out = {name for name, job in jobs.registered.items() if job.queue == CALLS_OUT}
    of_staff = {"roles.send_invitation", "roles.mirror", "identity.city"}
    assert out == of_staff | {"sessions.end_at_provider", "joining.write", "joining.open_account"}
    assert set(QUEUES) == {QUEUE, LONG_WORK, CALLS_OUT}


def forget_jobs(config: Config) -> None:
    _queue(config, "DELETE FROM queue.procrastinate_jobs")


def queued(config: Config) -> list[Any]:
    return _queue(
        config,
        "SELECT task_name AS task, attempts, args ->> 'problem' AS problem, args -> 'arguments' AS arguments"
        " FROM queue.procrastinate_jobs",
    )


def test_a_token_serves_to_its_end_and_then_it_is_said(
    web: Web, whole: Config, house: str, away: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = token_of(whole, "resident")
    Person(web).signs_in(house, "resident")
    assert api(web, house, token).status_code == 200
    away()
    assert api(web, house, token).status_code == 200
    let_pass(web, KEYS_FRESH + 1, monkeypatch)
    assert api(web, house, token).status_code == 200
    let_pass(web, KEYS_LIVE, monkeypatch)
    answer = api(web, house, token)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
    told = answer.get_json()
    assert (told["type"], told["title_ko"]) == ("/problems/unavailable", "지금은 로그인할 수 없습니다")
    assert told["title_en"] == "You cannot sign in right now"
