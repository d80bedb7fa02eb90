"""Bringing a database to the current schema, and the role that the application signs in as."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from uuid import UUID

import sqlalchemy as sa
from alembic import command
from alembic.config import Config as Alembic
from psycopg import sql
from sqlalchemy.orm import Session

from maru.config import ROOT, Config
from maru.db import MINIMUM_VERSION, Scope, current
from maru.errors import ConfigurationError


def migrate(config: Config, revision: str = "head") -> None:
    """Upgrade to `revision` as the owner (`DATABASE_URL`), then let `maru_app` sign in with its own password."""
    with owner_connection(config.database_url) as connection:
        if connection.scalar(sa.text("SELECT current_setting('server_version_num')::int / 10000")) < MINIMUM_VERSION:
            raise ConfigurationError(f"This PostgreSQL is too old; Maru needs {MINIMUM_VERSION} or newer.")
        connection.rollback()
        alembic = Alembic(toml_file=str(ROOT / "pyproject.toml"))
        alembic.attributes["connection"] = connection
        command.upgrade(alembic, revision)
        _let_app_in(connection, config)


def _let_app_in(connection: sa.Connection, config: Config) -> None:
    password = sa.make_url(config.database_app_url).password if config.database_app_url else None
    secret = sql.SQL(" PASSWORD {}").format(sql.Literal(str(password))) if password else sql.SQL("")
    connection.exec_driver_sql((sql.SQL("ALTER ROLE maru_app LOGIN") + secret).as_string(None))
    connection.commit()


@contextmanager
def owner_connection(url: str) -> Iterator[sa.Connection]:
    """A connection of the owner of the tables."""
    if not url:
        raise ConfigurationError("DATABASE_URL is not set and no `maru up` has left its addresses.")
    with _engine(url).connect() as connection:
        yield connection


@cache
def _engine(url: str) -> sa.Engine:
    """It keeps no connection, only what it has asked of the server once."""
    return sa.create_engine(sa.make_url(url).set(drivername="postgresql+psycopg"), poolclass=sa.NullPool)


class SetUp:
    """One transaction of the owner that loads rows of several tenants, as the roles and scopes that may write them."""

    def __init__(self, opened: Session) -> None:
        self._session = opened

    def as_engine(self) -> None:
        """Write what only the engine's functions write: people, grants, applications."""
        self._session.flush()
        self._session.execute(sa.text("SET LOCAL ROLE maru_engine"))

    def as_app(self, scope: Scope, tenant: UUID | None = None) -> None:
        """Write as the application would in that scope."""
        self._session.flush()
        self._session.execute(sa.text("SET LOCAL ROLE maru_app"))
        self._session.execute(
            sa.text("SELECT set_config('maru.scope', :scope, true), set_config('maru.tenant', :tenant, true)"),
            {"scope": scope.value, "tenant": str(tenant or "")},
        )


@contextmanager
def set_up(url: str) -> Iterator[SetUp]:
    """Load everything or nothing; `session()` works inside."""
    with owner_connection(url) as connection, connection.begin(), current(connection) as opened:
        yield SetUp(opened)
        opened.flush()


@contextmanager
def engine_connection(url: str) -> Iterator[sa.Connection]:
    """A transaction of the owner in the role of the engine, whom every row is open to: for loading people at set-up."""
    with owner_connection(url) as connection, connection.begin():
        connection.exec_driver_sql("SET LOCAL ROLE maru_engine")
        yield connection
