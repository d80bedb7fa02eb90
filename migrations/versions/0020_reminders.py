"""Reminders before a run opens, and the open-data files of all cities' courses."""

from alembic import op
from walls import APP, EVERYONE, MINE, door, wall

revision = "0020"
down_revision = "0019"

JOB = "(SELECT walls.scope()) = 'job'"
NO_CITY = f"{JOB} AND (SELECT walls.tenant()) IS NULL"


def upgrade() -> None:
    reminders()
    open_data_files()


def reminders() -> None:
    """A person's own; a job of no city sees which are due, those of the city write."""
    op.execute("""
        CREATE TABLE reminders (
            person_id uuid NOT NULL REFERENCES people (id), run_id uuid NOT NULL,
            tenant_id uuid NOT NULL REFERENCES tenants (id), hours smallint NOT NULL CHECK (hours IN (1, 24)),
            asked_at timestamptz NOT NULL DEFAULT now(), told_of timestamptz,
            telling uuid NOT NULL DEFAULT uuidv7(), PRIMARY KEY (person_id, run_id),
            FOREIGN KEY (tenant_id, run_id) REFERENCES runs (tenant_id, id) ON DELETE CASCADE)
    """)
    op.execute("CREATE INDEX reminders_run ON reminders (tenant_id, run_id)")
    op.execute("CREATE UNIQUE INDEX reminders_telling ON reminders (telling)")
    wall("reminders", to_app="SELECT, INSERT, DELETE", to_engine="SELECT")
    op.execute(f"GRANT UPDATE (hours, told_of, telling) ON reminders TO {APP}")
    door("reminders", "own", "ALL", MINE)
    door(
        "reminders",
        "jobs_look",
        "SELECT",
        f"{JOB} AND ((SELECT walls.tenant()) IS NULL OR tenant_id = (SELECT walls.tenant()))",
    )
    door("reminders", "jobs_tell", "UPDATE", f"{JOB} AND tenant_id = (SELECT walls.tenant())")
    op.execute("INSERT INTO limits (name, valid, value) VALUES ('reminders-a-person', '[2026-01-01,)', 50)")


def open_data_files() -> None:
    op.execute("""
        CREATE TABLE open_data_files (
            day date NOT NULL, format text NOT NULL CHECK (format IN ('csv', 'json')), key text NOT NULL,
            bytes bigint NOT NULL CHECK (bytes > 0), sha256 text NOT NULL, courses integer NOT NULL CHECK (courses >= 0),
            left_out integer NOT NULL CHECK (left_out >= 0), counts jsonb NOT NULL,
            made_at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (day, format))
    """)
    wall("open_data_files", to_app="SELECT, INSERT, DELETE", to_engine="")
    door("open_data_files", "everyone_reads", "SELECT", EVERYONE)
    door("open_data_files", "night_adds", "INSERT", NO_CITY)
    door("open_data_files", "night_removes", "DELETE", NO_CITY)
