"""The province looks into a city's console by a stated purpose alone, reading only, for a while, and the city sees it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from werkzeug.test import TestResponse

from auth.roles import service as roles
from auth.visits import service as visits
from maru.access import access_of
from maru.config import Config
from maru.db import Database, Scope, session
from maru.migrating import engine_connection
from tenants.sample.making import Resident
from tests.client import Web, opened
from tests.conftest import Maker

SEEN = ("/console", "/console/courses", "/console/calendar", "/console/figures", "/console/roles")
UNSEEN = (
    "/console/applicants", "/console/people", "/console/people/export", "/console/staff", "/console/looks",
    "/console/site", "/console/messages/outbox", "/console/questions", "/console/approvals",
)  # fmt: skip


@pytest.fixture(scope="module")
def web(config: Config) -> Iterator[Web]:
    with opened(config) as asked:
        yield asked


@dataclass
class Visitor:
    """Provincial staff with a session at home and in a city; and that city's administrator."""

    config: Config
    database: Database
    web: Web
    make: Maker
    city: UUID
    slug: str
    person: UUID
    at_home: Resident
    there: Resident
    admin: Resident

    @property
    def host(self) -> str:
        return f"{self.slug}.localhost"

    def get(self, path: str) -> TestResponse:
        return self.web.get(self.host, path, self.there)

    def enter(self, **said: Any) -> TestResponse:
        given = {"reason": "접수 오류 문의", "reference": "민원-2026-7", **said}
        return self.web.post("localhost", f"/province/cities/{self.slug}/visits", self.at_home, data=given)

    def execute(self, statement: str, **values: object) -> None:
        with engine_connection(self.config.database_url) as connection:
            connection.execute(sa.text(statement), values)


def visitor_with(role: str, config: Config, database: Database, web: Web, make: Maker) -> Visitor:
    city, person, admin = make.city(region=make.region()), make.person(), make.person()
    make.grant(person, role)
    make.grant(admin, "city_admin", city)
    return Visitor(
        config, database, web, make, city, make.slug(city), person, make.session(person, None),
        make.session(person, city), make.session(admin, city),
    )  # fmt: skip


@pytest.fixture
def visitor(config: Config, database: Database, web: Web, make: Maker) -> Visitor:
    return visitor_with("province_admin", config, database, web, make)


def test_without_a_purpose_nothing_opens(visitor: Visitor) -> None:
    assert {visitor.get(path).status_code for path in (*SEEN, *UNSEEN)} == {403}
    refused = visitor.enter(reason="  ")
    assert refused.status_code == 422
    assert "무슨 일로 들어가시는지 적어 주세요" in refused.text
    assert visitor.get("/console").status_code == 403
    assert "돌아가기" in refused.text
    assert "그대로 두기" not in refused.text, "nothing stands yet that could be kept"


@pytest.mark.parametrize("said", [".", "---", "ㅋㅋㅋㅋ", "12345", "\u200b", "가"])
def test_a_purpose_that_says_nothing_opens_nothing(visitor: Visitor, said: str) -> None:
    refused = visitor.enter(reason=said)
    assert refused.status_code == 422
    assert "알아볼 수 있게" in refused.text
    assert visitor.get("/console").status_code == 403


def test_a_visitor_sees_the_work_and_no_people(visitor: Visitor) -> None:
    run = visitor.make.run(visitor.city)
    assert visitor.enter().status_code == 303
    assert {path: visitor.get(path).status_code for path in SEEN} == dict.fromkeys(SEEN, 200)
    assert "보기만 합니다" in visitor.get("/console").text
    assert visitor.get(f"/console/runs/{run}").status_code == 200
    applicant = visitor.make.person()
    visitor.execute("UPDATE people SET name = '숨은신청자' WHERE id = :id", id=applicant)
    visitor.make.enrolment(visitor.city, applicant)
    sought = visitor.get("/console/search?q=숨은신청자")
    assert sought.status_code == 200
    assert "/console/people/" not in sought.text
    unseen = (*UNSEEN, f"/console/runs/{run}/applicants", f"/console/runs/{run}/attendance")
    assert {path: visitor.get(path).status_code for path in unseen} == dict.fromkeys(unseen, 403)


def test_a_visitor_changes_nothing(visitor: Visitor) -> None:
    """No write route of a console opens, and the database refuses whatever else should."""
    visitor.enter()
    run = visitor.make.run(visitor.city)
    rules = [
        rule
        for rule in visitor.web.app.url_map.iter_rules()
        if (stated := access_of(visitor.web.app.view_functions[rule.endpoint])) and stated.level == "staff"
        and "POST" in (rule.methods or ()) and set(rule.arguments) <= {"run_id"}
    ]  # fmt: skip
    assert len(rules) > 20
    for rule in rules:
        path = rule.rule.replace("<uuid:run_id>", str(run))
        assert visitor.web.post(visitor.host, path, visitor.there).status_code == 403, rule


def test_the_city_sees_who_came_and_why(visitor: Visitor) -> None:
    visitor.execute("UPDATE people SET name = '도방문' WHERE id = :id", id=visitor.person)
    visitor.enter()
    page = visitor.web.get(visitor.host, "/console/staff", visitor.admin).text
    for words in ("도방문", "접수 오류 문의", "민원-2026-7", "들어와 본 경기도 담당자"):
        assert words in page
    looks = visitor.web.get(visitor.host, "/console/looks", visitor.admin).text
    assert "도 담당자가 시군 업무실에 들어감" in looks
    assert "접수 오류 문의 · 민원-2026-7" in looks
    other = visitor.make.city()
    stranger = visitor.make.person()
    visitor.make.grant(stranger, "city_admin", other)
    there = visitor.make.session(stranger, other)
    assert "도방문" not in visitor.web.get(f"{visitor.make.slug(other)}.localhost", "/console/staff", there).text


def test_a_visit_ends_by_itself_and_by_hand_and_stays_known(visitor: Visitor) -> None:
    visitor.enter()
    visitor.execute("UPDATE city_visits SET expires_at = now() WHERE actor_id = :id", id=visitor.person)
    assert visitor.get("/console").status_code == 403
    visitor.enter()
    with visitor.database.transaction(Scope.PROVINCE, person=visitor.person):
        held = visits.standing(visitor.city, visitor.person)
        assert held
    visitor.web.post("localhost", f"/province/cities/{visitor.slug}/visits/{held.id}/end", visitor.at_home)
    assert visitor.get("/console").status_code == 403
    assert visitor.web.get(visitor.host, "/console/staff", visitor.admin).text.count("접수 오류 문의") == 2


def test_a_visit_opens_one_city_and_ends_with_the_role(visitor: Visitor) -> None:
    visitor.enter()
    other = visitor.make.city()
    elsewhere = visitor.make.session(visitor.person, other)
    assert visitor.web.get(f"{visitor.make.slug(other)}.localhost", "/console", elsewhere).status_code == 403
    visitor.execute("UPDATE role_grants SET ended_at = now() WHERE person_id = :id", id=visitor.person)
    assert visitor.get("/console").status_code == 403


def test_with_the_role_the_visit_is_over_for_the_city_too(visitor: Visitor) -> None:
    """Not as long as another role still lets them visit."""
    visitor.make.grant(visitor.person, "privacy_officer")
    another, officer = visitor.make.person(), visitor.make.person()
    visitor.make.grant(another, "province_admin")
    visitor.make.grant(officer, "privacy_officer")
    visitor.enter()
    for role, stands in (("province_admin", True), ("privacy_officer", False)):
        with visitor.database.transaction(Scope.PROVINCE, person=another):
            (grant,) = [
                one.grant.id
                for one in roles.staff(None)
                if (one.person.id, one.grant.role, one.grant.ended_at) == (visitor.person, role, None)
            ]
            roles.end(grant, None)
            assert (visits.standing(visitor.city, visitor.person) is not None) == stands
        page = visitor.web.get(visitor.host, "/console/staff", visitor.admin).text
        assert ("보고 있음" in page) == stands


def test_a_visit_needs_the_second_factor(visitor: Visitor) -> None:
    visitor.enter()
    visitor.execute("UPDATE sessions SET strong = false WHERE person_id = :id", id=visitor.person)
    assert visitor.get("/console").status_code == 302


@pytest.mark.parametrize("role", ["library_editor", "library_approver", "auditor"])
def test_other_provincial_staff_do_not_visit(
    role: str, config: Config, database: Database, web: Web, make: Maker
) -> None:
    visitor = visitor_with(role, config, database, web, make)
    assert visitor.enter().status_code == 403
    begin = sa.text("SELECT engine.begin_visit(:city, 'x', '', 't', '{}', NULL, NULL)")
    with pytest.raises(sa.exc.ProgrammingError, match="visit cities"):  # noqa: SIM117
        with database.transaction(Scope.PROVINCE, person=visitor.person):
            session().execute(begin, {"city": visitor.city})


@pytest.mark.parametrize("scope", [Scope.STAFF, Scope.PERSON, Scope.JOB, Scope.PUBLIC])
def test_a_visit_is_begun_and_ended_in_the_province_alone(visitor: Visitor, scope: Scope) -> None:
    visitor.enter()
    with visitor.database.transaction(Scope.PROVINCE, person=visitor.person):
        held = visits.standing(visitor.city, visitor.person)
        assert held
    with visitor.database.transaction(scope, tenant=visitor.city, person=visitor.person):
        assert session().scalar(sa.select(sa.func.engine.end_visit(held.id))) is False
    with visitor.database.transaction(Scope.PROVINCE, person=visitor.make.person()):
        assert session().scalar(sa.select(sa.func.engine.end_visit(held.id))) is False
    begin = sa.text("SELECT engine.begin_visit(:city, 'x', '', 't', '{}', NULL, NULL)")
    with pytest.raises(sa.exc.ProgrammingError, match="visit cities"):  # noqa: SIM117
        with visitor.database.transaction(scope, tenant=visitor.city, person=visitor.person):
            session().execute(begin, {"city": visitor.city})


def test_anothers_visit_is_not_said_to_have_ended(visitor: Visitor) -> None:
    visitor.enter()
    with visitor.database.transaction(Scope.PROVINCE, person=visitor.person):
        standing = visits.standing(visitor.city, visitor.person)
        assert standing
        end = f"/province/cities/{visitor.slug}/visits/{standing.id}/end"
    other = visitor.make.person()
    visitor.make.grant(other, "province_admin")
    answer = visitor.web.post("localhost", end, visitor.make.session(other, None))
    assert answer.status_code == 409
    assert "다른 담당자의 방문" in answer.text
    assert visitor.get("/console").status_code == 200
    assert visitor.web.post("localhost", end, visitor.at_home).status_code == 303
    assert visitor.get("/console").status_code == 403
    assert visitor.web.post("localhost", end, visitor.at_home).status_code == 303, "it has ended already"
    assert visitor.web.post("localhost", end.replace(str(standing.id), str(other)), visitor.at_home).status_code == 404
