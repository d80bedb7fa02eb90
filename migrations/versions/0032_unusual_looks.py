"""What is unusual among the looks of the last days, for whoever watches over them (PRV 7.4).

The function reads homes and roles in their place, and says of each finding only what it is: never where anybody lives.
"""

from alembic import op
from walls import engine_function

revision = "0032"
down_revision = "0031"

HEADER = "LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp"
WATCHING = """
    walls.scope() = 'province' AND EXISTS (SELECT FROM role_grants g WHERE g.person_id = walls.person()
      AND g.tenant_id IS NULL AND g.role IN ('privacy_officer', 'auditor') AND g.ended_at IS NULL)
"""
LIMIT = "(SELECT k.value FROM limits k WHERE k.name = '{0}' AND k.valid @> walls.today())"
FAMILY = "substring({0}.name FROM '^(남궁|황보|제갈|사공|선우|서문|독고|동방|[가-힣]|[^가-힣[:space:]][^[:space:]]*)')"

UNUSUAL = f"""
CREATE FUNCTION engine.unusual_looks(days integer, apart text[]) RETURNS TABLE (kind text, actor_id uuid, tenant_id uuid,
    person_id uuid, people bigint, looks bigint, tasks text[], shown text[], first_at timestamptz, last_at timestamptz)
{HEADER} AS $$
#variable_conflict use_column
DECLARE most integer := {LIMIT.format("unusual-people-per-hour")}; few integer := {LIMIT.format("unusual-few-people")};
BEGIN
  IF NOT ({WATCHING}) THEN RETURN; END IF;
  RETURN QUERY
    WITH lately AS MATERIALIZED (
      SELECT l.id, l.at, l.actor_id, l.person_id, l.tenant_id, l.task, array_to_string(l.fields, E'\\n') AS fields,
             l.at AT TIME ZONE 'Asia/Seoul' AS here, floor(extract(epoch FROM l.at) / 300)::bigint AS slot,
             count(*) OVER (PARTITION BY l.actor_id, coalesce(l.request_id, l.id::text)) <= few AS singled_out
      FROM access_log l
      WHERE l.id > uuidv7(make_interval(days => -days)) AND l.at > now() - make_interval(days => days)
        AND l.task <> ALL (apart)),
    busy AS (SELECT l.actor_id FROM lately l GROUP BY l.actor_id HAVING count(DISTINCT l.person_id) > most),
    slots AS (SELECT DISTINCT l.actor_id, l.person_id, l.slot FROM lately l JOIN busy b ON b.actor_id = l.actor_id),
    hours AS (
      SELECT s.actor_id, s.slot - n.back AS slot, count(DISTINCT s.person_id) AS people
      FROM slots s, generate_series(0, 11) AS n (back)
      GROUP BY s.actor_id, s.slot - n.back HAVING count(DISTINCT s.person_id) > most),
    fullest AS (
      SELECT DISTINCT ON (h.actor_id, (h.slot + 108) / 288) h.actor_id, h.slot FROM hours h
      ORDER BY h.actor_id, (h.slot + 108) / 288, h.people DESC, h.slot),
    marked AS (
      SELECT 'many' AS kind, f.slot::text AS part, l.* FROM lately l
        JOIN fullest f ON f.actor_id = l.actor_id AND l.slot BETWEEN f.slot AND f.slot + 11
      UNION ALL
      SELECT 'oneself', l.here::date::text, l.* FROM lately l WHERE l.person_id = l.actor_id
      UNION ALL
      SELECT 'colleague', l.here::date::text, l.* FROM lately l
        WHERE l.person_id <> l.actor_id AND EXISTS (SELECT FROM role_grants g
          WHERE g.person_id = l.person_id AND (g.tenant_id IS NULL OR g.tenant_id = l.tenant_id)
            AND g.granted_at <= l.at AND (g.ended_at IS NULL OR g.ended_at > l.at))
      UNION ALL
      SELECT CASE WHEN {FAMILY.format("a")} = {FAMILY.format("p")} THEN 'family' ELSE 'neighbour' END, l.here::date::text, l.*
        FROM lately l
        JOIN residences mine ON mine.person_id = l.actor_id AND mine.valid @> l.here::date
        JOIN residences theirs ON theirs.person_id = l.person_id AND theirs.valid @> l.here::date
          AND theirs.region_code = mine.region_code AND theirs.district_code IS NOT DISTINCT FROM mine.district_code
        JOIN people a ON a.id = l.actor_id JOIN people p ON p.id = l.person_id
        WHERE l.singled_out AND l.person_id <> l.actor_id
          AND (mine.district_code IS NOT NULL OR {FAMILY.format("a")} = {FAMILY.format("p")})
      UNION ALL
      SELECT 'night', (l.here - interval '6 hours')::date::text, l.* FROM lately l
        WHERE extract(hour FROM l.here) >= 22 OR extract(hour FROM l.here) < 6)
    SELECT m.kind, m.actor_id, (array_agg(m.tenant_id ORDER BY m.at DESC))[1],
           CASE WHEN count(DISTINCT m.person_id) = 1 THEN (array_agg(m.person_id))[1] END,
           count(DISTINCT m.person_id), count(*), array_agg(DISTINCT m.task), array_agg(DISTINCT m.fields),
           min(m.at), max(m.at)
    FROM marked m GROUP BY m.kind, m.actor_id, m.part;
END $$
"""
"""A row for each kind, actor and day (`night`: from six to six; `many`: the fullest hour of a day in Seoul, in steps
of five minutes). `person_id` is null where there are several. Looks of the tasks `apart` are left out. A home in a city without
districts is near another only where the family name is the same too.
"""


def upgrade() -> None:
    op.execute("""
        INSERT INTO limits (name, valid, value) VALUES
            ('unusual-people-per-hour', '[2026-01-01,)', 200), ('unusual-few-people', '[2026-01-01,)', 5)
    """)
    engine_function(UNUSUAL, signature="engine.unusual_looks(integer, text[])")
