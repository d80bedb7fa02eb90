"""An act for a child and the withdrawal of its guardian's consent in the same moment: one waits for the other (PRV 7.2)."""

from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as StillWaiting
from uuid import UUID

import pytest
import sqlalchemy as sa

from auth.families import service as families_service
from maru.db import Database, Scope
from tests.auth.families.conftest import Families
from tests.conftest import Maker

APPLY = sa.text("SELECT * FROM engine.apply(:run, NULL)")


@pytest.fixture
def guardian(make: Maker) -> UUID:
    return make.person()


def end(database: Database, guardian: UUID) -> families_service.Ended:
    with database.transaction(Scope.PERSON, person=guardian):
        return families_service.end(families_service.mine()[0].id)


def test_a_withdrawal_finds_the_place_that_was_taken_while_it_waited(
    database: Database, families: Families, make: Maker, city: UUID, guardian: UUID
) -> None:
    child, run = families.child(guardian), make.run(city)
    with ThreadPoolExecutor() as others:
        with database.transaction(Scope.PERSON, tenant=city, person=guardian) as acting:
            families_service.act_for(child, families_service.APPLY)
            assert acting.execute(APPLY, {"run": run}).one().refusal is None
            ending = others.submit(end, database, guardian)
            with pytest.raises(StillWaiting):
                ending.result(timeout=1)
        assert ending.result(timeout=20).given_back == 1
    states = families.get("SELECT state FROM applications WHERE person_id = :child", child=child)
    assert [one.state for one in states] == ["cancelled"]


def test_who_acts_while_consent_is_withdrawn_is_refused(
    database: Database, families: Families, make: Maker, city: UUID, guardian: UUID
) -> None:
    child, run = families.child(guardian), make.run(city)

    def apply() -> str | None:
        with database.transaction(Scope.PERSON, tenant=city, person=guardian) as acting:
            families_service.act_for(child, families_service.APPLY)
            refusal: str | None = acting.execute(APPLY, {"run": run}).one().refusal
            return refusal

    with ThreadPoolExecutor() as others:
        with database.transaction(Scope.PERSON, person=guardian):
            families_service.end(families_service.mine()[0].id)
            applying = others.submit(apply)
            with pytest.raises(StillWaiting):
                applying.result(timeout=1)
        assert applying.result(timeout=20) == "not-standing"
    assert families.get("SELECT FROM applications WHERE person_id = :child", child=child) == []
