"""Who teaches a run, for whom its words say it is, and what its city is to look at before it is published."""

from alembic import op
from walls import office_table

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    runs()
    instructors()
    listings()


def runs() -> None:
    """`audience` is a set of bits (tenants/courses/audience.py); `elsewhere` is the other city a file's line names."""
    op.execute("""
        ALTER TABLE runs
            ADD COLUMN audience smallint NOT NULL DEFAULT 0 CHECK (audience BETWEEN 0 AND 15),
            ADD COLUMN elsewhere text NOT NULL DEFAULT ''
    """)
    op.execute("ALTER TABLE courses ADD COLUMN likely_category text NOT NULL DEFAULT ''")


def instructors() -> None:
    op.execute("""
        CREATE TABLE run_instructors (
            tenant_id uuid NOT NULL REFERENCES tenants (id), run_id uuid NOT NULL,
            person_id uuid NOT NULL REFERENCES people (id),
            PRIMARY KEY (tenant_id, run_id, person_id),
            FOREIGN KEY (tenant_id, run_id) REFERENCES runs (tenant_id, id) ON DELETE CASCADE)
    """)
    op.execute("CREATE INDEX run_instructors_person ON run_instructors (person_id)")
    office_table("run_instructors", rights="SELECT, INSERT, DELETE")


def listings() -> None:
    op.execute("""
        ALTER TABLE listings
            ADD COLUMN audience smallint NOT NULL DEFAULT 0,
            ADD COLUMN likely_category text NOT NULL DEFAULT ''
    """)
    op.execute("DROP INDEX listings_lists")
    op.execute("""
        CREATE INDEX listings_lists ON listings (tenant_id, ends_on) INCLUDE (
            run_id, starts_on, starts_at, opens_at, closes_at, published_at, cancelled_at, settled_at, weekdays, fee,
            category, likely_category, online, in_person, min_age, max_age, audience, first_come)
    """)
