"""Tables of consents and of laws that stand in for one."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import DateTime, ForeignKey, Index, Text, text
from sqlalchemy.dialects.postgresql import DATERANGE, Range
from sqlalchemy.orm import Mapped, mapped_column

from auth.people.models import Person
from maru.columns import Id, Recorded
from maru.db import Model


class Consent(Model):
    """One person's consent to one purpose; withdrawn, not deleted. `given_by` is the guardian who gave it for a child."""

    __tablename__ = "consents"
    __table_args__ = (
        Index("consents_active", "person_id", "purpose", unique=True, postgresql_where=text("withdrawn_at IS NULL")),
        Index("consents_given_by", "given_by", postgresql_where=text("given_by IS NOT NULL")),
    )

    id: Mapped[Id]
    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id), info={"personal": "identifier"})
    purpose: Mapped[str] = mapped_column(Text)
    text_version: Mapped[str] = mapped_column(Text)
    given_by: Mapped[UUID | None] = mapped_column(ForeignKey(Person.id), info={"personal": "identifier"})
    given_at: Mapped[Recorded]
    withdrawn_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class LegalGround(Model):
    """A law that allows processing for a purpose without consent, while it is in force; `citation` names it."""

    __tablename__ = "legal_grounds"

    purpose: Mapped[str] = mapped_column(Text, primary_key=True)
    valid: Mapped[Range[date]] = mapped_column(DATERANGE, primary_key=True)
    citation: Mapped[str] = mapped_column(Text)
