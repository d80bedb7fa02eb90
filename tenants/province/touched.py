"""Whom it touches when a city's site is stopped: its open windows, and who has applied to what is not over."""

from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from maru.db import session
from maru.web import dates
from tenants.catalogue.conditions import WITH_SEATS
from tenants.catalogue.models import Listing, Seats


@dataclass(frozen=True)
class Touched:
    """Runs that can be applied for now, runs that are not over, and the places and waiting places in these."""

    open: int
    runs: int
    people: int


def touched(tenant: UUID) -> Touched:
    now = sa.func.now()
    open_now = sa.and_(Listing.opens_at <= now, sa.or_(Listing.closes_at.is_(None), Listing.closes_at > now))
    figures = (
        sa.func.count().filter(open_now),
        sa.func.count(),
        sa.func.coalesce(sa.func.sum(Seats.placed + Seats.waiting), 0),
    )
    counted = sa.select(*figures).select_from(Listing).join(Seats, WITH_SEATS)
    alive = (Listing.cancelled_at.is_(None), Listing.settled_at.is_(None), Listing.ends_on >= dates.today())
    return Touched(*session().execute(counted.where(Listing.tenant_id == tenant, *alive)).one())
