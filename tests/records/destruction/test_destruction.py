"""Destruction on schedule: what is past its period goes, a tombstone stays, and each run has its certificate (PRV 7.3, §21)."""

import io
import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from pypdf import PdfReader

from auth.consents import service as consents
from auth.rights import service as rights
from auth.rights.service import Asking
from maru.config import Config
from maru.db import Database, Scope, session
from maru.migrating import engine_connection, owner_connection
from records.destruction import service as destruction
from tests.client import Web, opened
from tests.conftest import Maker

PORTAL, PAGE = "localhost", "/province/destruction"
RECORD = """
    INSERT INTO records (person_id, tenant_id, tenant_name, kind, title, run_name, category, hours, starts_on, ends_on,
        completed_on, source_id, ground)
    SELECT :person, t.id, t.name_ko, 'course', '사진', '1차', '', 3, :day, :day, :day, a.id, 'law:시험'
    FROM applications a JOIN tenants t ON t.id = a.tenant_id WHERE a.person_id = :person
"""


class House:
    def __init__(self, config: Config, database: Database, make: Maker) -> None:
        self.config, self.database, self.make = config, database, make
        self.officer = make.person()
        make.grant(self.officer, "privacy_officer")

    def learner(self) -> UUID:
        """Somebody with an account, a home, a consent, a place in a course that is over, and a line in the ledger."""
        person, city = self.make.person(home="41110"), self.make.city()
        application = self.make.enrolment(city, person)
        with engine_connection(self.config.database_url) as engine:
            about = {"person": person, "application": application, "day": date(2026, 6, 1)}
            engine.execute(
                sa.text("UPDATE people SET email = 'a@example.kr', phone = '01012345678' WHERE id = :person"), about
            )
        with self.database.transaction(Scope.JOB, tenant=city):
            session().execute(sa.text("UPDATE runs SET starts_on = '2026-05-01', ends_on = '2026-06-01'"))
            session().execute(sa.text(RECORD), about)
        with self.database.transaction(Scope.PERSON, person=person):
            consents.give(person, consents.PROVINCE_HISTORY)
        return person

    def is_deleted(self, person: UUID) -> UUID:
        """Ask for the deletion of everything of the province, and have it granted."""
        with self.database.transaction(Scope.PERSON, person=person):
            request = rights.ask(person, Asking("deletion", None, "모두 지워 주세요")).id
        with self.database.transaction(Scope.PROVINCE, person=self.officer):
            rights.grant(request, None, "지웁니다.", self.officer)
        return request

    def runs(self) -> UUID | None:
        with self.database.transaction(Scope.JOB) as opened_:
            run: UUID | None = opened_.execute(sa.select(sa.func.engine.destroy_due())).scalar_one()
            return run

    def lines(self, run: UUID | None) -> dict[str, int]:
        assert run
        with self.database.transaction(Scope.PROVINCE, person=self.officer):
            return {line.kind: line.count for line in destruction.lines(run)}

    def counts(self, person: UUID, *tables: str) -> list[int]:
        with engine_connection(self.config.database_url) as engine:
            count = "SELECT count(*) FROM {} WHERE person_id = :person"
            return [engine.execute(sa.text(count.format(name)), {"person": person}).scalar_one() for name in tables]

    def person(self, person: UUID) -> Any:
        with engine_connection(self.config.database_url) as engine:
            return engine.execute(sa.text("SELECT * FROM people WHERE id = :person"), {"person": person}).one()

    def engine(self, statement: str, **values: Any) -> None:
        with engine_connection(self.config.database_url) as engine:
            engine.execute(sa.text(statement), values)


@pytest.fixture
def house(config: Config, database: Database, make: Maker) -> House:
    return House(config, database, make)


@pytest.fixture(scope="module")
def web(config: Config) -> Iterator[Web]:
    with opened(config) as asked:
        yield asked


def test_somebody_is_destroyed_whole_and_only_who_asked(house: House) -> None:
    gone, stays = house.learner(), house.learner()
    request = house.is_deleted(gone)
    run = house.runs()
    assert house.lines(run)["accounts"] == 1
    row = house.person(gone)
    assert (row.name, row.birth_date, row.email, row.phone, row.subject, row.username) == ("-", *[None] * 5)
    assert house.counts(gone, "records", "residences", "messages", "sessions") == [0, 0, 0, 0]
    assert house.counts(gone, "applications", "consents", "rights_requests") == [1, 1, 1]
    assert house.person(stays).email == "a@example.kr"
    assert house.counts(stays, "records", "residences", "consents") == [1, 1, 1]
    with house.database.transaction(Scope.PROVINCE, person=house.officer):
        (stone,) = destruction.tombstones(run) if run else ()
        assert (stone.person_id, stone.request_id) == (gone, request)
        assert stone.erased["records"] == 1
        assert stone.kept["applications"] == 1
        assert "사진" not in str(stone.erased) + str(stone.kept), "a tombstone holds no content"
        assert gone not in [one.person_id for one in destruction.waiting()]


def test_a_second_run_finds_nothing_more(house: House) -> None:
    house.is_deleted(house.learner())
    house.runs()
    assert house.runs() is None


def test_whoever_learns_or_works_here_is_left_until_that_is_over(house: House) -> None:
    working, learning = house.learner(), house.make.person()
    house.make.grant(working, "auditor")
    house.make.enrolment(house.make.city(), learning)
    for person in (working, learning):
        house.is_deleted(person)
    house.runs()
    with house.database.transaction(Scope.PROVINCE, person=house.officer):
        assert {working, learning} <= {one.person_id for one in destruction.waiting()}
    assert house.person(working).name != "-"
    house.engine("UPDATE role_grants SET ended_at = now() WHERE person_id = :p", p=working)
    house.runs()
    assert house.person(working).name == "-"
    assert house.person(learning).name != "-"


def test_what_is_asked_of_a_city_destroys_nothing_of_the_province(house: House) -> None:
    person = house.learner()
    with house.database.transaction(Scope.PERSON, person=person):
        city = rights.cities(person)[0].id
        request = rights.ask(person, Asking("deletion", city, "문의를 지워 주세요")).id
    with house.database.transaction(Scope.STAFF, tenant=city, person=house.officer):
        rights.grant(request, city, "지웠습니다.", house.officer)
    house.runs()
    assert house.person(person).name != "-"


OLD = {
    "sessions": (
        "INSERT INTO sessions (token_hash, person_id, host, expires_at) VALUES (sha256('{n}'), :p, 'x', now() - interval '{d} days')",
        90,
    ),
    "question_askings": ("INSERT INTO question_askings (person_id, at) VALUES (:p, now() - interval '{d} days')", 1),
    "consents": (
        (
            "INSERT INTO consents (person_id, purpose, text_version, withdrawn_at)"
            " VALUES (:p, 'province-history', '2026-11', now() - interval '{d} days')"
        ),
        1095,
    ),
    "rights_requests": (
        (
            "INSERT INTO rights_requests (person_id, kind, words, state, received_on, due_on, decided_at)"
            " VALUES (:p, 'correction', '글', 'done', '2020-01-01', '2020-01-11', now() - interval '{d} days')"
        ),
        1095,
    ),
}
"""A row of a kind that ended `d` days ago, and the days of the schedule."""


@pytest.mark.parametrize("kind", OLD)
def test_the_schedule_keeps_until_the_last_day(house: House, kind: str) -> None:
    person, (row, days) = house.make.person(), OLD[kind]
    for number, ago in enumerate((days - 1, days + 1)):
        house.engine(row.format(n=f"{person}{number}", d=ago), p=person)
    assert house.counts(person, kind) == [2]
    assert house.lines(house.runs())[kind] >= 1
    assert house.counts(person, kind) == [1]


def test_a_longer_period_from_a_day_on_holds(house: House, config: Config) -> None:
    """The schedule is dated rows."""
    person = house.make.person()
    house.engine(OLD["sessions"][0].format(n=person, d=100), p=person)
    change = (
        "UPDATE retention_periods SET valid = '[2026-01-01,2026-02-01)' WHERE kind = 'sessions' AND days = 90;"
        " INSERT INTO retention_periods VALUES ('sessions', '[2026-02-01,)', 200, '시험')"
    )
    back = (
        "DELETE FROM retention_periods WHERE kind = 'sessions' AND days = 200;"
        " UPDATE retention_periods SET valid = '[2026-01-01,)' WHERE kind = 'sessions'"
    )
    with owner_connection(config.database_url) as owner, owner.begin():
        owner.exec_driver_sql(change)
    try:
        house.runs()
        assert house.counts(person, "sessions") == [1]
    finally:
        with owner_connection(config.database_url) as owner, owner.begin():
            owner.exec_driver_sql(back)
    house.runs()
    assert house.counts(person, "sessions") == [0]


@pytest.mark.parametrize("scope", [Scope.PUBLIC, Scope.PERSON, Scope.STAFF, Scope.PROVINCE])
def test_nobody_destroys_by_hand(house: House, scope: Scope) -> None:
    with (
        pytest.raises(sa.exc.ProgrammingError, match="jobs only"),
        house.database.transaction(scope, tenant=house.make.city(), person=house.officer) as opened_,
    ):
        opened_.execute(sa.select(sa.func.engine.destroy_due()))


@pytest.mark.parametrize("role", ["maru_owner", "maru_engine"])
@pytest.mark.parametrize("table", ["records", "rights_steps"])
def test_the_ledger_lets_go_of_a_row_to_the_destroyer_alone(config: Config, role: str, table: str) -> None:
    def tries(who: str, attempt: str) -> None:
        with owner_connection(config.database_url) as owner, owner.begin():
            owner.exec_driver_sql(f"SET LOCAL ROLE {who}")
            owner.exec_driver_sql(attempt)

    refused = re.compile("append-only|permission denied")
    for who, act in (
        (role, "DELETE FROM {}"),
        (role, "UPDATE {} SET id = id"),
        ("maru_destroyer", "UPDATE {} SET id = id"),
    ):
        with pytest.raises(sa.exc.DBAPIError, match=refused):
            tries(who, act.format(table))


def test_the_application_does_not_become_the_destroyer(database: Database) -> None:
    with database.engine.connect() as connection, pytest.raises(sa.exc.ProgrammingError, match="permission denied"):
        connection.exec_driver_sql("SET ROLE maru_destroyer")


def test_the_certificate_has_a_name_beneath_it(house: House, web: Web) -> None:
    house.is_deleted(house.learner())
    run = house.runs()
    who = house.make.session(house.officer, None)
    assert str(run) in web.get(PORTAL, PAGE, who).text
    assert web.get(PORTAL, f"{PAGE}/{run}.pdf", who).status_code == 409, "nobody stands for it yet"
    assert "법에 따라 따로 남긴 것" in web.get(PORTAL, f"{PAGE}/{run}", who).text
    assert web.post(PORTAL, f"{PAGE}/{run}/confirm", who).status_code == 303
    assert web.post(PORTAL, f"{PAGE}/{run}/confirm", who).status_code == 409
    first, again = (web.get(PORTAL, f"{PAGE}/{run}.pdf", who).data for _ in range(2))
    assert first == again
    assert first.startswith(b"%PDF"), first[:600].decode()
    said = "".join(page.extract_text() for page in PdfReader(io.BytesIO(first)).pages)
    for words in ("개인정보 파기 확인서", "지워 달라고 하신 회원의 정보", "제21조", "1명"):
        assert words in said
    with suppress(sa.exc.ProgrammingError), house.database.transaction(Scope.PROVINCE, person=house.make.person()):
        assert destruction.runs() == [], "other staff of the province see none"
