"""Two members of a city's staff, one of another city, and a request of a kind that notes what it carries out."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from auth.approvals import kinds
from auth.approvals import service as approvals
from auth.approvals.kinds import Kind
from auth.approvals.models import Approval
from maru.config import Config
from maru.db import Database, Scope
from maru.migrating import engine_connection
from tests.conftest import Maker

MAY = frozenset({"people:export"})
CALLED = {"ko": "시험하기", "en": "Trying it out"}


@dataclass
class Two:
    """`done` are the requests that were carried out."""

    config: Config
    database: Database
    make: Maker
    city: UUID
    asker: UUID
    second: UUID
    kind: Kind
    done: list[UUID] = field(default_factory=list)

    def at_work(self, person: UUID, city: UUID | None = None) -> AbstractContextManager[object]:
        return self.database.transaction(Scope.STAFF, tenant=city or self.city, person=person)

    def asked(self) -> UUID:
        with self.at_work(self.asker):
            return approvals.ask(self.kind, "개강 안내", [uuid4(), uuid4()])

    def approve(self, approval: UUID, by: UUID) -> None:
        with self.at_work(by):
            approvals.approve(approvals.get(approval, self.city, MAY))

    def row(self, approval: UUID) -> Approval:
        with self.at_work(self.asker):
            return approvals.get(approval, self.city, MAY)

    def expire(self, approval: UUID) -> None:
        with engine_connection(self.config.database_url) as connection:
            past = sa.text("UPDATE approvals SET expires_at = now() - interval '1 minute' WHERE id = :id")
            connection.execute(past, {"id": approval})


@pytest.fixture
def two(config: Config, database: Database, make: Maker) -> Iterator[Two]:
    city, people = make.city(), [make.person(), make.person()]
    for person in people:
        make.grant(person, "city_admin", city)
    done: list[UUID] = []
    kind = Kind(
        "test.act", "시험", "people:export", CALLED, lambda _: [], carry_out=lambda asked: done.append(asked.id)
    )
    kinds.declare(kind)
    yield Two(config, database, make, city, *people, kind, done)
    del kinds.declared[kind.name]
