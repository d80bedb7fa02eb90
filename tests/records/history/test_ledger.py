"""The one history: append-only for everybody, corrected by new lines, seen by the person and the issuing city (GP-08)."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from maru.config import Config
from maru.db import Database, Scope, session
from maru.errors import Invalid, NotFound, Refused
from maru.migrating import owner_connection
from maru.tenancy import Tenant
from records.history import service as history
from records.history.models import Record
from records.history.service import Entry
from tests.conftest import Maker


def entry(make: Maker, tenant: UUID, person: UUID, title: str = "한글서예 기초", day: date = date(2026, 7, 9)) -> Entry:
    return Entry(
        person_id=person,
        tenant_id=tenant,
        title=title,
        run_name="2026년 2기",
        category="04",
        hours=Decimal("12.5"),
        starts_on=day - timedelta(days=37),
        ends_on=day,
        completed_on=day,
        source_id=make.enrolment(tenant, person),
        ground="consent:test",
    )


def write(database: Database, line: Entry) -> UUID:
    with database.transaction(Scope.JOB, tenant=line.tenant_id):
        return history.record(line)


def seen(database: Database, person: UUID) -> list[str]:
    with database.transaction(Scope.PERSON, person=person):
        return [line.title for line in history.history_of(person)]


def test_lines_of_all_cities_stand_together_under_the_name_of_that_time(database: Database, make: Maker) -> None:
    suwon, seongnam, person = make.city(), make.city(), make.person()
    write(database, entry(make, suwon, person, "먼저", date(2025, 5, 1)))
    write(database, entry(make, seongnam, person, "나중", date(2026, 5, 1)))
    with database.transaction(Scope.PROVINCE):
        city = session().get_one(Tenant, suwon)
        name, city.name_ko = city.name_ko, "새수원특례시"
    with database.transaction(Scope.PERSON, person=person):
        lines = history.history_of(person)
    assert [line.title for line in lines] == ["나중", "먼저"]
    assert (lines[1].tenant_name, lines[1].hours) == (name, Decimal("12.50"))
    assert lines[1].tenant_slug == make.slug(suwon)


def test_the_same_enrolment_enters_once(database: Database, make: Maker) -> None:
    line = entry(make, make.city(), make.person())
    write(database, line)
    with pytest.raises(Refused) as refused:
        write(database, line)
    assert refused.value.slug == "already-recorded"


def test_a_correction_supersedes_and_the_old_line_stays(database: Database, make: Maker) -> None:
    city, person = make.city(), make.person()
    first = write(database, entry(make, city, person))
    with database.transaction(Scope.JOB, tenant=city):
        second = history.correct(first, "시간을 잘못 적음", hours=Decimal(14))
        third = history.correct(second, "제목을 잘못 적음", title="한글서예 중급")
    with database.transaction(Scope.PERSON, person=person):
        (line,) = history.history_of(person)
        everything = session().scalars(sa.select(Record).order_by(Record.id)).all()
    assert (line.id, line.title, line.hours, line.corrected) == (third, "한글서예 중급", Decimal(14), True)
    assert [(one.id, one.supersedes_id, one.hours) for one in everything] == [
        (first, None, Decimal("12.5")), (second, first, Decimal(14)), (third, second, Decimal(14)),
    ]  # fmt: skip
    assert [one.reason for one in everything] == ["", "시간을 잘못 적음", "제목을 잘못 적음"]
    assert {one.ground for one in everything} == {"consent:test"}


def test_a_withdrawn_line_is_gone_from_the_history_and_cannot_be_corrected(database: Database, make: Maker) -> None:
    city, person = make.city(), make.person()
    first = write(database, entry(make, city, person))
    with database.transaction(Scope.JOB, tenant=city):
        last = history.withdraw(first, "출석이 잘못 적혀 있었음")
    assert seen(database, person) == []
    with pytest.raises(NotFound), database.transaction(Scope.JOB, tenant=city):
        history.correct(last, "되살리기", title="한글서예")


def test_only_the_line_that_holds_is_corrected(database: Database, make: Maker) -> None:
    city = make.city()
    first = write(database, entry(make, city, make.person()))
    with database.transaction(Scope.JOB, tenant=city):
        history.correct(first, "까닭", title="새 제목")
    with pytest.raises(NotFound), database.transaction(Scope.JOB, tenant=city):
        history.correct(first, "까닭", title="다른 제목")


@pytest.mark.parametrize("reason", ["", "  "])
def test_a_correction_says_why(database: Database, make: Maker, reason: str) -> None:
    city = make.city()
    line = write(database, entry(make, city, make.person()))
    with pytest.raises(Invalid), database.transaction(Scope.JOB, tenant=city):
        history.correct(line, reason, title="새 제목")


@pytest.mark.parametrize("changes", [{}, {"person_id": uuid4()}, {"tenant_name": "다른 시"}, {"withdrawn": True}])
def test_whose_and_which_city_it_is_cannot_be_corrected(changes: dict[str, object]) -> None:
    with pytest.raises(TypeError):
        history.correct(uuid4(), "까닭", **changes)


def test_another_city_neither_sees_nor_corrects(database: Database, make: Maker) -> None:
    here, there, person = make.city(), make.city(), make.person()
    line = write(database, entry(make, here, person))
    with database.transaction(Scope.STAFF, tenant=here, person=make.person()):
        assert [one.id for one in history.issued_by(here, person)] == [line]
    with database.transaction(Scope.STAFF, tenant=there, person=make.person()):
        assert history.issued_by(here, person) == []
    with pytest.raises(NotFound), database.transaction(Scope.JOB, tenant=there):
        history.correct(line, "까닭", title="우리 것")
    with (
        pytest.raises(sa.exc.ProgrammingError, match="row-level security"),
        database.transaction(Scope.JOB, tenant=there),
    ):
        history.record(entry(make, here, person))
    assert seen(database, person) == ["한글서예 기초"]


@pytest.mark.parametrize("scope", [Scope.PUBLIC, Scope.PERSON])
def test_a_person_writes_no_line_of_their_own(database: Database, make: Maker, scope: Scope) -> None:
    city, person = make.city(), make.person()
    with (
        pytest.raises(sa.exc.ProgrammingError, match="row-level security"),
        database.transaction(scope, tenant=city, person=person),
    ):
        history.record(entry(make, city, person))


def test_nobody_else_sees_a_persons_lines(database: Database, make: Maker) -> None:
    city, person = make.city(), make.person()
    write(database, entry(make, city, person))
    for scope, who in ((Scope.PERSON, make.person()), (Scope.PUBLIC, None)):
        with database.transaction(scope, tenant=city, person=who):
            assert history.history_of(person) == []


def test_pages_follow_one_another_without_gap_or_repeat(database: Database, make: Maker) -> None:
    city, person = make.city(), make.person()
    for number in range(7):
        write(database, entry(make, city, person, str(number), date(2026, 1, 1 + number // 3)))
    titles: list[str] = []
    cursor: str | None = None
    with database.transaction(Scope.PERSON, person=person):
        for _ in range(4):
            lines, cursor = history.page_of(person, 2, cursor)
            titles += [line.title for line in lines]
    assert titles == [str(number) for number in reversed(range(7))]
    assert cursor is None


@pytest.mark.parametrize("cursor", ["x", "WyIyMDI2LTAxLTAxIiwieCJd", "WyJ4IiwieCJd"])
def test_a_forged_cursor_is_refused(database: Database, make: Maker, cursor: str) -> None:
    person = make.person()
    with pytest.raises(Invalid), database.transaction(Scope.PERSON, person=person):
        history.page_of(person, 2, cursor)


CHANGES = ("UPDATE records SET title = ''", "DELETE FROM records", "TRUNCATE records")


@pytest.mark.parametrize("change", CHANGES)
def test_the_application_cannot_change_the_ledger(database: Database, make: Maker, change: str) -> None:
    city = make.city()
    write(database, entry(make, city, make.person()))
    with (
        pytest.raises(sa.exc.ProgrammingError, match="permission denied"),
        database.transaction(Scope.JOB, tenant=city),
    ):
        session().execute(sa.text(change))


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize(("role", "answer"), [("maru_owner", "append-only"), ("maru_engine", "permission denied")])
def test_nor_can_the_owner_or_the_engine(
    config: Config, database: Database, make: Maker, change: str, role: str, answer: str
) -> None:
    write(database, entry(make, make.city(), make.person()))
    with (
        pytest.raises(sa.exc.DBAPIError, match=answer),
        owner_connection(config.database_url) as connection,
        connection.begin(),
    ):
        connection.exec_driver_sql(f"SET LOCAL ROLE {role}; {change}")


def test_a_correction_never_moves_a_line_to_someone_else(database: Database, make: Maker) -> None:
    city, other = make.city(), make.person()
    first = write(database, entry(make, city, make.person()))
    stolen = vars(replace(entry(make, city, other)))
    with (
        pytest.raises(sa.exc.IntegrityError, match="records_correction"),
        database.transaction(Scope.JOB, tenant=city),
    ):
        session().add(Record(kind="course", tenant_name="시", supersedes_id=first, reason="까닭", **stolen))
