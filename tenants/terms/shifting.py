"""New dates from old ones: everything moves by the same number of days, clock times stay; pure."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from tenants.courses.models import Run
from tenants.courses.schedule import ALWAYS_OPEN_YEAR


@dataclass(frozen=True)
class Window:
    """When applications are taken; both ends, or nothing."""

    opens_at: datetime | None = None
    closes_at: datetime | None = None


@dataclass(frozen=True)
class NewDates:
    """The dates of a copy."""

    starts_on: date
    ends_on: date
    window: Window


def shifted(run: Run, days: int, window: Window | None = None) -> NewDates:
    """A run's dates, `days` later; with the `window` of the whole term where it has one."""
    step = timedelta(days=days)
    endless = run.ends_on.year >= ALWAYS_OPEN_YEAR
    own = Window(run.opens_at and run.opens_at + step, run.closes_at and run.closes_at + step)
    return NewDates(run.starts_on + step, run.ends_on if endless else run.ends_on + step, window or own)


def whole_weeks(old: date, new: date) -> int:
    """Days between the weeks of two days: every course keeps its week days."""
    return (_monday(new) - _monday(old)).days


def next_start(first: date, last: date, today: date) -> date:
    """The same week day as `first`, the first time after `last` that is still to come."""
    if last.year >= ALWAYS_OPEN_YEAR:
        last = first
    weeks = (max(last, today) - first).days // 7 + 1
    return first + timedelta(weeks=max(weeks, 1))


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
