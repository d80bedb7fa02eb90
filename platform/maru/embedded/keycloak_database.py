"""The database of the embedded Keycloak: how Java is told of it, and how far its first start came."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import psycopg

from maru.embedded.process import PartError


def jdbc_url(database_url: str) -> str:
    """The address without credentials, as Java's driver writes it; of the options only `sslmode` means the same."""
    url = urlsplit(database_url)
    tls = parse_qs(url.query).get("sslmode")
    return f"jdbc:postgresql://{url.hostname}:{url.port or 5432}{url.path}" + (f"?sslmode={tls[0]}" if tls else "")


def has_administrator(database_url: str) -> bool:
    """Whether Keycloak's first start on this database got as far as its administrator. Raises PartError."""
    with _connected(database_url) as database:
        tables = database.execute("SELECT to_regclass('realm'), to_regclass('user_entity')").fetchone()
        if tables is None or None in tables:
            return False
        master_user = "SELECT FROM user_entity u JOIN realm r ON r.id = u.realm_id WHERE r.name = 'master' LIMIT 1"
        return database.execute(master_user).rowcount > 0


def empty(database_url: str) -> None:
    """Take away what a first start has left that was cut off: Keycloak cannot go on from the midst of its tables."""
    with _connected(database_url) as database:
        database.execute("DROP SCHEMA IF EXISTS public CASCADE; CREATE SCHEMA public")


def _connected(database_url: str) -> psycopg.Connection[tuple[Any, ...]]:
    try:
        return psycopg.connect(database_url, connect_timeout=10)
    except psycopg.OperationalError as error:
        raise PartError(f"Keycloak: its database does not answer: {error}") from error
