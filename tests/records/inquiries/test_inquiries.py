"""The province looks at a person only for a stated purpose, and everybody concerned sees that it did (GP-08, PRV 7.4)."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from openpyxl import load_workbook

from auth.access_log import reading
from auth.roles.permissions import PROVINCE_ROLES, permits
from maru import spreadsheets
from maru.config import Config
from maru.db import Database, Scope, session
from maru.migrating import engine_connection
from records.inquiries import service as inquiries
from tenants.sample.making import Resident
from tests.client import Web, opened
from tests.conftest import Maker

PORTAL = "localhost"
STATED = {"purpose": "request", "reference": "민원-2026-1"}


@pytest.fixture(scope="module")
def web(config: Config) -> Iterator[Web]:
    with opened(config) as asked:
        yield asked


@dataclass(frozen=True)
class Case:
    """An officer with a session, and a person who learns in a city."""

    web: Web
    officer: Resident
    person: UUID
    city: UUID

    def state(self, **given: str) -> int:
        return self.web.post(PORTAL, "/province/people/purpose", self.officer, data={**STATED, **given}).status_code

    def open(self) -> tuple[int, str]:
        answer = self.web.get(PORTAL, f"/province/people/{self.person}", self.officer)
        return answer.status_code, answer.text

    def search(self, name: str, born: str, number: str = "") -> tuple[int, str]:
        asked = {"name": name, "born": born, "number": number}
        answer = self.web.post(PORTAL, "/province/people/search", self.officer, data=asked)
        return answer.status_code, answer.text


@pytest.fixture
def case(web: Web, make: Maker) -> Case:
    officer, city, person = make.person(), make.city(region=make.region()), make.person()
    make.grant(officer, "province_admin")
    make.enrolment(city, person)
    return Case(web, make.session(officer, None), person, city)


def logged(config: Config, person: UUID) -> list[sa.Row[tuple[str, str, list[str], UUID | None]]]:
    with engine_connection(config.database_url) as connection:
        asked = sa.text("SELECT task, purpose, fields, tenant_id FROM access_log WHERE person_id = :person ORDER BY id")
        return list(connection.execute(asked, {"person": person}))


def named(config: Config, person: UUID, name: str) -> None:
    with engine_connection(config.database_url) as connection:
        change = sa.text("UPDATE people SET name = :name WHERE id = :person")
        connection.execute(change, {"name": name, "person": person})


def test_without_a_purpose_nothing_is_shown_and_that_is_written(case: Case, config: Config) -> None:
    status, page = case.open()
    assert status == 403
    assert "보는 까닭을 먼저 적어 주세요." in page
    assert "생년월일" not in page
    (row,) = logged(config, case.person)
    assert (row.task, row.fields, row.tenant_id) == (inquiries.NO_PURPOSE, [], None)


def test_without_a_purpose_nobody_learns_who_there_is(case: Case) -> None:
    stranger = case.web.get(PORTAL, f"/province/people/{uuid4()}", case.officer)
    assert stranger.status_code == case.open()[0] == 403
    case.state()
    assert case.web.get(PORTAL, f"/province/people/{uuid4()}", case.officer).status_code == 404


def test_a_look_is_written_with_its_purpose_and_its_fields(case: Case, config: Config) -> None:
    assert case.state() == 303
    status, page = case.open()
    assert status == 200
    assert "민원-2026-1" in page
    (row,) = logged(config, case.person)
    assert row.task == inquiries.OPENED
    assert row.purpose == "본인이 청한 열람·정정 (민원-2026-1)"
    assert "학습이력" in row.fields


@pytest.mark.parametrize("wrong", [{"purpose": "curiosity"}, {"purpose": ""}, {"reference": "  "}])
def test_a_purpose_is_one_of_the_law_and_can_be_checked(case: Case, wrong: dict[str, str]) -> None:
    assert case.state(**wrong) == 422
    assert case.open()[0] == 403


def test_a_purpose_ends(case: Case, config: Config) -> None:
    case.state()
    with engine_connection(config.database_url) as connection:
        later = sa.text("UPDATE inquiries SET expires_at = now() - interval '1 second' WHERE actor_id = :who")
        connection.execute(later, {"who": case.officer.person_id})
    assert case.open()[0] == 403
    case.state()
    assert case.open()[0] == 200
    assert case.web.post(PORTAL, "/province/people/end", case.officer).status_code == 303
    assert case.open()[0] == 403


def test_a_purpose_holds_in_its_own_session_only(case: Case, make: Maker) -> None:
    case.state()
    elsewhere = make.session(case.officer.person_id, None)
    assert case.web.get(PORTAL, f"/province/people/{case.person}", elsewhere).status_code == 403


def test_search_is_exact_and_masked(case: Case, config: Config) -> None:
    named(config, case.person, "남궁별빛")
    case.state()
    for name, born in (("남궁", "1970-01-01"), ("남궁별빛", "1970-01-02"), ("%", "1970-01-01")):
        assert "찾으시는 분이 없습니다" in case.search(name, born)[1]
    status, page = case.search("남궁별빛", "1970-01-01")
    assert status == 200
    assert "남**빛" in page
    assert "1970-**-**" in page
    assert f"/province/people/{case.person}" in page
    assert "남궁별빛" not in page.replace('value="남궁별빛"', "")
    assert [row.task for row in logged(config, case.person)] == [inquiries.FOUND]
    assert f"/province/people/{case.person}" in case.search("", "", str(case.person))[1]
    assert case.search("", "")[0] == 422
    assert case.search("", "", "1234")[0] == 422


def test_search_needs_a_purpose_too(case: Case) -> None:
    assert case.search("남궁별빛", "1970-01-01")[0] == 403


def test_nobody_searches_through_the_province(case: Case, config: Config) -> None:
    case.state()
    with engine_connection(config.database_url) as connection:
        many = sa.text("UPDATE inquiries SET searches = 29 WHERE actor_id = :who")
        connection.execute(many, {"who": case.officer.person_id})
    assert case.search("남궁별빛", "1970-01-01")[0] == 200
    assert case.search("남궁별빛", "1970-01-01")[0] == 429
    case.state()
    assert case.search("남궁별빛", "1970-01-01")[0] == 429, "another purpose gives no more"
    assert logged(config, case.officer.person_id)[-1].task == inquiries.TOO_MANY


def test_the_person_and_the_city_see_the_look_and_no_other_city_does(case: Case, make: Maker) -> None:
    case.state()
    case.open()
    assert "민원-2026-1" in case.web.get(PORTAL, "/my/looks", make.session(case.person, None)).text
    for city, sees in ((case.city, True), (make.city(), False)):
        admin = make.person()
        make.grant(admin, "city_admin", city)
        host, who = f"{make.slug(city)}.localhost", make.session(admin, city)
        page = case.web.get(host, "/console/looks", who)
        file = case.web.post(host, "/console/looks/export", who, data={"purpose": "분기 점검"})
        assert (page.status_code, file.status_code) == (200, 200)
        for said in (page.text, str(cells(file.data))):
            assert ("민원-2026-1" in said) == sees


def cells(data: bytes) -> list[tuple[Any, ...]]:
    """Of the first sheet of a workbook."""
    sheet = load_workbook(io.BytesIO(data)).active
    assert sheet is not None
    return list(sheet.iter_rows(values_only=True))


def watching(case: Case, make: Maker, config: Config, role: str) -> Resident:
    """Somebody with `role`, when a person with a name has been looked at."""
    named(config, case.person, "남궁별빛")
    case.state(reference="=HYPERLINK(1)")
    case.open()
    watcher = make.person()
    make.grant(watcher, role)
    return make.session(watcher, None)


def test_the_auditor_reads_the_log_and_takes_nothing_along(case: Case, make: Maker, config: Config) -> None:
    who = watching(case, make, config, "auditor")
    page = case.web.get(PORTAL, "/province/looks?q=HYPERLINK&whose=province", who)
    assert page.status_code == 200
    assert "남**빛" in page.text
    assert "남궁별빛" not in page.text
    assert "/province/looks/export" not in page.text
    assert "찾으시는 기록이 없습니다" in case.web.get(PORTAL, "/province/looks?until=2001-01-01", who).text
    assert case.web.get(PORTAL, "/province/looks/export", who).status_code == 403
    assert case.web.get(PORTAL, "/province/looks?since=x&until=9999-99-99&after=x", who).status_code == 422
    assert case.web.get(PORTAL, f"/province/people/{case.person}", who).status_code == 403


def test_the_log_is_taken_along_for_a_reason_that_stands_in_it(case: Case, make: Maker, config: Config) -> None:
    who = watching(case, make, config, "privacy_officer")
    path = "/province/looks/export?q=HYPERLINK"
    assert f'href="{path}"' in case.web.get(PORTAL, "/province/looks?q=HYPERLINK", who).text
    assert "무엇에 쓰시나요?" in case.web.get(PORTAL, path, who).text
    for said in ("  ", "."):
        assert case.web.post(PORTAL, path, who, data={"purpose": said}).status_code == 422
    assert logged(config, who.person_id) == []
    file = case.web.post(PORTAL, path, who, data={"purpose": "분기 점검"})
    assert file.mimetype == spreadsheets.MEDIA_TYPE
    assert ".xlsx" in file.headers["Content-Disposition"]
    heading, *rows = cells(file.data)
    assert heading == ("언제", "어디", "누가", "누구를", "무슨 일로", "까닭", "무엇을", "접속한 곳")
    assert any("남**빛" in row for row in rows)
    assert all(datetime.fromisoformat(row[0]).isoformat(" ") == row[0] for row in rows)
    (row,) = logged(config, who.person_id)
    assert (row.task, row.purpose) == ("열람 기록 내려받기", "분기 점검")


def test_the_file_of_the_log_runs_nothing_and_has_a_row_for_each_look(
    case: Case, make: Maker, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where it is read in more than one piece."""
    who = watching(case, make, config, "privacy_officer")
    for number in range(7):
        case.state(reference=f"=HYPERLINK({number})")
        case.open()
    monkeypatch.setattr(reading, "AT_ONCE", 3)
    data = case.web.post(PORTAL, "/province/looks/export?q=HYPERLINK", who, data={"purpose": "분기 점검"}).data
    sheet = load_workbook(io.BytesIO(data)).active
    assert sheet is not None
    assert all(cell.data_type == "s" for row in sheet.iter_rows() for cell in row)
    with engine_connection(config.database_url) as connection:
        looks = sa.text("SELECT count(*) FROM access_log WHERE task ILIKE '%HYPERLINK%' OR purpose ILIKE '%HYPERLINK%'")
        assert len(cells(data)) - 1 == connection.execute(looks).scalar_one() >= 8
    monkeypatch.setattr(reading, "MOST_EXPORTED", 4)
    fewer = case.web.post(PORTAL, "/province/looks/export?q=HYPERLINK", who, data={"purpose": "분기 점검"}).data
    assert len(cells(fewer)) == 5


def readable(database: Database, table: str, actor: UUID) -> int:
    with database.transaction(Scope.PROVINCE, person=actor):
        return int(session().execute(sa.text(f"SELECT count(*) FROM {table}")).scalar_one())


def test_the_database_opens_homes_and_the_ledger_only_to_a_purpose(case: Case, database: Database, make: Maker) -> None:
    """Also where a page forgot to ask: design, section 3."""
    make.person(home=make.region())
    actor = case.officer.person_id
    assert readable(database, "residences", actor) == 0
    case.state()
    assert readable(database, "residences", actor) > 0
    assert readable(database, "residences", make.person()) == 0


def test_the_database_opens_people_only_to_a_purpose_but_staff_always(
    case: Case, database: Database, make: Maker
) -> None:
    """Whoever makes cities knows who runs them, and no resident (PRV 7.4)."""
    clerk = make.person()
    make.grant(clerk, "city_admin", case.city)
    actor, seen = case.officer.person_id, sa.text("SELECT id FROM people WHERE id = any(:both)")
    both = {"both": [case.person, clerk]}
    with database.transaction(Scope.PROVINCE, person=actor) as opened:
        assert opened.execute(seen, both).scalars().all() == [clerk]
    case.state()
    with database.transaction(Scope.PROVINCE, person=actor) as opened:
        assert set(opened.execute(seen, both).scalars()) == {case.person, clerk}


def test_who_watches_over_the_log_sees_the_people_in_it_and_no_others(
    case: Case, database: Database, make: Maker
) -> None:
    case.open()
    auditor, seen = make.person(), sa.text("SELECT id FROM people WHERE id = any(:both)")
    make.grant(auditor, "auditor")
    with database.transaction(Scope.PROVINCE, person=auditor) as opened:
        found = opened.execute(seen, {"both": [case.person, make.person()]}).scalars().all()
    assert found == [case.person]


def test_the_log_opens_to_those_who_watch_over_it(case: Case, database: Database, make: Maker) -> None:
    case.open()
    editor, auditor = make.person(), make.person()
    make.grant(editor, "library_editor")
    make.grant(auditor, "auditor")
    assert readable(database, "access_log", editor) == 0
    assert readable(database, "access_log", auditor) > 0


def test_nobody_states_a_purpose_for_another_or_outside_the_province(
    case: Case, database: Database, make: Maker
) -> None:
    begin = sa.text("SELECT engine.begin_inquiry(:session, 'request', 'x')")
    with database.transaction(Scope.PERSON, person=case.officer.person_id) as opened:
        mine = opened.execute(sa.text("SELECT id FROM sessions")).scalars().one()
    with database.transaction(Scope.PROVINCE, person=make.person()) as opened:
        assert opened.execute(begin, {"session": mine}).scalar_one() is None
        assert opened.execute(sa.text("SELECT engine.count_search(:id)"), {"id": uuid4()}).scalar_one() is False
        opened.execute(sa.text("SELECT engine.end_inquiry(:id)"), {"id": mine})
    for scope in (Scope.PUBLIC, Scope.PERSON, Scope.STAFF, Scope.JOB):
        with pytest.raises(sa.exc.ProgrammingError, match="province only"), database.transaction(scope) as opened:
            opened.execute(begin, {"session": mine})


@pytest.mark.parametrize("role", PROVINCE_ROLES)
def test_a_purpose_is_stated_by_those_alone_whose_work_it_is(database: Database, make: Maker, role: str) -> None:
    """The wall itself: a purpose opens people, homes and the ledger."""
    person = make.person()
    make.grant(person, role)
    make.session(person, None)
    begin = sa.text("SELECT engine.begin_inquiry(:session, 'request', 'x')")
    with database.transaction(Scope.PERSON, person=person) as opened:
        mine = opened.execute(sa.text("SELECT id FROM sessions")).scalars().one()
    with database.transaction(Scope.PROVINCE, person=person) as opened:
        begun = opened.execute(begin, {"session": mine}).scalar_one() is not None
    assert begun == permits(frozenset({role}), "people:look")
