"""Figures over all cities. What is counted leaves a city in one way only: added up, for a job of no city, which keeps
nothing but what may be shown (records/insights).
"""

from alembic import op
from walls import ENGINE, OFFICE, PROVINCE, append_only, door, engine_function, wall

revision = "0021"
down_revision = "0020"

NO_CITY = "(SELECT walls.scope()) = 'job' AND (SELECT walls.tenant()) IS NULL"
HEADER = "LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp"


def upgrade() -> None:
    op.execute("""
        CREATE TABLE figures (
            id uuid PRIMARY KEY DEFAULT uuidv7(), until date NOT NULL, tenant_id uuid REFERENCES tenants (id),
            measure text NOT NULL, dimension text NOT NULL, key text NOT NULL, value bigint CHECK (value >= 0),
            counted_at timestamptz NOT NULL DEFAULT now(),
            CONSTRAINT figures_once UNIQUE NULLS NOT DISTINCT (until, tenant_id, measure, dimension, key))
    """)
    op.execute("CREATE INDEX figures_tenant_id ON figures (tenant_id)")
    wall("figures", to_app="SELECT", to_engine="")
    op.execute("GRANT INSERT (until, tenant_id, measure, dimension, key, value) ON figures TO maru_app")
    door("figures", "province_reads", "SELECT", PROVINCE)
    door("figures", "office_reads", "SELECT", OFFICE)
    door("figures", "job_reads", "SELECT", NO_CITY)
    door("figures", "job_adds", "INSERT", NO_CITY)
    append_only("figures")
    op.execute("INSERT INTO limits (name, valid, value) VALUES ('smallest-figure-shown', '[2026-01-01,)', 5)")
    op.execute(f"GRANT SELECT ON completions TO {ENGINE}")
    op.execute(f"CREATE POLICY engine ON completions TO {ENGINE} USING (true)")
    engine_function(COUNT, signature="engine.count_figures(text, date, date)")


AGE = """CASE WHEN p.birth_date IS NULL THEN '' WHEN p.birth_date > born[1] THEN 'under-19'
    WHEN p.birth_date > born[2] THEN '19-29' WHEN p.birth_date > born[3] THEN '30-39'
    WHEN p.birth_date > born[4] THEN '40-49' WHEN p.birth_date > born[5] THEN '50-59'
    WHEN p.birth_date > born[6] THEN '60-69' ELSE '70-' END"""
"""By days of birth that are worked out once: a function for each person would take most of the time."""

# Sums of each city, never a row about a person; small ones too, which the job hides before it keeps any.
COUNT = f"""
CREATE FUNCTION engine.count_figures(what text, since date, until date)
RETURNS TABLE (city uuid, month text, category text, age text, counted bigint, minutes bigint) {HEADER} AS $$
DECLARE
  begins timestamptz := since::timestamp AT TIME ZONE 'Asia/Seoul';
  ends timestamptz := (until + 1)::timestamp AT TIME ZONE 'Asia/Seoul';
  born date[] := ARRAY(SELECT (until - make_interval(years => years))::date
                       FROM unnest(ARRAY[19, 30, 40, 50, 60, 70]) WITH ORDINALITY AS w (years, n) ORDER BY n);
BEGIN
  IF walls.scope() <> 'job' OR walls.tenant() IS NOT NULL THEN
    RAISE insufficient_privilege USING MESSAGE = 'only a job of no city counts';
  END IF;
  CASE what
  WHEN 'members' THEN RETURN QUERY
    SELECT t.id, NULL::text, NULL::text, f.age, count(*), 0::bigint
    FROM residences r JOIN people p ON p.id = r.person_id JOIN tenants t ON t.region_code = r.region_code,
         LATERAL (SELECT {AGE} AS age) f
    WHERE r.valid @> until AND p.created_at < ends GROUP BY t.id, f.age;
  WHEN 'joined' THEN RETURN QUERY
    SELECT t.id, f.month, NULL::text, f.age, count(*), 0::bigint
    FROM residences r JOIN people p ON p.id = r.person_id JOIN tenants t ON t.region_code = r.region_code,
         LATERAL (SELECT to_char(p.created_at AT TIME ZONE 'Asia/Seoul', 'YYYY-MM') AS month,
                         {AGE} AS age) f
    WHERE r.valid @> until AND p.created_at >= begins AND p.created_at < ends
    GROUP BY GROUPING SETS ((t.id, f.month), (t.id, f.age));
  WHEN 'applications' THEN RETURN QUERY
    SELECT a.tenant_id, f.month, c.category, f.age, count(*), 0::bigint
    FROM applications a JOIN people p ON p.id = a.person_id
      JOIN runs r ON r.tenant_id = a.tenant_id AND r.id = a.run_id
      JOIN courses c ON c.tenant_id = r.tenant_id AND c.id = r.course_id,
         LATERAL (SELECT to_char(a.applied_at AT TIME ZONE 'Asia/Seoul', 'YYYY-MM') AS month,
                         {AGE} AS age) f
    WHERE a.applied_at >= begins AND a.applied_at < ends
    GROUP BY GROUPING SETS ((a.tenant_id, f.month), (a.tenant_id, c.category), (a.tenant_id, f.age));
  WHEN 'completions' THEN RETURN QUERY
    WITH done AS (
      SELECT x.tenant_id, x.person_id, x.completed_on AS day, c.category, x.held_minutes AS length
      FROM completions x JOIN runs r ON r.tenant_id = x.tenant_id AND r.id = x.run_id
        JOIN courses c ON c.tenant_id = r.tenant_id AND c.id = r.course_id
      WHERE x.completed AND x.completed_on BETWEEN since AND until
      UNION ALL
      SELECT w.tenant_id, w.person_id, (w.completed_at AT TIME ZONE 'Asia/Seoul')::date, v.category,
             greatest(round(v.seconds / 60.0)::integer, 1)
      FROM watchings w JOIN item_versions v ON v.item_id = w.item_id AND v.number = w.number
      WHERE w.completed_at >= begins AND w.completed_at < ends)
    SELECT d.tenant_id, f.month, d.category, f.age, count(*), sum(d.length)::bigint
    FROM done d JOIN people p ON p.id = d.person_id,
         LATERAL (SELECT to_char(d.day, 'YYYY-MM') AS month, {AGE} AS age) f
    GROUP BY GROUPING SETS ((d.tenant_id, f.month), (d.tenant_id, d.category), (d.tenant_id, f.age));
  END CASE;
END $$
"""
