"""Who is asking: people, where they live, sessions, sign-in, grants, consents, and who looked at whom."""

from alembic import op
from walls import MINE, OFFICE, PROVINCE, append_only, door, wall

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    people()
    residences()
    signing_in()
    grants()
    consents()
    access_log()


def people() -> None:
    op.execute("""
        CREATE TABLE people (
            id uuid PRIMARY KEY DEFAULT uuidv7(),
            subject text UNIQUE, username text UNIQUE,
            name text NOT NULL, birth_date date, email text, phone text,
            language text NOT NULL DEFAULT 'ko' CHECK (language IN ('ko', 'en')),
            verified_at timestamptz, created_at timestamptz NOT NULL DEFAULT now())
    """)
    wall("people", to_app="SELECT")
    op.execute("GRANT UPDATE (language, email, phone) ON people TO maru_app")
    own = "id = (SELECT walls.person()) AND (SELECT walls.scope()) = 'person'"
    door("people", "own", "SELECT", own)
    door("people", "own_change", "UPDATE", own)
    door("people", "province_reads", "SELECT", PROVINCE)


def residences() -> None:
    op.execute("""
        CREATE TABLE residences (
            id uuid PRIMARY KEY DEFAULT uuidv7(),
            person_id uuid NOT NULL REFERENCES people (id),
            region_code text NOT NULL, district_code text,
            valid daterange NOT NULL CHECK (NOT isempty(valid) AND NOT lower_inf(valid)),
            source text NOT NULL CHECK (source IN ('declared', 'document', 'data-share')),
            verified_on date,
            recorded_at timestamptz NOT NULL DEFAULT now(),
            CONSTRAINT residences_one_home UNIQUE (person_id, valid WITHOUT OVERLAPS))
    """)
    wall("residences", to_app="SELECT")
    door("residences", "own", "SELECT", MINE)
    door("residences", "province_reads", "SELECT", PROVINCE)


def signing_in() -> None:
    op.execute("""
        CREATE TABLE sessions (
            id uuid PRIMARY KEY DEFAULT uuidv7(),
            token_hash bytea NOT NULL UNIQUE CHECK (length(token_hash) = 32),
            person_id uuid NOT NULL REFERENCES people (id),
            host text NOT NULL, identity_session text, id_token text,
            created_at timestamptz NOT NULL DEFAULT now(), last_seen_at timestamptz NOT NULL DEFAULT now(),
            expires_at timestamptz NOT NULL, ended_at timestamptz)
    """)
    op.execute("CREATE INDEX sessions_person_id ON sessions (person_id)")
    op.execute("CREATE INDEX sessions_identity_session ON sessions (identity_session) WHERE ended_at IS NULL")
    wall("sessions")
    op.execute(
        "GRANT SELECT (id, person_id, host, created_at, last_seen_at, expires_at, ended_at) ON sessions TO maru_app"
    )
    door("sessions", "own", "SELECT", MINE)
    op.execute("""
        CREATE TABLE sign_ins (
            state_hash bytea PRIMARY KEY CHECK (length(state_hash) = 32),
            portal_binding bytea NOT NULL, city_binding bytea NOT NULL,
            nonce text NOT NULL, code_verifier text NOT NULL,
            host text NOT NULL, return_to text NOT NULL, called_back_at timestamptz, expires_at timestamptz NOT NULL)
    """)
    op.execute("CREATE INDEX sign_ins_expires_at ON sign_ins (expires_at)")
    wall("sign_ins")
    op.execute("""
        CREATE TABLE tickets (
            token_hash bytea PRIMARY KEY CHECK (length(token_hash) = 32),
            person_id uuid NOT NULL REFERENCES people (id),
            binding bytea NOT NULL, host text NOT NULL, return_to text NOT NULL,
            identity_session text, id_token text, expires_at timestamptz NOT NULL)
    """)
    op.execute("CREATE INDEX tickets_expires_at ON tickets (expires_at)")
    op.execute("CREATE INDEX tickets_person_id ON tickets (person_id)")
    wall("tickets")
    op.execute("""
        CREATE TABLE sign_in_attempts (
            id uuid PRIMARY KEY DEFAULT uuidv7(), address inet NOT NULL, at timestamptz NOT NULL DEFAULT now())
    """)
    op.execute("CREATE INDEX sign_in_attempts_address_at ON sign_in_attempts (address, at)")
    wall("sign_in_attempts")


def grants() -> None:
    op.execute("""
        CREATE TABLE role_grants (
            id uuid PRIMARY KEY DEFAULT uuidv7(),
            person_id uuid NOT NULL REFERENCES people (id),
            tenant_id uuid REFERENCES tenants (id),
            role text NOT NULL,
            granted_by uuid REFERENCES people (id),
            granted_at timestamptz NOT NULL DEFAULT now(), ended_at timestamptz,
            CONSTRAINT role_grants_level CHECK ((tenant_id IS NULL) = (role IN
                ('province_admin', 'library_editor', 'library_approver', 'privacy_officer', 'auditor'))
                AND (tenant_id IS NULL OR role IN ('city_admin', 'course_operator', 'instructor', 'desk_clerk'))))
    """)
    op.execute(
        "CREATE UNIQUE INDEX role_grants_active ON role_grants (person_id, tenant_id, role) "
        "NULLS NOT DISTINCT WHERE ended_at IS NULL"
    )
    op.execute("CREATE INDEX role_grants_tenant_id ON role_grants (tenant_id, person_id)")
    wall("role_grants", to_app="SELECT")
    door("role_grants", "own", "SELECT", MINE)
    door("role_grants", "office", "SELECT", OFFICE)
    door("role_grants", "province_reads", "SELECT", PROVINCE)


def consents() -> None:
    op.execute("""
        CREATE TABLE consents (
            id uuid PRIMARY KEY DEFAULT uuidv7(),
            person_id uuid NOT NULL REFERENCES people (id),
            purpose text NOT NULL, text_version text NOT NULL,
            given_at timestamptz NOT NULL DEFAULT now(), withdrawn_at timestamptz)
    """)
    op.execute("CREATE UNIQUE INDEX consents_active ON consents (person_id, purpose) WHERE withdrawn_at IS NULL")
    wall("consents", to_app="SELECT, INSERT")
    op.execute("GRANT UPDATE (withdrawn_at) ON consents TO maru_app")
    door("consents", "own", "ALL", MINE)
    op.execute("""
        CREATE TABLE legal_grounds (
            purpose text NOT NULL, valid daterange NOT NULL, citation text NOT NULL CHECK (citation <> ''),
            CONSTRAINT legal_grounds_pkey PRIMARY KEY (purpose, valid WITHOUT OVERLAPS))
    """)
    op.execute("GRANT SELECT ON legal_grounds TO maru_app")


def access_log() -> None:
    op.execute("""
        CREATE TABLE access_log (
            id uuid PRIMARY KEY DEFAULT uuidv7(),
            at timestamptz NOT NULL DEFAULT now(),
            actor_id uuid NOT NULL REFERENCES people (id),
            person_id uuid NOT NULL REFERENCES people (id),
            tenant_id uuid REFERENCES tenants (id),
            task text NOT NULL, purpose text NOT NULL, fields text[] NOT NULL,
            address inet, request_id text)
    """)
    op.execute("CREATE INDEX access_log_person_id ON access_log (person_id, at)")
    op.execute("CREATE INDEX access_log_tenant_id ON access_log (tenant_id, at)")
    op.execute("CREATE INDEX access_log_actor_id ON access_log (actor_id, at)")
    wall("access_log", to_app="SELECT", to_engine="SELECT, INSERT")
    op.execute(
        "GRANT INSERT (actor_id, person_id, tenant_id, task, purpose, fields, address, request_id) ON access_log TO maru_app"
    )
    door("access_log", "own", "SELECT", MINE)
    door(
        "access_log",
        "office_reads",
        "SELECT",
        "tenant_id = (SELECT walls.tenant()) AND (SELECT walls.scope()) = 'staff'",
    )
    door(
        "access_log",
        "staff_write",
        "INSERT",
        "true",
        "actor_id = (SELECT walls.person()) AND ((tenant_id = (SELECT walls.tenant()) AND (SELECT walls.scope()) = 'staff')"
        " OR (SELECT walls.scope()) = 'province')",
    )
    append_only("access_log")
