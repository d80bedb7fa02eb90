"""Filters as conditions on the public projection."""

from collections.abc import Iterator
from datetime import datetime, time
from typing import Any

import sqlalchemy as sa

from maru.web import dates
from tenants.catalogue.filters import Filters
from tenants.catalogue.models import Listing, Seats
from tenants.catalogue.search import to_tsquery
from tenants.courses.schedule import to_bits

Condition = sa.ColumnElement[bool]
NOON, SIX = time(12), time(18)
PART_OF_DAY = {
    "morning": Listing.starts_at < NOON,
    "afternoon": sa.and_(Listing.starts_at >= NOON, Listing.starts_at < SIX),
    "evening": Listing.starts_at >= SIX,
}
METHOD_WORDS = {"online": ("온라인", "모바일", "혼합"), "offline": ("오프라인", "혼합")}
AGE_RANGES = {"child": (0, 13), "youth": (14, 18), "adult": (19, 64), "senior": (65, 150)}


def conditions(filters: Filters, as_of: datetime) -> list[Condition]:
    """What a public row must fulfil; `Seats` must be joined when `filters.state` is given."""
    return list(_conditions(filters, as_of))


def _conditions(filters: Filters, as_of: datetime) -> Iterator[Condition]:
    if filters.q:
        words = to_tsquery(filters.q)
        yield Listing.search.op("@@")(sa.func.to_tsquery("simple", words)) if words else sa.false()
    if filters.state:
        yield sa.or_(*(_in_state(state, as_of) for state in filters.state))
    if filters.day:
        yield Listing.weekdays.op("&")(to_bits(filters.day)) != 0
    if filters.time:
        yield sa.or_(*(PART_OF_DAY[part] for part in filters.time))
    if filters.free:
        yield Listing.fee == 0
    if filters.place:
        yield Listing.venue.in_(filters.place)
    if filters.method:
        yield Listing.method.in_([word for method in filters.method for word in METHOD_WORDS[method]])
    if filters.category:
        yield Listing.category.in_(filters.category)
    if filters.age:
        yield sa.or_(*(_for_age(*AGE_RANGES[age]) for age in filters.age))


def _in_state(state: str, as_of: datetime) -> Condition:
    alive = sa.and_(Listing.cancelled_at.is_(None), Listing.settled_at.is_(None))
    if state == "upcoming":
        return sa.and_(alive, Listing.opens_at > as_of, Listing.ends_on >= dates.today(as_of))
    room: Any = sa.or_(
        sa.and_(Seats.placed < Seats.capacity, Seats.waiting == 0),
        Seats.waiting_limit.is_(None),
        Seats.waiting < Seats.waiting_limit,
    )
    window = sa.and_(Listing.opens_at <= as_of, sa.or_(Listing.closes_at.is_(None), Listing.closes_at > as_of))
    return sa.and_(alive, window, room)


def _for_age(youngest: int, oldest: int) -> Condition:
    return sa.and_(sa.func.coalesce(Listing.min_age, 0) <= oldest, sa.func.coalesce(Listing.max_age, 150) >= youngest)
