"""A real PostgreSQL for every test process, migrated as in production and used through the application's role."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import count
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa
from hypothesis import settings
from playwright.sync_api import expect

from maru.config import Config
from maru.db import Database, Scope, session
from maru.embedded.postgres import Postgres
from maru.embedded.s3 import S3
from maru.migrating import migrate
from maru.storage import Storage, connect
from tenants.courses.models import RunInstructor
from tenants.sample import making
from tenants.sample.making import Resident
from tests import films

# No test is judged by the time of a busy machine.
settings.register_profile("maru", deadline=None)
settings.load_profile("maru")
expect.set_options(timeout=15_000)


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    """A throw-away server of this test process."""
    with Postgres(tmp_path_factory.mktemp("postgres"), durable=False).running() as server:
        yield server


@pytest.fixture(scope="session")
def config(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Config:
    """Settings of a migrated development installation; storage and identity are not started."""
    home: Path = tmp_path_factory.mktemp("maru")
    settings = Config.load(
        {
            "MARU_HOME": str(home),
            "DATABASE_URL": postgres.url("maru", "maru_owner"),
            "DATABASE_APP_URL": postgres.url("maru", "maru_app"),
            "S3_URL": "http://access:secret@127.0.0.1:9/maru",
            "MARU_SECRET_KEY": secrets.token_hex(),
        }
    )
    migrate(settings)
    return settings


@pytest.fixture(scope="session")
def database(config: Config) -> Iterator[Database]:
    """The application's own connections."""
    opened = Database(config.database_app_url, size=5)
    yield opened
    opened.engine.dispose()


CODES = count()


@dataclass
class Maker:
    """Makes what a test needs; every city and person is new, so that tests do not meet each other."""

    config: Config
    database: Database

    def city(self, *, state: str = "live", region: str | None = None) -> UUID:
        slug = f"c{secrets.token_hex(6)}"
        return making.make_city(self.database, slug, f"시험{slug[1:]}시", region=region, state=state)

    def slug(self, tenant: UUID) -> str:
        with making.engine_connection(self.config.database_url) as connection:
            return str(connection.exec_driver_sql("SELECT slug FROM tenants WHERE id = %s", (tenant,)).scalar_one())

    def region(self) -> str:
        """A region code of its own, that is not one of the real ones."""
        return f"T{secrets.token_hex(4)}"

    def code(self) -> str:
        """A region code of its own of five digits, as certificates are numbered by."""
        return f"8{next(CODES):04}"

    def person(self, *, home: str | None = None, birth: date = date(1970, 1, 1)) -> UUID:
        return making.make_people(self.config.database_url, 1, home=home, birth=birth)[0][0]

    def run(self, tenant: UUID, capacity: int = 5, waiting: int | None = None) -> UUID:
        return making.make_runs(self.database, tenant, capacity, waiting=waiting)[0]

    def item(self, *tenants: UUID) -> UUID:
        """A published item of the library, with a video and captions that nobody has made, adopted by cities."""
        return films.published(self.database, self.person(), *tenants)

    def enrolment(self, tenant: UUID, person: UUID) -> UUID:
        """A place of the person in a new run of the city, without applying for it."""
        run = self.run(tenant)
        placed = sa.text(
            "INSERT INTO applications (tenant_id, run_id, person_id, number, state)"
            " VALUES (:tenant, :run, :person, 1, 'placed') RETURNING id"
        )
        with making.engine_connection(self.config.database_url) as connection:
            asked = {"tenant": tenant, "run": run, "person": person}
            return UUID(str(connection.execute(placed, asked).scalar_one()))

    def session(self, person: UUID, tenant: UUID | None) -> Resident:
        host = f"{self.slug(tenant)}.localhost" if tenant else "localhost"
        return making.open_sessions(self.config, [(person, "")], host)[0]

    def teach(self, person: UUID, run: UUID, tenant: UUID) -> None:
        """Make a run the class of a person."""
        with self.database.transaction(Scope.JOB, tenant=tenant):
            session().add(RunInstructor(tenant_id=tenant, run_id=run, person_id=person))

    def grant(self, person: UUID, role: str, tenant: UUID | None = None) -> None:
        making.grant(self.config.database_url, person, role, tenant)


@pytest.fixture(scope="session")
def make(config: Config, database: Database) -> Maker:
    return Maker(config, database)


@pytest.fixture(scope="module")
def stored(config: Config, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Config]:
    """The same installation with a real object store of this file's tests."""
    store = S3(tmp_path_factory.mktemp("store"))
    store.start()
    try:
        settings = replace(config, s3_url=store.url)
        connect(settings.s3).ensure_bucket()
        yield settings
    finally:
        store.stop()


@pytest.fixture(scope="module")
def storage(stored: Config) -> Storage:
    return connect(stored.s3)
