"""Every table of every room, found by its file, and whose rows each one holds."""

from importlib import import_module

import sqlalchemy as sa

import maru.tenancy  # noqa: F401  # the registry's own tables
from maru.config import ROOT
from maru.db import Model

SOURCES = {"auth": ROOT, "contentlib": ROOT, "tenants": ROOT, "records": ROOT / "platform"}
"""Top-level packages with features, and the folder that each is imported from."""


def _every_table() -> list[sa.Table]:
    for package, folder in SOURCES.items():
        for path in sorted((folder / package).rglob("models.py")):
            import_module(".".join(path.relative_to(folder).with_suffix("").parts))
    return list(Model.metadata.sorted_tables)


TABLES = _every_table()
"""In an order in which rows can be inserted."""


def tenant_column(table: sa.Table) -> str | None:
    """The column that says which city a row belongs to."""
    if table.name == "tenants":
        return "id"
    return "tenant_id" if "tenant_id" in table.columns else None


def person_columns(table: sa.Table) -> list[str]:
    """The columns that name a person."""
    if table.name == "people":
        return ["id"]
    return [column.name for column in table.columns if any(points_at(key, "people") for key in column.foreign_keys)]


def points_at(key: sa.ForeignKey, table: str) -> bool:
    return bool(key.column.table.name == table)


WALLED = [table for table in TABLES if tenant_column(table) or person_columns(table)]
"""Tables with rows of a city or of a person."""
