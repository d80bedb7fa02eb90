"""Tables of an item's videos and captions."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Index,
    SmallInteger,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from auth.people.models import Person
from maru.columns import Id, Recorded, Words
from maru.db import Model


class Video(Model):
    """One film of an item; the newest takes the place of the one before, which is `dropped`.

    States in order: uploading, waiting for the worker, making (the ladder), ready or failed. `fingerprint` recognises
    the same file after a break; `made` holds the ladder's playlists, `problem` says in Korean what went wrong. Files of
    a dropped one that no version names are deleted, `swept_at`.
    """

    __tablename__ = "videos"
    __table_args__ = (
        CheckConstraint("bytes > 0"),
        CheckConstraint("state IN ('uploading', 'waiting', 'making', 'ready', 'failed', 'dropped')"),
        CheckConstraint("progress BETWEEN 0 AND 100"),
        CheckConstraint("seconds > 0"),
        CheckConstraint("(state = 'ready') <= (made IS NOT NULL)"),
        CheckConstraint("state <> 'ready' OR seconds IS NOT NULL"),
        UniqueConstraint("item_id", "id"),
        Index("videos_current", "item_id", unique=True, postgresql_where=text("state <> 'dropped'")),
    )

    id: Mapped[Id]
    item_id: Mapped[UUID] = mapped_column(ForeignKey("items.id"))
    filename: Mapped[str] = mapped_column(Text)
    bytes: Mapped[int] = mapped_column(BigInteger)
    fingerprint: Mapped[str] = mapped_column(Text)
    upload: Mapped[Words]
    part_bytes: Mapped[int] = mapped_column(server_default="0", default=0)
    state: Mapped[str] = mapped_column(Text, server_default="uploading", default="uploading")
    problem: Mapped[Words]
    progress: Mapped[int] = mapped_column(SmallInteger, server_default="0", default=0)
    seconds: Mapped[int | None]
    made: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    uploaded_by: Mapped[UUID | None] = mapped_column(ForeignKey(Person.id), index=True, info={"personal": "identifier"})
    created_at: Mapped[Recorded]
    dropped_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    swept_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class Caption(Model):
    """Captions of an item in one language, as WebVTT; the newest takes the place of the one before."""

    __tablename__ = "captions"
    __table_args__ = (
        CheckConstraint("language ~ '^[a-z]{2}$'"),
        UniqueConstraint("item_id", "id"),
        Index("captions_current", "item_id", "language", unique=True, postgresql_where=text("dropped_at IS NULL")),
    )

    id: Mapped[Id]
    item_id: Mapped[UUID] = mapped_column(ForeignKey("items.id"))
    language: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    cues: Mapped[int]
    warnings: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default="[]", default=list)
    uploaded_by: Mapped[UUID] = mapped_column(ForeignKey(Person.id), index=True, info={"personal": "identifier"})
    created_at: Mapped[Recorded]
    dropped_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
