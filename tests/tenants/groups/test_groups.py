"""An institution's list: each line by the rules of every application, nothing twice, nobody merged without a person's decision."""

import io
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from maru import spreadsheets
from maru.config import Config
from maru.db import Database, Scope, session
from maru.errors import Invalid
from maru.imports import kept
from maru.migrating import engine_connection
from maru.web import dates
from tenants.groups import members
from tenants.groups import service as groups
from tenants.groups.models import GroupImport
from tests.client import Web, opened
from tests.conftest import Maker

STATED = {"institution": "해든 복지관", "collected_by": "정다운", "collected_on": date(2026, 1, 5), "agreed": True}


def sheet(*rows: tuple[Any, ...]) -> bytes:
    return spreadsheets.write("명단", members.COLUMNS, [(*row, *[""] * (7 - len(row))) for row in rows])


class Desk:
    """One city's desk, uploading lists for one run."""

    def __init__(self, config: Config, database: Database, make: Maker, capacity: int = 5, waiting: int = 5) -> None:
        self.config, self.database, self.make = config, database, make
        self.city = make.city(region=make.code())
        self.run, self.clerk = make.run(self.city, capacity, waiting), make.person()

    def upload(self, data: bytes, **stated: Any) -> list[tuple[int, str, str]]:
        """Line, outcome and code of each row, after the worker has read the list."""
        with self.database.transaction(Scope.STAFF, tenant=self.city, person=self.clerk):
            received = groups.receive(self.run, self.city, data, "명단.xlsx", self.clerk, stated={**STATED, **stated})
        with self.database.transaction(Scope.JOB, tenant=self.city, person=self.clerk):
            groups.read_received(received)
        with self.database.transaction(Scope.STAFF, tenant=self.city, person=self.clerk):
            self.report = kept.get(GroupImport, received)
            return [(row.line, row.outcome, row.code) for row in kept.page(GroupImport, self.report, None, 1).rows]

    def rows(self, statement: str, **values: Any) -> list[sa.Row]:
        with engine_connection(self.config.database_url) as connection:
            return list(connection.execute(sa.text(statement), values))

    def placed(self) -> list[tuple[str, str]]:
        found = "SELECT p.name, a.state FROM applications a JOIN people p ON p.id = a.person_id WHERE a.run_id = :run ORDER BY a.number"
        return [tuple(one) for one in self.rows(found, run=self.run)]


@pytest.fixture
def desk(config: Config, database: Database, make: Maker) -> Desk:
    return Desk(config, database, make)


@pytest.fixture(scope="module")
def web(config: Config) -> Iterator[Web]:
    with opened(config) as asked:
        yield asked


def name(number: int, desk: Desk) -> str:
    """New in every test, so that nobody else is alike."""
    return f"회원{number}-{str(desk.run)[-6:]}"


def test_each_line_is_placed_waits_or_is_refused_with_why(config: Config, database: Database, make: Maker) -> None:
    desk = Desk(config, database, make, capacity=2, waiting=1)
    old = date(1954, 3, 2)
    rows = [(name(number, desk), old, f"010-1234-000{number}") for number in range(4)]
    report = desk.upload(
        sheet(*rows, ("", old, "010-1234-5678"), (name(9, desk), "봄", ""), (name(8, desk), old, "02-123"))
    )
    assert report == [
        (2, "accepted", "placed"), (3, "accepted", "placed"), (4, "accepted", "waiting"), (5, "refused", "run-full"),
        (6, "refused", "unreadable"), (7, "refused", "unreadable"), (8, "refused", "unreadable"),
    ]  # fmt: skip
    assert [state for _, state in desk.placed()] == ["placed", "placed", "waiting"]
    made = desk.rows("SELECT name, subject, phone FROM people WHERE name LIKE :n", n=f"회원%{str(desk.run)[-6:]}")
    assert len(made) == 3  # nobody is made for a line that was refused
    assert {one.subject for one in made} == {None}


def test_the_same_file_twice_changes_nothing(desk: Desk) -> None:
    data = sheet((name(1, desk), date(1954, 3, 2), "010-1234-5678"), (name(2, desk), "19540302", "", "two@example.kr"))
    assert [code for _, _, code in desk.upload(data)] == ["placed", "placed"]
    before = desk.placed()
    assert desk.upload(data) == [(2, "unchanged", "already-applied"), (3, "unchanged", "already-applied")]
    assert desk.placed() == before
    assert len(desk.rows("SELECT FROM people WHERE name = :name", name=name(1, desk))) == 1


def test_a_line_that_stands_twice_is_taken_once(desk: Desk) -> None:
    line = (name(1, desk), date(1954, 3, 2), "010-1234-5678")
    assert desk.upload(sheet(line, line)) == [(2, "accepted", "placed"), (3, "unchanged", "duplicate-line")]


def test_only_whose_contact_agrees_is_taken_for_somebody_who_is_there(desk: Desk, make: Maker) -> None:
    """A list tells nobody whether there is somebody of that name and birth date; who is met by it reads it in their log."""
    alike, birth = make.person(birth=date(1961, 7, 7)), date(1961, 7, 7)
    called = name(1, desk)
    with engine_connection(desk.config.database_url) as connection:
        changed = "UPDATE people SET name = :name, phone = '010-1234-5678' WHERE id = :id"
        connection.execute(sa.text(changed), {"name": called, "id": alike})
    assert desk.upload(sheet((called, birth, "010-9999-0000"))) == [(2, "accepted", "placed")]
    assert desk.rows("SELECT FROM applications WHERE person_id = :id", id=alike) == []
    assert desk.rows("SELECT FROM access_log WHERE person_id = :id", id=alike) == []
    assert desk.upload(sheet((called, birth, "010-1234-5678"))) == [(2, "accepted", "placed")]
    assert len(desk.rows("SELECT FROM applications WHERE person_id = :id", id=alike)) == 1
    looked = desk.rows("SELECT actor_id, tenant_id FROM access_log WHERE person_id = :id", id=alike)
    assert [tuple(one) for one in looked] == [(desk.clerk, desk.city)]


def test_a_birth_date_to_come_is_refused(desk: Desk) -> None:
    line = (name(1, desk), date(dates.today().year + 4, 1, 1), "010-1234-5678")
    assert desk.upload(sheet(line)) == [(2, "refused", "unreadable")]


def test_prv_7_2_a_child_comes_with_a_guardian_and_the_proof_is_kept(desk: Desk) -> None:
    young = date(dates.today().year - 8, 1, 1)
    report = desk.upload(
        sheet((name(1, desk), young, "010-1111-2222"), (name(2, desk), young, "", "", "김보호", "010-3333-4444"))
    )
    assert report == [(2, "refused", "guardian-missing"), (3, "accepted", "placed")]
    kept_proof = desk.rows(
        "SELECT m.guardian, m.guardian_phone, g.institution, g.collected_by, g.collected_on, g.imported_by"
        " FROM group_members m JOIN group_imports g ON g.id = m.import_id WHERE m.name = :name",
        name=name(2, desk),
    )
    assert [tuple(one) for one in kept_proof] == [
        ("김보호", "01033334444", "해든 복지관", "정다운", date(2026, 1, 5), desk.clerk)
    ]
    by = desk.rows("SELECT applied_by FROM applications WHERE run_id = :run", run=desk.run)
    assert [one.applied_by for one in by] == [desk.clerk]


def test_no_resident_number_comes_in(desk: Desk) -> None:
    assert desk.upload(sheet((name(1, desk), date(1954, 3, 2), "540302-1234567"))) == [(2, "refused", "unreadable")]
    assert desk.rows("SELECT FROM people WHERE name = :name", name=name(1, desk)) == []


def test_the_rules_of_the_run_hold_for_lists_too(desk: Desk) -> None:
    with desk.database.transaction(Scope.JOB, tenant=desk.city):
        session().execute(sa.text("UPDATE runs SET min_age = 60 WHERE id = :run"), {"run": desk.run})
    old, young = date(1950, 1, 1), date(1990, 1, 1)
    report = desk.upload(sheet((name(1, desk), old, "010-1234-5678"), (name(2, desk), young, "010-1234-5679")))
    assert report == [(2, "accepted", "placed"), (3, "refused", "too-young")]


def test_a_file_that_is_no_list_is_refused_whole(desk: Desk) -> None:
    for data in (b"nothing", spreadsheets.write("x", ("가", "나"), [("1", "2")]), sheet()):
        with desk.database.transaction(Scope.STAFF, tenant=desk.city, person=desk.clerk):
            received = groups.receive(desk.run, desk.city, data, "x.xlsx", desk.clerk, stated=STATED)
        with desk.database.transaction(Scope.JOB, tenant=desk.city, person=desk.clerk):
            groups.read_received(received)
            assert kept.get(GroupImport, received).state == "refused"


@pytest.mark.parametrize(
    ("field", "value"),
    [("institution", " "), ("collected_by", ""), ("collected_on", None), ("agreed", False)],
)
def test_nobody_is_made_without_consent_that_somebody_states(desk: Desk, field: str, value: object) -> None:
    stated = {**STATED, field: value}
    with (
        desk.database.transaction(Scope.STAFF, tenant=desk.city, person=desk.clerk),
        pytest.raises(Invalid) as wrong,
    ):
        groups.receive(desk.run, desk.city, sheet(), "x.xlsx", desk.clerk, stated=stated)
    assert set(wrong.value.errors) == {field}
    future = {**STATED, "collected_on": dates.today() + timedelta(days=1)}
    with (
        desk.database.transaction(Scope.STAFF, tenant=desk.city, person=desk.clerk),
        pytest.raises(Invalid, match="받은 날"),
    ):
        groups.receive(desk.run, desk.city, b"x", "x.xlsx", desk.clerk, stated=future)


def test_a_list_of_another_city_enrols_nobody_here(desk: Desk, make: Maker) -> None:
    desk.upload(sheet((name(1, desk), date(1954, 3, 2), "010-1234-5678")))
    other = make.city()
    line = "SELECT * FROM engine.enrol_member(:list, 'x', '1954-03-02', '', '', '', '', '')"
    for scope, tenant in (
        (Scope.JOB, other),
        (Scope.STAFF, desk.city),
        (Scope.PERSON, desk.city),
        (Scope.PUBLIC, None),
    ):
        with (
            desk.database.transaction(scope, tenant=tenant, person=desk.clerk) as asked,
            pytest.raises(sa.exc.ProgrammingError),
        ):
            asked.execute(sa.text(line), {"list": desk.report.id})


def test_in_the_console_from_the_empty_list_to_the_report(web: Web, desk: Desk, make: Maker) -> None:
    make.grant(desk.clerk, "desk_clerk", desk.city)
    host, who = f"{make.slug(desk.city)}.localhost", make.session(desk.clerk, desk.city)
    assert f'href="/console/runs/{desk.run}/group"' in web.get(host, f"/console/runs/{desk.run}/applicants", who).text
    assert web.get(host, "/console/group-template.xlsx", who).data[:2] == b"PK"
    empty = web.post(host, f"/console/runs/{desk.run}/group", who, data={})
    assert empty.status_code == 422
    assert "단체의 이름을 적어 주세요." in empty.text

    form = {"institution": "해든 복지관", "collected_by": "정다운", "collected_on": "2026-01-05", "agreed": "1"}
    data = sheet(("김영숙", date(1954, 3, 2), "010-1234-5678"), ("박", "", ""))
    answer = web.post(
        host, f"/console/runs/{desk.run}/group", who, data={**form, "file": (io.BytesIO(data), "명단.xlsx")}
    )
    assert answer.status_code == 303
    report = answer.headers["Location"]
    assert web.get(host, report, who).status_code == 202
    with desk.database.transaction(Scope.JOB, tenant=desk.city, person=desk.clerk):
        groups.read_received(UUID(report.rsplit("/", 1)[1]))
    page = web.get(host, report, who).text
    assert "김*숙" in page
    assert "김영숙" not in page
    assert "생년월일’을 읽을 수 없습니다" in page
    assert web.get(host, f"{report}.csv", who).status_code == 200
