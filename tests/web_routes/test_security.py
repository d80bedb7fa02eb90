"""What every answer carries, and the cookies of a sign-in."""

import re
from collections.abc import Iterator
from dataclasses import replace
from http.cookies import Morsel, SimpleCookie
from urllib.parse import parse_qs, urlsplit

import pytest
from werkzeug.test import TestResponse

from auth.sessions import service as sessions
from auth.tokens import Identity
from maru import security
from maru.config import Config
from maru.db import Database, Scope
from tests.client import Web, opened
from tests.conftest import Maker
from tests.web_routes.conftest import PORTAL, Actor, Builder, City

DOMAIN = "maru.example.kr"
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
PAGES = [
    "/",
    "/courses",
    "/courses/{run_id}",
    "/notices/{notice_id}",
    "/help",
    "/certificates",
    "/auth/failed",
    "/nothing",
]
SIGNED_IN = [
    "/my",
    "/my/residence",
    "/my/looks",
    "/applications/{application_id}",
    "/applications/{application_id}/cancel",
]
CONSOLE = [
    "/console", "/console/courses", "/console/runs/{run_id}", "/console/runs/{run_id}/applicants", "/console/imports",
    "/console/runs/{run_id}/attendance", "/console/runs/{run_id}/close", "/console/certificates/{certificate_id}/revoke",
]  # fmt: skip


@pytest.fixture(scope="module")
def production(config: Config) -> Iterator[Web]:
    """The same installation behind https on a domain of its own."""
    own = replace(config, environment="production", scheme="https", base_domain=DOMAIN, public_port=443)
    with opened(own) as web:
        yield web


def answers(web: Web, host: str) -> list[TestResponse]:
    """One answer of every kind."""
    return [
        web.get(host, "/"),
        web.get(host, "/api/v1/courses"),
        web.get(host, "/api/openapi.json"),
        web.get(host, "/api/v1/me"),
        web.get(host, "/nothing"),
        web.get(host, "/api/nothing"),
        web.get(host, "/my"),
        web.post(host, "/"),
        web.get(host, "/static/css/maru.css"),
        web.get(host, "/static/nothing.css"),
        web.get(host, "/brand.css"),
        web.get(host, "/healthz"),
        web.get("nowhere.example", "/"),
        web.get("x y", "/"),
    ]


def directives(answer: TestResponse) -> dict[str, str]:
    said = [part.strip().split(" ", 1) for part in answer.headers["Content-Security-Policy"].split(";")]
    return {name: rest[0] if rest else "" for name, *rest in said}


def test_every_kind_of_answer_carries_the_headers(web: Web, here: City) -> None:
    found = answers(web, here.host)
    assert {answer.status_code for answer in found} >= {200, 302, 401, 404, 405}
    for answer in found:
        assert {name: answer.headers.get(name) for name in ALWAYS} == ALWAYS, answer.request.path
        assert answer.headers.get("X-Request-Id") or answer.request.host == "x y"
        assert "Strict-Transport-Security" not in answer.headers
        assert "Server" not in answer.headers or "Werkzeug" in answer.headers["Server"]


def test_scripts_and_styles_come_from_this_host_alone(web: Web, here: City) -> None:
    for answer in answers(web, here.host):
        said = directives(answer)
        assert said["default-src"] == "'self'"
        assert "unsafe" not in answer.headers["Content-Security-Policy"]
        assert not {"script-src", "style-src", "connect-src", "frame-src"} & set(said), "the default is the strictest"
        assert (said["object-src"], said["base-uri"], said["frame-ancestors"]) == ("'none'", "'none'", "'none'")
        assert set(said["form-action"].split()) == {"'self'", "http://localhost:8000", "http://*.localhost:8000"}


INLINE = re.compile(
    r"<script(?![^>]*\bsrc=)(?![^>]*application/(?:ld\+)?json)[^>]*>|<style|\sstyle=|\son[a-z]+=|javascript:|\shx-on",
    re.I,
)


def test_pages_hold_no_inline_script_or_style(web: Web, here: City, actors: list[Actor], build: Builder) -> None:
    """With the policy above a browser would not run it, and the page would be broken."""
    learner = build.sessions(here.resident, [here.host])[here.host]
    admin = next(actor.at(here.host) for actor in actors if "city_admin" in actor.roles)
    asked = [
        *((path, None) for path in PAGES),
        *((path, learner) for path in SIGNED_IN),
        *((path, admin) for path in CONSOLE),
    ]
    for path, who in asked:
        page = web.get(here.host, path.format(**here.things), who)
        assert page.mimetype == "text/html", path
        assert INLINE.findall(page.text) == [], path


@pytest.mark.parametrize(
    "planted", ["<script>x()</script>", '<p style="a">', "<style>", '<a onclick="x()">', '<a href="javascript:x">']
)
def test_an_inline_script_would_be_found(planted: str) -> None:
    assert INLINE.search(planted)


def test_https_is_demanded_in_production(production: Web) -> None:
    for answer in answers(production, DOMAIN):
        assert answer.headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains"
        assert {name: answer.headers.get(name) for name in ALWAYS} == ALWAYS
        assert set(directives(answer)["form-action"].split()) == {"'self'", f"https://{DOMAIN}", f"https://*.{DOMAIN}"}


def test_a_crash_carries_the_headers_and_says_nothing(web: Web, here: City, monkeypatch: pytest.MonkeyPatch) -> None:
    for path, endpoint in (("/help", "sites.guide"), ("/api/v1/courses", "catalogue-api.courses")):
        broken = lambda: (_ for _ in ()).throw(RuntimeError("a secret"))  # noqa: E731
        broken.__maru_access__ = web.app.view_functions[endpoint].__maru_access__  # type: ignore[attr-defined, union-attr]
        monkeypatch.setitem(web.app.view_functions, endpoint, broken)
        answer = web.get(here.host, path)
        assert answer.status_code == 500
        assert {name: answer.headers.get(name) for name in ALWAYS} == ALWAYS
        assert "secret" not in answer.text
        assert "Traceback" not in answer.text


def cookies(answer: TestResponse) -> dict[str, Morsel[str]]:
    found: dict[str, Morsel[str]] = {}
    for header in answer.headers.getlist("Set-Cookie"):
        found.update(SimpleCookie(header))
    return found


def flags(cookie: Morsel[str]) -> tuple[bool, bool, str, str, str]:
    return bool(cookie["secure"]), bool(cookie["httponly"]), cookie["samesite"], cookie["path"], cookie["domain"]


@pytest.fixture
def house(make: Maker) -> str:
    return make.slug(make.city())


def signed_in(web: Web, host: str, database: Database) -> tuple[TestResponse, TestResponse]:
    """What a browser gets when sign-in begins on a host, and when it comes back there with its ticket."""
    begun = web.get(host, "/auth/sign-in")
    name, binding = next((name, cookie.value) for name, cookie in cookies(begun).items())
    state, portal, ticket = (security.new_token() for _ in range(3))
    identity = Identity(subject=ticket, username="", name="김하늘", email="", session_id="", id_token="")
    with database.transaction(Scope.PUBLIC):
        sessions.begin(
            state=state, portal_binding=portal, city_binding=security.digest(binding), nonce="nonce",
            code_verifier="verifier", host=host, return_to="/my", address=None,
        )  # fmt: skip
        assert sessions.take(state, portal)
        assert sessions.issue_ticket(state, ticket, identity)
    return begun, web.get(host, f"/auth/ticket?ticket={ticket}", headers={"Cookie": f"{name}={binding}"})


@pytest.mark.parametrize("kind", ["development", "production"])
def test_cookies_of_a_sign_in(web: Web, production: Web, database: Database, house: str, kind: str) -> None:
    safe = kind == "production"
    asked, host = (production, f"{house}.{DOMAIN}") if safe else (web, f"{house}.{PORTAL}")
    begun, opened_session = signed_in(asked, host, database)
    prefix = "__Host-" if safe else ""
    expected = (safe, True, "Lax", "/", "")
    assert set(cookies(begun)) == {f"{prefix}maru_signin"}
    assert flags(cookies(begun)[f"{prefix}maru_signin"]) == expected
    assert opened_session.headers["Location"] == "/my"
    assert {name: flags(cookie) for name, cookie in cookies(opened_session).items()} == {
        f"{prefix}maru_signin": expected, f"{prefix}maru_session": expected,
    }  # fmt: skip
    token = cookies(opened_session)[f"{prefix}maru_session"].value
    assert security.TOKEN.fullmatch(token)
    assert cookies(opened_session)[f"{prefix}maru_signin"]["max-age"] == "0"
    me = asked.get(host, "/my", headers={"Cookie": f"{prefix}maru_session={token}"})
    assert me.status_code == 200
    csrf = security.csrf_token(token, asked.app.config_of_maru)
    out = asked.post(host, "/auth/sign-out", headers={"Cookie": f"{prefix}maru_session={token}", "X-CSRF-Token": csrf})
    assert flags(cookies(out)[f"{prefix}maru_session"]) == expected
    assert cookies(out)[f"{prefix}maru_session"]["max-age"] == "0"
    assert asked.get(host, "/my", headers={"Cookie": f"{prefix}maru_session={token}"}).status_code == 302


def test_a_session_of_the_weaker_cookie_is_none_in_production(production: Web, database: Database, house: str) -> None:
    """A neighbour below the same domain can set `maru_session`, and never `__Host-maru_session`."""
    host = f"{house}.{DOMAIN}"
    _, opened_session = signed_in(production, host, database)
    token = cookies(opened_session)["__Host-maru_session"].value
    assert production.get(host, "/my", headers={"Cookie": f"maru_session={token}"}).status_code == 302


def test_signing_in_gives_a_new_token_whatever_the_browser_brought(web: Web, database: Database, house: str) -> None:
    """No session can be planted before the sign-in and used after it."""
    host, planted = f"{house}.{PORTAL}", security.new_token()
    begun = web.get(host, "/auth/sign-in", headers={"Cookie": f"maru_session={planted}"})
    assert "maru_session" not in cookies(begun)
    tokens = {cookies(signed_in(web, host, database)[1])["maru_session"].value for _ in range(2)}
    assert len(tokens | {planted}) == 3
    assert web.get(host, "/my", headers={"Cookie": f"maru_session={planted}"}).status_code == 302


def test_pages_about_a_person_are_not_kept_by_browsers(
    web: Web, here: City, actors: list[Actor], build: Builder
) -> None:
    """The next one at a library's computer goes back in vain."""
    learner = build.sessions(here.resident, [here.host])[here.host]
    admin = next(actor.at(here.host) for actor in actors if "city_admin" in actor.roles)
    asked = [
        *((path, learner) for path in [*SIGNED_IN, "/api/v1/me", "/api/v1/me/history"]),
        *((path, admin) for path in CONSOLE),
    ]
    for path, who in asked:
        answer = web.get(here.host, path.format(**here.things), who)
        assert "no-store" in answer.headers.get("Cache-Control", ""), path
    assert "no-store" not in web.get(here.host, "/static/css/maru.css", learner).headers["Cache-Control"]


def test_nobody_keeps_the_addresses_and_cookies_of_a_sign_in(
    web: Web, database: Database, house: str, make: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    identity = web.app.extensions["maru-identity"]
    monkeypatch.setattr(identity, "authorization_url", lambda **_: "https://id.example/")
    host = f"{house}.{PORTAL}"
    begun = web.get(host, "/auth/sign-in")
    started = web.get(PORTAL, urlsplit(begun.headers["Location"])._replace(scheme="", netloc="").geturl())
    who = Identity(subject=house, username="", name="김하늘", email="", session_id="", id_token="")
    monkeypatch.setattr(identity, "exchange", lambda *_, **__: who)
    with database.transaction(Scope.PUBLIC):
        sessions.begin(
            state=house, portal_binding="portal", city_binding=b"city", nonce="nonce", code_verifier="verifier",
            host=host, return_to="/my", address=None,
        )  # fmt: skip
    bound = {"Cookie": "maru_signin_portal=portal"}
    called_back = web.get(PORTAL, f"/auth/callback?code=code&state={house}", headers=bound)
    assert "ticket=" in called_back.headers["Location"]
    redeemed = signed_in(web, host, database)[1]
    assert "maru_session" in cookies(redeemed)
    left = web.post(host, "/auth/sign-out", make.session(make.person(), None))
    for answer in (begun, started, called_back, redeemed, left, web.get(host, "/auth/failed")):
        assert answer.headers.getlist("Cache-Control") == ["no-store"], answer.request.path
        assert answer.headers.getlist("Referrer-Policy") == ["no-referrer"], answer.request.path


def test_the_cookie_of_the_language_is_secure_too(production: Web, house: str) -> None:
    answer = production.get(f"{house}.{DOMAIN}", "/?lang=en")
    assert flags(cookies(answer)["lang"]) == (True, True, "Lax", "/", "")


@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_sign_in_goes_on_in_the_language_of_the_page(web: Web, house: str, language: str) -> None:
    begun = web.get(f"{house}.localhost", f"/auth/sign-in?lang={language}")
    assert parse_qs(urlsplit(begun.location).query)["lang"] == [language]


@pytest.mark.parametrize("referrer", ["http://[", "https://a]b", "\\", "x" * 5000])
def test_a_page_that_somebody_says_they_come_from_is_no_crash(web: Web, here: City, referrer: str) -> None:
    assert web.post(here.host, "/nothing", headers={"Referer": referrer}).status_code == 404


@pytest.mark.parametrize("path", ["/", "/courses", "/my", "/console", "/console/courses", "/console/site"])
def test_whoever_asks_for_the_head_alone_is_answered(web: Web, build: Builder, here: City, path: str) -> None:
    """Programs that look whether a page is there."""
    who = build.actor("an administrator", [here.host], {"city_admin": here.tenant}).sessions[here.host]
    asked = [web.ask(method, here.host, path, who) for method in ("GET", "HEAD")]
    assert [answer.status_code for answer in asked] == [200, 200]
    assert asked[1].data == b""
