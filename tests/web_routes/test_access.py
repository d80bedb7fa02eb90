"""Who comes through which door: every route, on every kind of host, as everybody."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from flask import Flask
from markupsafe import escape
from werkzeug.routing import Rule

from auth.roles.permissions import CITY_ROLES, OWN_CLASSES, PERMISSIONS, PROVINCE_ROLES, READERS, VISITOR, holders
from auth.roles.words import PERMISSION_WORDS
from maru.access import Access, access_of
from maru.config import Config
from tests.client import Web, opened
from tests.conftest import Maker
from tests.web_routes.conftest import PORTAL, Actor, Builder, City

WORDS = {
    "number": "2026-1",
    "filename": "css/maru.css",
    "name": "480p",
    "language": "ko",
    "kind": "applications.placed",
    "step": "name",
}
PLAIN = {"uuid": "01a20000-0000-7000-8000-000000000000", "int": 1, "float": 1.0}
"""What an argument is that nobody has thought of here, by the converter of its rule: doors are judged by any."""
ARGUMENT = re.compile(r"<(?:(\w+)(\(.*?\))?:)?(\w+)>")
REACHED = "reached"


def routes(app: Flask) -> list[tuple[str, Rule]]:
    """Every route with each of its methods."""
    rules = sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule)
    return [(method, rule) for rule in rules for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})]


def stated(app: Flask, rule: Rule) -> Access:
    access = access_of(app.view_functions[rule.endpoint])
    return access or Access("machine")


def path_of(app: Flask, rule: Rule, things: dict[str, Any]) -> str:
    kinds = {part[2]: part[0] for part in ARGUMENT.findall(rule.rule)}
    values = {name: things.get(name) or WORDS.get(name) or PLAIN.get(kinds[name], "plain") for name in rule.arguments}
    return app.url_map.bind(PORTAL).build(rule.endpoint, values, method=next(iter(rule.methods or ())))


def ask(web: Web, method: str, host: str, path: str, actor: Actor | None = None) -> Any:
    who = actor.at(host) if actor else None
    return web.ask(method, host, path, who)


@pytest.fixture(scope="module")
def doors(config: Config) -> Iterator[Web]:
    """The application with a sign behind every door instead of the room."""
    with opened(config) as web:
        for endpoint, view in web.app.view_functions.items():
            sign = lambda **_: REACHED  # noqa: E731
            sign.__maru_access__ = access_of(view)  # type: ignore[attr-defined]
            web.app.view_functions[endpoint] = sign if endpoint != "static" else view
        yield web


def may_enter(access: Access, actor: Actor) -> bool:
    if access.level in ("machine", "everyone"):
        return True
    if access.level == "person":
        return actor.name != "nobody"
    of_level = (*CITY_ROLES, VISITOR) if access.level == "staff" else PROVINCE_ROLES
    return bool(actor.roles & set(of_level) & holders(access.permission or ""))


def test_every_route_states_who_may_call_it(web: Web) -> None:
    found = routes(web.app)
    assert len(found) > 50
    for _, rule in found:
        access = access_of(web.app.view_functions[rule.endpoint])
        assert rule.endpoint == "static" or access is not None, rule
        if access and access.level in ("staff", "province"):
            assert access.permission in PERMISSIONS, rule


def test_the_document_says_of_each_operation_who_may_call_it(web: Web) -> None:
    """What a route states (maru.access) and what the document says of it are the same."""
    document = web.get(PORTAL, "/api/openapi.json").get_json()
    for rule in web.app.url_map.iter_rules():
        if rule.rule.startswith("/api/v1/"):
            access = access_of(web.app.view_functions[rule.endpoint])
            path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
            for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
                said = document["paths"][path][method.lower()].get("security", [])
                open_to_all = access is not None and access.level == "everyone"
                assert said == ([] if open_to_all else [{"session": []}, {"bearer": []}]), path
    assert {"session", "bearer"} == document["components"]["securitySchemes"].keys()


def test_who_must_sign_in_comes_back_to_the_page_that_asked(web: Web, here: City) -> None:
    """A session that ended while somebody looked at a form is no dead end; another site's page is not gone back to."""
    page = f"/courses/{here.things['run_id']}?lang=ko"
    for referrer, back in ((f"http://{here.host}{page}", page), ("http://evil.example/courses", "/"), ("", "/")):
        answer = web.ask("POST", here.host, f"/courses/{here.things['run_id']}/apply", headers={"Referer": referrer})
        assert answer.status_code == 401
        assert f'href="/auth/sign-in?{escape(urlencode({"next": back}))}">로그인하고 돌아가기' in answer.text


def test_who_only_reads_is_let_through_to_no_write(web: Web) -> None:
    """An auditor looks, and changes nothing; what they write as a resident is their own."""
    writes = [(method, rule) for method, rule in routes(web.app) if method != "GET"]
    offices = [rule for _, rule in writes if stated(web.app, rule).level in ("staff", "province")]
    assert len(offices) > 20
    for rule in offices:
        assert not READERS & holders(stated(web.app, rule).permission or ""), rule


def test_every_permission_says_what_it_is_in_words() -> None:
    """Staff read the table (/console/roles): add a sentence to auth/roles/words.py for each new permission."""
    assert set(PERMISSION_WORDS) == set(PERMISSIONS)


def test_permissions_of_the_city_and_of_the_province_do_not_mix() -> None:
    for permission, roles in PERMISSIONS.items():
        assert roles <= {*CITY_ROLES, VISITOR} or roles <= set(PROVINCE_ROLES), permission
    for permission, roles in OWN_CLASSES.items():
        assert roles <= set(CITY_ROLES) - PERMISSIONS[permission], permission


def test_everybody_comes_as_far_as_their_role(doors: Web, here: City, actors: list[Actor]) -> None:
    wrong = []
    for method, rule in routes(doors.app):
        if rule.endpoint == "static":
            continue
        access, path = stated(doors.app, rule), path_of(doors.app, rule, here.things)
        host = PORTAL if access.host == "portal" else here.host
        for actor in actors:
            answer = ask(doors, method, host, path, actor)
            allowed = may_enter(access, actor)
            if (answer.text == REACHED) != allowed:
                wrong.append(f"{actor} {method} {path}: {answer.status}")
            if not allowed:
                page = method == "GET" and not path.startswith("/api/")
                nobody = 302 if page else 401
                assert answer.status_code == (403 if actor.at(host) else nobody), (actor.name, path)
    assert wrong == []


def test_a_route_stands_only_on_its_kind_of_host(doors: Web, here: City, actors: list[Actor]) -> None:
    """For nobody, and for the mightiest of the city and of the province."""
    asking = [actor for actor in actors if actor.name in ("nobody", "city_admin", "province_admin")]
    misplaced = 0
    for method, rule in routes(doors.app):
        access = stated(doors.app, rule)
        if access.host == "any":
            continue
        host = PORTAL if access.host == "city" else here.host
        for actor in asking:
            answer = ask(doors, method, host, path_of(doors.app, rule, here.things), actor)
            assert answer.status_code == 404, (actor.name, rule)
            misplaced += 1
    assert misplaced > 80


@pytest.mark.parametrize(
    ("state", "status"),
    [("planned", 404), ("preparing", 404), ("pilot", 200), ("live", 200), ("suspended", 503), ("archived", 410)],
)
def test_a_house_is_open_by_its_state(doors: Web, build: Builder, make: Maker, state: str, status: int) -> None:
    tenant = make.city(state=state)
    host = f"{make.slug(tenant)}.localhost"
    resident = build.actor("a resident", [host])
    staff = build.actor("staff", [host], {"desk_clerk": tenant})
    province = build.actor("the province", [host], {"province_admin": None})
    for path in ("/", "/courses", "/api/v1/courses", "/no-such-page", "/my"):
        expected = 404 if path == "/no-such-page" and status == 200 else status
        for actor in (resident, province):
            assert ask(doors, "GET", host, path, actor).status_code == expected, (actor.name, path)
        if path != "/my":
            assert ask(doors, "GET", host, path).status_code == expected
    preview = ask(doors, "GET", host, "/courses", staff).status_code
    assert preview == (200 if status == 404 else status)
    assert ask(doors, "GET", host, "/healthz").status_code == 200


def test_the_staff_of_a_city_to_come_can_sign_in_there(doors: Web, make: Maker) -> None:
    host = f"{make.slug(make.city(state='preparing'))}.localhost"
    for path in ("/auth/sign-in", "/auth/ticket", "/auth/failed"):
        assert ask(doors, "GET", host, path).text == REACHED
    assert ask(doors, "GET", host, "/help").status_code == 404


@pytest.mark.parametrize("host", ["nowhere.localhost", "example.com", "a.b.localhost", "localhost.example.com"])
def test_an_unknown_house_has_no_routes(doors: Web, here: City, actors: list[Actor], host: str) -> None:
    cookie = {"Cookie": next(who.cookie for actor in actors if (who := actor.at(PORTAL)))}
    for method, rule in routes(doors.app):
        path = path_of(doors.app, rule, here.things)
        answer = doors.ask(method, host, path, headers=cookie)
        access = stated(doors.app, rule)
        assert answer.status_code == 404 or access.level == "machine" or access.even_closed, rule
        assert answer.status_code != 404 or access.level != "machine", rule
    assert doors.get(host, "/help").status_code == 404


@pytest.mark.parametrize("state", ["preparing", "suspended", "archived"])
def test_the_page_of_a_closed_house_has_its_colours(doors: Web, make: Maker, state: str) -> None:
    host = f"{make.slug(make.city(state=state))}.localhost"
    assert doors.get(host, "/").status_code in (404, 503, 410)
    assert doors.get(host, "/brand.css").status_code == 200


def test_nothing_of_another_city_is_found_here(
    web: Web, here: City, there: City, actors: list[Actor], build: Builder
) -> None:
    """As the mightiest of the city, and as the very person whom the things of the other city concern."""
    admin = next(actor for actor in actors if "city_admin" in actor.roles)
    holder = Actor("the other city's learner", frozenset(), build.sessions(there.resident, [here.host]))
    tried = 0
    for method, rule in routes(web.app):
        access = stated(web.app, rule)
        named = {name for name in rule.arguments if name.endswith("_id")}
        if not named or access.host != "city":
            continue
        for actor in (admin,) if access.level == "staff" else (admin, holder):
            for foreign in named - {"item_id"}:  # items are everybody's to adopt
                things = {**here.things, foreign: there.things[foreign]}
                answer = ask(web, method, here.host, path_of(web.app, rule, things), actor)
                assert answer.status_code == 404, (actor.name, method, rule, foreign)
                tried += 1
    assert tried > 25


def test_ones_own_is_found(web: Web, here: City, actors: list[Actor], build: Builder) -> None:
    """The same addresses with the city's own ids, so that the 404s above are about the city."""
    admin = next(actor for actor in actors if "city_admin" in actor.roles)
    learner = Actor("the learner", frozenset(), build.sessions(here.resident, [here.host]))
    for method, rule in routes(web.app):
        access = stated(web.app, rule)
        if method != "GET" or access.host != "city" or not any(name.endswith("_id") for name in rule.arguments):
            continue
        actor = admin if access.level == "staff" else learner
        answer = ask(web, method, here.host, path_of(web.app, rule, here.things), actor)
        # 202: a certificate's paper is still being made; 302: a still lies in the object store
        assert answer.status_code in (200, 202, 302), (rule, answer.status)


def test_what_is_mine_is_nobody_elses(web: Web, here: City, build: Builder) -> None:
    """A person's own rows, on any host."""
    other = build.actor("another resident", [here.host, PORTAL])
    for host in (here.host, PORTAL):
        paper = here.things["certificate_id"]
        assert ask(web, "GET", host, f"/my/certificates/{paper}.pdf", other).status_code == 404
    application = here.things["application_id"]
    for method, path in (
        ("GET", f"/applications/{application}"),
        ("POST", f"/applications/{application}/cancel"),
        ("GET", f"/api/v1/applications/{application}"),
        ("DELETE", f"/api/v1/applications/{application}"),
    ):
        assert ask(web, method, here.host, path, other).status_code == 404


WITHOUT_IT = {"/adopt": 409, "/reminders/<uuid:run_id>/drop": 303}
"""Ends of addresses that answer something else than 404 for what is not there: a reminder gone already is no error."""


def test_unknown_ids_are_not_found(web: Web, here: City, actors: list[Actor]) -> None:
    admin = next(actor for actor in actors if "city_admin" in actor.roles)
    for method, rule in routes(web.app):
        named = {name: uuid4() for name in rule.arguments if name.endswith("_id")}
        if named:
            body = {"json": {"intervals": [], "at": 0}} if rule.rule.endswith("/progress") else {}
            answer = web.ask(method, here.host, path_of(web.app, rule, named), admin.at(here.host), **body)
            ending = next((ending for ending in WITHOUT_IT if rule.rule.endswith(ending)), "")
            assert answer.status_code == WITHOUT_IT.get(ending, 404), (method, rule)
