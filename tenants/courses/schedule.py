"""Class days: from a period, week days and clock times to meetings."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta

from maru.web.dates import SEOUL

ALWAYS_OPEN_YEAR = 2099
"""A standard file writes 2099-12-31 for a course without an end (domain 6.2)."""
MOST_MEETINGS = 400


def to_bits(weekdays: Iterable[int]) -> int:
    """Week days (Monday 0) as a set of bits (Monday 1, Sunday 64)."""
    return sum(1 << day for day in set(weekdays))


def from_bits(bits: int) -> list[int]:
    """The week days of a set of bits, Monday 0 first."""
    return [day for day in range(7) if bits >> day & 1]


def class_days(first: date, last: date, weekdays: int) -> Iterator[date]:
    """The days of a period that fall on `weekdays`; a single day counts whatever its week day."""
    if first == last:
        yield first
        return
    if last.year >= ALWAYS_OPEN_YEAR or not weekdays:
        return
    for offset in range((last - first).days + 1):
        day = first + timedelta(days=offset)
        if weekdays >> day.weekday() & 1:
            yield day


def meeting_times(
    first: date, last: date, weekdays: int, begins: time | None, ends: time | None
) -> list[tuple[datetime, datetime]]:
    """Begin and end of every meeting, in Seoul's zone; none where times are unknown or the period has no end."""
    if begins is None or ends is None or begins >= ends:
        return []
    days = list(class_days(first, last, weekdays))
    if len(days) > MOST_MEETINGS:
        return []
    return [(datetime.combine(day, begins, SEOUL), datetime.combine(day, ends, SEOUL)) for day in days]
