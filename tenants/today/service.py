"""What waits for a city's staff, read in few queries."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from auth.messages import outbox
from contentlib.adoptions import service as adoptions
from contentlib.adoptions.service import Ending
from maru.db import session
from maru.imports import kept
from maru.web import dates
from tenants.attendance.models import Attendance
from tenants.catalogue.models import Seats
from tenants.console.waiting import ALIVE, WITH_SEATS, waiting
from tenants.courses.models import Meeting, Run
from tenants.domains import service as domains
from tenants.domains.models import DomainClaim
from tenants.imports.models import CourseImport
from tenants.questions import service as questions
from tenants.questions.models import Question

FIRST_FEW = 5
"""Of each kind; a list has them all."""
UNMARKED_FOR = timedelta(days=14)
REFUSED_FOR = timedelta(days=7)
ORDERS: Mapping[str, Any] = {
    "to-close": Run.ends_on.desc(),
    "opening": Run.opens_at,
    "closing": Run.closes_at,
    "lines": Seats.waiting.desc(),
    "no-teacher": Run.starts_on,
    "drafts": Run.starts_on,
}
WITH_RUN = sa.and_(Run.tenant_id == Meeting.tenant_id, Run.id == Meeting.run_id)


@dataclass(frozen=True)
class Waiting:
    """The first few runs of a kind (tenants/console/waiting.py) with their seats, and how many there are."""

    first: Sequence[tuple[Run, Any]]
    total: int


@dataclass(frozen=True)
class Held:
    """A class of a run: how many have a place, and how many already have a mark."""

    meeting: Meeting
    run: Run
    placed: int
    marked: int


@dataclass(frozen=True)
class Asked:
    """How many questions wait for an answer, and the oldest of them."""

    total: int
    oldest: Question | None


@dataclass(frozen=True)
class Licences:
    """Items of the library that the city shows, and whose licence ends soon; and how many it can show no longer."""

    ending: Sequence[Ending]
    gone: int


def runs(tenant: UUID, kinds: Collection[str]) -> Mapping[str, Waiting]:
    """The runs of the city that wait, by kind; of a kind without any nothing."""
    totals = _totals(tenant, kinds)
    return {kind: Waiting(_first(tenant, kind), total) for kind, total in totals.items() if total}


def _totals(tenant: UUID, kinds: Collection[str]) -> Mapping[str, int]:
    """How many there are of each kind, in one pass over what is not finished."""
    if not kinds:
        return {}
    conditions = waiting(datetime.now(UTC))
    counts = [sa.func.count().filter(conditions[kind]) for kind in kinds]
    unfinished = sa.and_(Run.tenant_id == tenant, Run.cancelled_at.is_(None), Run.settled_at.is_(None))
    counted = sa.select(*counts).select_from(Run).outerjoin(Seats, WITH_SEATS).where(unfinished)
    return dict(zip(kinds, session().execute(counted).one(), strict=True))


def _first(tenant: UUID, kind: str) -> Sequence[tuple[Run, Any]]:
    condition = waiting(datetime.now(UTC))[kind]
    query = sa.select(Run, Seats).outerjoin(Seats, WITH_SEATS).where(Run.tenant_id == tenant, condition)
    rows = session().execute(query.order_by(ORDERS[kind], Run.id).limit(FIRST_FEW)).unique()
    return [(run, seats) for run, seats in rows]


def classes(tenant: UUID, day: date) -> Sequence[Held]:
    """What is held on a day, in Seoul, of runs that take place."""
    begins = datetime.combine(day, time.min, dates.SEOUL)
    alive = sa.and_(Run.published_at.is_not(None), Run.cancelled_at.is_(None))
    query = _held(tenant, alive, begins, begins + timedelta(days=1)).order_by(Meeting.starts_at, Meeting.run_id)
    return [Held(*row) for row in session().execute(query).unique()]


def unmarked(tenant: UUID, own: Collection[UUID] | None = None, most: int = FIRST_FEW) -> tuple[Sequence[Held], int]:
    """Classes of the last two weeks in which nobody has a mark yet, and how many; of the runs `own` where given."""
    now = datetime.now(UTC)
    query = _held(tenant, ALIVE, now - UNMARKED_FOR, now).where(Meeting.ends_at <= now, Seats.placed > 0, MARKED == 0)
    if own is not None:
        query = query.where(Run.id.in_(own))
    total = session().scalars(sa.select(sa.func.count()).select_from(query.with_only_columns(Meeting.id).subquery()))
    first = session().execute(query.order_by(Meeting.starts_at.desc(), Meeting.run_id).limit(most)).unique()
    return [Held(*row) for row in first], total.one()


def _held(tenant: UUID, of: Any, since: datetime, until: datetime) -> sa.Select[Any]:
    placed = sa.func.coalesce(Seats.placed, 0)
    query = sa.select(Meeting, Run, placed, MARKED).join(Run, WITH_RUN).outerjoin(Seats, WITH_SEATS)
    in_time = sa.and_(Meeting.starts_at >= since, Meeting.starts_at < until)
    return query.where(Meeting.tenant_id == tenant, in_time, ~Meeting.called_off, of)


MARKED = (
    sa.select(sa.func.count())
    .where(Attendance.tenant_id == Meeting.tenant_id, Attendance.meeting_id == Meeting.id)
    .correlate(Meeting)
    .scalar_subquery()
)
"""How many have a mark for a meeting."""


def refused_files() -> Sequence[Any]:
    """Reports of the last days with something refused; of files of one name only the latest counts, and one that could
    not be read only until its sender sends one that can be.
    """
    since, seen, able, found = datetime.now(UTC) - REFUSED_FOR, set(), set(), []
    for report in kept.latest(CourseImport):
        if report.imported_at >= since and report.filename not in seen and report.state != "waiting":
            seen.add(report.filename)
            unread = report.state == "refused" and report.imported_by not in able
            if unread or report.totals.get("refused"):
                found.append(report)
        if report.state == "done":
            able.add(report.imported_by)
    return found


def asked(tenant: UUID) -> Asked:
    """The questions that wait."""
    return Asked(*questions.waiting(tenant))


def licences(tenant: UUID) -> Licences:
    """What the city shows of the library and soon can show no longer."""
    return Licences(adoptions.ending(tenant), len(adoptions.gone(tenant)))


def failing_domains(tenant: UUID) -> Sequence[DomainClaim]:
    """The city's own names that will be served no more unless their proof comes back."""
    return domains.failing(tenant)


def unsent(tenant: UUID) -> int:
    """Messages in the city's name that did not go out."""
    return outbox.count_troubles(tenant)
