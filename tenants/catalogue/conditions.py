"""Filters as conditions on the public projection."""

from collections.abc import Iterator, Sequence
from uuid import UUID

import sqlalchemy as sa

from maru.search import to_tsquery
from maru.tenancy import SERVED, Tenant
from tenants.catalogue import boxes
from tenants.catalogue.filters import Filters
from tenants.catalogue.models import Listing, Seats
from tenants.catalogue.moments import Moment, takes_place
from tenants.courses.schedule import to_bits

Condition = sa.ColumnElement[bool]
WITH_SEATS = sa.and_(Seats.tenant_id == Listing.tenant_id, Seats.run_id == Listing.run_id)


def in_house(tenant: UUID | None, cities: Sequence[str] = ()) -> Condition:
    """The rows of one tenant; without one those of all live cities, or of those among them with the slugs `cities`."""
    if tenant is not None:
        return Listing.tenant_id == tenant
    served = sa.select(Tenant.id).where(Tenant.state.in_(SERVED))
    return Listing.tenant_id.in_(served.where(Tenant.slug.in_(cities)) if cities else served)


def conditions(filters: Filters, now: Moment) -> list[Condition]:
    """What a public row must fulfil, whatever its city."""
    return [*_of_time(filters, now), *_of_kind(filters, now)]


def _of_time(filters: Filters, now: Moment) -> Iterator[Condition]:
    if filters.day:
        yield Listing.weekdays.op("&")(to_bits(filters.day)) != 0
    if filters.since:
        yield Listing.starts_on >= filters.since
    if filters.when:
        yield sa.or_(*(takes_place(when, now) for when in filters.when))


def _of_kind(filters: Filters, now: Moment) -> Iterator[Condition]:
    if filters.q:
        words = to_tsquery(filters.q)
        yield Listing.search.op("@@")(sa.func.to_tsquery("simple", words)) if words else sa.false()
    if filters.state:
        yield sa.or_(*(_in_state(state, now) for state in filters.state))
    if filters.place:
        yield Listing.venue.in_(filters.place)
    for kind in boxes.LASTING:
        if chosen := filters.values(kind):
            yield Listing.boxes.op("&")(boxes.mask(kind, chosen)) != 0


def _in_state(state: str, now: Moment) -> Condition:
    alive = sa.and_(Listing.cancelled_at.is_(None), Listing.settled_at.is_(None), Listing.ends_on >= now.day)
    if state == "upcoming":
        return sa.and_(alive, Listing.opens_at > now.instant)
    window = sa.and_(
        Listing.opens_at <= now.instant, sa.or_(Listing.closes_at.is_(None), Listing.closes_at > now.instant)
    )
    return sa.and_(alive, window, Listing.first_come, ROOM)


ROOM = (
    sa.select(
        sa.or_(
            sa.and_(Seats.placed < Seats.capacity, Seats.waiting == 0),
            Seats.waiting_limit.is_(None),
            Seats.waiting < Seats.waiting_limit,
        )
    )
    .where(WITH_SEATS)
    .correlate(Listing)
    .scalar_subquery()
)
"""A place, or a place in line: looked up row by row, and last, for the few whose window is open.

Not by EXISTS, for which PostgreSQL reads the counters of the whole province at once.
"""
