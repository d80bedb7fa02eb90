"""Table of memberships."""

from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from auth.people.models import Person
from maru.columns import Id, Recorded
from maru.db import Model
from maru.tenancy import Tenant


class Membership(Model):
    """That somebody was a member of a city before Maru, under the number that the city gave them."""

    __tablename__ = "memberships"
    __table_args__ = (UniqueConstraint("tenant_id", "number"), Index("memberships_person", "person_id", "tenant_id"))

    id: Mapped[Id]
    tenant_id: Mapped[UUID] = mapped_column(ForeignKey(Tenant.id))
    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id), info={"personal": "identifier"})
    number: Mapped[str] = mapped_column(Text, info={"personal": "identifier"})
    imported_at: Mapped[Recorded]
