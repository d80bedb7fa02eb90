"""Requests to merge the same two IDs that stood together before: one of them goes on (PRV-06)."""

import sqlalchemy as sa

from maru.migrating import engine_connection, migrate
from tests.migrations.conftest import NewDatabase

PEOPLE = sa.text("INSERT INTO people (name) SELECT 'x' FROM generate_series(1, 6) RETURNING id")
MERGE = sa.text("""
    INSERT INTO merges (kept_id, merged_id, reason, asked_by, approved_by, approved_at)
    VALUES (:kept, :merged, :reason, :asker, CAST(:second AS uuid), CASE WHEN CAST(:second AS uuid) IS NOT NULL THEN now() END)
""")
STANDING = sa.text("SELECT reason FROM merges WHERE ended_at IS NULL ORDER BY reason")
ENDED = sa.text("SELECT reason, ended_by = asked_by AS by_asker FROM merges WHERE ended_at IS NOT NULL ORDER BY reason")


def test_of_two_opposite_requests_the_first_or_the_approved_one_goes_on(new_database: NewDatabase) -> None:
    installation = new_database()
    migrate(installation, "0043")
    with engine_connection(installation.database_url) as connection:
        a, b, c, d, asker, second = connection.scalars(PEOPLE).all()
        for kept, merged, reason, by in (
            (a, b, "first", None),
            (b, a, "opposite", None),
            (c, d, "waiting", None),
            (d, c, "approved", second),
        ):
            values = {"kept": kept, "merged": merged, "reason": reason, "asker": asker, "second": by}
            connection.execute(MERGE, values)
    migrate(installation)
    with engine_connection(installation.database_url) as connection:
        assert connection.scalars(STANDING).all() == ["approved", "first"]
        assert [tuple(row) for row in connection.execute(ENDED)] == [("opposite", True), ("waiting", True)]
