"""Many cities at once: each live, with its site and its courses, and a second call adds to the first."""

import sqlalchemy as sa

from maru.config import Config
from maru.db import Database, Scope, session
from tenants.sample import multitude
from tests.client import opened


def test_cities_with_courses_are_made_and_added_to(config: Config, database: Database) -> None:
    assert list(multitude.make_cities(config, 2)) == [2]
    assert list(multitude.make_cities(config, 1)) == [3]
    with database.transaction(Scope.PUBLIC):
        counted = sa.text(
            "SELECT t.slug, count(l.run_id), count(s.capacity) FROM tenants t JOIN listings l ON l.tenant_id = t.id"
            " JOIN seats s ON s.tenant_id = t.id AND s.run_id = l.run_id WHERE t.slug LIKE 'many-%' GROUP BY t.slug ORDER BY 1"
        )
        assert [tuple(row) for row in session().execute(counted)] == [(f"many-{n}", 20, 20) for n in (1, 2, 3)]
    with opened(config) as web:
        page = web.get("many-3.localhost", "/courses")
        assert page.status_code == 200
        assert "수채화" in page.text
