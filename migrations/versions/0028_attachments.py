"""Files that hang on a notice: read by everybody as long as the notice is, written by the city's staff."""

from alembic import op
from walls import OFFICE, door, wall

revision = "0028"
down_revision = "0027"

SHOWN = (
    "EXISTS (SELECT FROM notices n WHERE n.tenant_id = notice_files.tenant_id AND n.id = notice_files.notice_id"
    " AND n.published_at <= now() AND (n.ends_at IS NULL OR n.ends_at > now()))"
)


def upgrade() -> None:
    op.execute("""
        CREATE TABLE notice_files (
            tenant_id uuid NOT NULL REFERENCES tenants (id), id uuid NOT NULL DEFAULT uuidv7(), notice_id uuid NOT NULL,
            name text NOT NULL CHECK (name <> ''), bytes integer NOT NULL CHECK (bytes > 0),
            added_by uuid REFERENCES people (id), added_at timestamptz NOT NULL DEFAULT now(),
            PRIMARY KEY (tenant_id, id),
            FOREIGN KEY (tenant_id, notice_id) REFERENCES notices (tenant_id, id) ON DELETE CASCADE)
    """)
    op.execute("CREATE INDEX notice_files_notice ON notice_files (tenant_id, notice_id)")
    op.execute("CREATE INDEX notice_files_added_by ON notice_files (added_by)")
    wall("notice_files", to_app="SELECT, INSERT, DELETE", to_engine="")
    door("notice_files", "everyone_reads", "SELECT", SHOWN)
    door("notice_files", "office", "ALL", OFFICE)
    op.execute(
        "INSERT INTO limits (name, valid, value) VALUES"
        " ('notice-files', '[2026-01-01,)', 5), ('notice-file-megabytes', '[2026-01-01,)', 10)"
    )
