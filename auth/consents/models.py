"""Tables of consent texts, of consents, and of laws that stand in for one."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, ForeignKeyConstraint, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import DATERANGE, INET, JSONB, Range
from sqlalchemy.orm import Mapped, mapped_column

from auth.people.models import Person
from maru.columns import Id, Recorded
from maru.db import Model
from maru.tenancy import Tenant


class ConsentText(Model):
    """What people are asked to agree to: a draft, then a version in force from `in_force_on` that never changes.

    `words` has Korean and English, each with the parts of auth/consents/wording.py. `old_until` stands where the text
    has changed in substance: people are asked again, and consents to the texts before end on that day.
    """

    __tablename__ = "consent_texts"
    __table_args__ = (
        UniqueConstraint("purpose", "version"),
        UniqueConstraint("purpose", "in_force_on"),
        Index("consent_texts_draft", "purpose", unique=True, postgresql_where=text("published_at IS NULL")),
        CheckConstraint("old_until >= in_force_on"),
    )

    id: Mapped[Id]
    purpose: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    version: Mapped[str | None] = mapped_column(Text)
    words: Mapped[dict[str, Any]] = mapped_column(JSONB)
    text_hash: Mapped[str | None] = mapped_column(Text)
    in_force_on: Mapped[date | None]
    old_until: Mapped[date | None]
    drafted_by: Mapped[UUID | None] = mapped_column(ForeignKey(Person.id), index=True, info={"personal": "identifier"})
    drafted_at: Mapped[Recorded]
    published_by: Mapped[UUID | None] = mapped_column(
        ForeignKey(Person.id), index=True, info={"personal": "identifier"}
    )
    published_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class Consent(Model):
    """One person's consent to one version of a text, with its proof; withdrawn, not deleted.

    `text_hash` is set by the database. `withdrawn_channel` is `text` where a changed text ended it, and `request` where a
    granted request to stop did, `desk` where a clerk recorded it; `declined_at` says that the person was asked again and did not agree. `given_by` is the
    guardian who gave it for a child. What a desk records has the clerk, the city and the `evidence`: a signed `paper`, or
    `oral` where the text was read out; so has a withdrawal.
    """

    __tablename__ = "consents"
    __table_args__ = (
        ForeignKeyConstraint(["purpose", "text_version"], ["consent_texts.purpose", "consent_texts.version"]),
        Index("consents_active", "person_id", "purpose", unique=True, postgresql_where=text("withdrawn_at IS NULL")),
        Index("consents_withdrawn_by", "withdrawn_by", postgresql_where=text("withdrawn_by IS NOT NULL")),
        Index("consents_given_by", "given_by", postgresql_where=text("given_by IS NOT NULL")),
    )

    id: Mapped[Id]
    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id), info={"personal": "identifier"})
    purpose: Mapped[str] = mapped_column(Text)
    text_version: Mapped[str] = mapped_column(Text)
    text_hash: Mapped[str] = mapped_column(Text, server_default="")
    channel: Mapped[str] = mapped_column(Text, server_default="web", default="web")
    address: Mapped[str | None] = mapped_column(INET, info={"personal": "address"})
    recorded_by: Mapped[UUID | None] = mapped_column(ForeignKey(Person.id), index=True, info={"personal": "identifier"})
    recorded_in: Mapped[UUID | None] = mapped_column(ForeignKey(Tenant.id))
    evidence: Mapped[str | None] = mapped_column(Text)
    given_by: Mapped[UUID | None] = mapped_column(ForeignKey(Person.id), info={"personal": "identifier"})
    given_at: Mapped[Recorded]
    withdrawn_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    withdrawn_channel: Mapped[str | None] = mapped_column(Text)
    withdrawn_by: Mapped[UUID | None] = mapped_column(ForeignKey(Person.id), info={"personal": "identifier"})
    withdrawn_in: Mapped[UUID | None] = mapped_column(ForeignKey(Tenant.id))
    withdrawn_evidence: Mapped[str | None] = mapped_column(Text)
    withdrawn_address: Mapped[str | None] = mapped_column(INET, info={"personal": "address"})
    declined_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class LegalGround(Model):
    """A law that allows processing for a purpose without consent, while it is in force; `citation` names it."""

    __tablename__ = "legal_grounds"

    purpose: Mapped[str] = mapped_column(Text, primary_key=True)
    valid: Mapped[Range[date]] = mapped_column(DATERANGE, primary_key=True)
    citation: Mapped[str] = mapped_column(Text)
