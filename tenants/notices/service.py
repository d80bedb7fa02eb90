"""Writing what a city tells its residents, and what of it everybody reads now."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar
from uuid import UUID

import sqlalchemy as sa

from maru.db import session
from maru.errors import N_, NotFound
from tenants.notices.models import Banner, Notice

Row = TypeVar("Row", Notice, Banner)
MOST_STRIPS, MOST_BANNERS = 2, 3
"""On the front page; more would push the courses away."""
MOST_WRITTEN = 200
NEWEST = (Notice.pinned.desc(), Notice.published_at.desc(), Notice.id)


def published(tenant: UUID, limit: int = 20) -> Sequence[Notice]:
    """What a city tells its residents now: pinned ones first, then the newest."""
    return session().scalars(_shown(Notice, tenant).order_by(*NEWEST).limit(limit)).all()


def one_published(tenant: UUID, notice: UUID) -> Notice:
    """One notice that everybody may read now."""
    found = session().scalar(_shown(Notice, tenant).where(Notice.id == notice))
    if found is None:
        raise NotFound(N_("찾으시는 소식이 없습니다."))
    return found


def strips(tenant: UUID, closed: frozenset[UUID]) -> Sequence[Notice]:
    """The newest notices for the top of the front page, without those that the reader has closed."""
    query = _shown(Notice, tenant).where(Notice.strip, Notice.id.not_in(closed))
    return session().scalars(query.order_by(*NEWEST).limit(MOST_STRIPS)).all()


def banners(tenant: UUID) -> Sequence[Banner]:
    """What leads on from the front page, in the city's own order."""
    order = (Banner.position, Banner.published_at.desc(), Banner.id)
    return session().scalars(_shown(Banner, tenant).order_by(*order).limit(MOST_BANNERS)).all()


def written(kind: type[Row], tenant: UUID) -> Sequence[Row]:
    """Everything of a kind that staff have written: drafts, then what comes, then the newest."""
    newest = sa.select(kind).where(kind.tenant_id == tenant).order_by(kind.published_at.desc().nulls_first(), kind.id)
    return session().scalars(newest.limit(MOST_WRITTEN)).all()


def get(kind: type[Row], tenant: UUID, row: UUID, *, hold: bool = False) -> Row:
    """One that staff have written, in whatever state; `hold` keeps others from changing it until the transaction ends."""
    found = session().get(kind, {"tenant_id": tenant, "id": row}, with_for_update=hold or None)
    if found is None:
        raise NotFound(N_("찾으시는 소식이 없습니다."))
    return found


def write(kind: type[Row], tenant: UUID, row: UUID | None, values: Mapping[str, Any], by: UUID) -> Row:
    """Write a new one, or anew what was written."""
    held = kind(tenant_id=tenant) if row is None else get(kind, tenant, row)
    for name, value in {**values, "written_by": by, "written_at": datetime.now(UTC)}.items():
        setattr(held, name, value)
    session().add(held)
    session().flush()
    return held


def remove(kind: type[Row], tenant: UUID, row: UUID) -> None:
    """Take it away for good."""
    session().delete(get(kind, tenant, row))
    session().flush()


def _shown(kind: type[Row], tenant: UUID) -> sa.Select[Row]:
    now = sa.func.now()
    return sa.select(kind).where(
        kind.tenant_id == tenant, kind.published_at <= now, sa.or_(kind.ends_at.is_(None), kind.ends_at > now)
    )
