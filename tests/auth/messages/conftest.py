"""A mail server, and a worker's round that sends to it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

import maru.commands.worker  # noqa: F401  # declares all kinds
from auth.messages import delivery
from maru import jobs
from maru.config import Config
from maru.db import Database, Scope
from maru.jobs import Tools
from maru.migrating import engine_connection
from maru.storage import connect
from tenants.sample import making
from tests.conftest import Maker
from tests.post import PostOffice, post_office


@pytest.fixture
def post() -> Iterator[PostOffice]:
    with post_office() as office:
        yield office


@dataclass
class Writing:
    """People who can be written to, and what the table says."""

    config: Config
    database: Database
    make: Maker

    def person(self, email: str | None = "", *, phone: str | None = None, language: str = "ko", name: str = "") -> UUID:
        """A new person; an empty `email` gives them one of their own."""
        made = self.make.person()
        address = f"{made}@example.kr" if email == "" else email
        values = {"id": made, "email": address, "phone": phone, "language": language, "name": name or "김영숙"}
        self.execute(
            "UPDATE people SET email=:email, phone=:phone, language=:language, name=:name WHERE id=:id", **values
        )
        return made

    def execute(self, statement: str, **values: Any) -> None:
        with engine_connection(self.config.database_url) as connection:
            connection.execute(sa.text(statement), values)

    def rows(self, person: UUID) -> list[Any]:
        """The messages to somebody, oldest first."""
        with engine_connection(self.config.database_url) as connection:
            found = sa.text("SELECT * FROM messages WHERE person_id = :person ORDER BY id")
            return list(connection.execute(found, {"person": person}))

    def crowd(self, count: int, city: UUID, run: UUID) -> list[UUID]:
        """Many people, each with an address, who applied to a run some time ago."""
        people = [person for person, _ in making.make_people(self.config.database_url, count)]
        self.execute("UPDATE people SET email = id || '@example.kr' WHERE id = ANY (:people)", people=people)
        self.execute(
            "WITH counted AS (UPDATE seats SET placed = :count, next_number = :count + 1 WHERE run_id = :run)"
            " INSERT INTO applications (tenant_id, run_id, person_id, number, state, applied_at)"
            " SELECT :city, :run, person, number, 'placed', now() - interval '1 day'"
            " FROM unnest(CAST(:people AS uuid[])) WITH ORDINALITY AS made (person, number)",
            people=people, count=count, city=city, run=run,
        )  # fmt: skip
        return people

    def states(self, people: list[UUID]) -> list[str]:
        """Of all messages to them."""
        with engine_connection(self.config.database_url) as connection:
            found = sa.text("SELECT state FROM messages WHERE person_id = ANY (:people)")
            return list(connection.scalars(found, {"people": people}))

    def told(self, person: UUID) -> list[tuple[str, str, str]]:
        """Kind, state and problem of each."""
        return [(row.kind, row.state, row.problem) for row in self.rows(person)]

    def now(self, person: UUID) -> None:
        """Let what waits for a person be due."""
        self.execute(
            "UPDATE messages SET due_at = now() WHERE person_id = :person AND state = 'waiting'", person=person
        )

    def apply(self, person: UUID, city: UUID, run: UUID, key: str | None = None) -> UUID:
        with self.database.transaction(Scope.PERSON, tenant=city, person=person) as opened:
            row = opened.execute(sa.text("SELECT * FROM engine.apply(:run, :key)"), {"run": run, "key": key}).one()
            assert row.refusal is None
            return UUID(str(row.id))

    def cancel(self, person: UUID, city: UUID, application: UUID) -> None:
        with self.database.transaction(Scope.PERSON, tenant=city, person=person) as opened:
            opened.execute(sa.text("SELECT engine.cancel(:application)"), {"application": application})


@pytest.fixture
def writing(config: Config, database: Database, make: Maker) -> Writing:
    """What other tests have left to be sent is sent to nobody."""
    made = Writing(config, database, make)
    made.execute("UPDATE messages SET state = 'kept' WHERE state IN ('waiting', 'handing')")
    return made


Deliver = Callable[..., None]


@pytest.fixture
def deliver(config: Config, database: Database) -> Deliver:
    """Makes one round of a worker whose settings are changed as given."""

    def go(**changed: Any) -> None:
        settings = replace(config, **changed)
        tools = Tools(settings, connect(settings.s3), partial(database.transaction, Scope.JOB))
        with jobs.having(tools):
            delivery.deliver()

    return go
