"""Table of what is being changed."""

from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from auth.people.models import Person
from maru.columns import Recorded, TenantKey, Words
from maru.db import Model


class SiteDraft(Model):
    """What a city is changing about its site; nobody but its staff sees it."""

    __tablename__ = "site_drafts"

    tenant_id: Mapped[TenantKey]
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)
    saved: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}", default=list)
    seen: Mapped[Words]
    changed_by: Mapped[UUID | None] = mapped_column(ForeignKey(Person.id), index=True, info={"personal": "identifier"})
    changer: Mapped[str] = mapped_column(Text, server_default="", default="", info={"personal": "name"})
    changed_at: Mapped[Recorded]
