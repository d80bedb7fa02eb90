"""Looks that were written before the log was sealed enter the chain too (PRV 7.4)."""

import sqlalchemy as sa

from auth.access_log import verifying
from maru.migrating import engine_connection, migrate
from tests.migrations.conftest import NewDatabase

LOOK = sa.text("""
    WITH somebody AS (INSERT INTO people (name) VALUES ('x') RETURNING id)
    INSERT INTO access_log (actor_id, person_id, task, purpose, fields) SELECT id, id, 'x', 'x', '{}' FROM somebody
""")


def test_looks_of_before_are_sealed_after(new_database: NewDatabase) -> None:
    installation = new_database()
    migrate(installation, "0030")
    with engine_connection(installation.database_url) as connection:
        for _ in range(3):
            connection.execute(LOOK)
    migrate(installation)
    with engine_connection(installation.database_url) as connection:
        assert verifying.verify(connection).waiting == 3
        connection.execute(sa.text("SELECT set_config('maru.scope', 'job', true)"))
        assert connection.execute(sa.text("SELECT looks FROM engine.seal_looks(500)")).scalar_one() == 3
    with engine_connection(installation.database_url) as connection:
        found = verifying.verify(connection)
        assert (found.looks, found.waiting, found.breaks) == (3, 0, [])
