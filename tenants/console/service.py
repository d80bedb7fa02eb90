"""What a city's staff look at: runs with their seats."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from maru.db import session
from maru.web import dates
from tenants.catalogue.models import Seats
from tenants.console.doubts import doubts_about
from tenants.console.narrowing import Narrowing, meant, ordered, place_of
from tenants.console.waiting import UNPUBLISHED, WITH_SEATS
from tenants.courses.models import Run, Venue
from tenants.courses.states import state_of

PAGE = 50
Runs = sa.Select[*tuple[Any, ...]]


@dataclass(frozen=True)
class Line:
    """One run in the console's list; seats are None before it is published."""

    run: Run
    seats: Any
    state: str

    @property
    def doubts(self) -> frozenset[str]:
        """What to look at twice before it is published."""
        return doubts_about(self.run, dates.today())


def lines(tenant: UUID, narrowing: Narrowing, cursor: str | None = None) -> tuple[list[Line], str | None]:
    """One page of the city's runs, and where the next begins."""
    chosen = session().scalars(ordered(meant(tenant, narrowing), narrowing, cursor).limit(PAGE + 1)).all()
    shown = _lines(tenant, chosen[:PAGE])
    last = shown[-1] if len(chosen) > PAGE and shown else None
    return shown, place_of(last.run, last.seats, narrowing) if last else None


def every(tenant: UUID, narrowing: Narrowing, most: int) -> list[Line]:
    """All of them, for a sheet; no more than `most`."""
    return _lines(tenant, session().scalars(ordered(meant(tenant, narrowing), narrowing).limit(most)).all())


def _lines(tenant: UUID, chosen: Sequence[UUID]) -> list[Line]:
    """The whole rows of these ids, in their order."""
    wanted = sa.select(Run, Seats).outerjoin(Seats, WITH_SEATS).where(Run.tenant_id == tenant)
    rows = session().execute(wanted.where(Run.id == sa.any_(sa.literal(chosen, sa.ARRAY(sa.Uuid))))).unique()
    found = {run.id: _line(run, seats) for run, seats in rows}
    return [found[one] for one in chosen if one in found]


def ids(tenant: UUID, narrowing: Narrowing) -> list[UUID]:
    """The runs that are meant, by their ids alone."""
    return list(session().scalars(meant(tenant, narrowing)))


def count(tenant: UUID, narrowing: Narrowing) -> int:
    """How many they are."""
    return _count(meant(tenant, narrowing))


def terms(tenant: UUID) -> list[str]:
    """Names of the city's terms, the latest first."""
    known = sa.select(Run.term).where(Run.tenant_id == tenant, Run.term != "").group_by(Run.term)
    return list(session().scalars(known.order_by(sa.func.max(Run.starts_on).desc(), Run.term)))


def venues(tenant: UUID) -> Sequence[Venue]:
    """The places where the city's classes meet, by name."""
    return session().scalars(sa.select(Venue).where(Venue.tenant_id == tenant).order_by(Venue.name, Venue.id)).all()


def drafts(tenant: UUID, narrowing: Narrowing) -> list[Run]:
    """The runs that nobody outside sees yet, among those that `narrowing` leaves."""
    chosen = session().scalars(ordered(meant(tenant, narrowing).where(UNPUBLISHED), narrowing)).all()
    return [line.run for line in _lines(tenant, chosen)]


def count_drafts(tenant: UUID, narrowing: Narrowing) -> int:
    """How many those are."""
    return _count(meant(tenant, narrowing).where(UNPUBLISHED))


def line(run: Run) -> Line:
    """One run with its seats."""
    seats = session().scalar(sa.select(Seats).where(Seats.tenant_id == run.tenant_id, Seats.run_id == run.id))
    return _line(run, seats)


def _runs(tenant: UUID) -> Runs:
    return sa.select(Run, Seats).outerjoin(Seats, WITH_SEATS).where(Run.tenant_id == tenant)


def _count(query: Runs) -> int:
    return session().scalars(sa.select(sa.func.count()).select_from(query.with_only_columns(Run.id).subquery())).one()


def _line(run: Run, seats: Any) -> Line:
    if run.published_at is None or seats is None:
        return Line(run, None, "cancelled" if run.cancelled_at else "draft")
    now = datetime.now(UTC)
    return Line(run, seats, state_of(run, seats, now, dates.today(now)))
