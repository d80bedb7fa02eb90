"""Tables of the schedule, of runs with what each destroyed, and of tombstones."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, DateTime, ForeignKey, Identity, Integer, Text
from sqlalchemy.dialects.postgresql import DATERANGE, JSONB, Range
from sqlalchemy.orm import Mapped, mapped_column

from auth.people.models import Person
from maru.columns import Id, Recorded, Words
from maru.db import Model


class RetentionPeriod(Model):
    """How many days rows of a kind are kept after their end, while the line is in force; `citation` says by what."""

    __tablename__ = "retention_periods"

    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    valid: Mapped[Range[date]] = mapped_column(DATERANGE, primary_key=True)
    days: Mapped[int] = mapped_column(Integer)
    citation: Mapped[str] = mapped_column(Text)


class DestructionRun(Model):
    """One run of the schedule that destroyed something; the privacy officer confirms it by name."""

    __tablename__ = "destruction_runs"

    id: Mapped[Id]
    number: Mapped[int] = mapped_column(BigInteger, Identity(always=True), unique=True)
    at: Mapped[Recorded]
    confirmed_by: Mapped[UUID | None] = mapped_column(
        ForeignKey(Person.id), index=True, info={"personal": "identifier"}
    )
    confirmed_name: Mapped[Words] = mapped_column(info={"personal": "name"})
    confirmed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class DestructionLine(Model):
    """How many of a kind a run destroyed, and the period that was over."""

    __tablename__ = "destruction_lines"

    run_id: Mapped[UUID] = mapped_column(ForeignKey(DestructionRun.id), primary_key=True)
    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    count: Mapped[int] = mapped_column(Integer)
    days: Mapped[int] = mapped_column(Integer)
    citation: Mapped[str] = mapped_column(Text)


class Tombstone(Model):
    """That a person's data were destroyed: when, on which request, how many rows of each kind; none of their content.

    `kept` counts what laws tell others to keep, which no longer has a name beside it.
    """

    __tablename__ = "tombstones"

    id: Mapped[Id]
    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id), unique=True, info={"personal": "identifier"})
    run_id: Mapped[UUID] = mapped_column(ForeignKey(DestructionRun.id), index=True)
    request_id: Mapped[UUID]
    at: Mapped[Recorded]
    erased: Mapped[dict[str, Any]] = mapped_column(JSONB, info={"personal": "counts"})
    kept: Mapped[dict[str, Any]] = mapped_column(JSONB, info={"personal": "counts"})
