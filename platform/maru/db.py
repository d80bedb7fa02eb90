"""The one door to PostgreSQL: transactions that carry who asks, and the session of the current one.

Features flush, never commit: the transaction belongs to the request or the job (design.md, section 3). Returning commits,
raising rolls back. Who asks travels with BEGIN in one round trip, as settings that row-level security reads.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from enum import StrEnum
from typing import Any
from uuid import UUID

import psycopg
import sqlalchemy as sa
from psycopg.rows import namedtuple_row
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.orm import DeclarativeBase, Session

from maru.errors import ConfigurationError

MINIMUM_VERSION = 18
CONNECTIONS = 2
"""To the database from each web process, and so the requests it works on at a time: more halve the rate of a hot run."""


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
    ACTING = "acting"
    """Somebody acts for another person: begun by `engine.act_for` alone."""


NARROW = sa.text(
    "SELECT set_config('maru.tenant', :tenant, true) || set_config('maru.scope', :scope, true)"
    " WHERE current_setting('maru.scope', true) = :by"
)


class OutsideTransactionError(RuntimeError):
    """A query was asked for where nobody has said who asks."""


class Database:
    """Connections of the application's role; `size` is how many each process holds at most.

    Connections are in autocommit mode and the transaction's BEGIN is ours, because it carries the settings along.
    """

    def __init__(self, url: str, *, size: int = CONNECTIONS) -> None:
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
        ):
            yield session()

    @contextmanager
    def entering(self, statement: str, values: Sequence[Any]) -> Iterator[Any]:
        """Begin with `statement` in the same round trip; gives its one row."""
        with self.engine.connect() as connection:
            row = self._begin(connection, statement, values)
            opened = Transaction(connection)
            token = _current.set(opened)
            try:
                yield row
                opened.commit()
            except BaseException:
                opened.rollback()
                raise
            finally:
                _current.reset(token)

    def _begin(self, connection: sa.Connection, statement: str, values: Sequence[Any]) -> Any:
        for attempt in (1, 2):
            try:
                with psycopg.ClientCursor(_driver(connection), row_factory=namedtuple_row) as cursor:
                    cursor.execute(f"BEGIN; {statement}", values)
                    cursor.nextset()
                    return cursor.fetchone()
            except psycopg.OperationalError:
                connection.invalidate()
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
                    " OR EXISTS (SELECT FROM pg_roles WHERE rolname IN ('maru_engine', 'maru_destroyer') AND pg_has_role(oid, 'MEMBER'))"
                    " FROM pg_roles WHERE rolname = current_user"
                )
            ).one()
        if version < MINIMUM_VERSION:
            raise ConfigurationError(f"PostgreSQL {version} is too old; Maru needs {MINIMUM_VERSION} or newer.")
        if bypasses or owns:
            raise ConfigurationError(
                "DATABASE_APP_URL names a role that row-level security does not hold back. Use the role maru_app."
            )

    def clock_ahead(self) -> float:
        """Seconds that this machine's clock is ahead of the database's."""
        with self.engine.connect() as connection:
            began = time.time()
            there = float(connection.exec_driver_sql("SELECT extract(epoch FROM clock_timestamp())").scalar_one())
            return (began + time.time()) / 2 - there

    def ready(self) -> bool:
        """Whether a query is answered now."""
        try:
            with self.engine.connect() as connection:
                connection.exec_driver_sql("SELECT 1")
        except (sa.exc.SQLAlchemyError, psycopg.Error):
            return False
        return True


class Transaction:
    """An open transaction. Its ORM session is made when it is asked for: the hottest requests do without one."""

    def __init__(self, connection: sa.Connection) -> None:
        self.connection = connection
        self._session: Session | None = None

    @property
    def session(self) -> Session:
        if self._session is None:
            self._session = Session(self.connection, expire_on_commit=False)
        return self._session

    def commit(self) -> None:
        """Flush and commit; nothing to do where the last call has committed."""
        if self._session is not None:
            with self._session as made:
                made.commit()
        _driver(self.connection).commit()

    def rollback(self) -> None:
        """Undo everything, also where the connection is gone."""
        if self._session is not None:
            self._session.close()
        if not self.connection.invalidated:
            with suppress(psycopg.OperationalError):
                _driver(self.connection).rollback()


_current: ContextVar[Transaction | None] = ContextVar("maru_transaction", default=None)


@contextmanager
def current(connection: sa.Connection) -> Iterator[Session]:
    """Make `session()` work on a connection whose transaction somebody else ends."""
    opened = Transaction(connection)
    token = _current.set(opened)
    try:
        with opened.session as made:
            yield made
    finally:
        _current.reset(token)


def session() -> Session:
    """The session of the current transaction."""
    return _opened().session


def _opened() -> Transaction:
    opened = _current.get()
    if opened is None:
        raise OutsideTransactionError("No transaction is open: a query must run inside a request or a job.")
    return opened


def change_nothing() -> None:
    """Let PostgreSQL refuse every write in the rest of the current transaction."""
    session().execute(sa.text("SET TRANSACTION READ ONLY"))


def go_on_for(tenant: UUID) -> None:
    """Let the rest of the current transaction, which the province began, be a job of `tenant`.

    For opening a city: the province itself writes no city's rows. Anybody else's transaction is a PermissionError.
    """
    session().flush()
    narrowed = session().scalar(NARROW, {"tenant": str(tenant), "scope": Scope.JOB.value, "by": Scope.PROVINCE.value})
    if narrowed is None:
        raise PermissionError("Only the province goes on for a city.")


class Statement:
    """A query of pages that thousands open at once: written once, and run by the driver alone.

    It stands in the current transaction behind the same walls; what `session()` has not flushed it does not see.
    """

    def __init__(self, query: sa.ClauseElement) -> None:
        written = query.compile(dialect=PGDialect_psycopg())  # type: ignore[no-untyped-call]  # not typed there
        self._text, self._constants = str(written), written.params

    def one_or_none(self, **values: Any) -> Any:
        """The one row as a named tuple, for `values` of its bound parameters; None when there is none."""
        with _driver(_opened().connection).cursor(row_factory=namedtuple_row) as cursor:
            return cursor.execute(self._text, {**self._constants, **values}).fetchone()


def call_and_commit(statement: str, values: Sequence[Any]) -> Any:
    """Run the last statement of a transaction together with its COMMIT, in one round trip; gives its one row.

    For calls that take a lock which many wait for: it is then never held across the network. Nothing may be flushed
    or queried afterwards in the same transaction.
    """
    with psycopg.ClientCursor(_driver(_opened().connection), row_factory=namedtuple_row) as cursor:
        cursor.execute(f"{statement}; COMMIT", values)
        return cursor.fetchone()


def _driver(connection: sa.Connection) -> psycopg.Connection[Any]:
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    return driver
