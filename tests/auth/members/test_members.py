"""Members of cities from before Maru: a report row for each, an ID for each human of a list, nobody merged silently."""

import secrets
from datetime import date
from uuid import UUID

import pytest
import sqlalchemy as sa
from psycopg.errors import InsufficientPrivilege

from auth.members import service as members
from auth.members.roll import day_of, phone_of
from maru.config import Config
from maru.db import Database, Scope, session
from maru.imports.report import Report
from maru.migrating import engine_connection
from maru.tables.findings import FileRefused
from tests.conftest import Maker

HEAD = "회원번호,이름,생년월일,휴대전화,이메일"


def take(database: Database, city: UUID, *lines: str, head: str = HEAD, dry_run: bool = False) -> Report:
    data = "\r\n".join([head, *lines]).encode("utf-8-sig")
    with database.transaction(Scope.JOB, tenant=city):
        return members.import_file(data, "회원.csv", dry_run=dry_run)


def codes(report: Report) -> list[tuple[str, str]]:
    return [(row.outcome, row.code) for row in report.rows]


def name() -> str:
    return "김" + "".join(chr(0xAC00 + secrets.randbelow(11_000)) for _ in range(3))


def people(config: Config, called: str) -> list[sa.Row[tuple[UUID, UUID | None, str]]]:
    with engine_connection(config.database_url) as connection:
        return list(
            connection.execute(sa.text("SELECT id, merged_into, phone FROM people WHERE name = :n"), {"n": called})
        )


def test_a_list_is_taken_over_and_a_second_time_changes_nothing(
    database: Database, config: Config, make: Maker
) -> None:
    city, a, b = make.city(), name(), name()
    lines = [f"1001,{a},1954-03-02,010-1234-5678,a@example.kr", f"1002,{b},1960. 7. 1.,1087654321,"]
    assert codes(take(database, city, *lines)) == [("accepted", "created")] * 2
    assert codes(take(database, city, *lines)) == [("unchanged", "unchanged")] * 2
    (kept,) = people(config, b)
    assert kept.phone == "01087654321", "the 0 that a spreadsheet drops"
    assert codes(take(database, city, f"1002,{b},1960-07-02,,")) == [("accepted", "updated")]


def test_a_trial_changes_nothing(database: Database, config: Config, make: Maker) -> None:
    city, called = make.city(), name()
    assert codes(take(database, city, f"1,{called},1954-03-02,,", dry_run=True)) == [("accepted", "created")]
    assert people(config, called) == []


def test_the_same_human_in_three_cities_is_proposed_and_not_merged(
    database: Database, config: Config, make: Maker
) -> None:
    called, phone = name(), f"010{secrets.randbelow(10**8):08}"
    reports = [take(database, make.city(), f"{n},{called},1901-03-02,{phone},") for n in range(3)]
    assert [codes(one)[0] for one in reports] == [("accepted", "created"), *[("warned", "looks-like")] * 2]
    found = people(config, called)
    assert len(found) == 3
    assert all(one.merged_into is None for one in found)
    with engine_connection(config.database_url) as connection:
        ids = [one.id for one in found]
        pairs = connection.execute(
            sa.text("SELECT rule FROM likenesses WHERE person_id = ANY (:ids) AND other_id = ANY (:ids)"), {"ids": ids}
        ).all()
    assert [pair.rule for pair in pairs] == ["name-birth-phone"] * 3


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (",김하늘,1954-03-02,,", "no-number"),
        ("1,,1954-03-02,,", "no-name"),
        ("1,김하늘,,,", "no-birth-date"),
        ("1,김하늘,540302,,", "no-birth-date"),
        ("1,김하늘,1954-02-30,,", "no-birth-date"),
        ("1,김하늘,2999-01-01,,", "no-birth-date"),
        ("1,<b>김하늘</b>,1954-03-02,,", "no-person"),
        ("1,540302,1954-03-02,,", "no-person"),
        ("1,김하늘,540302-1234567,,", "resident-number"),
        ("540302-1234567,김하늘,1954-03-02,,", "resident-number"),
        ("1,김하늘,1954-03-02,,,,더", "stray-cell"),
    ],
)
def test_a_line_that_cannot_be_taken_says_why_and_the_others_are(
    database: Database, make: Maker, line: str, code: str
) -> None:
    report = take(database, make.city(), line, f"2,{name()},1954-03-02,,")
    assert codes(report) == [("refused", code), ("accepted", "created")]
    assert "1234567" not in report.rows[0].message
    assert report.rows[0].line == 2


def test_odd_contacts_are_left_out_and_said(database: Database, make: Maker) -> None:
    report = take(database, make.city(), f"1,{name()},1954-03-02,없음?,a@b")
    assert codes(report) == [("warned", "bad-phone")]
    assert "이메일" in report.rows[0].message


def test_a_number_twice_in_a_file_is_refused_the_second_time(database: Database, make: Maker) -> None:
    report = take(database, make.city(), f"1,{name()},1954-03-02,,", f"1,{name()},1955-03-02,,")
    assert codes(report) == [("accepted", "created"), ("refused", "repeated")]
    assert "2줄" in report.rows[1].message


def test_reports_name_nobody_in_full(database: Database, make: Maker) -> None:
    called = name()
    (row,) = take(database, make.city(), f"1,{called},1954-03-02,,").rows
    assert called not in row.title + row.message


def test_an_id_that_somebody_uses_is_not_changed_from_outside(database: Database, config: Config, make: Maker) -> None:
    city, called = make.city(), name()
    take(database, city, f"1,{called},1954-03-02,,")
    with engine_connection(config.database_url) as connection:
        connection.execute(sa.text("UPDATE people SET subject = name WHERE name = :n"), {"n": called})
    assert codes(take(database, city, f"1,{name()},1954-03-02,,")) == [("warned", "own-now")]
    assert len(people(config, called)) == 1


def test_a_file_without_the_headings_is_refused_whole(database: Database, make: Maker) -> None:
    with pytest.raises(FileRefused) as refused:
        take(database, make.city(), "1,김하늘", head="번호,이름")
    assert refused.value.code == "missing-headings"
    assert "생년월일" in refused.value.message


def test_a_city_sees_its_members_and_no_other_does(database: Database, config: Config, make: Maker) -> None:
    here, there, called = make.city(), make.city(), name()
    take(database, here, f"A-7,{called},1954-03-02,,")
    (kept,) = people(config, called)
    for city, numbers in ((here, ["A-7"]), (there, [])):
        with database.transaction(Scope.STAFF, tenant=city, person=make.person()):
            held = session().scalars(sa.text("SELECT number FROM memberships WHERE person_id = :id"), {"id": kept.id})
            assert held.all() == numbers
            seen = session().execute(sa.text("SELECT 1 FROM people WHERE id = :id"), {"id": kept.id}).all()
            assert len(seen) == len(numbers)


@pytest.mark.parametrize("scope", [Scope.PUBLIC, Scope.PERSON, Scope.STAFF, Scope.PROVINCE])
def test_nobody_but_a_job_of_a_city_takes_members_over(database: Database, make: Maker, scope: Scope) -> None:
    with (
        database.transaction(scope, tenant=make.city(), person=make.person()),
        pytest.raises(sa.exc.ProgrammingError) as refused,
    ):
        session().execute(sa.text("SELECT * FROM engine.take_members('[]')"))
    assert isinstance(refused.value.orig, InsufficientPrivilege)


def test_days_and_numbers_are_read_as_people_write_them() -> None:
    for written in (
        "1954-03-02",
        "1954.3.2",
        "1954/03/02",
        "19540302",
        "1954년 3월 2일",
        "1954. 3. 2.",
        "1954-03-02 00:00:00",
    ):
        assert day_of(written) == date(1954, 3, 2), written
    for written in ("010-1234-5678", "01012345678", "+82 10-1234-5678", "1012345678", "010.1234.5678"):
        assert phone_of(written) == "01012345678", written
    assert phone_of("031-123-4567") == "0311234567"
    assert phone_of("1234") is None


def test_a_number_with_another_name_and_birth_date_changes_nobody(
    database: Database, config: Config, make: Maker
) -> None:
    city, called, other = make.city(), name(), name()
    take(database, city, f"7,{called},1954-03-02,,")
    assert codes(take(database, city, f"7,{other},1971-01-01,,")) == [("refused", "somebody-else")]
    assert len(people(config, called)) == 1
    assert people(config, other) == []
    assert codes(take(database, city, f"7,{other},1954-03-02,,")) == [("accepted", "updated")]
