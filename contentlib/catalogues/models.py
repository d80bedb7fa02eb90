"""The table of imported catalogues and their reports."""

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Mapped, mapped_column

from maru.db import Model
from maru.imports.kept import KeptImport


class LibraryImport(KeptImport, Model):
    """A catalogue for the province's library."""

    __tablename__ = "library_imports"
    __table_args__ = KeptImport.checks()

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
