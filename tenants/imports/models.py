"""The table of imported files and their reports."""

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Mapped, mapped_column

from maru.columns import TenantKey
from maru.db import Model
from maru.imports.kept import KeptImport


class CourseImport(KeptImport, Model):
    """A file of a city's courses."""

    __tablename__ = "course_imports"
    __table_args__ = KeptImport.checks()

    tenant_id: Mapped[TenantKey]
    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
