"""Somebody with rights, the offices that answer them, and the worker that makes files."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from auth.messages.models import Message
from auth.rights import exporting
from auth.rights import service as rights
from auth.rights.models import RightsRequest
from auth.rights.service import Asking
from maru.config import Config
from maru.db import Database, Scope, session
from maru.jobs import Tools, having
from maru.migrating import owner_connection
from maru.storage import connect
from tests.client import Web, opened
from tests.conftest import Maker


@dataclass
class Rights:
    config: Config
    database: Database
    make: Maker
    officer: UUID

    def asks(
        self, person: UUID, kind: str = "correction", tenant: UUID | None = None, words: str = "고쳐 주세요"
    ) -> UUID:
        with self.database.transaction(Scope.PERSON, person=person):
            return rights.ask(person, Asking(kind, tenant, words)).id

    def seen(self, person: UUID, request: UUID) -> RightsRequest:
        with self.database.transaction(Scope.PERSON, person=person):
            return rights.get(request, person=person)

    def steps(self, person: UUID, request: UUID) -> list[str]:
        with self.database.transaction(Scope.PERSON, person=person):
            return [step.kind for step in rights.steps(request)]

    def told(self, person: UUID) -> list[tuple[str, str]]:
        """Kinds of messages with the words in them, in order."""
        with self.database.transaction(Scope.PERSON, person=person):
            found = session().scalars(sa.select(Message).where(Message.person_id == person).order_by(Message.id))
            return [(one.kind, one.details.get("words", "")) for one in found]

    def office(self) -> AbstractContextManager[Session]:
        return self.database.transaction(Scope.PROVINCE, person=self.officer)

    def ages(self, request: UUID, days: int) -> None:
        """Let a request have come so many days earlier."""
        with owner_connection(self.config.database_url) as connection, connection.begin():
            connection.exec_driver_sql("SET LOCAL ROLE maru_engine")
            connection.execute(
                sa.text(
                    "UPDATE rights_requests SET received_on = received_on - :d, due_on = due_on - :d WHERE id = :id"
                ),
                {"d": days, "id": request},
            )

    def round(self) -> None:
        """The worker's, which makes and removes files."""
        with having(Tools(self.config, connect(self.config.s3), self._job)):
            exporting.make_files()
            exporting.remove_files()

    def _job(self, *, tenant: UUID | None = None, person: UUID | None = None) -> AbstractContextManager[Session]:
        return self.database.transaction(Scope.JOB, tenant=tenant, person=person)


def house_of(config: Config, database: Database, make: Maker) -> Rights:
    officer = make.person()
    make.grant(officer, "privacy_officer")
    return Rights(config, database, make, officer)


@pytest.fixture
def rooms(config: Config, database: Database, make: Maker) -> Rights:
    return house_of(config, database, make)


@pytest.fixture
def storing(stored: Config, database: Database, make: Maker) -> Rights:
    """The same with a real object store."""
    return house_of(stored, database, make)


@pytest.fixture(scope="module")
def web(config: Config) -> Iterator[Web]:
    with opened(config) as asked:
        yield asked
