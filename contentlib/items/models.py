"""Tables of the shared library's items, of their versions, and of what is published of them."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Computed, DateTime, ForeignKey, ForeignKeyConstraint, Index, Text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from auth.people.models import Person
from contentlib.media.models import Caption, Video
from maru.columns import Id, Instant, Recorded, Words
from maru.db import Model

SEARCH = "bigrams(title || ' ' || summary || ' ' || description)"


class Said:
    """What a draft and a version say in the same words; `category` is of the national classification (domain 6.11).

    An item with a `link` leads to a course of an outside provider: it has no video, and nobody is credited for it here.
    `licence_ends_on` is the last day on which it may be shown; None for ever. `captions_exception` says why an item
    without captions may be published all the same.
    """

    title: Mapped[str] = mapped_column(Text)
    summary: Mapped[Words]
    description: Mapped[Words]
    category: Mapped[Words]
    level: Mapped[Words]
    licence: Mapped[Words]
    licence_source: Mapped[Words]
    licence_ends_on: Mapped[date | None]
    captions_exception: Mapped[Words]
    link: Mapped[Words]

    @staticmethod
    def checks() -> tuple[CheckConstraint, ...]:
        """What the database asks of them."""
        return (
            CheckConstraint("title <> ''"),
            CheckConstraint("category IN ('', '01', '02', '03', '04', '05', '06', '07')"),
            CheckConstraint("level IN ('', 'first', 'middle', 'deep')"),
            CheckConstraint("link = '' OR link ~* '^https?://'"),
            CheckConstraint(
                "licence IN ('', 'own', 'contract', 'kogl-1', 'kogl-2', 'kogl-3', 'kogl-4',"
                " 'cc-by', 'cc-by-sa', 'cc-by-nc', 'cc-by-nd', 'cc0')"
            ),
        )


class Item(Said, Model):
    """An item as provincial staff are writing it. `version` is the one in force, 0 before the first.

    What came with a file has a `catalogue_key`, by which the next file finds it, and `catalogue`, what the file said.
    """

    __tablename__ = "items"
    __table_args__ = (
        *Said.checks(),
        CheckConstraint("state IN ('draft', 'submitted', 'published', 'withdrawn')"),
        CheckConstraint("version >= 0"),
        CheckConstraint("(catalogue_key IS NULL) = (catalogue IS NULL)"),
        Index("items_updated", "updated_at", "id"),
        Index("items_search", "search", postgresql_using="gin"),
    )

    id: Mapped[Id]
    state: Mapped[str] = mapped_column(Text, server_default="draft", default="draft")
    returned_because: Mapped[Words]
    version: Mapped[int] = mapped_column(server_default="0", default=0)
    created_by: Mapped[UUID | None] = mapped_column(ForeignKey(Person.id), index=True, info={"personal": "identifier"})
    catalogue_key: Mapped[str | None] = mapped_column(Text, unique=True)
    catalogue: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    created_at: Mapped[Recorded]
    updated_at: Mapped[Recorded]
    search: Mapped[Any] = mapped_column(TSVECTOR, Computed(SEARCH, persisted=True), deferred=True, nullable=False)


class ItemVersion(Said, Model):
    """An item as it was published; nothing of it ever changes. `seconds` is the length of its video, if it has one."""

    __tablename__ = "item_versions"
    __table_args__ = (
        *Said.checks(),
        CheckConstraint("number > 0"),
        CheckConstraint("seconds > 0"),
        CheckConstraint("(link <> '') = (video_id IS NULL)"),
        CheckConstraint("(link <> '') = (seconds IS NULL)"),
        ForeignKeyConstraint(["item_id", "video_id"], [Video.item_id, Video.id]),
        Index("item_versions_video", "item_id", "video_id"),
    )

    item_id: Mapped[UUID] = mapped_column(ForeignKey(Item.id), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    note: Mapped[Words]
    video_id: Mapped[UUID | None]
    seconds: Mapped[int | None]
    published_by: Mapped[UUID] = mapped_column(ForeignKey(Person.id), index=True, info={"personal": "identifier"})
    published_at: Mapped[Recorded]


class VersionCaption(Model):
    """The captions that a version was published with."""

    __tablename__ = "version_captions"
    __table_args__ = (
        ForeignKeyConstraint(["item_id", "number"], [ItemVersion.item_id, ItemVersion.number]),
        ForeignKeyConstraint(["item_id", "caption_id"], [Caption.item_id, Caption.id]),
        Index("version_captions_caption", "item_id", "caption_id"),
    )

    item_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    caption_id: Mapped[UUID] = mapped_column(primary_key=True)


class WithdrawnItem(Model):
    """What the province took out of every city: public as the item was, so that its cities read when and why."""

    __tablename__ = "withdrawn_items"

    item_id: Mapped[UUID] = mapped_column(ForeignKey(Item.id), primary_key=True)
    title: Mapped[str] = mapped_column(Text)
    because: Mapped[Words]
    withdrawn_at: Mapped[Recorded]
    told_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class PublishedItem(Model):
    """The public projection of an item in force: what every city, and everybody, may know of it."""

    __tablename__ = "published_items"
    __table_args__ = (
        ForeignKeyConstraint(["item_id", "number"], [ItemVersion.item_id, ItemVersion.number]),
        Index("published_items_search", "search", postgresql_using="gin"),
        Index("published_items_version", "item_id", "number"),
        CheckConstraint("link = '' OR link ~* '^https?://'"),
    )

    item_id: Mapped[UUID] = mapped_column(ForeignKey(Item.id), primary_key=True)
    number: Mapped[int]
    title: Mapped[str] = mapped_column(Text)
    summary: Mapped[str] = mapped_column(Text)
    description: Mapped[str] = mapped_column(Text)
    category: Mapped[str] = mapped_column(Text)
    level: Mapped[str] = mapped_column(Text)
    licence: Mapped[str] = mapped_column(Text)
    licence_source: Mapped[str] = mapped_column(Text)
    licence_ends_on: Mapped[date | None]
    link: Mapped[Words]
    seconds: Mapped[int | None]
    languages: Mapped[list[str]] = mapped_column(ARRAY(Text))
    published_at: Mapped[Instant]
    search: Mapped[Any] = mapped_column(TSVECTOR, Computed(SEARCH, persisted=True), deferred=True, nullable=False)
