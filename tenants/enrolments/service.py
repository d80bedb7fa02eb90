"""Applying and cancelling: one call into the engine each, under the lock of the run's counter (6.4, 6.6)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from auth.people.service import belongs
from auth.residence import service as residence
from auth.residence.models import Region
from maru.db import Statement, call_and_commit, session
from maru.errors import N_, MaruError, Named, NotFound
from maru.web import dates
from tenants.catalogue import service as catalogue
from tenants.enrolments import eligibility
from tenants.enrolments.eligibility import Applicant
from tenants.enrolments.models import Application
from tenants.enrolments.refusals import Situation, general, refusal

STANDING = """
    SELECT a.id, a.run_id, a.state,
           CASE WHEN a.state = 'waiting' THEN (SELECT p.waiting_position FROM engine.positions(ARRAY[a.id]) p) END,
           a.applied_at, a.number
    FROM applications a
"""
ONE = Statement(sa.text(f"{STANDING} WHERE a.id = :application AND a.tenant_id = walls.tenant()"))
ACTIVE = Statement(
    sa.text(
        f"{STANDING} WHERE a.person_id = ANY (engine.ids_of(:person)) AND a.run_id = :run AND a.state <> 'cancelled'"
    )
)


@dataclass(frozen=True)
class Placed:
    """Where an application stands; `position` counts from 1 among the waiting, else it is None.

    `new` says that this very call made it.
    """

    id: UUID
    run_id: UUID
    state: str
    position: int | None
    applied_at: datetime
    number: int = 0
    placed: int = 0
    capacity: int = 0
    new: bool = False


def apply(run: UUID, tenant: UUID, key: str | None = None) -> Placed:
    """Apply for the signed-in person to a run of the city; the last act of its transaction.

    Says at once whether there is a place or which place in line it is. A repeated `key` gives the same application as it
    stands now, also when it was cancelled.
    """
    row = call_and_commit("SELECT *, applied_at = now() AS new FROM engine.apply(%s, %s)", (run, key))
    if row.refusal:
        raise _explain(row.refusal, run, tenant, row.home)
    return Placed(
        row.id, run, row.state, row.waiting_position, row.applied_at, row.number, row.placed, row.capacity, row.new
    )


def _explain(code: str, run: UUID, tenant: UUID, home: str | None) -> MaruError:
    """The refusal in words; nothing but public rows is read, since the transaction has ended."""
    return refusal(code, lambda: _situation(catalogue.get(run, tenant), home))


def obstacle(run: Any, person: UUID | None) -> MaruError | None:
    """Why a person, or nobody in particular, could not apply to a public row now, told before they try; None when
    nothing is known.
    """
    if not run.first_come:
        return general("not-first-come")
    if person is None:
        return None
    if not eligibility.asks(run):
        return None
    today = dates.today()
    known = Applicant(*residence.age_and_home(person, today))
    city = run.region_code
    if run.resident_only and known.home not in (None, city):  # one of the two may be a former code
        known, city = Applicant(known.birth_date, residence.as_of(known.home, today)), residence.as_of(city, today)
    code = eligibility.obstacle(run, city, known, today)
    return refusal(code, lambda: _situation(run, known.home)) if code else None


def _situation(run: Any, home: str | None) -> Situation:
    return Situation(run, Named(run.city, run.name_en), region_name(home))


def region_name(code: str | None) -> Named | None:
    """A region's name today."""
    if code is None:
        return None
    today = dates.today()
    now = sa.func.walls.region_on(code, today)
    named = sa.select(Region.name_ko, Region.name_en).where(Region.code == now, Region.valid.contains(today))
    found = session().execute(named).one_or_none()
    return Named(found.name_ko, found.name_en) if found else None


def cancel(application: UUID) -> Placed:
    """Give a place back; it goes at once to the first in line. A second cancel changes nothing."""
    row = session().execute(sa.text("SELECT * FROM engine.cancel(:application)"), {"application": application}).one()
    if row.refusal == "not-found":
        raise NotFound(N_("찾으시는 신청이 없습니다."))
    if row.refusal:
        raise general(row.refusal)
    return get(application)


def get(application: UUID) -> Placed:
    """An application that the caller may see, in the tenant of the request."""
    found = ONE.one_or_none(application=application)
    if found is None:
        raise NotFound(N_("찾으시는 신청이 없습니다."))
    return Placed(*found)


def mine(person: UUID, limit: int = 100) -> Sequence[Application]:
    """A person's applications in all cities, newest first."""
    newest = (
        sa.select(Application).where(belongs(Application.person_id, person)).order_by(Application.applied_at.desc())
    )
    return session().scalars(newest.limit(limit)).all()


def active(person: UUID, run: UUID) -> Placed | None:
    """The person's application to a run that still stands."""
    found = ACTIVE.one_or_none(person=person, run=run)
    return Placed(*found) if found else None


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
