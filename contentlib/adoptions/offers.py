"""What the cities together offer of the library: each item once, however many of them show it (domain 1.3)."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from contentlib.adoptions.models import Adoption
from contentlib.items.models import PublishedItem
from maru import cursors
from maru.db import session
from maru.errors import N_, NotFound
from maru.tenancy import SERVED, Tenant
from maru.web import dates

PAGE = 20
SHOWING = (
    sa.select(sa.literal(1))
    .select_from(Adoption)
    .join(Tenant, Tenant.id == Adoption.tenant_id)
    .where(Adoption.item_id == PublishedItem.item_id, Adoption.ended_at.is_(None), Tenant.state.in_(SERVED))
    .correlate(PublishedItem)
    .exists()
)
"""Some city that is open shows it: what none shows can be watched nowhere."""
KINDS = (cursors.whole, cursors.instant, cursors.identity)


def offered(
    words: str = "", query: str | None = None, category: str | None = None, cursor: str | None = None, limit: int = PAGE
) -> tuple[Sequence[PublishedItem], str | None]:
    """Items that can be watched somewhere: those whose title holds `words` first, then the newest.

    `query` is what `words` are as a query of bigrams.
    """
    named = sa.case((PublishedItem.title.icontains(words, autoescape=True), 0), else_=1) if words else sa.literal(0)
    group, latest = named.label("group"), PublishedItem.published_at
    chosen = sa.select(PublishedItem, group).where(*_conditions(query, category))
    if cursor:
        after_group, after_time, after_id = cursors.decode(cursor, *KINDS)
        older = sa.tuple_(latest, PublishedItem.item_id) < sa.tuple_(after_time, after_id)
        chosen = chosen.where(sa.or_(named > after_group, sa.and_(named == after_group, older)))
    ordered = chosen.order_by(group, latest.desc(), PublishedItem.item_id.desc()).limit(limit + 1)
    rows = session().execute(ordered).all()
    last = rows[limit - 1] if len(rows) > limit else None
    following = cursors.encode(last.group, last[0].published_at.isoformat(), last[0].item_id) if last else None
    return [row[0] for row in rows[:limit]], following


def anywhere() -> sa.Select[PublishedItem]:
    """All of them."""
    return sa.select(PublishedItem).where(*_conditions(None, None))


def count(query: str | None = None, category: str | None = None) -> int:
    """How many those are."""
    counted = sa.select(sa.func.count()).select_from(PublishedItem).where(*_conditions(query, category))
    return session().scalar(counted) or 0


def one(item_id: UUID) -> PublishedItem:
    """An item that some city shows; NotFound."""
    found = session().scalar(anywhere().where(PublishedItem.item_id == item_id))
    if found is None:
        raise NotFound(N_("찾으시는 온라인 강좌가 없습니다. 거두었거나 이용 기간이 끝났을 수 있습니다."))
    return found


def can_be_watched(item_id: UUID) -> bool:
    """Whether some city shows it."""
    return session().scalar(anywhere().where(PublishedItem.item_id == item_id)) is not None


def cities_of(items: Collection[UUID]) -> Mapping[UUID, Sequence[Tenant]]:
    """The open cities that show each of `items`, by name."""
    showing = (
        sa.select(Adoption.item_id, Tenant)
        .join(Tenant, Tenant.id == Adoption.tenant_id)
        .where(Adoption.item_id.in_(items), Adoption.ended_at.is_(None), Tenant.state.in_(SERVED))
        .order_by(Tenant.name_ko)
    )
    cities: dict[UUID, list[Tenant]] = {item: [] for item in items}
    for item, tenant in session().execute(showing) if items else ():
        cities[item].append(tenant)
    return cities


def _conditions(query: str | None, category: str | None) -> list[sa.ColumnElement[Any]]:
    allowed = sa.or_(PublishedItem.licence_ends_on.is_(None), PublishedItem.licence_ends_on >= dates.today())
    narrowed = [allowed, SHOWING]
    if query:
        narrowed.append(PublishedItem.search.op("@@")(sa.func.to_tsquery("simple", query)))
    if category:
        narrowed.append(PublishedItem.category == category)
    return narrowed
