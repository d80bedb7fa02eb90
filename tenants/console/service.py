"""What a city's staff look at: runs with their seats, and what to do today."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from maru import cursors
from maru.db import session
from maru.web import dates
from tenants.catalogue.models import Seats
from tenants.courses.models import Course, Meeting, Run
from tenants.courses.states import state_of

PAGE = 50
WITH_SEATS = sa.and_(Seats.tenant_id == Run.tenant_id, Seats.run_id == Run.id)


@dataclass(frozen=True)
class Line:
    """One run in the console's list; seats are None before it is published."""

    run: Run
    seats: Any
    state: str


@dataclass(frozen=True)
class Today:
    """What waits: runs to close, windows that open or close within two days, runs not yet published; and the classes
    of the day in their order, each with its run."""

    to_close: Sequence[Line]
    opening: Sequence[Line]
    closing: Sequence[Line]
    drafts: int
    classes: Sequence[tuple[Meeting, Run]]


def lines(tenant: UUID, words: str = "", cursor: str | None = None) -> tuple[list[Line], str | None]:
    """The city's runs, the latest start first, narrowed by words in title, institution or instructor."""
    query = _runs(tenant).order_by(Run.starts_on.desc(), Run.id.desc())
    if words:
        query = query.join(Course, Run.course).where(
            sa.or_(Course.title.icontains(words, autoescape=True), Run.instructor.icontains(words, autoescape=True))
        )
    if cursor:
        query = query.where(
            sa.tuple_(Run.starts_on, Run.id) < sa.tuple_(*cursors.decode(cursor, cursors.day, cursors.identity))
        )
    found = session().execute(query.limit(PAGE + 1)).unique().all()
    shown = [_line(run, seats) for run, seats in found[:PAGE]]
    last = shown[-1].run if len(found) > PAGE else None
    return shown, cursors.encode(last.starts_on, last.id) if last else None


def today(tenant: UUID) -> Today:
    """The day's work, in one look."""
    now, day = datetime.now(UTC), dates.today()
    soon = now + timedelta(days=2)
    alive = sa.and_(Run.published_at.is_not(None), Run.cancelled_at.is_(None), Run.settled_at.is_(None))

    def some(*conditions: Any, order: Any) -> list[Line]:
        rows = session().execute(_runs(tenant).where(alive, *conditions).order_by(order).limit(20)).unique().all()
        return [_line(run, seats) for run, seats in rows]

    return Today(
        to_close=some(Run.ends_on < day, order=Run.ends_on),
        opening=some(Run.opens_at > now, Run.opens_at <= soon, order=Run.opens_at),
        closing=some(Run.closes_at > now, Run.closes_at <= soon, order=Run.closes_at),
        drafts=session()
        .scalars(sa.select(sa.func.count()).select_from(Run).where(Run.tenant_id == tenant, Run.published_at.is_(None)))
        .one(),
        classes=_classes(tenant, day),
    )


def _classes(tenant: UUID, day: date) -> list[tuple[Meeting, Run]]:
    """What is held on a day, in Seoul, of runs that take place."""
    begins = datetime.combine(day, time.min, dates.SEOUL)
    held = (
        sa.select(Meeting, Run)
        .join(Run, sa.and_(Run.tenant_id == Meeting.tenant_id, Run.id == Meeting.run_id))
        .where(
            Meeting.tenant_id == tenant, ~Meeting.called_off, Run.published_at.is_not(None), Run.cancelled_at.is_(None)
        )
        .where(Meeting.starts_at >= begins, Meeting.starts_at < begins + timedelta(days=1))
        .order_by(Meeting.starts_at, Meeting.run_id)
    )
    return [(meeting, run) for meeting, run in session().execute(held).unique()]


def unpublished(tenant: UUID) -> list[UUID]:
    """Runs that nobody outside sees yet."""
    drafts = sa.select(Run.id).where(Run.tenant_id == tenant, Run.published_at.is_(None), Run.cancelled_at.is_(None))
    return list(session().scalars(drafts))


def line(run: Run) -> Line:
    """One run with its seats."""
    seats = session().scalar(sa.select(Seats).where(Seats.tenant_id == run.tenant_id, Seats.run_id == run.id))
    return _line(run, seats)


def _runs(tenant: UUID) -> sa.Select[Run, Seats]:
    return sa.select(Run, Seats).outerjoin(Seats, WITH_SEATS).where(Run.tenant_id == tenant)


def _line(run: Run, seats: Any) -> Line:
    if run.published_at is None or seats is None:
        return Line(run, None, "cancelled" if run.cancelled_at else "draft")
    now = datetime.now(UTC)
    return Line(run, seats, state_of(run, seats, now, dates.today(now)))
