"""A city's notices."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa

from maru.db import session
from maru.errors import N_, NotFound
from tenants.sites.models import Notice


def notices(tenant: UUID, limit: int = 20) -> Sequence[Notice]:
    """What a city has told its residents, newest first."""
    newest = sa.select(Notice).where(Notice.tenant_id == tenant, Notice.published_at <= sa.func.now())
    return session().scalars(newest.order_by(Notice.published_at.desc(), Notice.id).limit(limit)).all()


def notice(tenant: UUID, notice_id: UUID) -> Notice:
    """One published notice of a city."""
    found = session().scalar(
        sa.select(Notice).where(
            Notice.tenant_id == tenant, Notice.id == notice_id, Notice.published_at <= sa.func.now()
        )
    )
    if found is None:
        raise NotFound(N_("찾으시는 소식이 없습니다."))
    return found
