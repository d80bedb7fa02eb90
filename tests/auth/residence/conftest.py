"""A city with a desk, people with homes, and a data share that really answers over HTTP."""

import secrets
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from auth.residence import counterpart
from auth.residence.counterpart import Entry
from auth.residence.models import Residence
from maru.config import Config
from maru.db import Database, Scope, session
from maru.migrating import engine_connection, owner_connection
from maru.web import dates
from tests.client import Web, opened
from tests.conftest import Maker

TODAY = dates.today()


def days(count: int) -> date:
    """The day so many days ago."""
    return TODAY - timedelta(days=count)


@pytest.fixture(scope="module")
def web(config: Config) -> Iterator[Web]:
    with opened(config) as asked:
        yield asked


@dataclass
class Hall:
    """A city that is a municipality, its clerk, and its neighbour's region."""

    config: Config
    database: Database
    web: Web
    make: Maker
    city: UUID
    region: str
    elsewhere: str
    clerk: UUID

    @property
    def host(self) -> str:
        return f"{self.make.slug(self.city)}.localhost"

    def at_desk(self, person: UUID | None = None) -> AbstractContextManager[object]:
        return self.database.transaction(Scope.STAFF, tenant=self.city, person=person or self.clerk)

    def as_person(self, person: UUID) -> AbstractContextManager[object]:
        return self.database.transaction(Scope.PERSON, tenant=self.city, person=person)

    def execute(self, statement: str, **values: object) -> Any:
        with engine_connection(self.config.database_url) as connection:
            found = connection.execute(sa.text(statement), values)
            return found.all() if found.returns_rows else None

    def person(self, name: str = "", **known: Any) -> UUID:
        """Somebody with a name of their own, a birth date and a telephone."""
        made = self.make.person()
        self.execute(
            "UPDATE people SET name = :name, email = :email, phone = :phone WHERE id = :id",
            **{"name": name or f"이웃{secrets.token_hex(4)}", "email": None, "phone": None, **known, "id": made},
        )
        return made

    def lived(
        self, person: UUID, region: str, since: date, until: date | None = None, source: str = "declared"
    ) -> None:
        self.execute(
            "INSERT INTO residences (person_id, region_code, valid, source, verified_on)"
            " VALUES (:person, :region, daterange(:since, :until), :source, :on)",
            person=person, region=region, since=since, until=until, source=source,
            on=None if source == "declared" else since,
        )  # fmt: skip

    def homes(self, person: UUID) -> list[tuple[str, date | None, date | None, str]]:
        """Region, first day, the day after the last, source; in their order."""
        with self.as_person(person):
            mine = sa.select(Residence).where(Residence.person_id == person).order_by(sa.func.lower(Residence.valid))
            found = session().scalars(mine).all()
        return [(one.region_code, one.valid.lower, one.valid.upper, one.source) for one in found]

    def for_residents(self, run: UUID) -> None:
        with self.database.transaction(Scope.JOB, tenant=self.city):
            session().execute(sa.text("UPDATE runs SET resident_only = true WHERE id = :run"), {"run": run})

    def limit(self, name: str, value: int) -> None:
        with owner_connection(self.config.database_url) as connection, connection.begin():
            changed = sa.text("UPDATE limits SET value = :value WHERE name = :name")
            connection.execute(changed, {"value": value, "name": name})

    def applied(self, person: UUID, *, residents: bool = False) -> UUID:
        run = self.make.run(self.city)
        if residents:
            self.for_residents(run)
        self.execute(
            "INSERT INTO applications (tenant_id, run_id, person_id, number, state) VALUES (:city, :run, :who, 1, 'placed')",
            city=self.city,
            run=run,
            who=person,
        )
        return run


def region(database: Database, code: str, kind: str = "city", **more: object) -> str:
    with database.transaction(Scope.PROVINCE):
        session().execute(
            sa.text(
                "INSERT INTO regions (code, name_ko, name_en, kind, valid, parent_code, successor_code) VALUES"
                " (:code, :name, :code, :kind, daterange(:since, :until), :parent, :successor)"
            ),
            {
                "code": code, "name": f"시험{code}시", "kind": kind, "since": date(2000, 1, 1), "until": None, "parent": None,
                "successor": None, **more,
            },
        )  # fmt: skip
    return code


@pytest.fixture
def hall(config: Config, database: Database, web: Web, make: Maker) -> Hall:
    here, there = (region(database, make.code()) for _ in range(2))
    city, clerk = make.city(region=here), make.person()
    make.grant(clerk, "desk_clerk", city)
    return Hall(config, database, web, make, city, here, there, clerk)


@dataclass
class Share:
    """A running share; `url` is what DATA_SHARE_URL would say."""

    config: Config
    register: list[Entry]


@contextmanager
def share_of(config: Config) -> Iterator[Share]:
    register: list[Entry] = []
    server = counterpart.serving(register, "key")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield Share(replace(config, data_share_url=f"http://key@127.0.0.1:{server.server_port}/"), register)
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def share(config: Config) -> Iterator[Share]:
    with share_of(config) as running:
        yield running
