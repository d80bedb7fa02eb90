"""Tables of archives of whole cities, and of what their files weigh."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Integer, SmallInteger, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from auth.people.models import Person
from maru.columns import Recorded, TenantKey
from maru.db import Model


class TenantExport(Model):
    """One archive: `waiting`, `making`, `ready` until `kept_until`, `failed` or `removed`.

    What a command on the server writes has nobody who asked, and is `written` to a disk where Maru does not keep it.
    """

    __tablename__ = "tenant_exports"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'making', 'ready', 'failed', 'removed', 'written')"),
        CheckConstraint("progress BETWEEN 0 AND 100"),
    )

    tenant_id: Mapped[TenantKey]
    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    state: Mapped[str] = mapped_column(Text, server_default="waiting", default="waiting")
    purpose: Mapped[str] = mapped_column(Text)
    progress: Mapped[int] = mapped_column(SmallInteger, server_default="0", default=0)
    bytes: Mapped[int | None] = mapped_column(BigInteger)
    sha256: Mapped[str | None] = mapped_column(Text)
    asked_by: Mapped[UUID | None] = mapped_column(ForeignKey(Person.id), index=True, info={"personal": "identifier"})
    asked_at: Mapped[Recorded]
    ready_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    kept_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    taken: Mapped[int] = mapped_column(Integer, server_default="0", default=0)

    @property
    def key(self) -> str:
        """Of the archive in the object store."""
        return f"exports/{self.tenant_id}/{self.id}.zip"


class TenantFiles(Model):
    """What a city's files weighed when they were last counted."""

    __tablename__ = "tenant_files"

    tenant_id: Mapped[TenantKey]
    files: Mapped[int] = mapped_column(Integer)
    bytes: Mapped[int] = mapped_column(BigInteger)
    measured_at: Mapped[Recorded]
