"""Tables of the person."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, Text, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from maru.columns import Id, Recorded
from maru.db import Model


class Person(Model):
    """A resident or a member of staff. `subject` is Keycloak's name for them; no resident registration number, ever.

    An ID that is `merged_into` another one keeps all its rows; `aliases` are the IDs that are merged into this one (PRV-06).
    """

    __tablename__ = "people"
    __table_args__ = (
        CheckConstraint("language IN ('ko', 'en')"),
        CheckConstraint("merged_into <> id"),
        CheckConstraint("id <> ALL (aliases)"),
        Index("people_name", "name", "birth_date"),
        Index("people_merged", "merged_into", postgresql_where=text("merged_into IS NOT NULL")),
        Index("people_born", "birth_date", postgresql_where=text("birth_date IS NOT NULL")),
    )

    id: Mapped[Id]
    subject: Mapped[str | None] = mapped_column(Text, unique=True, info={"personal": "identifier"})
    username: Mapped[str | None] = mapped_column(Text, unique=True, info={"personal": "identifier"})
    name: Mapped[str] = mapped_column(Text, info={"personal": "name"})
    birth_date: Mapped[date | None] = mapped_column(info={"personal": "birth date"})
    email: Mapped[str | None] = mapped_column(Text, info={"personal": "contact"})
    vouched_email: Mapped[str | None] = mapped_column(Text, deferred=True, info={"personal": "contact"})
    """The address that the identity provider had verified when they last signed in; null where it had verified none. `email`
    is where Maru writes to, whoever said it; who somebody is, only this one tells, and only the engine writes it.
    """
    phone: Mapped[str | None] = mapped_column(Text, info={"personal": "contact"})
    language: Mapped[str] = mapped_column(Text, server_default="ko")
    represents: Mapped[bool] = mapped_column(server_default=text("false"))
    """Whether they have ever acted for somebody (auth.families): nobody else is asked for whom they act."""
    verified_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    created_at: Mapped[Recorded]
    merged_into: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), info={"personal": "identifier"})
    aliases: Mapped[list[UUID]] = mapped_column(
        ARRAY(Uuid), server_default=text("'{}'"), info={"personal": "identifier"}
    )
