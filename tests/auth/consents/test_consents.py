"""Consent: given for a text, taken back, and seen by a city only for its own learners (PRV 7.2)."""

from collections.abc import Iterator
from datetime import date
from threading import Event, Thread
from uuid import UUID

import pytest
import sqlalchemy as sa

from auth.consents import service as consents
from auth.consents.service import PROVINCE_HISTORY
from maru.config import Config
from maru.db import Database, Scope
from maru.migrating import owner_connection
from tenants.enrolments import service as enrolments
from tests.conftest import Maker

DAY = date(2026, 11, 22)


def give(database: Database, person: UUID) -> None:
    with database.transaction(Scope.PERSON, person=person):
        consents.give(person, PROVINCE_HISTORY)


def learner(database: Database, make: Maker, city: UUID) -> UUID:
    person, run = make.person(), make.run(city)
    with database.transaction(Scope.PERSON, tenant=city, person=person):
        enrolments.apply(run, city)
    return person


def grounds(database: Database, city: UUID, people: list[UUID]) -> dict[UUID, str]:
    with database.transaction(Scope.STAFF, tenant=city, person=people[0]):
        return consents.grounds(people, PROVINCE_HISTORY, DAY)


def rows(config: Config, person: UUID) -> int:
    with owner_connection(config.database_url) as connection, connection.begin():
        connection.exec_driver_sql("SET LOCAL ROLE maru_engine")
        count = "SELECT count(*) FROM consents WHERE person_id = %s"
        return int(connection.exec_driver_sql(count, (person,)).scalar_one())


def test_given_once_and_taken_back(config: Config, database: Database, make: Maker) -> None:
    person = make.person()
    give(database, person)
    give(database, person)
    with database.transaction(Scope.PERSON, person=person):
        assert consents.has(person, PROVINCE_HISTORY)
        consents.withdraw(person, PROVINCE_HISTORY)
    with database.transaction(Scope.PERSON, person=person):
        assert not consents.has(person, PROVINCE_HISTORY)
        consents.withdraw(person, PROVINCE_HISTORY)
    assert rows(config, person) == 1


def test_a_city_learns_of_the_consent_of_its_own_learners_only(database: Database, make: Maker) -> None:
    here, there = make.city(), make.city()
    mine, undecided, theirs = learner(database, make, here), learner(database, make, here), make.person()
    for person in (mine, theirs):
        give(database, person)
    found = grounds(database, here, [mine, undecided, theirs])
    assert list(found) == [mine]
    assert found[mine].startswith("consent:")
    assert grounds(database, there, [mine]) == {}


@pytest.mark.parametrize("scope", [Scope.PUBLIC, Scope.PERSON, Scope.PROVINCE])
def test_nobody_else_asks_for_consents(database: Database, make: Maker, scope: Scope) -> None:
    city = make.city()
    person = learner(database, make, city)
    with (
        pytest.raises(sa.exc.ProgrammingError, match="staff only"),
        database.transaction(scope, tenant=city, person=person),
    ):
        consents.grounds([person], PROVINCE_HISTORY, DAY)


@pytest.fixture
def law(config: Config) -> Iterator[str]:
    citation = "평생교육법 제0조"
    with owner_connection(config.database_url) as connection, connection.begin():
        connection.exec_driver_sql(
            "INSERT INTO legal_grounds VALUES (%s, '[2026-01-01,2027-01-01)', %s)", (PROVINCE_HISTORY, citation)
        )
    yield citation
    with owner_connection(config.database_url) as connection, connection.begin():
        connection.exec_driver_sql("DELETE FROM legal_grounds")


def test_a_law_stands_in_for_consent_while_it_is_in_force(database: Database, make: Maker, law: str) -> None:
    city = make.city()
    consenting, silent = learner(database, make, city), learner(database, make, city)
    give(database, consenting)
    found = grounds(database, city, [consenting, silent])
    assert found[silent] == f"law:{law}"
    assert found[consenting].startswith("consent:")
    with database.transaction(Scope.JOB, tenant=city):
        assert silent not in consents.grounds([silent], PROVINCE_HISTORY, date(2027, 1, 1))


def test_consent_given_while_a_city_decides_waits_for_the_decision(database: Database, make: Maker) -> None:
    city = make.city()
    person = learner(database, make, city)
    given = Event()
    order: list[str] = []

    def giving() -> None:
        give(database, person)
        order.append("given")
        given.set()

    with database.transaction(Scope.JOB, tenant=city):
        assert consents.grounds([person], PROVINCE_HISTORY, DAY) == {}
        thread = Thread(target=giving)
        thread.start()
        assert not given.wait(0.3)
        order.append("decided")
    thread.join(5)
    assert order == ["decided", "given"]
