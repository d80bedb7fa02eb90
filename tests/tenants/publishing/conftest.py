"""A city's console at which runs are published, and what it asks of the city's rows."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from werkzeug.test import TestResponse

from maru.config import Config
from maru.db import Database, Scope, session
from maru.web import dates
from tenants.courses.models import Course, Run
from tenants.enrolments import service as enrolments
from tests.client import Web, opened
from tests.conftest import Maker


@pytest.fixture(scope="module")
def web(config: Config) -> Iterator[Web]:
    with opened(config) as asked:
        yield asked


@dataclass
class Desk:
    """A city's console, and runs in it."""

    web: Web
    database: Database
    make: Maker
    city: UUID

    def run(self, **values: Any) -> UUID:
        """A published run, as changed."""
        run = self.make.run(self.city)
        if values:
            with self.database.transaction(Scope.JOB, tenant=self.city):
                session().execute(sa.update(Run).where(Run.id == run).values(**values))
        return run

    def draft(self, **values: Any) -> UUID:
        """A run that was never published, about which there is no doubt unless `values` bring one."""
        with self.database.transaction(Scope.JOB, tenant=self.city):
            first = dates.today() + timedelta(days=14)
            dated: dict[str, Any] = {"starts_on": first, "ends_on": first + timedelta(days=21), "capacity": 10}
            dated["opens_at"] = sa.func.now()
            if "course_id" not in values:
                dated["course"] = Course(tenant_id=self.city, title="작성 중인 수채화")
            run = Run(tenant_id=self.city, **dated | values)
            session().add(run)
            session().flush()
            return run.id

    def ask(self, method: str, path: str, role: str = "course_operator", **more: Any) -> TestResponse:
        person = self.make.person()
        self.make.grant(person, role, self.city)
        host = f"{self.make.slug(self.city)}.localhost"
        return self.web.ask(method, host, f"/console{path}", self.make.session(person, self.city), **more)

    def shown(self, act: str, **narrowed: str) -> dict[str, str]:
        """All drafts of the narrowed list, as the question before `act` hands them on."""
        page = self.ask("GET", f"/courses/{act}", query_string={"all": "1", **narrowed}).text
        mark = re.search('name="shown" value="([0-9a-f]{64})"', page)
        assert mark
        return {"all": "1", "shown": mark[1], **narrowed}

    def published(self, run: UUID) -> bool:
        with self.database.transaction(Scope.STAFF, tenant=self.city):
            listed = session().scalar(sa.text("SELECT count(*) FROM listings WHERE run_id = :run"), {"run": run})
            stamped = session().scalars(sa.select(Run.published_at).where(Run.id == run)).one() is not None
        assert bool(listed) == stamped
        return stamped

    def apply(self, run: UUID) -> None:
        with self.database.transaction(Scope.PERSON, tenant=self.city, person=self.make.person()):
            enrolments.apply(run, self.city)


@pytest.fixture
def desk(web: Web, database: Database, make: Maker) -> Desk:
    return Desk(web, database, make, make.city())
