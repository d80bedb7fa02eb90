"""Of every column about people it is said what becomes of it, and the destroyer does just that (PRV 7.3, §21)."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from maru.config import Config
from maru.db import Database, Scope
from maru.embedded.postgres import Postgres
from maru.migrating import owner_connection
from tests.isolation.houses import House, build
from tests.tables import TABLES, person_columns

KEYS = [
    (table.name, name) for table in TABLES for name in person_columns(table) if table.name != "people"
]  # fmt: skip
DONE = sa.text("""
    INSERT INTO rights_requests (person_id, kind, words, state, received_on, due_on, decided_at)
    VALUES (:person, 'deletion', '지워 주세요', 'done', current_date - 2, current_date + 8, now() - interval '1 day')
""")
FATES = "SELECT table_name, column_name, fate, emptied, days, citation FROM fates WHERE valid @> current_date"


@pytest.fixture(scope="module")
def fates(config: Config) -> dict[tuple[str, str], Any]:
    with owner_connection(config.database_url) as connection:
        return {(row.table_name, row.column_name): row for row in connection.exec_driver_sql(FATES)}


@pytest.fixture(scope="module")
def master(postgres: Postgres) -> Iterator[sa.Engine]:
    url = sa.make_url(postgres.url("maru", "postgres")).set(drivername="postgresql+psycopg")
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def gone(master: sa.Engine, database: Database) -> tuple[House, House, dict[str, int]]:
    """A resident with a row in each table who was destroyed, a neighbour with as many, and what the tombstone counts."""
    with master.begin() as connection:
        house, neighbour = build(connection), build(connection)
        for one in (house, neighbour):
            connection.execute(
                sa.text(
                    "UPDATE people SET name = '안나래', email = 'narae@example.kr', phone = '01055556666',"
                    " birth_date = '1980-01-01', subject = id::text, username = id::text WHERE id = :person"
                ),
                {"person": one.person},
            )
            connection.execute(
                sa.text("UPDATE role_grants SET ended_at = now() WHERE person_id = :person"), {"person": one.person}
            )
            connection.execute(
                sa.text("UPDATE invitations SET accepted_by = :person WHERE id = :id"),
                {"person": one.person, "id": one.rows["invitations"]["id"]},
            )
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        connection.execute(sa.text("DELETE FROM tombstones WHERE person_id = :person"), {"person": house.person})
        connection.execute(
            sa.text(
                "UPDATE person_exports SET state = 'ready', sha256 = '', kept_until = now() WHERE person_id = :person"
            ),
            {"person": house.person},
        )
        connection.execute(DONE, {"person": house.person})
    with database.transaction(Scope.JOB) as opened:
        assert opened.execute(sa.select(sa.func.engine.destroy_due())).scalar_one()
    with master.begin() as connection:
        stone = connection.execute(
            sa.text("SELECT erased, kept FROM tombstones WHERE person_id = :person"), {"person": house.person}
        ).one()
    return house, neighbour, {**stone.erased, **stone.kept}


def count(master: sa.Engine, table: str, column: str, person: UUID) -> int:
    with master.begin() as connection:
        asked = sa.text(f"SELECT count(*) FROM {table} WHERE {column} = :person")
        return int(connection.execute(asked, {"person": person}).scalar_one())


def stated(fates: dict[tuple[str, str], Any], table: str, column: str) -> Any:
    if (table, column) in fates:
        return fates[table, column]
    return fates["*", "%_by"] if column.endswith("_by") else None


@pytest.mark.parametrize(("table", "column"), KEYS)
def test_every_column_that_names_a_person_has_a_fate(
    fates: dict[tuple[str, str], Any], table: str, column: str
) -> None:
    assert stated(fates, table, column), f"say in a migration what becomes of {table}.{column}: walls.fate(...)"


@pytest.mark.parametrize("table", TABLES, ids=str)
def test_every_personal_column_goes_or_stays_for_a_reason(fates: dict[tuple[str, str], Any], table: sa.Table) -> None:
    """By the annotations of the models: deleted with its row, emptied, on the schedule, or kept with a reason."""
    subject = [name for name in person_columns(table) if not name.endswith("_by")]
    of_row = [stated(fates, table.name, name) for name in subject]
    whole = any(one is not None and one.fate in ("deleted", "kept") for one in of_row)
    keys = person_columns(table) if table.name != "people" else []
    emptied = {name for key in person_columns(table) if (one := fates.get((table.name, key))) for name in one.emptied}
    silent = {
        column.name
        for column in table.columns
        if column.info.get("personal")
        and column.name not in keys
        and column.name not in emptied
        and (table.name, column.name) not in fates
    }
    if table.name == "people":
        assert silent == {"aliases"}, "IDs of the same human"
    else:
        assert whole or not silent


def test_nothing_is_stated_of_what_is_not_there(fates: dict[tuple[str, str], Any], config: Config) -> None:
    known = {(table.name, column.name) for table in TABLES for column in table.columns}
    assert {key for key in fates if key[0] != "*"} <= known
    with owner_connection(config.database_url) as connection:
        kinds = set(connection.exec_driver_sql("SELECT kind FROM retention_periods").scalars())
    for (table, column), one in fates.items():
        assert {(table, name) for name in one.emptied} <= known
        assert one.citation
        if one.fate == "scheduled":
            assert table in kinds, f"{table}.{column} is on no schedule"


@pytest.mark.parametrize(("table", "column"), KEYS)
def test_a_persons_rows_become_what_is_said_and_a_neighbours_stay(
    gone: tuple[House, House, dict[str, int]],
    master: sa.Engine,
    fates: dict[tuple[str, str], Any],
    table: str,
    column: str,
) -> None:
    house, neighbour, counted = gone
    one = stated(fates, table, column)
    left, next_door = (count(master, table, column, person) for person in (house.person, neighbour.person))
    if column == "person_id":
        assert next_door >= 1
    if table == "sessions":
        assert left == 1, "an inquiry in the log names it"
    elif one.fate == "deleted":
        assert left == 0
    elif next_door:
        assert left >= 1
    if next_door and not column.endswith("_by") and table not in ("tombstones", "removals", "sessions"):
        assert counted[table] >= 1, "the tombstone counts it"
    for name in one.emptied:
        with master.begin() as connection:
            values = connection.execute(
                sa.text(f"SELECT {name} FROM {table} WHERE {column} = :person"), {"person": house.person}
            )
            assert set(values.scalars()) == {"-"}


def test_the_row_of_the_person_says_nothing_more(gone: tuple[House, House, dict[str, int]], master: sa.Engine) -> None:
    house, neighbour, _ = gone
    with master.begin() as connection:
        people = {row.id: row for row in connection.exec_driver_sql("SELECT * FROM people")}
    row, other = people[house.person], people[neighbour.person]
    assert (row.name, row.birth_date, row.email, row.phone, row.subject, row.username) == ("-", *[None] * 5)
    assert (other.name, other.email) == ("안나래", "narae@example.kr")


def test_a_table_of_which_nothing_is_said_stops_the_run(config: Config, database: Database) -> None:
    """Rather nothing is destroyed, and the job says why, than that somebody is destroyed by halves."""
    name = f"planted_{uuid4().hex}"
    with owner_connection(config.database_url) as owner, owner.begin():
        owner.exec_driver_sql(f"CREATE TABLE {name} (person_id uuid REFERENCES people (id))")
    try:
        with (
            pytest.raises(sa.exc.IntegrityError, match=f"nothing says what becomes of {name}.person_id"),
            database.transaction(Scope.JOB) as opened,
        ):
            opened.execute(sa.select(sa.func.engine.destroy_due()))
    finally:
        with owner_connection(config.database_url) as owner, owner.begin():
            owner.exec_driver_sql(f"DROP TABLE {name}")


def test_a_child_is_not_left_alone(master: sa.Engine, config: Config, database: Database) -> None:
    """Who is the guardian of a child stays until that has ended; a helper's standing ends with them."""
    with master.begin() as connection:
        house = build(connection)
        connection.execute(
            sa.text("UPDATE people SET birth_date = current_date - 3000 WHERE id = :child"), {"child": house.person}
        )
        connection.execute(
            sa.text("UPDATE representations SET ended_at = NULL WHERE person_id = :child"), {"child": house.person}
        )
        connection.execute(
            sa.text("UPDATE role_grants SET ended_at = now() WHERE person_id = :guardian"), {"guardian": house.staff}
        )
        connection.execute(DONE, {"person": house.staff})

    def ended() -> tuple[str, bool]:
        with database.transaction(Scope.JOB) as opened:
            opened.execute(sa.select(sa.func.engine.destroy_due()))
        with master.begin() as connection:
            row = connection.execute(
                sa.text(
                    "SELECT p.name, r.ended_at IS NOT NULL FROM people p JOIN representations r"
                    " ON r.representative_id = p.id WHERE p.id = :guardian"
                ),
                {"guardian": house.staff},
            ).one()
        return row[0], row[1]

    name, stood = ended()
    assert (name == "-", stood) == (False, False)
    with master.begin() as connection:
        connection.execute(
            sa.text("UPDATE representations SET kind = 'helper', ends_on = current_date + 9 WHERE person_id = :child"),
            {"child": house.person},
        )
    assert ended() == ("-", True)
