"""The provincial ledger of learning, and certificates."""

from alembic import op
from walls import MINE, OFFICE, PROVINCE, append_only, checked_at_birth, door, engine_function, set_once, wall

revision = "0006"
down_revision = "0005"

CONSENTS_OF = """
CREATE FUNCTION engine.consents_of(asked uuid[], a_purpose text) RETURNS TABLE (person_id uuid, consent_id uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF walls.scope() NOT IN ('staff', 'job') THEN RAISE insufficient_privilege USING MESSAGE = 'staff only'; END IF;
  PERFORM FROM people p WHERE p.id = ANY (asked) ORDER BY p.id FOR SHARE;
  RETURN QUERY SELECT c.person_id, c.id FROM consents c
    WHERE c.person_id = ANY (asked) AND c.purpose = a_purpose AND c.withdrawn_at IS NULL
      AND EXISTS (SELECT FROM applications a WHERE a.person_id = c.person_id AND a.tenant_id = walls.tenant());
END $$
"""
"""Who of a city's learners consents to a purpose. Their rows stay locked: whoever gives consent at the same moment does
so before, and is among them, or after, and finds what this transaction has left with the city."""


ENROLMENT = """
SELECT FROM applications a JOIN tenants t ON t.id = a.tenant_id
WHERE a.tenant_id = NEW.tenant_id AND a.id = NEW.source_id AND a.person_id = NEW.person_id
"""
"""What a line or a paper is about when it is written; no key, because both outlive the city's own rows."""


def upgrade() -> None:
    records()
    certificates()
    engine_function(CONSENTS_OF, signature="engine.consents_of(uuid[], text)")


def records() -> None:
    op.execute("""
        CREATE TABLE records (
            id uuid PRIMARY KEY DEFAULT uuidv7(),
            person_id uuid NOT NULL REFERENCES people (id),
            tenant_id uuid NOT NULL REFERENCES tenants (id), tenant_name text NOT NULL,
            kind text NOT NULL CHECK (kind IN ('course')),
            title text NOT NULL, run_name text NOT NULL, category text NOT NULL,
            hours numeric(7,2) NOT NULL CHECK (hours >= 0),
            starts_on date NOT NULL, ends_on date NOT NULL, completed_on date NOT NULL,
            source_id uuid NOT NULL, certificate_number text,
            supersedes_id uuid UNIQUE, withdrawn boolean NOT NULL DEFAULT false, reason text NOT NULL DEFAULT '',
            ground text NOT NULL, recorded_at timestamptz NOT NULL DEFAULT now(),
            UNIQUE (id, person_id, tenant_id),
            CONSTRAINT records_correction FOREIGN KEY (supersedes_id, person_id, tenant_id)
                REFERENCES records (id, person_id, tenant_id),
            CHECK (NOT withdrawn OR supersedes_id IS NOT NULL), CHECK (supersedes_id IS NULL OR reason <> ''))
    """)
    op.execute("CREATE UNIQUE INDEX records_source ON records (tenant_id, source_id) WHERE supersedes_id IS NULL")
    op.execute("CREATE INDEX records_person ON records (person_id, completed_on)")
    op.execute("CREATE INDEX records_tenant ON records (tenant_id, completed_on)")
    wall("records", to_app="SELECT", to_engine="SELECT")
    op.execute(
        "GRANT INSERT (person_id, tenant_id, tenant_name, kind, title, run_name, category, hours, starts_on, ends_on,"
        " completed_on, source_id, certificate_number, supersedes_id, withdrawn, reason, ground) ON records TO maru_app"
    )
    door("records", "own", "SELECT", MINE)
    door("records", "office_reads", "SELECT", OFFICE)
    door("records", "office_adds", "INSERT", OFFICE)
    door("records", "province_reads", "SELECT", PROVINCE)
    append_only("records")
    checked_at_birth(
        "records",
        f"{ENROLMENT} AND NEW.supersedes_id IS NULL AND NEW.tenant_name = t.name_ko"
        " UNION ALL SELECT FROM records r"
        " WHERE r.id = NEW.supersedes_id AND r.source_id = NEW.source_id AND r.tenant_name = NEW.tenant_name",
        "a line is of an enrolment of its city, or corrects one about the same",
    )


def certificates() -> None:
    op.execute("""
        CREATE TABLE certificate_numbers (
            tenant_id uuid NOT NULL REFERENCES tenants (id), year smallint NOT NULL, last integer NOT NULL,
            PRIMARY KEY (tenant_id, year))
    """)
    wall("certificate_numbers", to_app="SELECT, INSERT, UPDATE", to_engine="")
    door("certificate_numbers", "office", "ALL", OFFICE)
    op.execute("""
        CREATE TABLE certificates (
            tenant_id uuid NOT NULL REFERENCES tenants (id), id uuid NOT NULL DEFAULT uuidv7(),
            person_id uuid NOT NULL REFERENCES people (id),
            number text NOT NULL UNIQUE, code text NOT NULL UNIQUE,
            content jsonb NOT NULL, issued_on date NOT NULL, source_id uuid NOT NULL,
            file_key text, file_sha256 text, file_problem text NOT NULL DEFAULT '', copies integer NOT NULL DEFAULT 0,
            revoked_at timestamptz, revoked_by uuid REFERENCES people (id), revoked_reason text NOT NULL DEFAULT '',
            PRIMARY KEY (tenant_id, id),
            CHECK ((revoked_at IS NULL) = (revoked_reason = '')))
    """)
    op.execute(
        "CREATE UNIQUE INDEX certificates_in_force ON certificates (tenant_id, source_id) WHERE revoked_at IS NULL"
    )
    op.execute("CREATE INDEX certificates_person ON certificates (person_id)")
    op.execute("CREATE INDEX certificates_revoked_by ON certificates (revoked_by)")
    wall("certificates", to_app="SELECT, INSERT", to_engine="SELECT, UPDATE")
    op.execute(
        "GRANT UPDATE (file_key, file_sha256, file_problem, revoked_at, revoked_by, revoked_reason)"
        " ON certificates TO maru_app"
    )
    set_once("certificates", "revoked_at", "revoked_by", "revoked_reason")
    set_once("certificates", "file_key", "file_sha256", "file_problem")
    checked_at_birth(
        "certificates",
        f"{ENROLMENT} AND NEW.number ="
        " concat_ws('-', t.region_code, extract(year FROM NEW.issued_on)::text, right(NEW.number, 6))",
        "a certificate is of an enrolment of its city, and bears a number of its city",
    )
    door("certificates", "own", "SELECT", MINE)
    door("certificates", "office_reads", "SELECT", OFFICE)
    door("certificates", "office_issues", "INSERT", OFFICE)
    door("certificates", "office_changes", "UPDATE", OFFICE)
