"""The names of courses by themselves, so that almost the right words find them at the size of a province."""

from alembic import op

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    op.execute("CREATE INDEX listings_names ON listings USING gin (bigrams(title || ' ' || title_en))")
