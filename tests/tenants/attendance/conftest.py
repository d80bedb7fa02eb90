"""A run with learners, whose meetings lie in the past or are still to come."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from auth.consents import service as consents
from maru.db import Database, Scope, session
from tenants.courses import service as courses
from tenants.courses.models import Run
from tenants.enrolments import service as enrolments
from tests.conftest import Maker


@dataclass
class Class:
    """A city's run with its meetings, its learners' applications by person, and a member of its staff."""

    database: Database
    city: UUID
    run: UUID
    meetings: list[UUID]
    applications: dict[UUID, UUID]
    staff: UUID

    @property
    def people(self) -> list[UUID]:
        return list(self.applications)

    def at_work(self) -> Any:
        """A transaction of the city's staff."""
        return self.database.transaction(Scope.STAFF, tenant=self.city, person=self.staff)

    def change(self, **values: Any) -> None:
        with self.at_work():
            session().execute(sa.update(Run).where(Run.id == self.run).values(**values))


class ClassMaker:
    """Makes classes of four meetings, two hours each, a week apart."""

    def __init__(self, database: Database, make: Maker) -> None:
        self._database, self._make = database, make

    def __call__(self, *, learners: int = 2, ended: int = 4, consent: bool = False, capacity: int = 5) -> Class:
        """`ended` of the four meetings are over; the next one is a week after the last of them."""
        make = self._make
        city = make.city(region=make.code())
        run = make.run(city, capacity=capacity)
        applications = {person: self._apply(city, run, person, consent) for person in self.persons(learners)}
        return Class(self._database, city, run, self._move(city, run, ended), applications, make.person())

    def persons(self, count: int) -> list[UUID]:
        return [self._make.person() for _ in range(count)]

    def _apply(self, city: UUID, run: UUID, person: UUID, consent: bool) -> UUID:
        with self._database.transaction(Scope.PERSON, tenant=city, person=person):
            if consent:
                consents.give(person, consents.PROVINCE_HISTORY)
            return enrolments.apply(run, city).id

    def _move(self, city: UUID, run: UUID, ended: int) -> list[UUID]:
        with self._database.transaction(Scope.JOB, tenant=city):
            found = courses.get(run)
            first = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(weeks=ended)
            for place, meeting in enumerate(found.meetings):
                starts = first + timedelta(weeks=place)
                if place >= ended:
                    starts += timedelta(weeks=1)
                meeting.starts_at, meeting.ends_at = starts, starts + timedelta(hours=2)
            found.starts_on, found.ends_on = first.date(), found.meetings[-1].ends_at.date()
            return [meeting.id for meeting in found.meetings]


@pytest.fixture(scope="session")
def make_class(database: Database, make: Maker) -> ClassMaker:
    return ClassMaker(database, make)
