"""The clock of a request, as the Civil Act counts (민법 §157, §159, §161; PRV 7.3)."""

from collections.abc import Collection
from datetime import date, timedelta

SATURDAY = 5


def last_day(received: date, days: int, holidays: Collection[date]) -> date:
    """The day at whose end a period of `days` is over: the day of the event is not counted, and a last day that is a
    Saturday, a Sunday or a public holiday moves to the next day that is none.
    """
    day = received + timedelta(days=days)
    while day.weekday() >= SATURDAY or day in holidays:
        day += timedelta(days=1)
    return day
