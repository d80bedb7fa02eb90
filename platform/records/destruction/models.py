"""Tables of the schedule and of fates, of runs with what each destroyed, of tombstones, and of what lies outside the database."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Identity, Index, Integer, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, DATERANGE, JSONB, Range
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


class Fate(Model):
    """What becomes of the rows in which a column names a person who is destroyed: `deleted`, `emptied` (the columns that are
    emptied), `kept` (`days`, none as long as what `citation` names lasts), `scheduled` (by a `RetentionPeriod` called as the
    table). The destroyer reads it; `*` with `%_by` stands for all columns that name staff by what they did. `in_city` is what a
    city does with its own of these rows that is asked to delete.
    """

    __tablename__ = "fates"
    __table_args__ = (CheckConstraint("fate IN ('deleted', 'emptied', 'kept', 'scheduled')"),)

    table_name: Mapped[str] = mapped_column(Text, primary_key=True)
    column_name: Mapped[str] = mapped_column(Text, primary_key=True)
    valid: Mapped[Range[date]] = mapped_column(DATERANGE, primary_key=True)
    fate: Mapped[str] = mapped_column(Text)
    emptied: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    days: Mapped[int | None] = mapped_column(Integer)
    citation: Mapped[str] = mapped_column(Text)
    in_city: Mapped[str | None] = mapped_column(Text)
    city_days: Mapped[int | None] = mapped_column(Integer)
    city_citation: Mapped[str | None] = mapped_column(Text)


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


class Removal(Model):
    """What a run has left outside the database: an `account` at the identity provider, a `file` of the object store.

    `what` names it until it is removed. `problem` is why it is not yet, in words of `words.PROBLEMS`, or why it stays.
    """

    __tablename__ = "removals"
    __table_args__ = (
        Index("removals_run", "run_id"),
        Index("removals_person", "person_id"),
        Index("removals_open", "id", postgresql_where=text("removed_at IS NULL")),
    )

    id: Mapped[Id]
    run_id: Mapped[UUID] = mapped_column(ForeignKey(DestructionRun.id))
    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id), info={"personal": "identifier"})
    kind: Mapped[str] = mapped_column(Text)
    what: Mapped[str | None] = mapped_column(Text, info={"personal": "identifier"})
    attempts: Mapped[int] = mapped_column(Integer, server_default="0", default=0)
    tried_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    removed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    problem: Mapped[str] = mapped_column(Text, server_default="", default="")
