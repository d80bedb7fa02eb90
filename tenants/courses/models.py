"""Tables of courses, runs and meetings. Row keys lead with the tenant, so that no row can point into another city."""

import re
from datetime import date, datetime, time
from decimal import Decimal
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    DateTime,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    Numeric,
    SmallInteger,
    Text,
    UniqueConstraint,
    and_,
    text,
)
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship, validates

from auth.people.models import Person
from maru.columns import Recorded, TenantKey, Words
from maru.db import Model
from tenants.courses.audience import audience_of
from tenants.courses.likely_category import likely_category


class Institution(Model):
    """Who runs a class; its name is printed on the certificate."""

    __tablename__ = "institutions"
    __table_args__ = (UniqueConstraint("tenant_id", "name", "phone"),)

    tenant_id: Mapped[TenantKey]
    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    name: Mapped[str] = mapped_column(Text)
    phone: Mapped[Words]


class Venue(Model):
    """Where a class meets; `capacity` is how many its largest room holds, as far as somebody has said."""

    __tablename__ = "venues"
    __table_args__ = (UniqueConstraint("tenant_id", "name", "address"),)

    tenant_id: Mapped[TenantKey]
    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    name: Mapped[str] = mapped_column(Text)
    address: Mapped[Words]
    access_note: Mapped[Words]
    latitude: Mapped[float | None] = mapped_column(Double)
    longitude: Mapped[float | None] = mapped_column(Double)
    capacity: Mapped[int | None] = mapped_column(Integer)


class Course(Model):
    """What is taught; `category` is the code of the six-plus-one classification (domain 6.11), empty when unknown.

    `likely_category` is what the title speaks of: lists are narrowed by it where the category is unknown, nothing else.
    """

    __tablename__ = "courses"
    __table_args__ = (
        CheckConstraint("title <> ''"),
        CheckConstraint("category IN ('', '01', '02', '03', '04', '05', '06', '07')"),
    )

    tenant_id: Mapped[TenantKey]
    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    title: Mapped[str] = mapped_column(Text)
    title_en: Mapped[Words]
    summary: Mapped[Words]
    summary_en: Mapped[Words]
    content: Mapped[Words]
    category: Mapped[Words]
    likely_category: Mapped[Words]
    field: Mapped[Words]
    created_at: Mapped[Recorded]
    updated_at: Mapped[Recorded]

    @validates("title")
    def _read_title(self, _name: str, title: str) -> str:
        self.likely_category = likely_category(title)
        return title


CHOSEN = re.compile("추첨|심사|면접|서류|선발|추천")
"""Words of 선정방법구분 that say that not the first are taken (domain 6.4)."""


class Run(Model):
    """One offering of a course. `weekdays` is a set of bits, Monday 1 to Sunday 64; weights and threshold are shares.

    `instructor` is the name that everybody reads (who may open the class stands in RunInstructor).
    `first_come` follows from the words of `selection`: where people are drawn or chosen, nobody applies here yet.
    `audience` are the age groups that the words of `target` name (audience.py): they narrow lists; only ages refuse.
    `elsewhere` is the other city whose institution the run seemed to be when its file was read, or empty.
    `term` is the city's own name of the period it belongs to; `copied_from` is the run that it continues. `telling` is
    what the last letters about a change were about (tenants/enrolments/telling.py).
    """

    __tablename__ = "runs"
    __table_args__ = (
        UniqueConstraint("tenant_id", "course_id", "number"),
        ForeignKeyConstraint(["tenant_id", "course_id"], ["courses.tenant_id", "courses.id"]),
        ForeignKeyConstraint(["tenant_id", "institution_id"], ["institutions.tenant_id", "institutions.id"]),
        ForeignKeyConstraint(["tenant_id", "venue_id"], ["venues.tenant_id", "venues.id"]),
        Index("runs_institution", "tenant_id", "institution_id"),
        ForeignKeyConstraint(
            ["tenant_id", "copied_from"], ["runs.tenant_id", "runs.id"], ondelete="SET NULL (copied_from)"
        ),
        Index("runs_venue", "tenant_id", "venue_id"),
        Index("runs_lists", "tenant_id", "starts_on", "id"),
        Index("runs_copies", "tenant_id", "copied_from"),
        Index("runs_telling", "telling", postgresql_where=text("telling IS NOT NULL")),
        CheckConstraint("audience BETWEEN 0 AND 15"),
        CheckConstraint("starts_on <= ends_on"),
        CheckConstraint("opens_at < closes_at"),
    )

    tenant_id: Mapped[TenantKey]
    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    course_id: Mapped[UUID]
    number: Mapped[int] = mapped_column(Integer, server_default="1", default=1)
    institution_id: Mapped[UUID | None]
    venue_id: Mapped[UUID | None]
    room: Mapped[Words]
    instructor: Mapped[str] = mapped_column(Text, server_default="", default="", info={"personal": "name"})
    method: Mapped[Words]
    target: Mapped[Words]
    audience: Mapped[int] = mapped_column(SmallInteger, server_default="0", default=0)
    min_age: Mapped[int | None] = mapped_column(SmallInteger)
    max_age: Mapped[int | None] = mapped_column(SmallInteger)
    resident_only: Mapped[bool] = mapped_column(server_default="false", default=False)
    verified_only: Mapped[bool] = mapped_column(server_default="false", default=False)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    starts_at: Mapped[time | None]
    ends_at: Mapped[time | None]
    weekdays: Mapped[int] = mapped_column(SmallInteger, server_default="0", default=0)
    weekdays_text: Mapped[Words]
    capacity: Mapped[int | None]
    waiting_limit: Mapped[int | None]
    fee: Mapped[int | None]
    fee_note: Mapped[Words]
    opens_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    closes_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    reception: Mapped[Words]
    selection: Mapped[Words]
    first_come: Mapped[bool] = mapped_column(server_default="true", default=True)
    homepage: Mapped[Words]
    vocational: Mapped[bool | None]
    credit_bank: Mapped[bool | None]
    learning_account: Mapped[bool | None]
    reference_date: Mapped[date | None]
    threshold: Mapped[Decimal] = mapped_column(Numeric(4, 3), server_default="0.8", default=Decimal("0.8"))
    late_weight: Mapped[Decimal] = mapped_column(Numeric(4, 3), server_default="1", default=Decimal(1))
    left_early_weight: Mapped[Decimal] = mapped_column(Numeric(4, 3), server_default="1", default=Decimal(1))
    excused_weight: Mapped[Decimal] = mapped_column(Numeric(4, 3), server_default="1", default=Decimal(1))
    published_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    cancelled_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    cancel_reason: Mapped[Words]
    settled_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    import_key: Mapped[str | None] = mapped_column(Text)
    elsewhere: Mapped[Words]
    term: Mapped[Words]
    copied_from: Mapped[UUID | None]
    telling: Mapped[UUID | None]
    created_at: Mapped[Recorded]
    updated_at: Mapped[Recorded]

    course: Mapped[Course] = relationship(lazy="joined", innerjoin=True)
    institution: Mapped[Institution | None] = relationship(
        lazy="joined",
        primaryjoin=lambda: and_(Institution.tenant_id == Run.tenant_id, Institution.id == foreign(Run.institution_id)),
    )
    venue: Mapped[Venue | None] = relationship(
        lazy="joined", primaryjoin=lambda: and_(Venue.tenant_id == Run.tenant_id, Venue.id == foreign(Run.venue_id))
    )
    meetings: Mapped[list["Meeting"]] = relationship(order_by="Meeting.number", cascade="all, delete-orphan")

    @validates("selection")
    def _read_selection(self, _name: str, selection: str) -> str:
        self.first_come = CHOSEN.search(selection) is None
        return selection

    @validates("target")
    def _read_target(self, _name: str, target: str) -> str:
        self.audience = audience_of(target)
        return target


class RunInstructor(Model):
    """Whose class a run is: this person sees its applicants and marks its attendance (domain 1.2)."""

    __tablename__ = "run_instructors"
    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "run_id"], ["runs.tenant_id", "runs.id"], ondelete="CASCADE"),
        Index("run_instructors_person", "person_id"),
    )

    tenant_id: Mapped[TenantKey]
    run_id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id), primary_key=True, info={"personal": "identifier"})


class Meeting(Model):
    """One class day; a meeting that was called off does not count as held.

    `moved_from` is when it was to begin before it was moved; `change_reason` says why it was moved or called off, and is
    public.
    """

    __tablename__ = "meetings"
    __table_args__ = (
        UniqueConstraint("tenant_id", "run_id", "number"),
        ForeignKeyConstraint(["tenant_id", "run_id"], ["runs.tenant_id", "runs.id"]),
        Index("meetings_start", "tenant_id", "starts_at"),
        CheckConstraint("number > 0"),
        CheckConstraint("starts_at < ends_at"),
    )

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    run_id: Mapped[UUID]
    number: Mapped[int]
    starts_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    ends_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    topic: Mapped[Words]
    called_off: Mapped[bool] = mapped_column(server_default="false", default=False)
    moved_from: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    change_reason: Mapped[Words]

    @property
    def minutes(self) -> int:
        return int((self.ends_at - self.starts_at).total_seconds() // 60)
