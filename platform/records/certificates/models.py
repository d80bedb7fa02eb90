"""Tables of certificates and their yearly numbers (CAM-6.10)."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, ForeignKey, Index, SmallInteger, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from auth.people.models import Person
from maru.columns import TenantKey, Words
from maru.db import Model


class CertificateNumber(Model):
    """The last number given in a tenant and a year; numbers are never given twice."""

    __tablename__ = "certificate_numbers"

    tenant_id: Mapped[TenantKey]
    year: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    last: Mapped[int]


class Certificate(Model):
    """One issued paper: `content` is what it says, for ever; a correction revokes it and issues another.

    `file_key` names the PDF once it is made, `file_problem` says in Korean why it cannot be.
    """

    __tablename__ = "certificates"
    __table_args__ = (
        Index(
            "certificates_in_force", "tenant_id", "source_id", unique=True, postgresql_where=text("revoked_at IS NULL")
        ),
        Index("certificates_person", "person_id"),
    )

    tenant_id: Mapped[TenantKey]
    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id), info={"personal": "identifier"})
    number: Mapped[str] = mapped_column(Text, unique=True)
    code: Mapped[str] = mapped_column(Text, unique=True)
    content: Mapped[dict[str, Any]] = mapped_column(JSONB, info={"personal": "name, birth date, learning"})
    issued_on: Mapped[date] = mapped_column(info={"personal": "learning"})
    source_id: Mapped[UUID]
    file_key: Mapped[str | None] = mapped_column(Text)
    file_sha256: Mapped[str | None] = mapped_column(Text)
    file_problem: Mapped[Words]
    copies: Mapped[int] = mapped_column(server_default="0", default=0)
    revoked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    revoked_by: Mapped[UUID | None] = mapped_column(ForeignKey(Person.id), index=True, info={"personal": "identifier"})
    revoked_reason: Mapped[Words]

    @property
    def verify_path(self) -> str:
        """Where anyone can check it, on every host."""
        return f"/certificates/{self.number}?code={self.code}"
