"""What the portal says of a city, and of all of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from contentlib.adoptions.models import Adoption
from contentlib.items.models import PublishedItem
from maru.db import session
from maru.errors import N_, NotFound, Remedy
from maru.tenancy import COMING, SERVED, Tenant
from maru.web import dates
from tenants.catalogue.models import Listing
from tenants.places import service as places
from tenants.sites.models import Site

HALVES = ("south", "north")


@dataclass(frozen=True)
class City:
    """A live city with its site's own words and the number of courses whose last day is still to come."""

    tenant: Tenant
    site: Site
    courses: int


def live(spoken: str) -> Mapping[str, Sequence[City]]:
    """Live cities by half of the province, by their names in `spoken`; those of which nobody knows where they lie stand with the last."""
    to_come = (
        sa.select(Listing.tenant_id, sa.func.count().label("courses"))
        .where(Listing.ends_on >= dates.today(), Listing.cancelled_at.is_(None), Listing.settled_at.is_(None))
        .group_by(Listing.tenant_id)
        .subquery()
    )
    rows = session().execute(
        sa.select(Tenant, Site, sa.func.coalesce(to_come.c.courses, 0))
        .join(Site, Site.tenant_id == Tenant.id)
        .outerjoin(to_come, to_come.c.tenant_id == Tenant.id)
        .where(Tenant.state.in_(SERVED))
        .order_by(_name(spoken))
    )
    halves: dict[str, list[City]] = {half: [] for half in HALVES}
    towns = places.towns()
    for tenant, site, courses in rows:
        town = towns.get(tenant.region_code or "")
        halves[town.half if town else HALVES[-1]].append(City(tenant, site, courses))
    return halves


def resting(spoken: str) -> Sequence[Tenant]:
    """Cities whose sites are suspended, by their names in `spoken`."""
    return session().scalars(sa.select(Tenant).where(Tenant.state == "suspended").order_by(_name(spoken))).all()


def city(slug: str) -> City:
    """One live city; NotFound, also for one that is closed or still being prepared."""
    row = (
        session()
        .execute(
            sa.select(Tenant, Site)
            .join(Site, Site.tenant_id == Tenant.id)
            .where(Tenant.slug == slug, Tenant.state.in_(SERVED))
        )
        .one_or_none()
    )
    if row is None:
        raise NotFound(
            N_("이 시군의 누리집은 지금 열려 있지 않습니다. 시군 목록에서 다른 곳을 골라 주세요."),
            remedies=[Remedy(N_("시군 한눈에 보기"), "/cities")],
        )
    return City(row[0], row[1], 0)


def kinds(tenant: UUID) -> Sequence[Any]:
    """How many courses to come a city has of each category: rows of `category` and `courses`, the most first."""
    number = sa.func.count().label("courses")
    counted = (
        sa.select(Listing.category, number)
        .where(Listing.tenant_id == tenant, Listing.ends_on >= dates.today(), Listing.category != "")
        .where(Listing.cancelled_at.is_(None), Listing.settled_at.is_(None))
        .group_by(Listing.category)
        .order_by(number.desc(), Listing.category)
    )
    return session().execute(counted).all()


def items(tenant: UUID) -> int:
    """How many online courses a city shows."""
    in_force = sa.or_(PublishedItem.licence_ends_on.is_(None), PublishedItem.licence_ends_on >= dates.today())
    shown = (
        sa.select(sa.func.count())
        .select_from(Adoption)
        .join(PublishedItem, PublishedItem.item_id == Adoption.item_id)
        .where(Adoption.tenant_id == tenant, Adoption.ended_at.is_(None), in_force)
    )
    return session().scalar(shown) or 0


def coming(spoken: str) -> Sequence[Tenant]:
    """Cities whose sites are still being prepared, by their names in `spoken`."""
    return session().scalars(sa.select(Tenant).where(Tenant.state.in_(COMING)).order_by(_name(spoken))).all()


def _name(spoken: str) -> InstrumentedAttribute[str]:
    return Tenant.name_en if spoken == "en" else Tenant.name_ko
