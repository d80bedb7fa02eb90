"""Tables of breaches, of the people they affect, of each step, and of what the public reads."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, ForeignKey, Index, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from auth.people.models import Person
from maru.columns import Id, Instant, Recorded, Words
from maru.db import Model


class Breach(Model):
    """One file. `certain` is false for a possible breach; `outside` and `sensitive` make the authority be told of any number."""

    __tablename__ = "breaches"

    id: Mapped[Id]
    title: Mapped[str] = mapped_column(Text)
    noticed_at: Mapped[Instant]
    certain: Mapped[bool] = mapped_column(server_default="true", default=True)
    outside: Mapped[bool] = mapped_column(server_default="false", default=False)
    sensitive: Mapped[bool] = mapped_column(server_default="false", default=False)
    items: Mapped[Words]
    happened: Mapped[Words]
    advice: Mapped[Words]
    measures: Mapped[Words]
    relief: Mapped[Words]
    contact: Mapped[Words]
    people_told_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    authority_told_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    opened_by: Mapped[UUID] = mapped_column(ForeignKey(Person.id), index=True, info={"personal": "identifier"})
    opened_at: Mapped[Recorded]


class BreachPerson(Model):
    """Somebody in a file; `reached` says whether there was an address or a number to write to."""

    __tablename__ = "breach_people"
    __table_args__ = (Index("breach_people_person", "person_id"),)

    breach_id: Mapped[UUID] = mapped_column(ForeignKey(Breach.id), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id), primary_key=True, info={"personal": "identifier"})
    reached: Mapped[bool] = mapped_column(info={"personal": "contact"})
    told_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    added_at: Mapped[Recorded]


class BreachStep(Model):
    """What was done about a breach, by whom, with the facts as they were then."""

    __tablename__ = "breach_steps"
    __table_args__ = (Index("breach_steps_breach", "breach_id", "at"), Index("breach_steps_actor", "actor_id"))

    id: Mapped[Id]
    breach_id: Mapped[UUID] = mapped_column(ForeignKey(Breach.id))
    kind: Mapped[str] = mapped_column(Text)
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    actor_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id), info={"personal": "identifier"})
    at: Mapped[Recorded]


class BreachNotice(Model):
    """What everybody may read of a breach, for those who could not be written to."""

    __tablename__ = "breach_notices"

    breach_id: Mapped[UUID] = mapped_column(ForeignKey(Breach.id), primary_key=True)
    words: Mapped[dict[str, Any]] = mapped_column(JSONB)
    shown_from: Mapped[date]
    shown_until: Mapped[date]
