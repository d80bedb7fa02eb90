"""The one door to PostgreSQL: transactions that carry who asks, and the session of the current one.

Features flush, never commit: the transaction belongs to the request or the job (design.md, section 3). Returning commits,
raising rolls back. Who asks travels with BEGIN in one round trip, as settings that row-level security reads.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum
from typing import Any
from uuid import UUID

import psycopg
import sqlalchemy as sa
from psycopg.rows import namedtuple_row
from sqlalchemy.orm import DeclarativeBase, Session

from maru.errors import ConfigurationError

MINIMUM_VERSION = 18


class Model(DeclarativeBase):
    """Base of all tables. Columns about a person carry `info={"personal": ...}`."""

    metadata = sa.MetaData(naming_convention={"ix": "%(table_name)s_%(column_0_N_name)s"})


class Scope(StrEnum):
    """What `maru.scope` may be; the migrations' policies say what each opens."""

    PUBLIC = "public"
    PERSON = "person"
    STAFF = "staff"
    PROVINCE = "province"
    JOB = "job"


class OutsideTransactionError(RuntimeError):
    """A query was asked for where nobody has said who asks."""


class Database:
    """Connections of the application's role; `size` is how many each process holds at most.

    Connections are in autocommit mode and the transaction's BEGIN is ours, because it carries the settings along.
    """

    def __init__(self, url: str, *, size: int = 2) -> None:
        if not url:
            raise ConfigurationError("DATABASE_APP_URL is not set and no `maru up` has left its addresses.")
        self.engine = sa.create_engine(
            sa.make_url(url).set(drivername="postgresql+psycopg"),
            isolation_level="AUTOCOMMIT",
            pool_size=size,
            max_overflow=0,
            pool_timeout=10,
            hide_parameters=True,
            connect_args={"connect_timeout": 5, "application_name": "maru"},
        )

    @contextmanager
    def transaction(self, scope: Scope, *, tenant: UUID | None = None, person: UUID | None = None) -> Iterator[Session]:
        """Open a transaction in which `session()` works, and leave it as described above."""
        settings = (str(tenant or ""), str(person or ""), scope.value)
        with self.entering(
            "SELECT set_config('maru.tenant', %s, true) AS t, set_config('maru.person', %s, true) AS p,"
            " set_config('maru.scope', %s, true) AS s",
            settings,
        ) as (opened, _):
            yield opened

    @contextmanager
    def entering(self, statement: str, values: Sequence[Any]) -> Iterator[tuple[Session, Any]]:
        """Begin with `statement` (one row) in the same round trip; gives the session and that row."""
        with Session(self.engine, expire_on_commit=False) as opened:
            row = self._begin(opened, statement, values)
            try:
                with current(opened):
                    yield opened, row
                opened.commit()
            except BaseException:
                opened.rollback()
                raise

    def _begin(self, opened: Session, statement: str, values: Sequence[Any]) -> Any:
        for attempt in (1, 2):
            connection = opened.connection()
            try:
                with psycopg.ClientCursor(_raw(connection), row_factory=namedtuple_row) as cursor:
                    cursor.execute(f"BEGIN; {statement}", values)
                    cursor.nextset()
                    return cursor.fetchone()
            except psycopg.OperationalError:
                connection.invalidate()
                opened.rollback()
                if attempt == 2:
                    raise
        raise AssertionError("unreachable")

    def check(self) -> None:
        """Refuse a server or a role under which the walls would not hold."""
        with self.engine.connect() as connection:
            version, bypasses, owns = connection.execute(
                sa.text(
                    "SELECT current_setting('server_version_num')::int / 10000, rolsuper OR rolbypassrls,"
                    " EXISTS (SELECT FROM pg_class WHERE relname = 'tenants' AND pg_has_role(relowner, 'MEMBER'))"
                    " OR EXISTS (SELECT FROM pg_roles WHERE rolname = 'maru_engine' AND pg_has_role(oid, 'MEMBER'))"
                    " FROM pg_roles WHERE rolname = current_user"
                )
            ).one()
        if version < MINIMUM_VERSION:
            raise ConfigurationError(f"PostgreSQL {version} is too old; Maru needs {MINIMUM_VERSION} or newer.")
        if bypasses or owns:
            raise ConfigurationError(
                "DATABASE_APP_URL names a role that row-level security does not hold back. Use the role maru_app."
            )

    def ready(self) -> bool:
        """Whether a query is answered now."""
        try:
            with self.engine.connect() as connection:
                connection.exec_driver_sql("SELECT 1")
        except (sa.exc.SQLAlchemyError, psycopg.Error):
            return False
        return True


_current: ContextVar[Session | None] = ContextVar("maru_session", default=None)


@contextmanager
def current(opened: Session) -> Iterator[None]:
    """Make `opened` the session of the current transaction."""
    token = _current.set(opened)
    try:
        yield
    finally:
        _current.reset(token)


def session() -> Session:
    """The session of the current transaction."""
    current = _current.get()
    if current is None:
        raise OutsideTransactionError("No transaction is open: a query must run inside a request or a job.")
    return current


def call_and_commit(statement: str, values: Sequence[Any]) -> Any:
    """Run the last statement of a transaction together with its COMMIT, in one round trip; gives its one row.

    For calls that take a lock which many wait for: it is then never held across the network. Nothing may be flushed
    or queried afterwards in the same transaction.
    """
    with psycopg.ClientCursor(_raw(session().connection()), row_factory=namedtuple_row) as cursor:
        cursor.execute(f"{statement}; COMMIT", values)
        return cursor.fetchone()


def _raw(connection: sa.Connection) -> psycopg.Connection[Any]:
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    return driver
