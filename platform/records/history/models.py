"""The ledger. The database refuses any change; a correction is a new line that supersedes an older one."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, Numeric, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from auth.people.models import Person
from maru.columns import Id, Recorded, Words
from maru.db import Model
from maru.tenancy import Tenant


class Record(Model):
    """One line of the history; the tenant's name is the one of that time. `ground` is a consent or a law."""

    __tablename__ = "records"
    __table_args__ = (
        UniqueConstraint("id", "person_id", "tenant_id"),
        ForeignKeyConstraint(
            ["supersedes_id", "person_id", "tenant_id"],
            ["records.id", "records.person_id", "records.tenant_id"],
            name="records_correction",
        ),
        Index("records_source", "tenant_id", "source_id", unique=True, postgresql_where=text("supersedes_id IS NULL")),
        Index("records_person", "person_id", "completed_on"),
        Index("records_tenant", "tenant_id", "completed_on"),
        CheckConstraint("kind IN ('course', 'item')"),
        CheckConstraint("hours >= 0"),
    )

    id: Mapped[Id]
    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id), info={"personal": "identifier"})
    tenant_id: Mapped[UUID] = mapped_column(ForeignKey(Tenant.id))
    tenant_name: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text, info={"personal": "learning"})
    run_name: Mapped[str] = mapped_column(Text, info={"personal": "learning"})
    category: Mapped[str] = mapped_column(Text, info={"personal": "learning"})
    hours: Mapped[Decimal] = mapped_column(Numeric(7, 2), info={"personal": "learning"})
    starts_on: Mapped[date] = mapped_column(info={"personal": "learning"})
    ends_on: Mapped[date] = mapped_column(info={"personal": "learning"})
    completed_on: Mapped[date] = mapped_column(info={"personal": "learning"})
    source_id: Mapped[UUID]
    certificate_number: Mapped[str | None] = mapped_column(Text)
    supersedes_id: Mapped[UUID | None] = mapped_column(unique=True)
    withdrawn: Mapped[bool] = mapped_column(server_default="false", default=False, info={"personal": "learning"})
    reason: Mapped[Words]
    ground: Mapped[str] = mapped_column(Text)
    recorded_at: Mapped[Recorded]
