"""The registry of tenants, dated region codes, and each city's site."""

from alembic import op
from walls import EVERYONE, OFFICE, PROVINCE, door, wall

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.execute("""
        CREATE TABLE regions (
            code text NOT NULL, name_ko text NOT NULL, name_en text NOT NULL,
            kind text NOT NULL CHECK (kind IN ('city', 'county', 'district')),
            parent_code text, valid daterange NOT NULL,
            CONSTRAINT regions_pkey PRIMARY KEY (code, valid WITHOUT OVERLAPS))
    """)
    wall("regions", to_app="SELECT, INSERT, UPDATE", to_engine="SELECT")
    door("regions", "everyone_reads", "SELECT", EVERYONE)
    door("regions", "province_adds", "INSERT", PROVINCE)
    door("regions", "province_changes", "UPDATE", PROVINCE)
    registry()
    sites()


def registry() -> None:
    op.execute("""
        CREATE TABLE tenants (
            id uuid PRIMARY KEY DEFAULT uuidv7(),
            slug text NOT NULL UNIQUE CHECK (slug ~ '^[a-z][a-z0-9-]{1,30}[a-z0-9]$'),
            name_ko text NOT NULL, name_en text NOT NULL,
            region_code text UNIQUE,
            state text NOT NULL DEFAULT 'preparing'
                CHECK (state IN ('planned', 'preparing', 'pilot', 'live', 'suspended', 'archived')),
            state_reason text NOT NULL DEFAULT '', onboarded_on date, legacy_import_batch uuid,
            created_at timestamptz NOT NULL DEFAULT now())
    """)
    wall("tenants", to_app="SELECT, INSERT, UPDATE", to_engine="SELECT")
    door("tenants", "registry", "SELECT", EVERYONE)
    door("tenants", "province_opens", "INSERT", PROVINCE)
    door("tenants", "province_changes", "UPDATE", PROVINCE)
    op.execute(r"""
        CREATE TABLE tenant_hosts (
            host text PRIMARY KEY CHECK (host ~ '^([a-z0-9-]+\.)+[a-z][a-z0-9-]+$'
                AND host !~ '(^|\.)(localhost|local|internal|invalid)$'),
            tenant_id uuid NOT NULL REFERENCES tenants (id))
    """)
    wall("tenant_hosts", to_app="SELECT, INSERT, DELETE", to_engine="SELECT")
    door("tenant_hosts", "registry", "SELECT", EVERYONE)
    door("tenant_hosts", "office_adds", "INSERT", OFFICE)
    door("tenant_hosts", "office_removes", "DELETE", OFFICE)


def sites() -> None:
    op.execute("""
        CREATE TABLE sites (
            tenant_id uuid PRIMARY KEY REFERENCES tenants (id),
            version integer NOT NULL DEFAULT 1,
            name text NOT NULL, name_en text NOT NULL, tagline text NOT NULL DEFAULT '', tagline_en text NOT NULL DEFAULT '',
            question text NOT NULL DEFAULT '', question_en text NOT NULL DEFAULT '',
            colour text NOT NULL DEFAULT '#17495e' CHECK (colour ~ '^#[0-9a-f]{6}$'),
            masthead text NOT NULL DEFAULT 'white' CHECK (masthead IN ('deep', 'white')),
            hero text NOT NULL DEFAULT 'light' CHECK (hero IN ('deep', 'light')),
            shape text NOT NULL DEFAULT 'plain' CHECK (shape IN ('plain', 'soft')),
            drawing text NOT NULL DEFAULT 'floor',
            phone text NOT NULL DEFAULT '', hours text NOT NULL DEFAULT '', address text NOT NULL DEFAULT '',
            head_title text NOT NULL DEFAULT '', head_name text NOT NULL DEFAULT '',
            updated_at timestamptz NOT NULL DEFAULT now())
    """)
    wall("sites", to_app="SELECT, INSERT, UPDATE", to_engine="SELECT")
    door("sites", "everyone_reads", "SELECT", EVERYONE)
    door("sites", "office_opens", "INSERT", OFFICE)
    door("sites", "office_changes", "UPDATE", OFFICE)
    op.execute("""
        CREATE TABLE notices (
            tenant_id uuid NOT NULL REFERENCES tenants (id), id uuid NOT NULL DEFAULT uuidv7(),
            title text NOT NULL, body text NOT NULL, published_at timestamptz,
            PRIMARY KEY (tenant_id, id))
    """)
    wall("notices", to_app="SELECT, INSERT, UPDATE, DELETE", to_engine="SELECT")
    door("notices", "everyone_reads", "SELECT", "published_at IS NOT NULL AND published_at <= now()")
    door("notices", "office", "ALL", OFFICE)
