"""A chain of the log's own: other tests write rows into its tables that no worker has sealed."""

import psycopg
import pytest

from maru.embedded.postgres import Postgres
from tests.conftest import Maker

ANEW = """
SET LOCAL session_replication_role = replica;
DELETE FROM access_log_seals;
DELETE FROM access_log_places;
DELETE FROM access_log_unsealed;
DELETE FROM access_log_checks;
INSERT INTO access_log_unsealed (look_id) SELECT id FROM access_log;
"""


@pytest.fixture(scope="module", autouse=True)
def chain_anew(postgres: Postgres, make: Maker) -> None:
    """Nothing is sealed or checked, and every look that is there waits for its seal."""
    with psycopg.connect(postgres.url("maru", "postgres")) as connection:
        connection.execute(ANEW)
