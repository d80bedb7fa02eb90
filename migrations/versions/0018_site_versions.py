"""A city makes its site its own: drafts, versions to go back to, texts that are dated, and domains of its own."""

from alembic import op
from walls import EVERYONE, OFFICE, append_only, door, engine_function, office_table, wall

revision = "0018"
down_revision = "0017"

SITE_DRAFT = """
CREATE FUNCTION engine.site_draft() RETURNS jsonb LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT d.content FROM site_drafts d WHERE d.tenant_id = walls.tenant() AND EXISTS (
    SELECT FROM role_grants g
      WHERE g.person_id = walls.person() AND g.tenant_id = d.tenant_id AND g.ended_at IS NULL)
$$
"""
"""What the pages of a city will look like: for its staff, who look at them as residents do, in whatever scope."""


def upgrade() -> None:
    op.execute("""
        ALTER TABLE sites
            ADD short_name text NOT NULL DEFAULT '', ADD short_name_en text NOT NULL DEFAULT '',
            ADD font text NOT NULL DEFAULT 'gothic' CHECK (font IN ('gothic', 'serif')),
            ADD logo text NOT NULL DEFAULT '' CHECK (logo ~ '^([0-9a-f]{64}[.](svg|png))?$'),
            ADD logo_alt text NOT NULL DEFAULT '', ADD map_url text NOT NULL DEFAULT '',
            ADD blocks jsonb NOT NULL DEFAULT '[]', ADD own_title text NOT NULL DEFAULT '',
            ADD own_text text NOT NULL DEFAULT '', ADD menu jsonb NOT NULL DEFAULT '[]',
            ADD pages jsonb NOT NULL DEFAULT '[]', ADD controller text NOT NULL DEFAULT '',
            ADD privacy_officer text NOT NULL DEFAULT '', ADD privacy_phone text NOT NULL DEFAULT '',
            ADD privacy_text text NOT NULL DEFAULT '', ADD terms_text text NOT NULL DEFAULT ''
    """)
    versions()
    drafts()
    texts()
    domains()
    engine_function(SITE_DRAFT, signature="engine.site_draft()")


def versions() -> None:
    """Each site as it stands becomes the first version; nobody is said to have made it."""
    op.execute("""
        CREATE TABLE site_versions (
            tenant_id uuid NOT NULL REFERENCES tenants (id), number integer NOT NULL CHECK (number > 0),
            content jsonb NOT NULL, restored integer CHECK (restored < number), note text NOT NULL DEFAULT '',
            made_by uuid REFERENCES people (id), maker text NOT NULL DEFAULT '', made_at timestamptz NOT NULL DEFAULT now(),
            PRIMARY KEY (tenant_id, number), FOREIGN KEY (tenant_id, restored) REFERENCES site_versions (tenant_id, number))
    """)
    op.execute("CREATE INDEX site_versions_made_by ON site_versions (made_by)")
    op.execute("CREATE INDEX site_versions_restored ON site_versions (tenant_id, restored)")
    op.execute("ALTER TABLE sites NO FORCE ROW LEVEL SECURITY")
    op.execute("""
        INSERT INTO site_versions (tenant_id, number, content, made_at)
        SELECT tenant_id, version, to_jsonb(s) - '{tenant_id,version,updated_at}'::text[], updated_at FROM sites s
    """)
    op.execute("ALTER TABLE sites FORCE ROW LEVEL SECURITY")
    office_table("site_versions", rights="SELECT, INSERT")
    append_only("site_versions")


def drafts() -> None:
    """What is being changed; `saved` names the steps that somebody has been through, `seen` the draft last previewed."""
    op.execute("""
        CREATE TABLE site_drafts (
            tenant_id uuid PRIMARY KEY REFERENCES tenants (id), content jsonb NOT NULL,
            saved text[] NOT NULL DEFAULT '{}', seen text NOT NULL DEFAULT '',
            changed_by uuid REFERENCES people (id), changer text NOT NULL DEFAULT '',
            changed_at timestamptz NOT NULL DEFAULT now())
    """)
    op.execute("CREATE INDEX site_drafts_changed_by ON site_drafts (changed_by)")
    office_table("site_drafts", rights="SELECT, INSERT, UPDATE", to_engine="SELECT")


def texts() -> None:
    """A city's own words on privacy and terms, each with the day from which they held: residents may read former ones."""
    op.execute("""
        CREATE TABLE site_texts (
            tenant_id uuid NOT NULL REFERENCES tenants (id), kind text NOT NULL CHECK (kind IN ('privacy', 'terms')),
            number integer NOT NULL, content jsonb NOT NULL, since timestamptz NOT NULL DEFAULT now(),
            PRIMARY KEY (tenant_id, kind, number),
            FOREIGN KEY (tenant_id, number) REFERENCES site_versions (tenant_id, number))
    """)
    op.execute("CREATE INDEX site_texts_version ON site_texts (tenant_id, number)")
    wall("site_texts", to_app="SELECT, INSERT", to_engine="SELECT")
    door("site_texts", "everyone_reads", "SELECT", EVERYONE)
    door("site_texts", "office_adds", "INSERT", OFFICE)
    append_only("site_texts")


def domains() -> None:
    """Names that a city says are its own. A claim binds nobody; what was proven stands in `tenant_hosts`."""
    op.execute(r"""
        CREATE TABLE domain_claims (
            tenant_id uuid NOT NULL REFERENCES tenants (id),
            host text NOT NULL CHECK (host ~ '^([a-z0-9-]+\.)+[a-z][a-z0-9-]+$'
                AND host !~ '(^|\.)(localhost|local|internal|invalid)$'),
            token text NOT NULL, finding text NOT NULL DEFAULT ''
                CHECK (finding IN ('', 'asked', 'proven', 'missing', 'wrong', 'held', 'silent')),
            checked_at timestamptz, proven_at timestamptz, failing_since timestamptz,
            claimed_by uuid NOT NULL REFERENCES people (id), claimed_at timestamptz NOT NULL DEFAULT now(),
            PRIMARY KEY (tenant_id, host))
    """)
    op.execute("CREATE INDEX domain_claims_claimed_by ON domain_claims (claimed_by)")
    office_table("domain_claims")
