"""The public addresses of a house, in parts of a size that the sitemap protocol allows."""

from collections.abc import Sequence
from datetime import datetime
from math import ceil
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa

from contentlib.adoptions import offers
from contentlib.adoptions.models import Adoption
from contentlib.items.models import PublishedItem
from maru.db import session
from maru.tenancy import SERVED, Tenant
from maru.web import dates
from tenants.catalogue.models import Listing

PART = 20_000
"""Addresses of one file; the protocol allows 50,000."""
CITY_PAGES = ("/", "/courses", "/items", "/notices", "/help", "/certificates")
PORTAL_PAGES = (
    "/",
    "/search",
    "/tonight",
    "/free",
    "/opening",
    "/library",
    "/cities",
    "/open-data",
    "/help",
    "/certificates",
)
TO_COME = sa.and_(Listing.cancelled_at.is_(None), Listing.settled_at.is_(None))


class Place(NamedTuple):
    """A public page, and when it changed last, as far as is known."""

    path: str
    changed: datetime | None = None


class Part(NamedTuple):
    """One file of addresses by its number, and when anything in it changed last."""

    number: int
    changed: datetime | None = None


def parts(tenant: UUID | None) -> Sequence[Part]:
    """The files of a house: the first has its pages and items, a city's others its courses."""
    first = [Part(0)]
    if tenant is None:
        return first
    counted = sa.select(sa.func.count(), sa.func.max(Listing.updated_at)).where(*_listed(tenant))
    number, changed = session().execute(counted).one()
    return first + [Part(n + 1, changed) for n in range(ceil(number / PART))]


def places(tenant: UUID | None, part: int) -> Sequence[Place]:
    """The addresses of one file."""
    if part:
        return _courses(tenant, part) if tenant else []
    return [*map(Place, CITY_PAGES), *_items(tenant)] if tenant else [*map(Place, PORTAL_PAGES), *_portal()]


def _courses(tenant: UUID, part: int) -> list[Place]:
    chosen = sa.select(Listing.run_id, Listing.updated_at).where(*_listed(tenant)).order_by(Listing.run_id)
    rows = session().execute(chosen.offset((part - 1) * PART).limit(PART))
    return [Place(f"/courses/{run}", changed) for run, changed in rows]


def _items(tenant: UUID) -> list[Place]:
    in_force = sa.or_(PublishedItem.licence_ends_on.is_(None), PublishedItem.licence_ends_on >= dates.today())
    chosen = (
        sa.select(PublishedItem.item_id, PublishedItem.published_at)
        .join(Adoption, sa.and_(Adoption.item_id == PublishedItem.item_id, Adoption.tenant_id == tenant))
        .where(Adoption.ended_at.is_(None), in_force)
        .order_by(PublishedItem.item_id)
        .limit(PART)
    )
    return [Place(f"/items/{item}", changed) for item, changed in session().execute(chosen)]


def _portal() -> list[Place]:
    cities = sa.select(Tenant.slug).where(Tenant.state.in_(SERVED)).order_by(Tenant.slug)
    items = offers.offered(limit=PART)[0]
    return [
        *(Place(f"/cities/{slug}") for slug in session().scalars(cities)),
        *(Place(f"/library/{item.item_id}", item.published_at) for item in items),
    ]


def _listed(tenant: UUID) -> tuple[sa.ColumnElement[bool], ...]:
    return Listing.tenant_id == tenant, Listing.ends_on >= dates.today(), TO_COME
