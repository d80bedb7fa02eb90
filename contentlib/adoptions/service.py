"""Showing items of the library in a city, and what the city shows now."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from contentlib.adoptions.models import Adoption
from contentlib.items.models import PublishedItem, WithdrawnItem
from maru import cursors
from maru.db import session
from maru.errors import N_, NotFound, Refused
from maru.web import dates

PAGE = 50
NOT_SHOWN = N_("이 누리집에 없는 온라인 강좌입니다. 거두었거나 이용 기간이 끝났을 수 있습니다.")
ONE_AT_A_TIME = sa.text("SELECT pg_advisory_xact_lock(hashtextextended('order of ' || :city, 0))")
WARNING = sa.text("SELECT value FROM limits WHERE name = 'licence-warning-days' AND valid @> walls.today()")


@dataclass(frozen=True)
class Shown:
    """An item in force, and how a city shows it; `adoption` None where it does not."""

    item: PublishedItem
    adoption: Adoption | None


@dataclass(frozen=True)
class Wanted:
    """What is looked for; what is empty narrows nothing. `words` is a query of bigrams, `kind` video or outside."""

    words: str | None = None
    category: str | None = None
    kind: str = ""
    new_only: bool = False

    def conditions(self) -> list[sa.ColumnElement[Any]]:
        """What an item must be."""
        wanted: list[sa.ColumnElement[Any]] = [_allowed()]
        if self.words:
            wanted.append(PublishedItem.search.op("@@")(sa.func.to_tsquery("simple", self.words)))
        if self.category:
            wanted.append(PublishedItem.category == self.category)
        if self.kind:
            wanted.append(PublishedItem.link != "" if self.kind == "outside" else PublishedItem.link == "")
        if self.new_only:
            wanted.append(Adoption.item_id.is_(None))
        return wanted


ALL = Wanted()


@dataclass(frozen=True)
class Ending:
    """An item that a city has adopted and that ends, or has ended, for all; `because` only where it was withdrawn."""

    item_id: UUID
    title: str
    ends_on: date
    because: str | None = None


def adopt(tenant: UUID, item_id: UUID, by: UUID) -> None:
    """Show an item, after those that are shown already; again after it was dropped. Refused unless it is in force."""
    adopt_several(tenant, [item_id], by)


def adopt_several(tenant: UUID, items: Sequence[UUID], by: UUID) -> int:
    """Show items, after those that are shown already; again after they were dropped. How many are new on the site.

    Refused unless one of them is in force.
    """
    in_force = sa.select(PublishedItem.item_id).where(PublishedItem.item_id.in_(items), _allowed())
    known = set(session().scalars(in_force))
    if not known:
        raise Refused(
            N_("지금은 채택할 수 없는 콘텐츠입니다. 도가 거두었거나 이용 기간이 끝났습니다."), slug="item-not-shown"
        )
    highest = sa.select(sa.func.coalesce(sa.func.max(Adoption.position), 0)).where(Adoption.tenant_id == tenant)
    last = session().scalar(highest) or 0
    wanted = [
        {"tenant_id": tenant, "item_id": one, "position": last + place, "adopted_by": by}
        for place, one in enumerate((one for one in dict.fromkeys(items) if one in known), 1)
    ]
    added = insert(Adoption).values(wanted)
    renewed = {"position": added.excluded.position, "adopted_by": by, "adopted_at": sa.func.now()}
    adopted = added.on_conflict_do_update(
        index_elements=["tenant_id", "item_id"],
        set_={**renewed, "ended_at": None, "featured": False},
        where=Adoption.ended_at.is_not(None),
    )
    return len(session().execute(adopted.returning(Adoption.item_id)).all())


def drop(tenant: UUID, item_id: UUID) -> None:
    """Show it no longer; what people have learned with it stays theirs."""
    held = _adoption(tenant, item_id)
    held.ended_at, held.featured = datetime.now(UTC), False
    session().flush()


def feature(tenant: UUID, item_id: UUID, featured: bool) -> None:
    """Show it on the front page, or no longer there."""
    _adoption(tenant, item_id).featured = featured
    session().flush()


def move(tenant: UUID, item_id: UUID, *, down: bool = False) -> None:
    """Move an item one place up in the city's own order, or down; of two who move at once, one after the other."""
    session().execute(ONE_AT_A_TIME, {"city": str(tenant)})
    mine = _adoption(tenant, item_id)
    beyond = Adoption.position > mine.position if down else Adoption.position < mine.position
    nearest = Adoption.position if down else Adoption.position.desc()
    others = sa.select(Adoption).where(Adoption.tenant_id == tenant, Adoption.ended_at.is_(None), beyond)
    other = session().scalar(others.order_by(nearest).limit(1).with_for_update())
    if other is not None:
        mine.position, other.position = other.position, mine.position
        session().flush()


def move_to_top(tenant: UUID, item_id: UUID) -> None:
    """Put an item before all others, however far down it stood."""
    session().execute(ONE_AT_A_TIME, {"city": str(tenant)})
    mine, shown_here = _adoption(tenant, item_id), (Adoption.tenant_id == tenant, Adoption.ended_at.is_(None))
    mine.position = session().scalars(sa.select(sa.func.min(Adoption.position)).where(*shown_here)).one() - 1
    session().flush()


def shown(
    tenant: UUID, wanted: Wanted = ALL, cursor: str | None = None, limit: int = PAGE
) -> tuple[Sequence[Shown], str | None]:
    """What a city shows now, in its own order."""
    query = _shown_by(tenant).where(*wanted.conditions()).order_by(Adoption.position, PublishedItem.item_id)
    if cursor:
        after = cursors.decode(cursor, cursors.whole, cursors.identity)
        query = query.where(sa.tuple_(Adoption.position, PublishedItem.item_id) > sa.tuple_(*after))
    return _page(query, limit, lambda last: (last.adoption.position if last.adoption else 0, last.item.item_id))


def shown_here(tenant: UUID) -> Any:
    """All that a city shows now: its items, first of a row."""
    return _shown_by(tenant).where(_allowed())


def featured(tenant: UUID, most: int) -> Sequence[PublishedItem]:
    """What a city puts on its front page, in its own order."""
    chosen = shown_here(tenant).where(Adoption.featured)
    ordered = chosen.order_by(Adoption.position, PublishedItem.item_id).limit(most)
    found: Sequence[PublishedItem] = session().scalars(ordered).all()
    return found


def one_shown(tenant: UUID, item_id: UUID) -> PublishedItem:
    """An item that a city shows now; NotFound."""
    found: PublishedItem | None = session().scalar(shown_here(tenant).where(PublishedItem.item_id == item_id))
    if found is None:
        raise NotFound(NOT_SHOWN)
    return found


def library(
    tenant: UUID | None, wanted: Wanted = ALL, cursor: str | None = None, limit: int = PAGE
) -> tuple[Sequence[Shown], str | None]:
    """All items in force, the newest first, and whether the city shows them."""
    ours = sa.and_(Adoption.item_id == PublishedItem.item_id, Adoption.tenant_id == tenant, Adoption.ended_at.is_(None))
    query = sa.select(PublishedItem, Adoption).outerjoin(Adoption, ours).where(*wanted.conditions())
    query = query.order_by(PublishedItem.published_at.desc(), PublishedItem.item_id.desc())
    if cursor:
        after = cursors.decode(cursor, cursors.instant, cursors.identity)
        query = query.where(sa.tuple_(PublishedItem.published_at, PublishedItem.item_id) < sa.tuple_(*after))
    return _page(query, limit, lambda last: (last.item.published_at.isoformat(), last.item.item_id))


def gone(tenant: UUID) -> Sequence[Ending]:
    """What the city has adopted and can show no longer, the latest first: withdrawn, or its licence has ended."""
    withdrawn = sa.select(WithdrawnItem).join(Adoption, Adoption.item_id == WithdrawnItem.item_id).where(*_ours(tenant))
    taken = [
        Ending(one.item_id, one.title, dates.in_seoul(one.withdrawn_at).date(), one.because)
        for one in session().scalars(withdrawn)
    ]
    ended = _shown_by(tenant).where(PublishedItem.licence_ends_on < dates.today())
    return sorted([*taken, *map(_ending, session().scalars(ended))], key=lambda one: one.ends_on, reverse=True)


def ending(tenant: UUID) -> Sequence[Ending]:
    """What the city shows and soon cannot, the next to end first."""
    until = dates.today() + warning_time()
    soon = _shown_by(tenant).where(_allowed(), PublishedItem.licence_ends_on <= until)
    return [_ending(one) for one in session().scalars(soon.order_by(PublishedItem.licence_ends_on))]


def warning_time() -> timedelta:
    """How long before its end a city is told of it."""
    return timedelta(days=int(session().scalar(WARNING) or 0))


def _ending(item: PublishedItem) -> Ending:
    assert item.licence_ends_on is not None
    return Ending(item.item_id, item.title, item.licence_ends_on)


def _shown_by(tenant: UUID) -> Any:
    """Items with the city's adoption of them."""
    adopted = sa.select(PublishedItem, Adoption).join(Adoption, Adoption.item_id == PublishedItem.item_id)
    return adopted.where(*_ours(tenant))


def _ours(tenant: UUID) -> tuple[sa.ColumnElement[bool], ...]:
    return Adoption.tenant_id == tenant, Adoption.ended_at.is_(None)


def _page(query: Any, limit: int, key: Callable[[Shown], tuple[Any, ...]]) -> tuple[Sequence[Shown], str | None]:
    """The first of what is asked for, and the cursor of what follows."""
    found = [Shown(*row) for row in session().execute(query.limit(limit + 1))]
    return found[:limit], cursors.encode(*key(found[limit - 1])) if len(found) > limit else None


def _allowed() -> sa.ColumnElement[bool]:
    return sa.or_(PublishedItem.licence_ends_on.is_(None), PublishedItem.licence_ends_on >= dates.today())


def _adoption(tenant: UUID, item_id: UUID) -> Adoption:
    held = sa.select(Adoption).where(*_ours(tenant), Adoption.item_id == item_id)
    found = session().scalar(held.with_for_update().execution_options(populate_existing=True))
    if found is None:
        raise NotFound(N_("채택하지 않은 콘텐츠입니다."))
    return found
