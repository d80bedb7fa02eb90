"""Terms, copies of runs, single meetings that were changed, holidays, and what lists of runs and people go by."""

from alembic import op
from walls import engine_function

revision = "0019"
down_revision = "0018"

HEADER = "LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp"
TEACHERS = f"""
CREATE FUNCTION engine.teachers() RETURNS TABLE (person_id uuid, name text)
{HEADER} AS $$
  SELECT DISTINCT p.id, p.name FROM role_grants g JOIN people p ON p.id = g.person_id
  WHERE g.tenant_id = walls.tenant() AND g.role = 'instructor' AND g.ended_at IS NULL AND walls.scope() = 'staff'
$$
"""
HOLIDAYS = """
    2026-01-01 신정/New Year's Day
    2026-02-16 설날 연휴/Lunar New Year holidays
    2026-02-17 설날/Lunar New Year
    2026-02-18 설날 연휴/Lunar New Year holidays
    2026-03-01 삼일절/Independence Movement Day
    2026-03-02 삼일절 대체공휴일/Substitute for Independence Movement Day
    2026-05-01 노동절/Labour Day
    2026-05-05 어린이날/Children's Day
    2026-05-24 부처님 오신 날/Buddha's Birthday
    2026-05-25 부처님 오신 날 대체공휴일/Substitute for Buddha's Birthday
    2026-06-03 지방선거일/Local elections
    2026-06-06 현충일/Memorial Day
    2026-07-17 제헌절/Constitution Day
    2026-08-15 광복절/Liberation Day
    2026-08-17 광복절 대체공휴일/Substitute for Liberation Day
    2026-09-24 추석 연휴/Chuseok holidays
    2026-09-25 추석/Chuseok
    2026-09-26 추석 연휴/Chuseok holidays
    2026-10-03 개천절/National Foundation Day
    2026-10-05 개천절 대체공휴일/Substitute for National Foundation Day
    2026-10-09 한글날/Hangul Day
    2026-12-25 성탄절/Christmas Day
    2027-01-01 신정/New Year's Day
    2027-02-06 설날 연휴/Lunar New Year holidays
    2027-02-07 설날/Lunar New Year
    2027-02-08 설날 연휴/Lunar New Year holidays
    2027-02-09 설날 대체공휴일/Substitute for Lunar New Year
    2027-03-01 삼일절/Independence Movement Day
    2027-05-01 노동절/Labour Day
    2027-05-03 노동절 대체공휴일/Substitute for Labour Day
    2027-05-05 어린이날/Children's Day
    2027-05-13 부처님 오신 날/Buddha's Birthday
    2027-06-06 현충일/Memorial Day
    2027-07-17 제헌절/Constitution Day
    2027-07-19 제헌절 대체공휴일/Substitute for Constitution Day
    2027-08-15 광복절/Liberation Day
    2027-08-16 광복절 대체공휴일/Substitute for Liberation Day
    2027-09-14 추석 연휴/Chuseok holidays
    2027-09-15 추석/Chuseok
    2027-09-16 추석 연휴/Chuseok holidays
    2027-10-03 개천절/National Foundation Day
    2027-10-04 개천절 대체공휴일/Substitute for National Foundation Day
    2027-10-09 한글날/Hangul Day
    2027-10-11 한글날 대체공휴일/Substitute for Hangul Day
    2027-12-25 성탄절/Christmas Day
    2027-12-27 성탄절 대체공휴일/Substitute for Christmas Day
"""
"""As known on 2026-11-22; a later decision is one more row, or a row less."""


def upgrade() -> None:
    venues()
    runs()
    meetings()
    holidays()
    limits()
    engine_function(TEACHERS, signature="engine.teachers()")


def venues() -> None:
    op.execute("ALTER TABLE venues ADD COLUMN capacity integer CHECK (capacity > 0)")


def runs() -> None:
    op.execute("""
        ALTER TABLE runs
            ADD COLUMN term text NOT NULL DEFAULT '', ADD COLUMN copied_from uuid,
            ADD FOREIGN KEY (tenant_id, copied_from) REFERENCES runs (tenant_id, id) ON DELETE SET NULL (copied_from)
    """)
    op.execute("CREATE INDEX runs_copies ON runs (tenant_id, copied_from)")
    op.execute("CREATE INDEX runs_lists ON runs (tenant_id, starts_on, id)")
    op.execute("CREATE INDEX applications_people ON applications (tenant_id, person_id)")


def meetings() -> None:
    op.execute("""
        ALTER TABLE meetings
            ADD COLUMN moved_from timestamptz, ADD COLUMN change_reason text NOT NULL DEFAULT ''
    """)
    op.execute("ALTER TABLE listings ADD COLUMN meeting_changes jsonb NOT NULL DEFAULT '[]'")


def holidays() -> None:
    op.execute("""
        CREATE TABLE holidays (
            day date NOT NULL, name_ko text NOT NULL, name_en text NOT NULL,
            PRIMARY KEY (day, name_ko))
    """)
    op.execute("GRANT SELECT ON holidays TO maru_app")
    for line in HOLIDAYS.strip().splitlines():
        day, names = line.strip().split(" ", 1)
        korean, english = names.replace("'", "''").split("/")
        op.execute(f"INSERT INTO holidays (day, name_ko, name_en) VALUES ('{day}', '{korean}', '{english}')")


def limits() -> None:
    """How much one form may do: runs moved into a new term together, people in one exported sheet."""
    op.execute("""
        INSERT INTO limits (name, valid, value) VALUES
            ('runs-per-term', '[2026-01-01,)', 300), ('people-per-export', '[2026-01-01,)', 5000)
    """)
