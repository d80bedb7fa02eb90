"""The table of imported files and their reports."""

from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from auth.people.models import Person
from maru.columns import Recorded, TenantKey, Words
from maru.db import Model


class CourseImport(Model):
    """One file: waiting to be read, done with a row per record, or refused as a whole with the reason (`problem`).

    The file itself is kept until it has been read; the report for good, so that a clerk can come back to it.
    """

    __tablename__ = "course_imports"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'done', 'refused')"),
        CheckConstraint("(state = 'waiting') = (file IS NOT NULL)"),
    )

    tenant_id: Mapped[TenantKey]
    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    filename: Mapped[str] = mapped_column(Text)
    imported_at: Mapped[Recorded]
    imported_by: Mapped[UUID | None] = mapped_column(ForeignKey(Person.id), index=True, info={"personal": "identifier"})
    state: Mapped[str] = mapped_column(Text)
    problem: Mapped[Words]
    file: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    totals: Mapped[dict[str, int]] = mapped_column(JSONB, server_default="{}", default=dict)
    rows: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default="[]", default=list, deferred=True)
