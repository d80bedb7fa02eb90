"""Applications, attendance and completions of a city's runs."""

from alembic import op
from walls import MINE, OFFICE, append_only, door, office_table, wall

revision = "0005"
down_revision = "0004"

LEARNER = "FOREIGN KEY (tenant_id, application_id, person_id) REFERENCES applications (tenant_id, id, person_id)"
"""What is said of an application is said of the person who applied."""


def upgrade() -> None:
    limits()
    applications()
    attendance()
    completions()
    people_of_a_city()


def limits() -> None:
    """Dated figures that protect a run from floods and its residents from guests; changed by adding a row, never by
    changing code. A move is reported within 14 days (Resident Registration Act, article 16).
    """
    op.execute("""
        CREATE TABLE limits (
            name text NOT NULL, valid daterange NOT NULL, value integer NOT NULL CHECK (value >= 0),
            CONSTRAINT limits_pkey PRIMARY KEY (name, valid WITHOUT OVERLAPS))
    """)
    op.execute("GRANT SELECT ON limits TO maru_app, maru_engine")
    op.execute("""
        INSERT INTO limits (name, valid, value) VALUES
            ('applications-per-minute', '[2026-01-01,)', 20),
            ('sign-ins-per-address-per-minute', '[2026-01-01,)', 30),
            ('declared-move-days-ahead', '[2026-01-01,)', 30),
            ('declared-move-days-back', '[2026-01-01,)', 30),
            ('days-between-declared-moves', '[2026-01-01,)', 14)
    """)


def applications() -> None:
    op.execute("""
        CREATE TABLE applications (
            tenant_id uuid NOT NULL, id uuid NOT NULL DEFAULT uuidv7(),
            run_id uuid NOT NULL, person_id uuid NOT NULL REFERENCES people (id),
            number integer NOT NULL CHECK (number > 0),
            state text NOT NULL CHECK (state IN ('placed', 'waiting', 'offered', 'cancelled')),
            residence_code text,
            residence_source text CHECK (residence_source IN ('declared', 'document', 'data-share')),
            idempotency_key text,
            applied_at timestamptz NOT NULL DEFAULT now(), placed_at timestamptz, cancelled_at timestamptz,
            PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, id, person_id), UNIQUE (tenant_id, run_id, number),
            CHECK ((state = 'cancelled') = (cancelled_at IS NOT NULL)),
            CHECK ((residence_code IS NULL) = (residence_source IS NULL)),
            FOREIGN KEY (tenant_id, run_id) REFERENCES runs (tenant_id, id))
    """)
    op.execute(
        "CREATE UNIQUE INDEX applications_one_active ON applications (person_id, run_id) WHERE state <> 'cancelled'"
    )
    op.execute(
        "CREATE UNIQUE INDEX applications_idempotency ON applications (person_id, idempotency_key) "
        "WHERE idempotency_key IS NOT NULL"
    )
    op.execute("CREATE INDEX applications_waiting ON applications (tenant_id, run_id, number) WHERE state = 'waiting'")
    op.execute("CREATE INDEX applications_person ON applications (person_id, applied_at)")
    wall("applications", to_app="SELECT", to_engine="SELECT, INSERT, UPDATE")
    door("applications", "own", "SELECT", MINE)
    door("applications", "office", "SELECT", OFFICE)


def attendance() -> None:
    key = "(tenant_id, meeting_id, application_id)"
    op.execute(f"""
        CREATE TABLE attendance (
            tenant_id uuid NOT NULL, meeting_id uuid NOT NULL, application_id uuid NOT NULL, person_id uuid NOT NULL,
            mark text NOT NULL CHECK (mark IN ('present', 'late', 'left-early', 'absent', 'excused')),
            recorded_by uuid NOT NULL REFERENCES people (id), recorded_at timestamptz NOT NULL DEFAULT now(),
            PRIMARY KEY {key},
            FOREIGN KEY (person_id) REFERENCES people (id),
            FOREIGN KEY (tenant_id, meeting_id) REFERENCES meetings (tenant_id, id),
            {LEARNER})
    """)
    op.execute("CREATE INDEX attendance_application ON attendance (tenant_id, application_id)")
    op.execute("CREATE INDEX attendance_person ON attendance (person_id)")
    op.execute("CREATE INDEX attendance_recorded_by ON attendance (recorded_by)")
    office_table("attendance")
    door("attendance", "own", "SELECT", MINE)
    op.execute(f"""
        CREATE TABLE attendance_changes (
            tenant_id uuid NOT NULL, id uuid NOT NULL DEFAULT uuidv7(),
            meeting_id uuid NOT NULL, application_id uuid NOT NULL, person_id uuid NOT NULL,
            mark_before text, mark_after text,
            changed_by uuid NOT NULL REFERENCES people (id), changed_at timestamptz NOT NULL DEFAULT now(),
            PRIMARY KEY (tenant_id, id),
            FOREIGN KEY (person_id) REFERENCES people (id),
            FOREIGN KEY (tenant_id, meeting_id) REFERENCES meetings (tenant_id, id),
            {LEARNER})
    """)
    op.execute("CREATE INDEX attendance_changes_application ON attendance_changes (tenant_id, application_id)")
    office_table("attendance_changes", rights="SELECT")
    op.execute(
        "GRANT INSERT (tenant_id, meeting_id, application_id, person_id, mark_before, mark_after, changed_by)"
        " ON attendance_changes TO maru_app"
    )
    append_only("attendance_changes")


def completions() -> None:
    op.execute(f"""
        CREATE TABLE completions (
            tenant_id uuid NOT NULL, application_id uuid NOT NULL, run_id uuid NOT NULL,
            person_id uuid NOT NULL REFERENCES people (id),
            held_minutes integer NOT NULL, attended_minutes numeric(9,3) NOT NULL,
            completed boolean NOT NULL, completed_on date NOT NULL, decided_by uuid NOT NULL REFERENCES people (id),
            decided_at timestamptz NOT NULL DEFAULT now(), in_ledger boolean NOT NULL,
            PRIMARY KEY (tenant_id, application_id),
            CHECK (attended_minutes BETWEEN 0 AND held_minutes),
            FOREIGN KEY (tenant_id, run_id) REFERENCES runs (tenant_id, id),
            {LEARNER})
    """)
    op.execute("CREATE INDEX completions_run ON completions (tenant_id, run_id)")
    op.execute("CREATE INDEX completions_person ON completions (person_id)")
    office_table("completions", rights="SELECT, INSERT")
    op.execute("GRANT UPDATE (in_ledger) ON completions TO maru_app")
    door("completions", "own", "SELECT", MINE)


def people_of_a_city() -> None:
    """A city's staff see a person once there is a relation: an application to one of its runs."""
    related = (
        "EXISTS (SELECT FROM applications AS a WHERE a.person_id = {person} AND a.tenant_id = (SELECT walls.tenant()))"
    )
    office = "(SELECT walls.scope()) IN ('staff', 'job') AND " + related
    door("people", "office_reads", "SELECT", office.format(person="people.id"))
