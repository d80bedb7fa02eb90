"""Looks are kept for two years and then deleted, and the chain holds without them (PRV 7.4)."""

from functools import partial
from uuid import UUID

import pytest
import sqlalchemy as sa

from auth.access_log import sealing, verifying
from auth.access_log.verifying import LEAST_KEPT, Finding
from maru import jobs
from maru.config import Config
from maru.db import Database, Scope
from maru.jobs import Tools
from maru.limits import limit
from maru.migrating import engine_connection
from maru.storage import connect
from tests.conftest import Maker

WRITE = sa.text("""
    INSERT INTO access_log (at, actor_id, person_id, task, purpose, fields)
    VALUES (now() - make_interval(days => :days), :who, :who, 'x', 'x', '{}') RETURNING id
""")


class Keeping:
    """Looks of another day, sealed apart from the others, and what is left of them."""

    def __init__(self, config: Config, database: Database, make: Maker) -> None:
        self._config, self._database = config, database
        self._person = make.person()

    def sealed(self, *ages: int) -> list[UUID]:
        """Looks that are so many days old, in one seal."""
        self.seal()
        with engine_connection(self._config.database_url) as connection:
            looks = [connection.execute(WRITE, {"days": days, "who": self._person}).scalar_one() for days in ages]
        self.seal()
        return looks

    def seal(self) -> None:
        transaction = partial(self._database.transaction, Scope.JOB)
        with jobs.having(Tools(self._config, connect(self._config.s3), transaction=transaction)):
            sealing.seal()

    def forget(self) -> None:
        with self._database.transaction(Scope.JOB):
            sealing.forget()

    def left(self, looks: list[UUID]) -> int:
        with engine_connection(self._config.database_url) as connection:
            count = sa.text("SELECT count(*) FROM access_log WHERE id = any(:looks)")
            return int(connection.execute(count, {"looks": looks}).scalar_one())

    def verified(self) -> Finding:
        with engine_connection(self._config.database_url) as connection:
            return verifying.verify(connection)


@pytest.fixture
def keeping(config: Config, database: Database, make: Maker) -> Keeping:
    return Keeping(config, database, make)


def test_looks_are_kept_for_two_years_at_least(database: Database) -> None:
    with database.transaction(Scope.JOB):
        assert limit("look-kept-days") >= LEAST_KEPT.days
    assert sealing.forget.daily


def test_what_is_old_enough_goes_and_the_chain_holds(keeping: Keeping) -> None:
    young, old, after = keeping.sealed(1), keeping.sealed(800, 740), keeping.sealed(0)
    before = keeping.verified()
    keeping.forget()
    assert [keeping.left(looks) for looks in (young, old, after)] == [1, 0, 1]
    finding = keeping.verified()
    assert (finding.breaks, finding.hash, finding.seals) == ([], before.hash, before.seals)
    assert (finding.looks, finding.gone) == (before.looks - 2, before.gone + 2)
    keeping.forget()
    assert keeping.verified() == finding


def test_a_seal_goes_as_a_whole_when_its_youngest_look_is_old_enough(keeping: Keeping) -> None:
    looks = keeping.sealed(800, 730)
    keeping.forget()
    assert keeping.left(looks) == 2


def test_even_the_engine_deletes_no_look_before_its_time(keeping: Keeping, config: Config) -> None:
    looks = keeping.sealed(730)
    delete = sa.text("DELETE FROM access_log WHERE id = any(:looks)")
    with (
        pytest.raises(sa.exc.IntegrityError, match="this look is to be kept"),
        engine_connection(config.database_url) as connection,
    ):
        connection.execute(delete, {"looks": looks})


def test_what_waits_for_its_seal_is_not_forgotten(keeping: Keeping, config: Config, make: Maker) -> None:
    keeping.seal()
    with engine_connection(config.database_url) as connection:
        look = connection.execute(WRITE, {"days": 800, "who": make.person()}).scalar_one()
    keeping.forget()
    assert keeping.left([look]) == 1
    keeping.seal()
