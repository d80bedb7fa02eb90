"""Table of grants; ended grants stay for three years as the proof that 7.4 asks for."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from auth.people.models import Person
from maru.columns import Id, Recorded
from maru.db import Model
from maru.tenancy import Tenant


class RoleGrant(Model):
    """A role of a person in one tenant, or in the province when `tenant_id` is null."""

    __tablename__ = "role_grants"
    __table_args__ = (
        Index(
            "role_grants_active",
            "person_id",
            "tenant_id",
            "role",
            unique=True,
            postgresql_nulls_not_distinct=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index("role_grants_tenant_id", "tenant_id", "person_id"),
    )

    id: Mapped[Id]
    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id), info={"personal": "identifier"})
    tenant_id: Mapped[UUID | None] = mapped_column(ForeignKey(Tenant.id))
    role: Mapped[str] = mapped_column(Text)
    granted_by: Mapped[UUID | None] = mapped_column(ForeignKey(Person.id), info={"personal": "identifier"})
    granted_at: Mapped[Recorded]
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
