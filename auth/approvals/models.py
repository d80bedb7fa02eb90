"""Table of requests that wait for a second person."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from auth.people.models import Person
from maru.columns import Id, Instant, Recorded, Words
from maru.db import Model
from maru.tenancy import Tenant


class Approval(Model):
    """A request of a city's staff, or of the province's where `tenant_id` is null; written by the engine alone.

    `subjects` are the ids that it is about, `details` what else its kind has to remember. `taken_at` is when the asker
    took what was granted, where its kind hands something out.
    """

    __tablename__ = "approvals"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'approved', 'refused', 'withdrawn')"),
        CheckConstraint("(state = 'waiting') = (decided_by IS NULL)"),
        CheckConstraint("decided_by IS NULL OR (decided_by = asked_by) = (state = 'withdrawn')"),
        Index("approvals_tenant_id", "tenant_id", "asked_at"),
    )

    id: Mapped[Id]
    tenant_id: Mapped[UUID | None] = mapped_column(ForeignKey(Tenant.id))
    kind: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    subjects: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid()), info={"personal": "identifier"})
    details: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    asked_by: Mapped[UUID] = mapped_column(ForeignKey(Person.id), index=True, info={"personal": "identifier"})
    asked_at: Mapped[Recorded]
    expires_at: Mapped[Instant]
    state: Mapped[str] = mapped_column(Text, server_default="waiting", default="waiting")
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey(Person.id), index=True, info={"personal": "identifier"})
    decided_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    answer: Mapped[Words]
    taken_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
