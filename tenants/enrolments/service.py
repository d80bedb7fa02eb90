"""Applying and cancelling: one call into the engine each, under the lock of the run's counter (6.4, 6.6)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from auth.people import service as people
from auth.residence import service as residence
from auth.residence.models import Region
from maru.db import call_and_commit, session
from maru.errors import N_, MaruError, Named, NotFound
from maru.tenancy import Tenant
from maru.web import dates
from tenants.catalogue import service as catalogue
from tenants.enrolments import eligibility
from tenants.enrolments.eligibility import Applicant
from tenants.enrolments.models import Application
from tenants.enrolments.refusals import Situation, refusal

NOWHERE = Named("", "")


@dataclass(frozen=True)
class Placed:
    """Where an application stands; `position` counts from 1 among the waiting, else it is None."""

    id: UUID
    run_id: UUID
    state: str
    position: int | None
    applied_at: datetime
    number: int = 0
    placed: int = 0
    capacity: int = 0


def apply(run: UUID, tenant: UUID, key: str | None = None) -> Placed:
    """Apply for the signed-in person to a run of the city; the last act of its transaction.

    Says at once whether there is a place or which place in line it is. A repeated `key` gives the same application.
    """
    row = call_and_commit("SELECT * FROM engine.apply(%s, %s)", (run, key))
    if row.refusal:
        raise _explain(row.refusal, run, tenant, row.home)
    return Placed(row.id, run, row.state, row.waiting_position, row.applied_at, row.number, row.placed, row.capacity)


def _explain(code: str, run: UUID, tenant: UUID, home: str | None) -> MaruError:
    """The refusal in words; nothing but public rows is read, since the transaction has ended."""
    listing = None if code == "not-found" else catalogue.get(run, tenant)
    return refusal(code, Situation(listing, city_name(session().get_one(Tenant, tenant)), region_name(home)))


def obstacle(run: Any, person: UUID, tenant: UUID) -> MaruError | None:
    """Why the signed-in person could not apply to a public row now, told before they try; None when nothing is known."""
    today = dates.today()
    home = residence.home_on(person, today)
    known = Applicant(people.get(person).birth_date, home.region_code if home else None)
    city = session().get_one(Tenant, tenant)
    code = eligibility.obstacle(run, city.region_code, known, today)
    return refusal(code, Situation(run, city_name(city), region_name(known.home))) if code else None


def city_name(city: Tenant) -> Named:
    """A city's name in both languages."""
    return Named(city.name_ko, city.name_en)


def region_name(code: str | None) -> Named | None:
    """A region's name today."""
    if code is None:
        return None
    named = sa.select(Region.name_ko, Region.name_en).where(Region.code == code, Region.valid.contains(dates.today()))
    found = session().execute(named).one_or_none()
    return Named(found.name_ko, found.name_en) if found else None


def cancel(application: UUID) -> Placed:
    """Give a place back; it goes at once to the first in line. A second cancel changes nothing."""
    row = session().execute(sa.text("SELECT * FROM engine.cancel(:application)"), {"application": application}).one()
    if row.refusal == "not-found":
        raise NotFound(N_("찾으시는 신청이 없습니다."))
    if row.refusal:
        raise refusal(row.refusal, Situation(None, NOWHERE, None))
    return get(application)


def get(application: UUID) -> Placed:
    """An application that the caller may see, in the tenant of the request."""
    found = session().scalar(
        sa.select(Application).where(Application.id == application, Application.tenant_id == sa.func.walls.tenant())
    )
    if found is None:
        raise NotFound(N_("찾으시는 신청이 없습니다."))
    return _placed(found, positions([found]).get(found.id))


def mine(person: UUID, limit: int = 100) -> Sequence[Application]:
    """A person's applications in all cities, newest first."""
    newest = sa.select(Application).where(Application.person_id == person).order_by(Application.applied_at.desc())
    return session().scalars(newest.limit(limit)).all()


def active(person: UUID, run: UUID) -> Placed | None:
    """The person's application to a run that still stands."""
    found = session().scalar(
        sa.select(Application).where(
            Application.person_id == person, Application.run_id == run, Application.state != "cancelled"
        )
    )
    return _placed(found, positions([found]).get(found.id)) if found else None


def of_run(run: UUID) -> Sequence[Application]:
    """All applications of a run in the order of receipt, for the city's staff."""
    return session().scalars(sa.select(Application).where(Application.run_id == run).order_by(Application.number)).all()


def positions(applications: Sequence[Application]) -> dict[UUID, int]:
    """Places in line of those that wait."""
    waiting = [one.id for one in applications if one.state == "waiting"]
    if not waiting:
        return {}
    rows = session().execute(sa.text("SELECT * FROM engine.positions(:ids)"), {"ids": waiting})
    return {row.application_id: row.waiting_position for row in rows}


def _placed(found: Any, position: int | None) -> Placed:
    return Placed(found.id, found.run_id, found.state, position, found.applied_at, found.number)
