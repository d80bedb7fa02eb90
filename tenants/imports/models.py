"""The table of import reports."""

from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from auth.people.models import Person
from maru.columns import Recorded, TenantKey
from maru.db import Model


class CourseImport(Model):
    """The report of one imported file: a row per record, kept so that a clerk can come back to it."""

    __tablename__ = "course_imports"

    tenant_id: Mapped[TenantKey]
    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    filename: Mapped[str] = mapped_column(Text)
    imported_at: Mapped[Recorded]
    imported_by: Mapped[UUID | None] = mapped_column(ForeignKey(Person.id), index=True, info={"personal": "identifier"})
    totals: Mapped[dict[str, int]] = mapped_column(JSONB)
    rows: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
