"""Tables of requests about one's own data, of their steps, and of the files that were made for them."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    SmallInteger,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from auth.people.models import Person
from maru.columns import Id, Recorded, Words
from maru.db import Model
from maru.tenancy import Tenant

OPEN = text("state = 'waiting'")


class RightsRequest(Model):
    """One request. `tenant_id` is the city that is asked, None for the province; access and transfer are always the province's.

    `due_on` is the last day on which the person must have the answer, `extended_to` the one it was put off to. Of a power of
    attorney that a clerk has seen only its kind and date are kept.
    """

    __tablename__ = "rights_requests"
    __table_args__ = (
        UniqueConstraint("id", "person_id"),
        Index(
            "rights_requests_open",
            "person_id",
            "kind",
            "tenant_id",
            unique=True,
            postgresql_where=OPEN,
            postgresql_nulls_not_distinct=True,
        ),
        Index("rights_requests_queue", "tenant_id", "due_on", postgresql_where=OPEN),
        CheckConstraint("extended_to > due_on"),
    )

    id: Mapped[Id]
    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id), info={"personal": "identifier"})
    tenant_id: Mapped[UUID | None] = mapped_column(ForeignKey(Tenant.id))
    kind: Mapped[str] = mapped_column(Text)
    words: Mapped[str] = mapped_column(Text, server_default="", default="", info={"personal": "words"})
    channel: Mapped[str] = mapped_column(Text, server_default="web", default="web")
    agent_document: Mapped[str] = mapped_column(Text, server_default="", default="", info={"personal": "document"})
    agent_document_on: Mapped[date | None] = mapped_column(info={"personal": "document"})
    recorded_by: Mapped[UUID | None] = mapped_column(ForeignKey(Person.id), index=True, info={"personal": "identifier"})
    state: Mapped[str] = mapped_column(Text, server_default="waiting", default="waiting")
    received_at: Mapped[Recorded]
    received_on: Mapped[date] = mapped_column(info={"personal": "request"})
    due_on: Mapped[date] = mapped_column(info={"personal": "request"})
    extended_to: Mapped[date | None] = mapped_column(info={"personal": "request"})
    decided_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey(Person.id), index=True, info={"personal": "identifier"})
    answer: Mapped[str] = mapped_column(Text, server_default="", default="", info={"personal": "words"})

    @property
    def last_day(self) -> date:
        """On which the answer must be with the person, put off or not."""
        return self.extended_to or self.due_on


class RightsStep(Model):
    """What happened to a request; `actor_id` is None where the platform did it."""

    __tablename__ = "rights_steps"
    __table_args__ = (
        ForeignKeyConstraint(["request_id", "person_id"], ["rights_requests.id", "rights_requests.person_id"]),
        Index("rights_steps_request", "request_id", "at"),
        Index("rights_steps_person", "person_id"),
        Index("rights_steps_actor", "actor_id"),
    )

    id: Mapped[Id]
    request_id: Mapped[UUID]
    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id), info={"personal": "identifier"})
    kind: Mapped[str] = mapped_column(Text)
    words: Mapped[Words] = mapped_column(info={"personal": "words"})
    actor_id: Mapped[UUID | None] = mapped_column(ForeignKey(Person.id), info={"personal": "identifier"})
    at: Mapped[Recorded]


class PersonExport(Model):
    """The file of everything about a person, for one request: `making`, `ready` until `kept_until`, `failed`, `removed`."""

    __tablename__ = "person_exports"
    __table_args__ = (
        ForeignKeyConstraint(["request_id", "person_id"], ["rights_requests.id", "rights_requests.person_id"]),
        Index("person_exports_person", "person_id"),
    )

    id: Mapped[Id]
    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id), info={"personal": "identifier"})
    request_id: Mapped[UUID] = mapped_column(unique=True)
    state: Mapped[str] = mapped_column(Text, server_default="making", default="making")
    attempts: Mapped[int] = mapped_column(SmallInteger, server_default="0", default=0)
    tried_at: Mapped[Recorded]
    bytes: Mapped[int | None] = mapped_column(BigInteger)
    sha256: Mapped[str | None] = mapped_column(Text)
    made_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    kept_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    taken: Mapped[int] = mapped_column(Integer, server_default="0", default=0)

    @property
    def key(self) -> str:
        """Of the file in the object store."""
        return f"rights/{self.person_id}/{self.id}.zip"
