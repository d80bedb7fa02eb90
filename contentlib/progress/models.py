"""How far a person is with an item."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import INT4MULTIRANGE
from sqlalchemy.orm import Mapped, mapped_column

from auth.people.models import Person
from contentlib.items.models import ItemVersion
from maru.columns import Id, Recorded
from maru.db import Model


class Watching(Model):
    """A person and an item, in whichever cities they watch it; written by the engine's functions alone.

    `watched` are seconds of the video, each once; `tenant_id` is the city where it was watched last, or completed.
    Time since `reported_at` may still be credited.
    """

    __tablename__ = "watchings"
    __table_args__ = (
        CheckConstraint("resume_at >= 0"),
        UniqueConstraint("person_id", "item_id"),
        ForeignKeyConstraint(["item_id", "number"], [ItemVersion.item_id, ItemVersion.number]),
        Index("watchings_item", "item_id", "number"),
    )

    id: Mapped[Id]
    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id), info={"personal": "identifier"})
    item_id: Mapped[UUID]
    number: Mapped[int]
    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenants.id"), index=True)
    watched: Mapped[Any] = mapped_column(INT4MULTIRANGE, server_default="{}", info={"personal": "learning"})
    resume_at: Mapped[int] = mapped_column(server_default="0", info={"personal": "learning"})
    begun_at: Mapped[Recorded]
    reported_at: Mapped[Recorded]
    completed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True), info={"personal": "learning"})
