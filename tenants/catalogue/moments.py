"""When a class is: what of a list begins today, tonight, at the weekend."""

from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple, Self

import sqlalchemy as sa

from maru.web import dates
from tenants.catalogue.models import Listing
from tenants.courses.schedule import to_bits

DAY = timedelta(days=1)
SIX = time(18)
WORKDAYS = to_bits(range(5))


class Moment(NamedTuple):
    """An instant and its day in Seoul; in a statement that is written once, the names under which they come."""

    instant: Any
    day: Any

    @classmethod
    def at(cls, instant: datetime) -> Self:
        return cls(instant, dates.today(instant))


class Span(NamedTuple):
    """Two instants; a class is in it that begins at the first or later, and before the second."""

    begins: datetime
    ends: datetime


def span(when: str, now: Moment) -> Span:
    """The coming instants of `today`, `tonight`, `weekend` (the one that runs, or the next) and `week`."""
    today: date = now.day
    saturday = today + DAY * (5 - today.weekday() if today.weekday() < 5 else 0)
    first, days = {"weekend": (saturday, 7 - saturday.weekday()), "week": (today, 7)}.get(when, (today, 1))
    begins = datetime.combine(first, SIX if when == "tonight" else time.min, dates.SEOUL)
    return Span(max(begins, now.instant), datetime.combine(first + DAY * days, time.min, dates.SEOUL))


def takes_place(when: str, now: Moment) -> sa.ColumnElement[bool]:
    """Whether a class of the run begins then; where its class days are not known, what its week days and hours say."""
    if when == "evenings":
        return sa.and_(Listing.weekdays.op("&")(WORKDAYS) != 0, Listing.starts_at >= SIX)
    asked = span(when, now)
    first, last = dates.in_seoul(asked.begins).date(), dates.in_seoul(asked.ends).date() - DAY
    alive = sa.and_(Listing.starts_on <= last, Listing.ends_on >= first, Listing.cancelled_at.is_(None))
    return sa.and_(alive, sa.case((Listing.meeting_count > 0, _meets(asked)), else_=_says_so(first, last, when, asked)))


def _meets(asked: Span) -> sa.ColumnElement[bool]:
    met = (
        sa.func.jsonb_to_recordset(Listing.meetings)
        .table_valued(sa.column("starts_at", sa.DateTime(timezone=True)))
        .render_derived(with_types=True)
    )
    within = sa.and_(met.c.starts_at >= asked.begins, met.c.starts_at < asked.ends)
    return sa.select(sa.literal(1)).select_from(met).where(within).correlate(Listing).exists()


def _says_so(first: date, last: date, when: str, asked: Span) -> sa.ColumnElement[bool]:
    bits = to_bits({(first + DAY * n).weekday() for n in range((last - first).days + 1)})
    on_the_day = sa.or_(
        Listing.weekdays.op("&")(bits) != 0,
        sa.and_(Listing.weekdays == 0, Listing.starts_on == Listing.ends_on),
    )
    if when in ("today", "tonight"):
        return sa.and_(on_the_day, Listing.starts_at >= dates.in_seoul(asked.begins).time())
    return on_the_day
