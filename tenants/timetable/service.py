"""What is held in a city's rooms, read for a span of days."""

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from maru.db import session
from maru.web import dates
from tenants.courses.models import Course, Meeting, Run, RunInstructor, Venue
from tenants.timetable.models import Holiday
from tenants.timetable.overlaps import Block

MOST = 4000
"""Meetings of one reading: a month of the largest city."""


@dataclass(frozen=True)
class Held:
    """A meeting as the calendar shows it."""

    block: Block
    venue_name: str
    instructor: str
    draft: bool
    capacity: int | None


def held(
    tenant: UUID, first: date, last: date, *, venue: UUID | None = None, beside: Sequence[Block] = ()
) -> list[Held]:
    """What is held from `first` to `last`, earliest first, drafts too; not of runs or meetings that were called off.

    With `beside`, only what could stand in the way of these: at the same venues or of the same teachers.
    """
    of_run = sa.and_(Run.tenant_id == Meeting.tenant_id, Run.id == Meeting.run_id)
    query = (
        sa.select(Meeting, Run.id, Run.venue_id, Run.room, Run.instructor, Run.published_at, Run.capacity)
        .add_columns(Course.title, Venue.name)
        .join(Run, of_run)
        .join(Course, sa.and_(Course.tenant_id == Run.tenant_id, Course.id == Run.course_id))
        .outerjoin(Venue, sa.and_(Venue.tenant_id == Run.tenant_id, Venue.id == Run.venue_id))
        .where(Meeting.tenant_id == tenant, ~Meeting.called_off, Run.cancelled_at.is_(None))
        .where(Meeting.starts_at >= midnight(first), Meeting.starts_at < midnight(last + timedelta(days=1)))
        .order_by(Meeting.starts_at, Meeting.id)
        .limit(MOST if not beside else 5 * MOST)
    )
    if venue:
        query = query.where(Run.venue_id == venue)
    if beside:
        query = query.where(_near(beside))
    rows = session().execute(query).all()
    teachers = teachers_of({row.id for row in rows})
    return [_held(row, teachers) for row in rows]


def _near(blocks: Sequence[Block]) -> sa.ColumnElement[bool]:
    claimed = {teacher for block in blocks for teacher in block.teachers}
    people = [one for one in claimed if isinstance(one, UUID)]
    taught = sa.select(RunInstructor.run_id).where(RunInstructor.person_id.in_(people))
    return sa.or_(
        Run.venue_id.in_({block.venue for block in blocks if block.venue}),
        Run.instructor.in_(claimed - {*people}),
        Run.id.in_(taught),
    )


def _held(row: Any, teachers: Mapping[UUID, set[UUID]]) -> Held:
    meeting = row.Meeting
    block = Block(
        run=row.id,
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        venue=row.venue_id,
        room=row.room.strip(),
        teachers=who_teaches(row.instructor, teachers.get(row.id, set())),
        title=row.title,
        number=meeting.number,
    )
    return Held(block, row.name or "", row.instructor, row.published_at is None, row.capacity)


def who_teaches(name: str, people: Iterable[UUID]) -> frozenset[Hashable]:
    """The teachers of a run as far as they are known: its people, and the name that stands on its page."""
    written = " ".join(name.split())
    return frozenset([*people, *([written] if written else [])])


def teachers_of(runs: Collection[UUID]) -> dict[UUID, set[UUID]]:
    """The people whose classes `runs` are."""
    found: dict[UUID, set[UUID]] = {}
    theirs = sa.select(RunInstructor.run_id, RunInstructor.person_id).where(
        RunInstructor.run_id == sa.any_(sa.literal(list(runs), sa.ARRAY(sa.Uuid)))
    )
    for run, person in session().execute(theirs):
        found.setdefault(run, set()).add(person)
    return found


def blocks_of(run: Run, times: Sequence[tuple[datetime, datetime]], teachers: Iterable[UUID]) -> list[Block]:
    """The meetings that a run would have, before they are laid out."""
    return [
        Block(
            run=run.id,
            starts_at=begins,
            ends_at=ends,
            venue=run.venue_id,
            room=run.room.strip(),
            teachers=who_teaches(run.instructor, teachers),
            title=run.course.title,
            number=number,
        )
        for number, (begins, ends) in enumerate(times, start=1)
    ]


def holidays(first: date, last: date, *, english: bool = False) -> dict[date, str]:
    """Public holidays of a span, in words."""
    name = Holiday.name_en if english else Holiday.name_ko
    found = sa.select(Holiday.day, name).where(Holiday.day.between(first, last)).order_by(Holiday.day, name)
    named: dict[date, str] = {}
    for day, words in session().execute(found):
        named[day] = f"{named[day]}, {words}" if day in named else words
    return named


def known_until() -> date | None:
    """The last day for which holidays are known."""
    return session().scalar(sa.select(sa.func.max(Holiday.day)))


def midnight(day: date) -> datetime:
    """The instant at which a day begins in Seoul."""
    return datetime.combine(day, time.min, dates.SEOUL)
