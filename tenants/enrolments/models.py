"""Tables of applications; they are written by the engine's functions alone."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import DATERANGE, Range
from sqlalchemy.orm import Mapped, mapped_column

from auth.people.models import Person
from maru.columns import Recorded
from maru.db import Model


class Application(Model):
    """One person's place in one run; `number` is its place in the order of receipt and is never given twice.

    `residence_code` and `residence_source` are where they lived on that day, and how it was known. `applied_by` and
    `cancelled_by` are who acted for them; null where they did it themselves, or staff cancelled.
    """

    __tablename__ = "applications"
    __table_args__ = (
        UniqueConstraint("tenant_id", "run_id", "number"),
        UniqueConstraint("tenant_id", "id", "person_id"),
        ForeignKeyConstraint(["tenant_id", "run_id"], ["runs.tenant_id", "runs.id"]),
        CheckConstraint("number > 0"),
        CheckConstraint("state IN ('placed', 'waiting', 'offered', 'cancelled')"),
        CheckConstraint("residence_source IN ('declared', 'document', 'data-share')"),
        Index(
            "applications_one_active", "person_id", "run_id", unique=True, postgresql_where=text("state <> 'cancelled'")
        ),
        Index(
            "applications_idempotency",
            "person_id",
            "idempotency_key",
            unique=True,
            postgresql_where=text("idempotency_key IS NOT NULL"),
        ),
        Index("applications_waiting", "tenant_id", "run_id", "number", postgresql_where=text("state = 'waiting'")),
        Index("applications_person", "person_id", "applied_at"),
        Index("applications_people", "tenant_id", "person_id"),
        Index("applications_applied_by", "applied_by", postgresql_where=text("applied_by IS NOT NULL")),
        Index("applications_cancelled_by", "cancelled_by", postgresql_where=text("cancelled_by IS NOT NULL")),
    )

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    run_id: Mapped[UUID]
    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id), info={"personal": "identifier"})
    number: Mapped[int]
    state: Mapped[str] = mapped_column(Text)
    residence_code: Mapped[str | None] = mapped_column(Text, info={"personal": "address"})
    residence_source: Mapped[str | None] = mapped_column(Text)
    idempotency_key: Mapped[str | None] = mapped_column(Text)
    applied_at: Mapped[Recorded]
    placed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    cancelled_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    applied_by: Mapped[UUID | None] = mapped_column(ForeignKey(Person.id), info={"personal": "identifier"})
    cancelled_by: Mapped[UUID | None] = mapped_column(ForeignKey(Person.id), info={"personal": "identifier"})


class Limit(Model):
    """A dated figure that protects against floods."""

    __tablename__ = "limits"

    name: Mapped[str] = mapped_column(Text, primary_key=True)
    valid: Mapped[Range[date]] = mapped_column(DATERANGE, primary_key=True)
    value: Mapped[int] = mapped_column(Integer)
