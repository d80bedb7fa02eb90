"""Table of looks at people."""

from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.dialects.postgresql import ARRAY, INET
from sqlalchemy.orm import Mapped, mapped_column

from auth.people.models import Person
from maru.columns import Id, Recorded
from maru.db import Model
from maru.tenancy import Tenant


class Look(Model):
    """`actor_id` looked at `person_id`'s `fields` while doing `task`."""

    __tablename__ = "access_log"
    __table_args__ = (
        Index("access_log_person_id", "person_id", "at"),
        Index("access_log_tenant_id", "tenant_id", "at"),
        Index("access_log_actor_id", "actor_id", "at"),
    )

    id: Mapped[Id]
    at: Mapped[Recorded]
    actor_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id), info={"personal": "identifier"})
    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id), info={"personal": "identifier"})
    tenant_id: Mapped[UUID | None] = mapped_column(ForeignKey(Tenant.id))
    task: Mapped[str] = mapped_column(Text)
    purpose: Mapped[str] = mapped_column(Text)
    fields: Mapped[list[str]] = mapped_column(ARRAY(Text))
    address: Mapped[str | None] = mapped_column(INET, info={"personal": "address"})
    request_id: Mapped[str | None] = mapped_column(Text)
