"""Tables of lawful purposes, and of who has stated one."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Text
from sqlalchemy.dialects.postgresql import DATERANGE, Range
from sqlalchemy.orm import Mapped, mapped_column

from auth.people.models import Person
from auth.sessions.models import SessionRow
from maru.columns import Id, Recorded
from maru.db import Model


class Purpose(Model):
    """A purpose for which the province may look, and the law that says so; changed by adding a dated row."""

    __tablename__ = "inquiry_purposes"
    __table_args__ = (CheckConstraint("citation <> ''"),)

    code: Mapped[str] = mapped_column(Text, primary_key=True)
    valid: Mapped[Range[date]] = mapped_column(DATERANGE, primary_key=True)
    name_ko: Mapped[str] = mapped_column(Text)
    name_en: Mapped[str] = mapped_column(Text)
    citation: Mapped[str] = mapped_column(Text)


class Inquiry(Model):
    """Somebody has stated a purpose in one session of theirs; until `expires_at` they may look."""

    __tablename__ = "inquiries"
    __table_args__ = (CheckConstraint("reference <> ''"), CheckConstraint("searches >= 0"))

    id: Mapped[Id]
    actor_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id), index=True, info={"personal": "identifier"})
    session_id: Mapped[UUID] = mapped_column(ForeignKey(SessionRow.id), index=True)
    purpose: Mapped[str] = mapped_column(Text)
    reference: Mapped[str] = mapped_column(Text)
    searches: Mapped[int] = mapped_column(server_default="0", default=0)
    stated_at: Mapped[Recorded]
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
