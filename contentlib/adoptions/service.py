"""Showing items of the library in a city, and what the city shows now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from contentlib.adoptions.models import Adoption
from contentlib.items.models import PublishedItem
from maru import cursors
from maru.db import session
from maru.errors import N_, NotFound, Refused
from maru.web import dates

PAGE = 50
NOT_SHOWN = N_("이 누리집에 없는 온라인 강좌입니다. 거두었거나 이용 기간이 끝났을 수 있습니다.")


@dataclass(frozen=True)
class Shown:
    """An item in force, and how a city shows it; `adoption` None where it does not."""

    item: PublishedItem
    adoption: Adoption | None


def adopt(tenant: UUID, item_id: UUID, by: UUID) -> None:
    """Show an item, after those that are shown already; again after it was dropped. Refused unless it is in force."""
    if session().scalar(sa.select(PublishedItem.item_id).where(PublishedItem.item_id == item_id, _allowed())) is None:
        raise Refused(
            N_("지금은 채택할 수 없는 콘텐츠입니다. 도가 거두었거나 이용 기간이 끝났습니다."), slug="item-not-shown"
        )
    last = sa.select(sa.func.coalesce(sa.func.max(Adoption.position), 0) + 1).where(Adoption.tenant_id == tenant)
    wanted = {"position": last.scalar_subquery(), "adopted_by": by, "ended_at": None, "featured": False}
    added = insert(Adoption).values(tenant_id=tenant, item_id=item_id, **wanted)
    renewed = {**wanted, "adopted_at": sa.func.now()}
    session().execute(
        added.on_conflict_do_update(
            index_elements=["tenant_id", "item_id"], set_=renewed, where=Adoption.ended_at.is_not(None)
        )
    )


def drop(tenant: UUID, item_id: UUID) -> None:
    """Show it no longer; what people have learned with it stays theirs."""
    held = _adoption(tenant, item_id)
    held.ended_at, held.featured = datetime.now(UTC), False
    session().flush()


def feature(tenant: UUID, item_id: UUID, featured: bool) -> None:
    """Show it on the front page, or no longer there."""
    _adoption(tenant, item_id).featured = featured
    session().flush()


def put_before(tenant: UUID, item_id: UUID) -> None:
    """Move an item one place up in the city's own order."""
    mine = _adoption(tenant, item_id)
    above = sa.select(Adoption).where(
        Adoption.tenant_id == tenant, Adoption.ended_at.is_(None), Adoption.position < mine.position
    )
    other = session().scalar(above.order_by(Adoption.position.desc()).limit(1).with_for_update())
    if other is not None:
        mine.position, other.position = other.position, mine.position
        session().flush()


def shown(
    tenant: UUID, words: str | None = None, category: str | None = None, cursor: str | None = None, limit: int = PAGE
) -> tuple[Sequence[Shown], str | None]:
    """What a city shows now, in its own order; `words` is a query of bigrams."""
    query = (
        sa.select(PublishedItem, Adoption)
        .join(Adoption, sa.and_(Adoption.item_id == PublishedItem.item_id, Adoption.tenant_id == tenant))
        .where(Adoption.ended_at.is_(None), _allowed())
        .order_by(Adoption.position, PublishedItem.item_id)
    )
    if words:
        query = query.where(_finds(words))
    if category:
        query = query.where(PublishedItem.category == category)
    if cursor:
        after = cursors.decode(cursor, cursors.whole, cursors.identity)
        query = query.where(sa.tuple_(Adoption.position, PublishedItem.item_id) > sa.tuple_(*after))
    rows = session().execute(query.limit(limit + 1)).all()
    following = cursors.encode(rows[limit - 1][1].position, rows[limit - 1][0].item_id) if len(rows) > limit else None
    return [Shown(*row) for row in rows[:limit]], following


def featured(tenant: UUID, most: int) -> Sequence[PublishedItem]:
    """What a city puts on its front page, in its own order."""
    query = (
        sa.select(PublishedItem)
        .join(Adoption, sa.and_(Adoption.item_id == PublishedItem.item_id, Adoption.tenant_id == tenant))
        .where(Adoption.ended_at.is_(None), Adoption.featured, _allowed())
        .order_by(Adoption.position, PublishedItem.item_id)
    )
    return session().scalars(query.limit(most)).all()


def one_shown(tenant: UUID, item_id: UUID) -> PublishedItem:
    """An item that a city shows now; NotFound."""
    query = (
        sa.select(PublishedItem)
        .join(Adoption, sa.and_(Adoption.item_id == PublishedItem.item_id, Adoption.tenant_id == tenant))
        .where(Adoption.ended_at.is_(None), PublishedItem.item_id == item_id, _allowed())
    )
    found = session().scalar(query)
    if found is None:
        raise NotFound(NOT_SHOWN)
    return found


def library(
    tenant: UUID | None,
    words: str | None = None,
    category: str | None = None,
    cursor: str | None = None,
    limit: int = PAGE,
) -> tuple[Sequence[Shown], str | None]:
    """All items in force, the newest first, and whether the city shows them."""
    query = (
        sa.select(PublishedItem, Adoption)
        .outerjoin(
            Adoption,
            sa.and_(
                Adoption.item_id == PublishedItem.item_id, Adoption.tenant_id == tenant, Adoption.ended_at.is_(None)
            ),
        )
        .where(_allowed())
        .order_by(PublishedItem.published_at.desc(), PublishedItem.item_id.desc())
    )
    if words:
        query = query.where(_finds(words))
    if category:
        query = query.where(PublishedItem.category == category)
    if cursor:
        after = cursors.decode(cursor, cursors.instant, cursors.identity)
        query = query.where(sa.tuple_(PublishedItem.published_at, PublishedItem.item_id) < sa.tuple_(*after))
    found = [Shown(*row) for row in session().execute(query.limit(limit + 1))]
    last = found[limit - 1].item if len(found) > limit else None
    return found[:limit], cursors.encode(last.published_at.isoformat(), last.item_id) if last else None


def gone(tenant: UUID) -> Sequence[Adoption]:
    """What the city has adopted and can show no longer: withdrawn by the province, or its licence has ended."""
    in_force = sa.select(PublishedItem.item_id).where(_allowed())
    lost = sa.select(Adoption).where(
        Adoption.tenant_id == tenant, Adoption.ended_at.is_(None), Adoption.item_id.not_in(in_force)
    )
    return session().scalars(lost.order_by(Adoption.position)).all()


def _allowed() -> sa.ColumnElement[bool]:
    return sa.or_(PublishedItem.licence_ends_on.is_(None), PublishedItem.licence_ends_on >= dates.today())


def _finds(words: str) -> sa.ColumnElement[Any]:
    return PublishedItem.search.op("@@")(sa.func.to_tsquery("simple", words))


def _adoption(tenant: UUID, item_id: UUID) -> Adoption:
    held = sa.select(Adoption).where(
        Adoption.tenant_id == tenant, Adoption.item_id == item_id, Adoption.ended_at.is_(None)
    )
    found = session().scalar(held.with_for_update().execution_options(populate_existing=True))
    if found is None:
        raise NotFound(N_("채택하지 않은 콘텐츠입니다."))
    return found
