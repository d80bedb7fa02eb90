"""The public projection: everybody reads it, only the owning city writes it (design.md, section 3)."""

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Computed,
    DateTime,
    Double,
    ForeignKeyConstraint,
    Index,
    Integer,
    Numeric,
    SmallInteger,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from maru.columns import Instant, TenantKey, Words
from maru.db import Model
from tenants.catalogue import boxes

LISTED_BY = [
    "run_id",
    "starts_on",
    "starts_at",
    "opens_at",
    "closes_at",
    "published_at",
    "cancelled_at",
    "settled_at",
    "weekdays",
    "boxes",
    "online",
    "in_person",
    "first_come",
    "latitude",
    "longitude",
    "meeting_count",
]
"""What lists are ordered and narrowed by: the index holds it all, so that no list reads the whole of many rows."""

TITLE_KEY = "replace(lower(normalize(title, NFKC)), ' '::text, ''::text)"
"""A title as it is compared with words that are looked for: `maru.search.key`."""


class Listing(Model):
    """One published run with everything that the public may know of it; `minutes` is one meeting's length.

    `meetings` are the class days that are held, `meeting_changes` those that were called off or moved, and why.

    `audience` are the age groups that its target names, where the run has no ages of its own; 0 when none.
    `likely_category` is the category that its title speaks of; lists are narrowed by it where `category` is unknown.
    `boxes` and `title_key` are set by the database, from the other columns.
    """

    __tablename__ = "listings"
    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "run_id"], ["runs.tenant_id", "runs.id"]),
        Index("listings_search", "search", postgresql_using="gin"),
        Index("listings_names", text("bigrams((title || ' '::text) || title_en)"), postgresql_using="gin"),
        Index("listings_lists", "tenant_id", "ends_on", postgresql_include=LISTED_BY),
    )

    tenant_id: Mapped[TenantKey]
    run_id: Mapped[UUID] = mapped_column(primary_key=True)
    course_id: Mapped[UUID]
    number: Mapped[int]
    title: Mapped[str] = mapped_column(Text)
    title_en: Mapped[str] = mapped_column(Text)
    summary: Mapped[str] = mapped_column(Text)
    summary_en: Mapped[str] = mapped_column(Text)
    content: Mapped[str] = mapped_column(Text)
    category: Mapped[str] = mapped_column(Text)
    likely_category: Mapped[Words]
    field: Mapped[str] = mapped_column(Text)
    institution: Mapped[str] = mapped_column(Text)
    institution_phone: Mapped[str] = mapped_column(Text)
    venue: Mapped[str] = mapped_column(Text)
    room: Mapped[str] = mapped_column(Text)
    address: Mapped[str] = mapped_column(Text)
    access_note: Mapped[str] = mapped_column(Text)
    latitude: Mapped[float | None] = mapped_column(Double)
    longitude: Mapped[float | None] = mapped_column(Double)
    instructor: Mapped[str] = mapped_column(Text, info={"personal": "name"})
    method: Mapped[str] = mapped_column(Text)
    online: Mapped[bool]
    in_person: Mapped[bool]
    target: Mapped[str] = mapped_column(Text)
    min_age: Mapped[int | None] = mapped_column(SmallInteger)
    max_age: Mapped[int | None] = mapped_column(SmallInteger)
    audience: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    resident_only: Mapped[bool]
    verified_only: Mapped[bool] = mapped_column(server_default="false")
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    starts_at: Mapped[time | None]
    ends_at: Mapped[time | None]
    weekdays: Mapped[int] = mapped_column(SmallInteger)
    weekdays_text: Mapped[str] = mapped_column(Text)
    meeting_count: Mapped[int]
    minutes: Mapped[int]
    meetings: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    meeting_changes: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default="[]")
    fee: Mapped[int | None]
    fee_note: Mapped[str] = mapped_column(Text)
    opens_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    closes_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    reception: Mapped[str] = mapped_column(Text)
    selection: Mapped[str] = mapped_column(Text)
    first_come: Mapped[bool] = mapped_column(server_default="true")
    homepage: Mapped[str] = mapped_column(Text)
    vocational: Mapped[bool | None]
    credit_bank: Mapped[bool | None]
    learning_account: Mapped[bool | None]
    reference_date: Mapped[date | None]
    threshold: Mapped[Decimal] = mapped_column(Numeric(4, 3))
    published_at: Mapped[Instant]
    cancelled_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    cancel_reason: Mapped[str] = mapped_column(Text)
    settled_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    updated_at: Mapped[Instant]
    search: Mapped[Any] = mapped_column(TSVECTOR, deferred=True)
    boxes: Mapped[int] = mapped_column(Integer, Computed(boxes.EXPRESSION, persisted=True))
    title_key: Mapped[str] = mapped_column(Text, Computed(TITLE_KEY, persisted=True))


class Seats(Model):
    """The counter of one run: written only by the engine's functions, under its row's lock."""

    __tablename__ = "seats"
    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "run_id"], ["runs.tenant_id", "runs.id"]),
        CheckConstraint("placed BETWEEN 0 AND capacity", name="seats_never_oversold"),
        CheckConstraint("waiting >= 0", name="seats_waiting"),
    )

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    run_id: Mapped[UUID] = mapped_column(primary_key=True)
    capacity: Mapped[int]
    waiting_limit: Mapped[int | None]
    placed: Mapped[int] = mapped_column(Integer, server_default="0", default=0)
    waiting: Mapped[int] = mapped_column(Integer, server_default="0", default=0)
    next_number: Mapped[int] = mapped_column(Integer, server_default="1", default=1)

    @property
    def untouched(self) -> bool:
        """Whether nobody ever applied."""
        return self.next_number == 1
