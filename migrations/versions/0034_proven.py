"""Runs for proven people only (peers finding 7); who applies is judged by it in 0038, which holds the rules of applying."""

from alembic import op

revision = "0034"
down_revision = "0033"


def upgrade() -> None:
    for table in ("runs", "listings"):
        op.execute(f"ALTER TABLE {table} ADD verified_only boolean NOT NULL DEFAULT false")
