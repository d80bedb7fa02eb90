"""Meetings laid out for the eye: by place and day, by day, by month; pure."""

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from maru.web import dates
from tenants.timetable.service import Held


@dataclass(frozen=True)
class Place:
    """A room, or a venue where no room is written."""

    venue: UUID | None
    name: str
    room: str


def week_of(day: date) -> list[date]:
    """Monday to Sunday."""
    monday = day - timedelta(days=day.weekday())
    return [monday + timedelta(days=offset) for offset in range(7)]


def month_of(day: date) -> list[list[date]]:
    """The weeks of a month, Monday first, whole."""
    return calendar.Calendar().monthdatescalendar(day.year, day.month)


def by_place(held: Sequence[Held]) -> dict[Place, dict[date, list[Held]]]:
    """Rows of a week: every room in use, by name, with its days."""
    rows: dict[Place, dict[date, list[Held]]] = {}
    for one in held:
        place = Place(one.block.venue, one.venue_name, one.block.room)
        rows.setdefault(place, {}).setdefault(day_of(one), []).append(one)
    return dict(sorted(rows.items(), key=lambda row: (not row[0].name, row[0].name, row[0].room)))


def by_day(held: Sequence[Held]) -> dict[date, list[Held]]:
    """What is held on each day that has something."""
    days: dict[date, list[Held]] = {}
    for one in held:
        days.setdefault(day_of(one), []).append(one)
    return days


def day_of(held: Held) -> date:
    """The day in Seoul."""
    return dates.in_seoul(held.block.starts_at).date()


def month_before(day: date) -> date:
    """The first day of the month before."""
    return (day.replace(day=1) - timedelta(days=1)).replace(day=1)


def month_after(day: date) -> date:
    """The first day of the month after."""
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)
