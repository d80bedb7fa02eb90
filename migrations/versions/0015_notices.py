"""What a city tells its residents: notices with a time to begin and to end, strips on the front page, banners."""

from alembic import op
from walls import OFFICE, door, wall

revision = "0015"
down_revision = "0014"

SHOWN = "published_at IS NOT NULL AND published_at <= now() AND (ends_at IS NULL OR ends_at > now())"
"""What everybody reads: begun, and not over."""


def upgrade() -> None:
    notices()
    banners()


def notices() -> None:
    """`strip` puts a notice on the front page too, until a reader closes it."""
    op.execute("""
        ALTER TABLE notices
            ADD COLUMN ends_at timestamptz, ADD COLUMN pinned boolean NOT NULL DEFAULT false,
            ADD COLUMN strip boolean NOT NULL DEFAULT false, ADD COLUMN written_by uuid REFERENCES people (id),
            ADD COLUMN written_at timestamptz NOT NULL DEFAULT now(), ADD CHECK (title <> ''),
            ADD CHECK (ends_at > published_at)
    """)
    op.execute("CREATE INDEX notices_written_by ON notices (written_by)")
    op.execute("CREATE INDEX notices_published ON notices (tenant_id, published_at)")
    op.execute("DROP POLICY everyone_reads ON notices")
    door("notices", "everyone_reads", "SELECT", SHOWN)


def banners() -> None:
    op.execute(r"""
        CREATE TABLE banners (
            tenant_id uuid NOT NULL REFERENCES tenants (id), id uuid NOT NULL DEFAULT uuidv7(),
            title text NOT NULL CHECK (title <> ''), body text NOT NULL DEFAULT '',
            link text NOT NULL CHECK (link ~ '^(/[^/\\]|/$|https?://)'),
            drawing text NOT NULL DEFAULT '', position integer NOT NULL DEFAULT 0,
            published_at timestamptz, ends_at timestamptz, written_by uuid REFERENCES people (id),
            written_at timestamptz NOT NULL DEFAULT now(),
            PRIMARY KEY (tenant_id, id), CHECK (ends_at > published_at))
    """)
    op.execute("CREATE INDEX banners_written_by ON banners (written_by)")
    wall("banners", to_app="SELECT, INSERT, UPDATE, DELETE", to_engine="SELECT")
    door("banners", "everyone_reads", "SELECT", SHOWN)
    door("banners", "office", "ALL", OFFICE)
