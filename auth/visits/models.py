"""Table of visits of provincial staff in a city's console."""

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from auth.people.models import Person
from maru.columns import Id, Instant, Recorded, TenantKey, Words
from maru.db import Model


class Visit(Model):
    """Somebody has said what for; until `expires_at` the city's console lets them read. Written by the engine alone."""

    __tablename__ = "city_visits"
    __table_args__ = (
        CheckConstraint("reason <> ''"),
        Index("city_visits_actor_id", "actor_id", "tenant_id", "expires_at"),
    )

    tenant_id: Mapped[TenantKey]
    id: Mapped[Id]
    actor_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id), info={"personal": "identifier"})
    reason: Mapped[str] = mapped_column(Text)
    reference: Mapped[Words]
    begun_at: Mapped[Recorded]
    expires_at: Mapped[Instant]
