"""Tables of notices and banners."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, ForeignKeyConstraint, Index, Integer, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from auth.people.models import Person
from maru.columns import Recorded, TenantKey, Words
from maru.db import Model

Standing = Literal["draft", "planned", "shown", "over"]


class Shown:
    """Public from `published_at` on, until `ends_at`; without the first it is a draft."""

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    title: Mapped[str] = mapped_column(Text)
    published_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    ends_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    written_by: Mapped[UUID | None] = mapped_column(ForeignKey(Person.id), index=True, info={"personal": "identifier"})
    written_at: Mapped[Recorded]

    def standing(self, now: datetime) -> Standing:
        """Where it stands at a moment."""
        if self.published_at is None:
            return "draft"
        if self.ends_at is not None and self.ends_at <= now:
            return "over"
        return "planned" if self.published_at > now else "shown"


class Notice(Shown, Model):
    """Something to read. A pinned one stands above the others, a `strip` on the front page until a reader closes it."""

    __tablename__ = "notices"
    __table_args__ = (
        CheckConstraint("title <> ''"),
        CheckConstraint("ends_at > published_at"),
        Index("notices_published", "tenant_id", "published_at"),
    )

    tenant_id: Mapped[TenantKey]
    body: Mapped[str] = mapped_column(Text)
    pinned: Mapped[bool] = mapped_column(server_default="false", default=False)
    strip: Mapped[bool] = mapped_column(server_default="false", default=False)


class NoticeFile(Model):
    """A file that hangs on a notice; its bytes are in the object store (files.py)."""

    __tablename__ = "notice_files"
    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "notice_id"], ["notices.tenant_id", "notices.id"], ondelete="CASCADE"),
        CheckConstraint("name <> ''"),
        CheckConstraint("bytes > 0"),
        Index("notice_files_notice", "tenant_id", "notice_id"),
    )

    tenant_id: Mapped[TenantKey]
    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    notice_id: Mapped[UUID]
    name: Mapped[str] = mapped_column(Text)
    bytes: Mapped[int]
    added_by: Mapped[UUID | None] = mapped_column(ForeignKey(Person.id), index=True, info={"personal": "identifier"})
    added_at: Mapped[Recorded]


class Banner(Shown, Model):
    """A few words on the front page that lead somewhere; lower positions first, `drawing` is a key of the look's posters."""

    __tablename__ = "banners"
    __table_args__ = (
        CheckConstraint("title <> ''"),
        CheckConstraint(r"link ~ '^(/[^/\\]|/$|https?://)'"),
        CheckConstraint("ends_at > published_at"),
    )

    tenant_id: Mapped[TenantKey]
    body: Mapped[Words]
    link: Mapped[str] = mapped_column(Text)
    drawing: Mapped[Words]
    position: Mapped[int] = mapped_column(Integer, server_default="0", default=0)
