"""No page offers its reader an act that the table of roles does not allow: every page is walked as every role.

New pages are walked by themselves: the walk begins at every address that a role may open, and follows what it finds.
"""

from collections import Counter
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect, Rule

from auth.roles.permissions import CITY_ROLES, OWN_CLASSES, PROVINCE_ROLES
from contentlib.items.models import Item
from maru.access import Access
from maru.db import Database, Scope, session
from tenants.catalogue.projection import project
from tests.client import Web
from tests.conftest import Maker
from tests.web_routes.conftest import PORTAL, Actor, Builder, City
from tests.web_routes.reading import Act, offers
from tests.web_routes.test_access import may_enter, path_of, routes, stated

MOST_OF_A_KIND = 4
"""Pages of one route that are read for each reader; their acts differ by state, not by number."""
OPENED = (200, 202, 302, 303)


@pytest.fixture(scope="module")
def busy(here: City, database: Database, make: Maker) -> City:
    """The city with runs in every state, and the library with a draft that still lacks things."""
    draft, ended, cancelled = (make.run(here.tenant) for _ in range(3))
    changes = {
        draft: "published_at = NULL",
        ended: "opens_at = '2026-01-01', closes_at = '2026-01-02', starts_on = '2026-01-03', ends_on = '2026-01-04'",
        cancelled: "cancelled_at = now(), cancel_reason = '까닭'",
    }
    with database.transaction(Scope.STAFF, tenant=here.tenant) as opened:
        for run, change in changes.items():
            opened.execute(sa.text(f"UPDATE runs SET {change} WHERE id = :run"), {"run": run})
        opened.execute(sa.text("DELETE FROM listings WHERE run_id = :run"), {"run": draft})
        project([ended, cancelled])
    with database.transaction(Scope.PROVINCE):
        session().add(Item(title="쓰고 있는 콘텐츠", created_by=make.person()))
    return here


class Walk:
    """One reader's way through the house."""

    def __init__(self, web: Web, actor: Actor, host: str) -> None:
        self.web, self.actor, self.host = web, actor, host
        self.wrong: list[str] = []
        self._read: Counter[str] = Counter()
        self._seen: set[str] = set()
        self._map = web.app.url_map.bind(host)

    def begin(self, things: dict[str, Any]) -> None:
        """From every page that the reader may open; whether it exists for these things is for other tests to say."""
        for method, rule in routes(self.web.app):
            access = stated(self.web.app, rule)
            if method == "GET" and self._of_this_house(access) and may_enter(access, self.actor):
                self._open(path_of(self.web.app, rule, things), linked="")

    def _of_this_house(self, access: Access) -> bool:
        return access.level in ("staff", "province") and (access.host == "portal") == (self.host == PORTAL)

    def _open(self, path: str, *, linked: str) -> None:
        rule = self._rule("GET", path.split("?", maxsplit=1)[0])
        if path in self._seen or (rule and self._read[rule.endpoint] >= MOST_OF_A_KIND):
            return
        self._seen.add(path)
        if rule:
            self._read[rule.endpoint] += 1
        answer = self.web.get(self.host, path, self.actor.at(self.host))
        if answer.status_code >= 500 or (linked and answer.status_code not in OPENED):
            self.wrong.append(f"{self.actor} gets {answer.status_code} at {path}, linked on {linked or 'no page'}")
        if answer.status_code == 200 and answer.mimetype == "text/html":
            self._read_page(answer.text, path)

    def _read_page(self, page: str, path: str) -> None:
        for act in sorted(offers(page, f"http://{self.host}{path}"), key=str):
            rule = self._rule(act.method, act.path)
            if rule is None:
                self.wrong.append(f"{path} offers {act.method} {act.path}, which is no route")
                continue
            access = stated(self.web.app, rule)
            if not may_enter(access, self.actor):
                self.wrong.append(f"{path} offers {self.actor} {act.method} {act.path}, which is not theirs")
            elif act.method == "GET" and self._of_this_house(access):
                self._open(act.url.removeprefix(f"http://{self.host}"), linked=path)

    def _rule(self, method: str, path: str) -> Rule | None:
        try:
            rule, _arguments = self._map.match(path, method=method, return_rule=True)
        except (HTTPException, RequestRedirect):
            return None
        return rule


@pytest.mark.parametrize("role", [*CITY_ROLES, *PROVINCE_ROLES])
def test_nothing_is_offered_to_whom_it_is_refused(web: Web, busy: City, build: Builder, make: Maker, role: str) -> None:
    city = role in CITY_ROLES
    host = busy.host if city else PORTAL
    actor = build.actor(role, [host], {role: busy.tenant if city else None})
    if role == "instructor":
        who = actor.at(host)
        assert who
        make.teach(who.person_id, busy.things["run_id"], busy.tenant)
    walk = Walk(web, actor, host)
    walk.begin(busy.things)
    assert walk.wrong == []


def test_a_page_for_everybody_offers_no_office_to_a_resident(web: Web, busy: City, build: Builder) -> None:
    actor = build.actor("a resident", [busy.host, PORTAL])
    for host in (busy.host, PORTAL):
        walk = Walk(web, actor, host)
        for path in ("/", "/my", "/help", "/my/looks"):
            walk._read_page(web.get(host, path, actor.at(host)).text, path)
        assert walk.wrong == []


def test_the_walk_would_find_an_act_that_is_not_the_readers(web: Web, busy: City, build: Builder) -> None:
    walk = Walk(web, build.actor("desk_clerk", [busy.host], {"desk_clerk": busy.tenant}), busy.host)
    page = (
        '<a href="/console/nowhere">x</a><form method="post" action="/console/courses/publish"><button></button></form>'
    )
    walk._read_page(page, "/console")
    assert len(walk.wrong) == 2
    assert offers('<form method="post"></form><a href="https://x.example/">', "http://here/a") == {
        Act("POST", "http://here/a")
    }


def test_an_instructor_reaches_only_their_own_classes(web: Web, busy: City, build: Builder, make: Maker) -> None:
    """Routes whose permission an instructor has for own classes only ask whose class it is."""
    own, other = make.run(busy.tenant), busy.things["run_id"]
    actor = build.actor("instructor", [busy.host], {"instructor": busy.tenant})
    who = actor.at(busy.host)
    assert who
    make.teach(who.person_id, own, busy.tenant)
    tried = 0
    for method, rule in routes(web.app):
        access = stated(web.app, rule)
        if access.permission in OWN_CLASSES and "run_id" in rule.arguments:
            for run, refused in ((other, True), (own, False)):
                path = path_of(web.app, rule, {**busy.things, "run_id": run})
                answer = web.ask(method, busy.host, path, who)
                assert (answer.status_code == 403) == refused, (method, path, answer.status)
                tried += 1
    assert tried >= 6


def test_the_database_itself_refuses_what_a_reader_would_write(
    web: Web, build: Builder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where a page forgot who may call it: PRV 7.4, least privilege."""
    written: UUID = uuid4()

    def write(**_: Any) -> str:
        session().execute(
            sa.text("INSERT INTO items (id, title, created_by) SELECT :id, 'x', walls.person()"), {"id": written}
        )
        return "written"

    write.__maru_access__ = stated(web.app, rule_of(web, "/province"))  # type: ignore[attr-defined]
    monkeypatch.setitem(web.app.view_functions, rule_of(web, "/province").endpoint, write)
    auditor, editor = (build.actor(role, [PORTAL], {role: None}) for role in ("auditor", "library_editor"))
    both = build.actor("both", [PORTAL], {"auditor": None, "library_editor": None})
    assert web.get(PORTAL, "/province", auditor.at(PORTAL)).status_code == 500
    assert web.get(PORTAL, "/province", editor.at(PORTAL)).text == "written"
    written = uuid4()
    assert web.get(PORTAL, "/province", both.at(PORTAL)).text == "written"


def rule_of(web: Web, path: str) -> Rule:
    return next(rule for rule in web.app.url_map.iter_rules() if rule.rule == path)
