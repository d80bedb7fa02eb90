"""Whether sample people are among the people of a production: everybody can read their password."""

import sqlalchemy as sa

from maru.config import Config
from maru.db import Database, Scope, session
from maru.errors import ConfigurationError
from tenants.sample.reading import lines


def usernames() -> list[str]:
    """Of every sample person who can sign in."""
    return [one["username"] for one in lines("people")]


def demand_absence(config: Config) -> None:
    """Refuse a production that has sample people, known by their invented addresses. Raises ConfigurationError."""
    if config.development:
        return
    database = Database(config.database_app_url)
    try:
        with database.transaction(Scope.JOB):
            found = session().scalar(sa.select(sa.func.engine.count_sample_people()))
    finally:
        database.engine.dispose()
    if found:
        raise ConfigurationError(
            f"{found} sample people are in this database, and everybody can read their password."
            " Production begins with an empty database."
        )
