"""A city's courses and runs, and their public projection with the seat counters beside it."""

from alembic import op
from walls import EVERYONE, OFFICE, door, office_table, set_once, wall

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    places()
    courses()
    runs()
    imports()
    bigrams()
    listings()
    seats()


def places() -> None:
    op.execute("""
        CREATE TABLE institutions (
            tenant_id uuid NOT NULL REFERENCES tenants (id), id uuid NOT NULL DEFAULT uuidv7(),
            name text NOT NULL, phone text NOT NULL DEFAULT '',
            PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, name, phone))
    """)
    office_table("institutions")
    op.execute("""
        CREATE TABLE venues (
            tenant_id uuid NOT NULL REFERENCES tenants (id), id uuid NOT NULL DEFAULT uuidv7(),
            name text NOT NULL, address text NOT NULL DEFAULT '', access_note text NOT NULL DEFAULT '',
            latitude double precision, longitude double precision,
            PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, name, address))
    """)
    office_table("venues")


def courses() -> None:
    op.execute("""
        CREATE TABLE courses (
            tenant_id uuid NOT NULL REFERENCES tenants (id), id uuid NOT NULL DEFAULT uuidv7(),
            title text NOT NULL CHECK (title <> ''), title_en text NOT NULL DEFAULT '',
            summary text NOT NULL DEFAULT '', summary_en text NOT NULL DEFAULT '', content text NOT NULL DEFAULT '',
            category text NOT NULL DEFAULT '' CHECK (category IN ('', '01', '02', '03', '04', '05', '06', '07')),
            field text NOT NULL DEFAULT '',
            created_at timestamptz NOT NULL DEFAULT now(), updated_at timestamptz NOT NULL DEFAULT now(),
            PRIMARY KEY (tenant_id, id))
    """)
    office_table("courses", to_engine="SELECT")


def runs() -> None:
    op.execute("""
        CREATE TABLE runs (
            tenant_id uuid NOT NULL REFERENCES tenants (id), id uuid NOT NULL DEFAULT uuidv7(),
            course_id uuid NOT NULL, number integer NOT NULL DEFAULT 1 CHECK (number > 0),
            institution_id uuid, venue_id uuid, room text NOT NULL DEFAULT '',
            instructor text NOT NULL DEFAULT '', method text NOT NULL DEFAULT '', target text NOT NULL DEFAULT '',
            min_age smallint, max_age smallint, resident_only boolean NOT NULL DEFAULT false,
            starts_on date NOT NULL, ends_on date NOT NULL, starts_at time, ends_at time,
            weekdays smallint NOT NULL DEFAULT 0 CHECK (weekdays BETWEEN 0 AND 127),
            weekdays_text text NOT NULL DEFAULT '',
            capacity integer CHECK (capacity >= 0), waiting_limit integer CHECK (waiting_limit >= 0),
            fee integer CHECK (fee >= 0), fee_note text NOT NULL DEFAULT '',
            opens_at timestamptz, closes_at timestamptz,
            reception text NOT NULL DEFAULT '', selection text NOT NULL DEFAULT '', first_come boolean NOT NULL DEFAULT true,
            homepage text NOT NULL DEFAULT '',
            vocational boolean, credit_bank boolean, learning_account boolean, reference_date date,
            threshold numeric(4,3) NOT NULL DEFAULT 0.8 CHECK (threshold BETWEEN 0 AND 1),
            late_weight numeric(4,3) NOT NULL DEFAULT 1 CHECK (late_weight BETWEEN 0 AND 1),
            left_early_weight numeric(4,3) NOT NULL DEFAULT 1 CHECK (left_early_weight BETWEEN 0 AND 1),
            excused_weight numeric(4,3) NOT NULL DEFAULT 1 CHECK (excused_weight BETWEEN 0 AND 1),
            published_at timestamptz, cancelled_at timestamptz, cancel_reason text NOT NULL DEFAULT '',
            settled_at timestamptz, import_key text,
            created_at timestamptz NOT NULL DEFAULT now(), updated_at timestamptz NOT NULL DEFAULT now(),
            PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, course_id, number), UNIQUE (tenant_id, import_key),
            CHECK (starts_on <= ends_on), CHECK (opens_at < closes_at),
            FOREIGN KEY (tenant_id, course_id) REFERENCES courses (tenant_id, id),
            FOREIGN KEY (tenant_id, institution_id) REFERENCES institutions (tenant_id, id),
            FOREIGN KEY (tenant_id, venue_id) REFERENCES venues (tenant_id, id))
    """)
    op.execute("CREATE INDEX runs_institution ON runs (tenant_id, institution_id)")
    op.execute("CREATE INDEX runs_venue ON runs (tenant_id, venue_id)")
    office_table("runs", to_engine="SELECT")
    set_once("runs", "settled_at")
    op.execute("""
        CREATE TABLE meetings (
            tenant_id uuid NOT NULL, id uuid NOT NULL DEFAULT uuidv7(),
            run_id uuid NOT NULL, number integer NOT NULL CHECK (number > 0),
            starts_at timestamptz NOT NULL, ends_at timestamptz NOT NULL,
            topic text NOT NULL DEFAULT '', called_off boolean NOT NULL DEFAULT false,
            PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, run_id, number), CHECK (starts_at < ends_at),
            FOREIGN KEY (tenant_id, run_id) REFERENCES runs (tenant_id, id))
    """)
    op.execute("CREATE INDEX meetings_start ON meetings (tenant_id, starts_at)")
    office_table("meetings")


def imports() -> None:
    op.execute("""
        CREATE TABLE course_imports (
            tenant_id uuid NOT NULL REFERENCES tenants (id), id uuid NOT NULL DEFAULT uuidv7(),
            filename text NOT NULL, imported_at timestamptz NOT NULL DEFAULT now(),
            imported_by uuid REFERENCES people (id), state text NOT NULL, problem text NOT NULL DEFAULT '', file bytea,
            totals jsonb NOT NULL DEFAULT '{}', rows jsonb NOT NULL DEFAULT '[]',
            PRIMARY KEY (tenant_id, id), CHECK (state IN ('waiting', 'done', 'refused')),
            CHECK ((state = 'waiting') = (file IS NOT NULL)))
    """)
    op.execute("CREATE INDEX course_imports_imported_by ON course_imports (imported_by)")
    office_table("course_imports", rights="SELECT, INSERT, UPDATE (state, problem, file, totals, rows)")


def bigrams() -> None:
    """Search words of a text: every two neighbouring letters of every word, and each word's last letter."""
    op.execute("""
        CREATE FUNCTION bigrams(input text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE
        RETURN (
            SELECT array_to_tsvector(coalesce(array_agg(DISTINCT substr(word, i, 2)), '{}'))
            FROM regexp_split_to_table(lower(normalize(input, NFKC)), '[^[:alnum:]]+') AS word,
                 generate_series(1, length(word)) AS i
            WHERE word <> '')
    """)
    op.execute("REVOKE ALL ON FUNCTION bigrams(text) FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION bigrams(text) TO maru_app")


def listings() -> None:
    op.execute("""
        CREATE TABLE listings (
            tenant_id uuid NOT NULL REFERENCES tenants (id), run_id uuid NOT NULL, course_id uuid NOT NULL,
            number integer NOT NULL, title text NOT NULL, title_en text NOT NULL,
            summary text NOT NULL, summary_en text NOT NULL, content text NOT NULL,
            category text NOT NULL, field text NOT NULL,
            institution text NOT NULL, institution_phone text NOT NULL,
            venue text NOT NULL, room text NOT NULL, address text NOT NULL, access_note text NOT NULL,
            latitude double precision, longitude double precision,
            instructor text NOT NULL, method text NOT NULL, online boolean NOT NULL, in_person boolean NOT NULL,
            target text NOT NULL, min_age smallint, max_age smallint, resident_only boolean NOT NULL,
            starts_on date NOT NULL, ends_on date NOT NULL, starts_at time, ends_at time,
            weekdays smallint NOT NULL, weekdays_text text NOT NULL,
            meeting_count integer NOT NULL, minutes integer NOT NULL, meetings jsonb NOT NULL,
            fee integer, fee_note text NOT NULL,
            opens_at timestamptz, closes_at timestamptz,
            reception text NOT NULL, selection text NOT NULL, first_come boolean NOT NULL DEFAULT true, homepage text NOT NULL,
            vocational boolean, credit_bank boolean, learning_account boolean, reference_date date,
            threshold numeric(4,3) NOT NULL,
            published_at timestamptz NOT NULL, cancelled_at timestamptz, cancel_reason text NOT NULL,
            settled_at timestamptz, updated_at timestamptz NOT NULL,
            search tsvector NOT NULL,
            PRIMARY KEY (tenant_id, run_id),
            FOREIGN KEY (tenant_id, run_id) REFERENCES runs (tenant_id, id))
    """)
    op.execute("CREATE INDEX listings_search ON listings USING gin (search)")
    op.execute("""
        CREATE INDEX listings_lists ON listings (tenant_id, ends_on) INCLUDE (
            run_id, starts_on, starts_at, opens_at, closes_at, published_at, cancelled_at, settled_at, weekdays, fee,
            category, online, in_person, min_age, max_age)
    """)
    wall("listings", to_app="SELECT, INSERT, UPDATE, DELETE", to_engine="SELECT")
    public_projection("listings")


def seats() -> None:
    """`next_number` is the next place in the order of a run; it only ever grows, under the lock of this row."""
    op.execute("""
        CREATE TABLE seats (
            tenant_id uuid NOT NULL, run_id uuid NOT NULL,
            capacity integer NOT NULL CHECK (capacity >= 0),
            waiting_limit integer CHECK (waiting_limit >= 0),
            placed integer NOT NULL DEFAULT 0, waiting integer NOT NULL DEFAULT 0,
            next_number integer NOT NULL DEFAULT 1,
            PRIMARY KEY (tenant_id, run_id),
            CONSTRAINT seats_never_oversold CHECK (placed BETWEEN 0 AND capacity),
            CONSTRAINT seats_waiting CHECK (waiting >= 0),
            FOREIGN KEY (tenant_id, run_id) REFERENCES runs (tenant_id, id))
            WITH (fillfactor = 50)
    """)
    wall("seats", to_app="SELECT, INSERT", to_engine="SELECT, UPDATE")
    door("seats", "everyone_reads", "SELECT", EVERYONE)
    door("seats", "office_opens", "INSERT", OFFICE, f"{OFFICE} AND placed = 0 AND waiting = 0 AND next_number = 1")


def public_projection(table: str) -> None:
    """Everybody reads, a tenant's staff and jobs write: one of the listed exceptions of the isolation tests."""
    door(table, "everyone_reads", "SELECT", EVERYONE)
    door(table, "office_adds", "INSERT", OFFICE)
    door(table, "office_changes", "UPDATE", OFFICE)
    door(table, "office_removes", "DELETE", OFFICE)
