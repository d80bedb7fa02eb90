"""What the letters about the last change of a run were about, so that they say what is so when they are written."""

from alembic import op

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    op.execute("ALTER TABLE runs ADD telling uuid")
    op.execute("CREATE INDEX runs_telling ON runs (telling) WHERE telling IS NOT NULL")
    op.execute("INSERT INTO limits (name, valid, value) VALUES ('change-told-minutes', '[2026-01-01,)', 10)")
