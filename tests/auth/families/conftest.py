"""Guardians with a child, helpers with somebody who asked them, and browsers on a city's host."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from auth.families import guardians, helping
from auth.families.codes import digest_of
from maru.config import Config
from maru.db import Database, Scope
from maru.migrating import engine_connection
from maru.web import dates
from tests.client import Web, opened
from tests.conftest import Maker

HISTORY = "2026-11"
NUMBER = "123456"
"""What the SMS of a test says."""


def born(years: int, *, days: int = 0) -> date:
    """The birth date of somebody who becomes `years` old in `days` days."""
    then = dates.today() + timedelta(days=days)
    return date(then.year - years, then.month, min(then.day, 28))


@dataclass
class Families:
    """Makes what a test of this folder needs, through the doors that people use."""

    config: Config
    database: Database
    make: Maker

    def ask(self, guardian: UUID, name: str = "김하늘", birth: date | None = None, method: str = "sms") -> UUID:
        address = {"sms": "010-1234-5678", "phone": "010-1234-5678", "email": "kim@example.kr", "paper": ""}[method]
        with self.database.transaction(Scope.PERSON, person=guardian):
            return guardians.ask(name, birth or date(2018, 5, 5), method, address, agreed=True, history=HISTORY)

    def child(self, guardian: UUID, name: str = "김하늘", birth: date | None = None) -> UUID:
        """A child whose guardian has proven consent by SMS."""
        asked = self.ask(guardian, name, birth)
        self.sent(asked)
        with self.database.transaction(Scope.PERSON, person=guardian):
            child = guardians.confirm(asked, NUMBER)
        assert isinstance(child, UUID)
        return child

    def sent(self, asked: UUID, code: str = NUMBER) -> None:
        """As the job leaves it that has sent the code."""
        values = {"request": asked, "secret": digest_of(asked, code)}
        with self.database.transaction(Scope.JOB) as job:
            job.execute(sa.text("SELECT * FROM engine.set_guardian_secret(:request, :secret)"), values)

    def helper(self, helped: UUID, *, apply: bool = True, see: bool = False, days: int = 30) -> UUID:
        """Somebody who has accepted to help."""
        helper = self.make.person()
        with self.database.transaction(Scope.PERSON, person=helped):
            code, _until = helping.invite("", dates.today() + timedelta(days=days), applying=apply, seeing=see)
        with self.database.transaction(Scope.PERSON, person=helper):
            assert helping.accept(code) is None
        return helper

    def set(self, statement: str, **values: object) -> None:
        """Let time or staff have done something."""
        with engine_connection(self.config.database_url) as connection:
            connection.execute(sa.text(statement), values)

    def change_run(self, run: UUID, **values: object) -> None:
        """Let the city's staff have changed a run."""
        tenant = self.get("SELECT tenant_id FROM seats WHERE run_id = :run", run=run)[0].tenant_id
        said = ", ".join(f"{name} = :{name}" for name in values)
        with self.database.transaction(Scope.JOB, tenant=tenant) as office:
            office.execute(sa.text(f"UPDATE runs SET {said} WHERE id = :run"), {**values, "run": run})

    def get(self, statement: str, **values: object) -> list[sa.Row]:
        with engine_connection(self.config.database_url) as connection:
            return list(connection.execute(sa.text(statement), values))


@pytest.fixture
def families(config: Config, database: Database, make: Maker) -> Families:
    return Families(config, database, make)


@pytest.fixture(scope="module")
def web(config: Config) -> Iterator[Web]:
    with opened(config) as asked:
        yield asked


@pytest.fixture
def city(make: Maker) -> UUID:
    return make.city(region=make.code())
