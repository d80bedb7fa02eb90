"""A home outside the province: the past stays, and no city counts the person among its residents (domain 1.5)."""

from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.execute("ALTER TABLE regions DROP CONSTRAINT regions_kind_check")
    op.execute("ALTER TABLE regions ADD CHECK (kind IN ('city', 'county', 'district', 'outside'))")
    op.execute("ALTER TABLE regions NO FORCE ROW LEVEL SECURITY")
    op.execute("""
        INSERT INTO regions (code, name_ko, name_en, kind, valid)
        VALUES ('00000', '다른 시·도', 'Another province', 'outside', '[2000-01-01,)')
    """)
    op.execute("ALTER TABLE regions FORCE ROW LEVEL SECURITY")
