"""Trying to reach a row of a house as somebody in particular, through the application's role."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

import psycopg
import sqlalchemy as sa
from psycopg import sql

from tests.isolation.houses import House
from tests.tables import TABLES

Act = Literal["read", "add", "change", "remove"]
ACTS: tuple[Act, ...] = ("read", "add", "change", "remove")
PRIVILEGES: Mapping[Act, str] = {"read": "SELECT", "add": "INSERT", "change": "UPDATE", "remove": "DELETE"}
STOPPED = (psycopg.errors.InsufficientPrivilege, psycopg.errors.InvalidTextRepresentation)
"""What a wall says: no privilege, no policy that lets the row pass, or a setting that is no id at all."""


@dataclass(frozen=True)
class Asker:
    """The settings that a transaction of the application would carry; None leaves a setting alone."""

    name: str
    scope: str | None
    tenant: UUID | str | None = ""
    person: UUID | str | None = ""

    def __str__(self) -> str:
        return self.name


class Ground:
    """A transaction without walls, with a house in it; attacks are rolled back one by one.

    `spoils` holds a copy of each row, so that an attacker knows every value already.
    """

    def __init__(self, connection: sa.Connection, house: House) -> None:
        driver = connection.connection.driver_connection
        assert isinstance(driver, psycopg.Connection)
        self._cursor = psycopg.ClientCursor(driver)
        self._allowed = {(table.name, act): self._columns(table, act) for table in TABLES for act in ACTS}
        self._keep_spoils(house)

    def gets_through(self, asker: Asker, table: sa.Table, act: Act, *, blindly: bool = False) -> bool:
        """Whether the walls let the act reach the row of the house. `blindly` aims at no row, so it reads nothing."""
        try:
            with self._as(asker):
                self._cursor.execute(self._statement(table, act, blindly))
                return self._cursor.rowcount > 0
        except STOPPED:
            return False
        except psycopg.Error:
            return True  # past the walls, and stopped by something behind them

    @contextmanager
    def _as(self, asker: Asker) -> Iterator[None]:
        settings = {"tenant": asker.tenant, "person": asker.person, "scope": asker.scope}
        self._cursor.execute("SAVEPOINT attack")
        try:
            for name, value in settings.items():
                if value is not None:
                    self._cursor.execute("SELECT set_config(%s, %s, true)", (f"maru.{name}", str(value)))
            self._cursor.execute("SET LOCAL SESSION AUTHORIZATION maru_app")
            yield
        finally:
            self._cursor.execute("ROLLBACK TO SAVEPOINT attack; RELEASE SAVEPOINT attack")

    def _statement(self, table: sa.Table, act: Act, blindly: bool) -> sql.Composed:
        name, spoils = sql.Identifier(table.name), sql.Identifier("spoils", table.name)
        columns = sql.SQL(", ").join(map(sql.Identifier, self._allowed[table.name, act]))
        where = sql.SQL("") if blindly else self._aim(table, spoils)
        match act:
            case "read":
                return sql.SQL("SELECT FROM {}{}").format(name, where)
            case "add":
                return sql.SQL("INSERT INTO {0} ({1}) SELECT {1} FROM {2}").format(name, columns, spoils)
            case "change":
                return sql.SQL("UPDATE {0} SET ({1}) = (SELECT {1} FROM {2}){3}").format(name, columns, spoils, where)
            case "remove":
                return sql.SQL("DELETE FROM {}{}").format(name, where)

    def _aim(self, table: sa.Table, spoils: sql.Identifier) -> sql.Composed:
        readable = self._allowed[table.name, "read"]
        key = [column.name for column in table.primary_key if column.name in readable] or readable
        columns = sql.SQL(", ").join(map(sql.Identifier, key))
        return sql.SQL(" WHERE ROW({0}) IS NOT DISTINCT FROM (SELECT ROW({0}) FROM {1})").format(columns, spoils)

    def _columns(self, table: sa.Table, act: Act) -> Sequence[str]:
        """The columns with which the application may do it; one to fail with, where there is none."""
        names = [column.name for column in table.columns if column.computed is None]
        if act == "remove":
            return names
        asked = [(table.name, name, PRIVILEGES[act]) for name in names]
        granted = [name for name, one in zip(names, asked, strict=True) if self._has_privilege(one)]
        return granted or names[:1]

    def _has_privilege(self, asked: tuple[str, str, str]) -> bool:
        row: Any = self._cursor.execute("SELECT has_column_privilege('maru_app', %s, %s, %s)", asked).fetchone()
        return bool(row[0])

    def _keep_spoils(self, house: House) -> None:
        self._cursor.execute(
            "DROP SCHEMA IF EXISTS spoils CASCADE; CREATE SCHEMA spoils; GRANT USAGE ON SCHEMA spoils TO maru_app"
        )
        for table in TABLES:
            key = [column.name for column in table.primary_key]
            values = [house.rows[table.name][name] for name in key]
            aim = sql.SQL(" AND ").join(sql.SQL("{} = %s").format(sql.Identifier(name)) for name in key)
            copy = sql.SQL("CREATE TABLE spoils.{0} AS SELECT * FROM public.{0} WHERE {1}")
            self._cursor.execute(copy.format(sql.Identifier(table.name), aim), [_plain(value) for value in values])
        self._cursor.execute("GRANT SELECT ON ALL TABLES IN SCHEMA spoils TO maru_app")


def _plain(value: Any) -> Any:
    return str(value) if type(value).__name__ == "Range" else value
