"""Which class days follow from what a form says, and what stands in their way: holidays, taken rooms, busy teachers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from flask_babel import gettext as _

from maru.web import dates
from tenants.courses.models import Course, Run
from tenants.courses.schedule import meeting_times
from tenants.editing.fields import NEW, SCHEDULE, Sheet
from tenants.timetable import service as timetable
from tenants.timetable.overlaps import Block, Overlap, overlaps

SOMEBODY = UUID(int=0)
"""Stands for a run that is not there yet."""


@dataclass(frozen=True)
class Day:
    """One class day and what to look at twice about it."""

    starts_at: datetime
    ends_at: datetime
    notes: Sequence[str] = ()


@dataclass(frozen=True)
class Preview:
    """The class days in their order; none where dates or times are missing."""

    days: Sequence[Day] = field(default_factory=list)

    @property
    def doubtful(self) -> int:
        return sum(bool(day.notes) for day in self.days)


def of_sheet(tenant: UUID, sheet: Sheet, run: UUID | None, *, english: bool) -> Preview:
    """The class days of what was typed, as far as it could be read."""
    values = sheet.values
    if any(name in sheet.faults for name in SCHEDULE) or not values["starts_on"] or not values["ends_on"]:
        return Preview()
    times = meeting_times(*(values[name] for name in SCHEDULE))
    venue = values["venue"]
    made = Run(
        id=run or SOMEBODY,
        tenant_id=tenant,
        course=Course(title=values.get("title") or ""),
        venue_id=UUID(venue) if venue and venue != NEW else None,
        room=values.get("room") or "",
        instructor=values.get("instructor") or "",
    )
    return _of_blocks(tenant, timetable.blocks_of(made, times, values["teachers"]), english)


def notes_of(run: Run, *, english: bool) -> Mapping[datetime, Sequence[str]]:
    """What to look at twice about the class days that a run has, by when they begin."""
    teachers = timetable.teachers_of([run.id]).get(run.id, set())
    held = [(one.starts_at, one.ends_at) for one in run.meetings if not one.called_off]
    days = _of_blocks(run.tenant_id, timetable.blocks_of(run, held, teachers), english).days
    return {day.starts_at: day.notes for day in days if day.notes}


def _of_blocks(tenant: UUID, blocks: Sequence[Block], english: bool) -> Preview:
    if not blocks:
        return Preview()
    days = [dates.in_seoul(one.starts_at).date() for one in blocks]
    first, last = min(days), max(days)
    others = [one.block for one in timetable.held(tenant, first, last, beside=blocks)]
    found = overlaps(blocks, others)
    feasts = timetable.holidays(first, last, english=english)
    return Preview([Day(one.starts_at, one.ends_at, notes(one, found, feasts)) for one in blocks])


def notes(block: Block, found: Sequence[Overlap], feasts: Mapping[date, str]) -> list[str]:
    """In words: a holiday on the day, and every class that needs the same room or teacher."""
    day = dates.in_seoul(block.starts_at).date()
    said = [_("쉬는 날: %(name)s", name=feasts[day])] if day in feasts else []
    for overlap in found:
        if block in (overlap.first, overlap.second):
            other = overlap.second if block == overlap.first else overlap.first
            said.append(in_words(overlap.kind, other))
    return list(dict.fromkeys(said))


def in_words(kind: str, other: Block) -> str:
    """What another class takes."""
    hours = f"{dates.in_seoul(other.starts_at):%H:%M}~{dates.in_seoul(other.ends_at):%H:%M}"
    values = {"title": other.title, "hours": hours}
    if kind == "room":
        return str(_("같은 방: %(title)s %(hours)s", **values))
    if kind == "venue":
        return str(_("같은 교육장, 방은 적혀 있지 않음: %(title)s %(hours)s", **values))
    return str(_("같은 강사: %(title)s %(hours)s", **values))
