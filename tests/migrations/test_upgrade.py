"""Migrations: they end at the models, wait briefly for locks, and never run twice at a time."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from maru.config import ROOT, Config
from maru.db import Model
from maru.migrating import migrate, owner_connection
from tests.migrations.conftest import NewDatabase
from tests.tables import TABLES

VERSIONS = ROOT / "migrations" / "versions"
HEAD = sorted(path.stem[:4] for path in VERSIONS.glob("*.py"))[-1]
MIGRATE = "from maru.config import Config; from maru.migrating import migrate; migrate(Config.load())"


def differences(connection: sa.Connection) -> list[object]:
    comparing = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
    return [found for found in compare_metadata(comparing, Model.metadata) if not about_alembic(found)]


def about_alembic(found: object) -> bool:
    return isinstance(found, tuple) and getattr(found[1], "name", "") == "alembic_version"


def version(connection: sa.Connection) -> str:
    return str(connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one())


def test_an_empty_database_ends_at_the_models(config: Config) -> None:
    assert len(TABLES) > 25
    with owner_connection(config.database_url) as connection:
        assert differences(connection) == []
        assert version(connection) == HEAD


@pytest.mark.parametrize(
    "planted",
    [
        "ALTER TABLE people ADD COLUMN nickname text",
        "ALTER TABLE people ALTER COLUMN name DROP NOT NULL",
        "ALTER TABLE runs ALTER COLUMN capacity TYPE bigint",
        "ALTER TABLE people ALTER COLUMN language SET DEFAULT 'en'",
        "DROP INDEX applications_one_active",
        "ALTER TABLE runs DROP CONSTRAINT runs_tenant_id_course_id_fkey",
    ],
)
def test_the_comparison_sees(config: Config, planted: str) -> None:
    with owner_connection(config.database_url) as connection, connection.begin() as transaction:
        connection.exec_driver_sql(planted)
        found = differences(connection)
        transaction.rollback()
    assert found


def test_versions_are_numbered_without_gaps_and_follow_each_other() -> None:
    numbers = sorted(path.stem[:4] for path in VERSIONS.glob("*.py"))
    assert numbers == [f"{number:04}" for number in range(1, len(numbers) + 1)]
    for path in VERSIONS.glob("*.py"):
        text = path.read_text("utf-8")
        number = int(path.stem[:4])
        before = f'"{number - 1:04}"' if number > 1 else "None"
        assert f'\nrevision = "{number:04}"\ndown_revision = {before}\n' in text, path.name


def test_versions_know_no_models() -> None:
    """A migration must mean the same when the models have moved on."""
    imported = re.compile(r"^\s*(?:from|import) (?:maru|records|tenants|contentlib|auth)\b", re.MULTILINE)
    for path in [*VERSIONS.glob("*.py"), ROOT / "migrations" / "walls.py"]:
        assert not imported.search(path.read_text("utf-8")), path.name


def test_a_migration_gives_up_on_a_lock_and_leaves_nothing_half_done(new_database: NewDatabase) -> None:
    installation = new_database()
    migrate(installation, "0002")
    with owner_connection(installation.database_url) as busy, busy.begin():
        busy.exec_driver_sql("LOCK TABLE tenants")
        with pytest.raises(sa.exc.OperationalError, match="lock timeout"):
            migrate(installation)
    with owner_connection(installation.database_url) as connection:
        assert version(connection) == "0002"
        assert connection.exec_driver_sql("SELECT to_regclass('people')").scalar() is None
    migrate(installation)


def test_a_statement_of_a_migration_ends_in_a_minute(
    new_database: NewDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    installation = new_database()
    said = []
    with owner_connection(installation.database_url) as connection:

        @sa.event.listens_for(connection.engine, "before_cursor_execute")
        def ask(conn: sa.Connection, cursor: sa.engine.interfaces.DBAPICursor, statement: str, *_: object) -> None:
            if "CREATE TABLE people" in statement:
                cursor.execute("SELECT current_setting('statement_timeout'), current_setting('lock_timeout')")
                said.append(cursor.fetchone())

        monkeypatch.setattr("maru.migrating.owner_connection", lambda url: connection)
        migrate(installation)
    assert said == [("1min", "4s")]


def test_two_runs_at_once_wait_for_each_other(new_database: NewDatabase, tmp_path: Path) -> None:
    installation = new_database()
    environ = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": f"{ROOT}:{ROOT / 'platform'}",
        "MARU_HOME": str(tmp_path),
        "DATABASE_URL": installation.database_url,
        "DATABASE_APP_URL": installation.database_app_url,
    }
    runs = [
        subprocess.Popen([sys.executable, "-c", MIGRATE], env=environ, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    answers = [(run.communicate(timeout=180)[1], run.returncode) for run in runs]
    assert answers == [("", 0), ("", 0)]
    with owner_connection(installation.database_url) as connection:
        assert version(connection) == HEAD
