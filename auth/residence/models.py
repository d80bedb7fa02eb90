"""Tables of residence and of the dated region codes."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import DATERANGE, JSONB, Range
from sqlalchemy.orm import Mapped, mapped_column

from auth.people.models import Person
from maru.columns import Id, Recorded, TenantKey
from maru.db import Model


class Region(Model):
    """A legal-dong code of five digits, for as long as the law has it; `parent_code` is a district's city.

    One region is everything `outside` of the province. From the end of `valid` on, `successor_code` stands for it.
    """

    __tablename__ = "regions"
    __table_args__ = (
        CheckConstraint("kind IN ('city', 'county', 'district', 'outside')"),
        CheckConstraint("successor_code IS NULL OR (NOT upper_inf(valid) AND successor_code <> code)"),
    )

    code: Mapped[str] = mapped_column(Text, primary_key=True)
    valid: Mapped[Range[date]] = mapped_column(DATERANGE, primary_key=True)
    name_ko: Mapped[str] = mapped_column(Text)
    name_en: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    parent_code: Mapped[str | None] = mapped_column(Text)
    successor_code: Mapped[str | None] = mapped_column(Text)


class Residence(Model):
    """One home of a person over a half-open range of days; homes never overlap."""

    __tablename__ = "residences"
    __table_args__ = (
        CheckConstraint("source IN ('declared', 'document', 'data-share')"),
        UniqueConstraint("person_id", "valid", name="residences_one_home"),  # WITHOUT OVERLAPS in the database
    )

    id: Mapped[Id]
    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id), info={"personal": "identifier"})
    region_code: Mapped[str] = mapped_column(Text, info={"personal": "address"})
    district_code: Mapped[str | None] = mapped_column(Text, info={"personal": "address"})
    valid: Mapped[Range[date]] = mapped_column(DATERANGE, info={"personal": "address"})
    source: Mapped[str] = mapped_column(Text)
    verified_on: Mapped[date | None] = mapped_column(info={"personal": "address"})
    recorded_at: Mapped[Recorded]


class Proof(Model):
    """A paper that somebody showed at a city's desk: its kind (`register` 등본, `abstract` 초본) and its day, never itself.

    `replaced` are the homes that it outweighed, as they stood: region, district, from, until, source.
    """

    __tablename__ = "residence_proofs"
    __table_args__ = (CheckConstraint("paper IN ('register', 'abstract')"), CheckConstraint("recorded_by <> person_id"))

    tenant_id: Mapped[TenantKey]
    id: Mapped[Id]
    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id), index=True, info={"personal": "identifier"})
    region_code: Mapped[str] = mapped_column(Text, info={"personal": "address"})
    since: Mapped[date] = mapped_column(info={"personal": "address"})
    paper: Mapped[str] = mapped_column(Text)
    made_on: Mapped[date] = mapped_column(info={"personal": "address"})
    recorded_by: Mapped[UUID] = mapped_column(ForeignKey(Person.id), index=True, info={"personal": "identifier"})
    recorded_at: Mapped[Recorded]
    replaced: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default="[]", info={"personal": "address"})


class Question(Model):
    """Whether the administrative data share says that a person lives in a region on a day: yes, no, and when it was said.

    `given_up_at` is when it had not answered for too long.
    """

    __tablename__ = "share_questions"
    __table_args__ = (
        CheckConstraint("(answer IS NULL) = (answered_at IS NULL)"),
        Index("share_questions_person_id", "person_id", "asked_at"),
    )

    id: Mapped[Id]
    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id), info={"personal": "identifier"})
    region_code: Mapped[str] = mapped_column(Text, info={"personal": "address"})
    day: Mapped[date] = mapped_column(info={"personal": "address"})
    asked_at: Mapped[Recorded]
    answer: Mapped[bool | None] = mapped_column(info={"personal": "address"})
    answered_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    given_up_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
