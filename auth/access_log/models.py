"""Tables of looks at people, and of the chain that they are sealed in."""

from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Text
from sqlalchemy.dialects.postgresql import ARRAY, INET
from sqlalchemy.orm import Mapped, mapped_column

from auth.people.models import Person
from maru.columns import Id, Instant, Recorded, Words
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


class Seal(Model):
    """One link of the chain: it closes `looks` places from `first_place` on. `gone_at` says when its looks were deleted.

    `digest` is the hash of its last place, `hash` that of the seal, over `previous`; see chain.py.
    """

    __tablename__ = "access_log_seals"

    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    previous: Mapped[bytes]
    digest: Mapped[bytes]
    first_place: Mapped[int] = mapped_column(BigInteger, unique=True)
    looks: Mapped[int]
    first_at: Mapped[Instant]
    last_at: Mapped[Instant]
    sealed_at: Mapped[Instant]
    hash: Mapped[bytes]
    gone_at: Mapped[Instant | None]


class Check(Model):
    """A verification of the chain: how much it walked, the last hash, how many breaks it found, and the first of them."""

    __tablename__ = "access_log_checks"
    __table_args__ = (CheckConstraint("(breaks = 0) = (first_break = '')"),)

    id: Mapped[Id]
    checked_at: Mapped[Recorded]
    seals: Mapped[int] = mapped_column(BigInteger)
    looks: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[bytes]
    breaks: Mapped[int]
    first_break: Mapped[Words]


class Place(Model):
    """Where a look stands in the chain, and the hash over all before it and itself."""

    __tablename__ = "access_log_places"

    place: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    look_id: Mapped[UUID] = mapped_column(unique=True)
    hash: Mapped[bytes]


class Unsealed(Model):
    """A look that waits for its place."""

    __tablename__ = "access_log_unsealed"

    look_id: Mapped[UUID] = mapped_column(primary_key=True)
