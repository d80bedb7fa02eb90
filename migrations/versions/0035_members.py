"""Members of cities from before Maru: an ID each, the city's number kept, and nobody merged silently (PRV-06)."""

from alembic import op
from walls import OFFICE, OWN, door, engine_function, wall

revision = "0035"
down_revision = "0034"

TAKE_MEMBERS = """
CREATE FUNCTION engine.take_members(asked jsonb) RETURNS TABLE (line integer, code text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE city uuid := walls.tenant(); already text[]; changed text[];
BEGIN
  IF walls.scope() <> 'job' OR city IS NULL THEN RAISE insufficient_privilege USING MESSAGE = 'a job of a city only'; END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended('members of ' || city, 0));
  already := ARRAY(SELECT m.number FROM memberships m WHERE m.tenant_id = city
    AND m.number IN (SELECT g.number FROM jsonb_to_recordset(asked) AS g (number text)));
  WITH fresh AS MATERIALIZED (
    SELECT g.*, uuidv7() AS id
    FROM jsonb_to_recordset(asked) AS g (number text, name text, birth_date date, phone text, email text)
    WHERE g.number <> ALL (already)),
  made AS (
    INSERT INTO people (id, name, birth_date, phone, email) SELECT f.id, f.name, f.birth_date, f.phone, f.email FROM fresh f)
  INSERT INTO memberships (tenant_id, person_id, number) SELECT city, f.id, f.number FROM fresh f;
  WITH given AS (
    SELECT g.* FROM jsonb_to_recordset(asked) AS g (number text, name text, birth_date date, phone text, email text)
    WHERE g.number = ANY (already)),
  mended AS (
    UPDATE people p SET name = g.name, birth_date = g.birth_date, phone = coalesce(g.phone, p.phone),
        email = coalesce(g.email, p.email)
      FROM given g JOIN memberships m ON m.tenant_id = city AND m.number = g.number
      WHERE p.id = m.person_id AND p.subject IS NULL AND p.verified_at IS NULL AND p.merged_into IS NULL
        AND (p.name, p.birth_date, p.phone, p.email)
          IS DISTINCT FROM (g.name, g.birth_date, coalesce(g.phone, p.phone), coalesce(g.email, p.email))
      RETURNING m.number)
  SELECT array_agg(number) INTO changed FROM mended;
  PERFORM engine.find_likenesses(now());
  RETURN QUERY
    SELECT g.line, CASE
      WHEN g.number <> ALL (already) THEN CASE WHEN EXISTS (SELECT FROM likenesses l
          WHERE l.decision IS NULL AND m.person_id IN (l.person_id, l.other_id)) THEN 'looks-like' ELSE 'created' END
      WHEN g.number = ANY (changed) THEN 'updated'
      WHEN (p.name, p.birth_date) IS DISTINCT FROM (g.name, g.birth_date) THEN 'own-now'
      ELSE 'unchanged' END
    FROM jsonb_to_recordset(asked) AS g (line integer, number text, name text, birth_date date)
    JOIN memberships m ON m.tenant_id = city AND m.number = g.number JOIN people p ON p.id = m.person_id;
END $$
"""
"""One list of a city, whole or not at all. Who has made an ID their own is not changed from outside."""


def upgrade() -> None:
    op.execute("""
        CREATE TABLE memberships (
            id uuid PRIMARY KEY DEFAULT uuidv7(), tenant_id uuid NOT NULL REFERENCES tenants (id),
            person_id uuid NOT NULL REFERENCES people (id), number text NOT NULL,
            imported_at timestamptz NOT NULL DEFAULT now(), UNIQUE (tenant_id, number))
    """)
    op.execute("CREATE INDEX memberships_person ON memberships (person_id, tenant_id)")
    op.execute("CREATE INDEX likenesses_other ON likenesses (other_id)")
    wall("memberships", to_app="SELECT", to_engine="SELECT, INSERT")
    door("memberships", "office", "SELECT", OFFICE)
    door("memberships", "own", "SELECT", OWN)
    member = (
        "EXISTS (SELECT FROM memberships AS m WHERE m.person_id = people.id AND m.tenant_id = (SELECT walls.tenant()))"
    )
    door("people", "office_reads_members", "SELECT", f"(SELECT walls.scope()) IN ('staff', 'job') AND {member}")
    engine_function(TAKE_MEMBERS, signature="engine.take_members(jsonb)")
