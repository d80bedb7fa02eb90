"""What a city says in its own words on privacy and terms, now and formerly."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa

from maru.db import session
from tenants.sites.content import Content
from tenants.sites.models import SiteText

TEXTS = {
    "privacy": ("controller", "privacy_officer", "privacy_phone", "privacy_text"),
    "terms": ("terms_text",),
}
"""Fields of a site's content that residents may read again as they were."""


def own_text(content: Content, kind: str) -> dict[str, str]:
    """What the city itself says on privacy or terms; empty where it says nothing."""
    said = {name: str(getattr(content, name)) for name in TEXTS[kind]}
    return said if any(said.values()) else {}


def texts(tenant: UUID, kind: str) -> Sequence[SiteText]:
    """All that the city has said on it, the newest first."""
    said = sa.select(SiteText).where(SiteText.tenant_id == tenant, SiteText.kind == kind)
    return session().scalars(said.order_by(SiteText.number.desc())).all()
