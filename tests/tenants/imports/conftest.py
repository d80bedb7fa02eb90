"""A city that imports, and the sample province on a database of its own."""

import secrets
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from uuid import UUID

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from maru.config import Config
from maru.db import Database, Scope, session
from maru.embedded.postgres import Postgres
from maru.imports.report import Report
from maru.migrating import migrate
from maru.tenancy import Tenant
from tenants.courses.models import Run
from tenants.imports import service as imports
from tenants.sample import loading
from tests.conftest import Maker
from tests.tenants.imports.files import Line, csv_of


@dataclass
class Desk:
    """What the staff of one city do with files."""

    database: Database
    tenant: UUID

    def put(self, *lines: Line, dry_run: bool = False) -> Report:
        return self.put_file(csv_of(*lines), dry_run=dry_run)

    def put_file(self, data: bytes, name: str = "courses.csv", *, dry_run: bool = False) -> Report:
        with self.working():
            return imports.import_file(self.tenant, data, name, dry_run=dry_run)

    def take(self) -> bytes:
        with self.working():
            return imports.export_csv(self.tenant)

    def runs(self) -> list[Run]:
        """The city's runs in the order they were made, with meetings."""
        with self.working():
            found = session().scalars(sa.select(Run).order_by(Run.id).options(selectinload(Run.meetings)))
            return list(found)

    def working(self) -> AbstractContextManager[Session]:
        return self.database.transaction(Scope.JOB, tenant=self.tenant)


@pytest.fixture
def desk(database: Database, make: Maker) -> Desk:
    return Desk(database, make.city())


@pytest.fixture(scope="module")
def sample(postgres: Postgres, config: Config) -> Iterator[Database]:
    """The sample province."""
    name = f"sample{secrets.token_hex(4)}"
    with psycopg.connect(postgres.url("postgres", "postgres"), autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name} OWNER maru_owner")
        own = replace(
            config, database_url=postgres.url(name, "maru_owner"), database_app_url=postgres.url(name, "maru_app")
        )
        migrate(own)
        loading.load(own)
        database = Database(own.database_app_url)
        yield database
        database.engine.dispose()
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def desk_of(database: Database, slug: str) -> Desk:
    """The desk of a sample city."""
    with database.transaction(Scope.PUBLIC):
        return Desk(database, session().scalars(sa.select(Tenant.id).where(Tenant.slug == slug)).one())
