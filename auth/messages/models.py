"""Tables of messages."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, SmallInteger, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from auth.people.models import Person
from maru.columns import Id, Recorded, TenantKey, Words
from maru.db import Model
from maru.tenancy import Tenant


class Message(Model):
    """One message about one event: `about` names its subject, `kind` says what happened.

    States: `waiting` until `due_at`; `handing`, while its last word goes over the line; `sent`; `kept` where there is
    no way to send it, so that it can only be read here; `failed`; `unsure` where nobody knows whether it arrived.
    Subject and body are what was sent; both are destroyed after a dated time (`message-kept-days`).
    """

    __tablename__ = "messages"
    __table_args__ = (
        CheckConstraint("kind <> ''"),
        CheckConstraint("attempts >= 0"),
        Index("messages_once", "person_id", "about", "kind", unique=True),
        Index("messages_once_to", "about", "kind", "address", unique=True, postgresql_where=text("person_id IS NULL")),
        Index("messages_tenant_id", "tenant_id", "id"),
        Index("messages_due_at", "due_at", postgresql_where=text("state IN ('waiting', 'handing')")),
    )

    id: Mapped[Id]
    tenant_id: Mapped[UUID | None] = mapped_column(ForeignKey(Tenant.id))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey(Person.id), info={"personal": "identifier"})
    kind: Mapped[str] = mapped_column(Text)
    about: Mapped[UUID]
    details: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}", info={"personal": "learning"})
    state: Mapped[str] = mapped_column(Text, server_default="waiting", default="waiting")
    problem: Mapped[Words]
    attempts: Mapped[int] = mapped_column(SmallInteger, server_default="0", default=0)
    channel: Mapped[str | None] = mapped_column(Text)
    address: Mapped[str] = mapped_column(Text, server_default="", default="", info={"personal": "contact"})
    language: Mapped[str | None] = mapped_column(Text)
    subject: Mapped[str | None] = mapped_column(Text, info={"personal": "name, learning"})
    body: Mapped[str | None] = mapped_column(Text, info={"personal": "name, learning"})
    created_at: Mapped[Recorded]
    since: Mapped[Recorded]
    due_at: Mapped[Recorded]
    sent_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    forgotten_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class MessageChoice(Model):
    """How a person wants to be written to; where nothing is chosen, by e-mail."""

    __tablename__ = "message_choices"

    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id), primary_key=True, info={"personal": "identifier"})
    channel: Mapped[str] = mapped_column(Text)
    chosen_at: Mapped[Recorded]


class MessageText(Model):
    """What a city says in its own words for one kind of message in one language."""

    __tablename__ = "message_texts"

    tenant_id: Mapped[TenantKey]
    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    language: Mapped[str] = mapped_column(Text, primary_key=True)
    subject: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    sms: Mapped[Words]
    changed_by: Mapped[UUID] = mapped_column(ForeignKey(Person.id), index=True, info={"personal": "identifier"})
    changed_at: Mapped[Recorded]
