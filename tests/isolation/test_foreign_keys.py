"""Foreign keys bypass row-level security, so between a city's tables they carry the tenant along (design.md, section 3)."""

from collections.abc import Iterable

import pytest
import sqlalchemy as sa

from maru.config import Config
from maru.migrating import owner_connection
from tests.tables import TABLES, tenant_column

ROOTS = {
    "tenants",
    "people",
    "sessions",
    "items",
    "videos",
    "captions",
    "item_versions",
    "consent_texts",
    "rights_requests",
    "destruction_runs",
    "breaches",
}
"""What a row may point at by its id alone: no city owns it."""
ACTUAL = """
SELECT conrelid::regclass::text AS child, confrelid::regclass::text AS parent,
       (SELECT array_agg(attname::text ORDER BY at) FROM unnest(conkey) WITH ORDINALITY AS k (number, at)
        JOIN pg_attribute ON attrelid = conrelid AND attnum = k.number) AS here,
       (SELECT array_agg(attname::text ORDER BY at) FROM unnest(confkey) WITH ORDINALITY AS k (number, at)
        JOIN pg_attribute ON attrelid = confrelid AND attnum = k.number) AS there
FROM pg_constraint WHERE contype = 'f' AND connamespace = 'public'::regnamespace
"""


def may_cross(constraint: sa.ForeignKeyConstraint) -> bool:
    """Whether a row could point into another city, or at something of which nobody has said that no city owns it."""
    if constraint.referred_table.name in ROOTS:
        return False
    pairs = {(key.parent.name, key.column.name) for key in constraint.elements}
    return tenant_column(constraint.referred_table) is None or ("tenant_id", "tenant_id") not in pairs


def crossing(tables: Iterable[sa.Table]) -> list[str]:
    return [str(table) for table in tables for key in table.foreign_key_constraints if may_cross(key)]


def test_no_row_can_point_into_another_city() -> None:
    assert sum(len(table.foreign_key_constraints) for table in TABLES) > 30
    assert crossing(TABLES) == []


def test_the_database_has_the_foreign_keys_of_the_models(config: Config) -> None:
    declared = {
        (str(table), key.referred_table.name, *((e.parent.name, e.column.name) for e in key.elements))
        for table in TABLES
        for key in table.foreign_key_constraints
    }
    with owner_connection(config.database_url) as connection:
        actual = {
            (row.child, row.parent, *zip(row.here, row.there, strict=True))
            for row in connection.exec_driver_sql(ACTUAL)
        }
    assert actual == declared


@pytest.mark.parametrize("columns", [["run_id"], ["run_id", "tenant_id"]])
def test_a_crossing_key_would_be_found(columns: list[str]) -> None:
    other = sa.MetaData()
    runs = sa.Table(
        "runs", other, sa.Column("tenant_id", sa.Uuid), sa.Column("id", sa.Uuid), sa.Column("owner", sa.Uuid)
    )
    targets = [runs.c.id, runs.c.owner][: len(columns)]
    planted = sa.Table("planted", other, *(sa.Column(name, sa.Uuid) for name in columns), sa.ForeignKeyConstraint(columns, targets))  # fmt: skip
    assert crossing([planted]) == ["planted"]
