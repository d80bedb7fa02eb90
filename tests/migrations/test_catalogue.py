"""The walls as the database has them, line by line, and the rules that every line keeps (design.md, section 3)."""

import pytest
import sqlalchemy as sa

from maru.config import Config
from maru.db import Database
from maru.migrating import migrate, owner_connection
from tests.migrations import catalogue
from tests.migrations.conftest import NewDatabase
from tests.tables import WALLED

WITHOUT_ROW_SECURITY = {
    "alembic_version",
    "consent_methods",
    "fates",
    "holidays",
    "inquiry_purposes",
    "legal_grounds",
    "limits",
    "retention_periods",
}
"""Tables outside the queue with rows of nobody; the application only reads them, or not even that."""
OF_THE_DESTROYER = {"engine.destroy_due()", "engine.held_in_city(uuid)", "engine.erase_in_city(uuid)"}


@pytest.fixture(scope="module")
def lines(config: Config) -> list[str]:
    with owner_connection(config.database_url) as connection:
        return catalogue.lines(connection)


def of_kind(lines: list[str], kind: str) -> dict[str, str]:
    """What the lines of a kind say, by the name of what they speak of."""
    found = [line.removeprefix(f"{kind} ").split(": ", 1) for line in lines if line.startswith(f"{kind} ")]
    return dict(found)


def test_the_database_is_what_the_file_says(lines: list[str]) -> None:
    expected = catalogue.EXPECTED.read_text("utf-8").splitlines()
    assert {"no longer there": set(expected) - set(lines), "new": set(lines) - set(expected)} == {
        "no longer there": set(), "new": set(),
    }, catalogue.__doc__  # fmt: skip
    assert lines == expected


def test_roles_hold_no_power_beyond_their_grants(lines: list[str]) -> None:
    assert of_kind(lines, "role") == {
        "maru_app": "signs in",
        "maru_engine": "no sign-in",
        "maru_destroyer": "no sign-in",
    }


def test_the_application_makes_no_tables_of_its_own_and_waits_for_nothing_for_ever(database: Database) -> None:
    with database.engine.connect() as connection:
        waits = [
            connection.exec_driver_sql(f"SHOW {name}").scalar()
            for name in ("statement_timeout", "idle_in_transaction_session_timeout")
        ]
        assert waits == ["1min", "2min"]
        for attempt in ("CREATE TEMPORARY TABLE applications (id uuid)", "CREATE TABLE public.own (id uuid)"):
            with pytest.raises(sa.exc.ProgrammingError, match="permission denied"):
                connection.exec_driver_sql(attempt)


def test_every_table_belongs_to_the_owner_of_the_installation(lines: list[str]) -> None:
    assert all(said.startswith("of the owner") for said in of_kind(lines, "table").values())


def test_row_security_is_forced_on_all_but_a_few_tables(lines: list[str]) -> None:
    tables = of_kind(lines, "table")
    open_tables = {name for name, said in tables.items() if not said.endswith("row security forced")}
    assert {name for name in open_tables if not name.startswith("queue.")} == WITHOUT_ROW_SECURITY
    assert not open_tables & {table.name for table in WALLED}


def test_the_application_writes_only_where_row_security_is_forced(lines: list[str]) -> None:
    tables, grants = of_kind(lines, "table"), of_kind(lines, "grant on")
    for name in WITHOUT_ROW_SECURITY:
        assert "row security off" in tables[name]
        assert "INSERT" not in grants.get(name, "")
    for line in lines:
        if (
            line.startswith("grant on")
            and "maru_app" in line
            and {"INSERT", "UPDATE", "DELETE"} & set(line.replace(",", "").split())
        ):
            name = line.split()[2].rstrip(":")
            assert name.startswith("queue.") or tables[name].endswith("forced"), line


def test_nobody_but_our_two_roles_is_granted_anything(lines: list[str]) -> None:
    grants = [line for line in lines if line.startswith(("grant on", "schema"))]
    assert grants
    assert [
        line for line in grants if line.split(": ")[1].split()[0] not in ("maru_app", "maru_engine", "maru_destroyer")
    ] == []


def test_no_table_is_emptied_or_locked_by_our_roles(lines: list[str]) -> None:
    grants = [line for line in lines if line.startswith("grant on")]
    assert [line for line in grants if {"TRUNCATE", "TRIGGER", "REFERENCES", "MAINTAIN"} & set(line.split())] == []


def test_every_function_of_ours_is_closed_to_the_public(lines: list[str]) -> None:
    assert [name for name, said in of_kind(lines, "function").items() if "PUBLIC" in said] == []


def test_functions_that_pass_the_walls_belong_to_the_engine_and_pin_their_search_path(lines: list[str]) -> None:
    functions = of_kind(lines, "function")
    passing = {name: said for name, said in functions.items() if "SECURITY DEFINER" in said}
    assert {name for name in functions if name.startswith("engine.")} == set(passing)
    for name, said in passing.items():
        owner = "maru_destroyer" if name in OF_THE_DESTROYER else "maru_engine"
        assert said.startswith(f"of {owner}, SECURITY DEFINER, search_path=public, pg_temp, executed by ")
        assert said.rsplit(" by ", 1)[1] in ("maru_app", "nobody")


def test_every_policy_is_for_one_of_our_roles(lines: list[str]) -> None:
    policies = of_kind(lines, "policy")
    assert len(policies) > 50
    assert all(said.endswith((" to maru_app", " to maru_engine", " to maru_destroyer")) for said in policies.values())


@pytest.mark.parametrize(
    ("table", "column"),
    [("access_log", "id"), ("access_log_places", "place"), ("attendance_changes", "id"), ("records", "id")],
)
def test_append_only_tables_refuse_their_owner_too(config: Config, table: str, column: str) -> None:
    with owner_connection(config.database_url) as connection:
        for attempt in (f"DELETE FROM {table}", f"UPDATE {table} SET {column} = {column}", f"TRUNCATE {table}"):
            with pytest.raises(sa.exc.IntegrityError, match="append-only"), connection.begin():
                connection.exec_driver_sql(attempt)


@pytest.mark.parametrize("attempt", ["SET ROLE maru_engine", "SET ROLE maru_owner", "SET session_replication_role = replica"])  # fmt: skip
def test_the_application_cannot_become_anybody_else(database: Database, attempt: str) -> None:
    with database.engine.connect() as connection, pytest.raises(sa.exc.ProgrammingError, match="permission denied"):
        connection.exec_driver_sql(attempt)


@pytest.mark.parametrize(
    ("planted", "seen"),
    [
        ("ALTER TABLE people NO FORCE ROW LEVEL SECURITY", "table people: of the owner, row security on"),
        ("ALTER TABLE records DISABLE TRIGGER append_only", "walls.refuse_change() DISABLED D"),
        ("CREATE POLICY hole ON people TO maru_app USING (true)", "policy people.hole: ALL to maru_app"),
        ("GRANT SELECT ON sessions TO maru_app", "grant on sessions: maru_app SELECT"),
        ("GRANT SELECT (name) ON people TO PUBLIC", "grant on people: PUBLIC SELECT (name)"),
        ("GRANT EXECUTE ON FUNCTION walls.today() TO PUBLIC", "PUBLIC"),
        ("CREATE FUNCTION f() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'", "function f(): of the owner, SEC"),
        ("ALTER TABLE residences DROP CONSTRAINT residences_one_home", ""),
    ],
)  # fmt: skip
def test_the_catalogue_sees(config: Config, lines: list[str], planted: str, seen: str) -> None:
    """What alembic's comparison is blind to."""
    with owner_connection(config.database_url) as connection, connection.begin() as transaction:
        connection.exec_driver_sql(planted)
        found = catalogue.lines(connection)
        transaction.rollback()
    assert found != lines
    assert any(seen in line for line in set(found) - set(lines)) or not seen


def test_migrating_again_changes_nothing(new_database: NewDatabase, lines: list[str]) -> None:
    installation = new_database()
    for _ in range(2):
        migrate(installation)
        with owner_connection(installation.database_url) as connection:
            assert catalogue.lines(connection) == lines
