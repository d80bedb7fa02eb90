"""The file of everything about a person: complete by the metadata, theirs alone, and gone after its days (PIPA §35, §35의2)."""

import io
import json
import zipfile
from typing import Any
from urllib.request import urlopen
from uuid import UUID

import pytest
import sqlalchemy as sa

from auth.rights import archive, exporting
from auth.rights import service as rights
from auth.rights.titles import COLUMNS
from auth.rights.titles import TABLES as TITLES
from maru.config import Config
from maru.db import Database, Scope
from maru.embedded.postgres import Postgres
from maru.errors import NotFound, Refused
from maru.migrating import owner_connection
from maru.storage import connect
from tests.auth.rights.conftest import Rights
from tests.isolation.houses import House, build
from tests.tables import TABLES, person_columns


def about(table: sa.Table) -> list[str]:
    """The columns by which a row is about somebody, not only made by them as staff."""
    return [name for name in person_columns(table) if not archive.is_work(name)]


SUBJECT = [table for table in TABLES if "person_id" in about(table) or table.name == "people"]
SECRETS = {
    "token_hash",
    "binding",
    "id_token",
    "identity_session",
    "idempotency_key",
    "ci_hash",
    "ci_sealed",
    "old_hash",
    "number_hash",
    "secret_hash",
    "code_hash",
}


@pytest.fixture(scope="module")
def house(config: Config, postgres: Postgres) -> House:
    """A resident with one row in each table, and a neighbour with as many."""
    url = sa.make_url(postgres.url("maru", "postgres")).set(drivername="postgresql+psycopg")
    with sa.create_engine(url, poolclass=sa.NullPool).begin() as connection:
        built, _neighbour = build(connection), build(connection)
    return built


@pytest.fixture(scope="module")
def gathered(house: House, database: Database) -> archive.Gathered:
    with database.transaction(Scope.JOB, person=house.person):
        return archive.gather(house.person)


@pytest.mark.parametrize("table", SUBJECT, ids=str)
def test_no_table_about_a_person_is_missing(house: House, gathered: archive.Gathered, table: sa.Table) -> None:
    """From the metadata: a new table with people in it cannot be forgotten, nor a new column of personal data."""
    rows = gathered.rows.get(table.name)
    assert rows, f"{table} is not in the file: let maru_engine read it (migrations/versions/0037_rights.py)"
    key = "id" if table.name == "people" else "person_id"
    assert {row[key] for row in rows} == {str(house.person)}
    personal = {column.name for column in table.columns if column.info.get("personal")} - SECRETS
    assert personal <= set(rows[0])
    assert table.name in TITLES, "say in auth/rights/titles.py how it is called"
    unsaid = {column.name for column in table.columns if archive.is_shown(column.name)} - set(COLUMNS)
    assert unsaid == set(), "say in auth/rights/titles.py how they are called"


def test_what_somebody_did_as_staff_is_there_too(house: House, database: Database) -> None:
    with database.transaction(Scope.JOB, person=house.staff):
        own = archive.gather(house.staff)
    made = {f"{table.name}.{name}" for table in TABLES for name in person_columns(table) if archive.is_work(name)}
    left_out = {
        key
        for key in made - set(own.work)
        if not key.startswith(("consents.", "rights_requests.recorded", "likenesses.", "merges.", "representations."))
    }
    assert left_out == set()
    assert {"access_log.actor_id", "rights_steps.actor_id", "breach_steps.actor_id"} <= set(own.work)


def test_what_staff_decided_about_others_is_a_number_only(storing: Rights) -> None:
    """Their words concern whoever asked, and stand in that person's file."""
    clerk, person = storing.officer, storing.make.person()
    request = storing.asks(person, "correction", words="비밀스러운 사정")
    with storing.office():
        rights.refuse(request, None, "그 사정으로는 고칠 수 없습니다", clerk)
    with storing.database.transaction(Scope.JOB, person=clerk):
        own = archive.gather(clerk)
    with storing.database.transaction(Scope.JOB, person=person):
        theirs = archive.gather(person)
    assert "사정" not in json.dumps(own.rows, ensure_ascii=False, default=str)
    assert own.work["rights_steps.actor_id"] == 1
    assert "그 사정으로는 고칠 수 없습니다" in json.dumps(theirs.rows, ensure_ascii=False, default=str)


def test_it_names_nobody_else_and_opens_no_door(house: House, gathered: archive.Gathered) -> None:
    said = json.dumps(gathered.rows, default=str)
    assert str(house.staff) not in said
    assert not SECRETS & {name for rows in gathered.rows.values() for row in rows for name in row}


def test_the_page_says_the_same_and_runs_nothing(gathered: archive.Gathered) -> None:
    gathered.rows["people"][0]["name"] = "<script>alert(1)</script>"
    page = archive.page(gathered)
    assert "<script" not in page
    assert all(f"<h2>{TITLES[name]} " in page for name in gathered.rows if name in TITLES)


@pytest.mark.parametrize("scope", [Scope.PUBLIC, Scope.PERSON, Scope.STAFF, Scope.PROVINCE, Scope.JOB])
def test_nobody_reads_the_rows_of_another(house: House, database: Database, scope: Scope) -> None:
    other = house.staff
    with (
        pytest.raises(sa.exc.ProgrammingError, match="of the person only"),
        database.transaction(scope, tenant=house.tenant, person=other) as opened,
    ):
        opened.execute(archive.ROWS, {"person": house.person, "name": "people", "column": "id"})


@pytest.mark.parametrize(
    ("table", "column"), [("limits", "name"), ("people", "name"), ("pg_class", "oid"), ("x; --", "id")]
)
def test_only_columns_that_name_people_are_read(house: House, database: Database, table: str, column: str) -> None:
    with (
        pytest.raises(sa.exc.DBAPIError, match="names no person"),
        database.transaction(Scope.JOB, person=house.person) as opened,
    ):
        opened.execute(archive.ROWS, {"person": house.person, "name": table, "column": column})


@pytest.fixture
def taken(storing: Rights) -> tuple[Rights, UUID, UUID]:
    person = storing.make.person()
    request = storing.asks(person, "transfer", words="")
    storing.round()
    return storing, person, request


def load(storing: Rights, person: UUID, request: UUID) -> dict[str, Any]:
    with storing.database.transaction(Scope.PERSON, person=person):
        address = exporting.take(rights.get(request, person=person), person, connect(storing.config.s3))
    with urlopen(address) as answer, zipfile.ZipFile(io.BytesIO(answer.read())) as opened:
        assert set(opened.namelist()) == {"README.txt", "mine.json", "mine.html"}
        said: dict[str, Any] = json.loads(opened.read("mine.json"))
        return said


def test_it_is_made_at_once_and_only_the_person_takes_it(taken: tuple[Rights, UUID, UUID]) -> None:
    storing, person, request = taken
    assert storing.seen(person, request).state == "done"
    said = load(storing, person, request)
    assert said["person"] == str(person)
    assert [row["id"] for row in said["tables"]["people"]] == [str(person)]
    assert storing.steps(person, request) == ["received", "file", "taken"]
    assert [kind for kind, _ in storing.told(person)] == ["rights.received", "rights.file"]
    other = storing.make.person()
    with pytest.raises(NotFound), storing.database.transaction(Scope.PERSON, person=other):
        rights.get(request, person=other)
    with storing.office():
        assert exporting.of(request) is not None
        with pytest.raises(Refused):
            exporting.take(rights.get(request), storing.officer, connect(storing.config.s3))


def test_it_is_gone_after_its_days(taken: tuple[Rights, UUID, UUID]) -> None:
    storing, person, request = taken
    with owner_connection(storing.config.database_url) as connection, connection.begin():
        connection.exec_driver_sql("SET LOCAL ROLE maru_engine")
        connection.exec_driver_sql(
            "UPDATE person_exports SET kept_until = now() - interval '1 second' WHERE state = 'ready'"
        )
    with pytest.raises(Refused, match="기간이 지났으면"):
        load(storing, person, request)
    with storing.database.transaction(Scope.PERSON, person=person):
        file = exporting.of(request)
        assert file
        key = file.key
    assert connect(storing.config.s3).exists(key)
    storing.round()
    assert not connect(storing.config.s3).exists(key)
    assert storing.steps(person, request)[-1] == "removed"
