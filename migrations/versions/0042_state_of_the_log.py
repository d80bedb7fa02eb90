"""Verifications of the access log's chain are written down, and its state can be read without reading the log (PRV 7.4)."""

from alembic import op
from walls import append_only, engine_function, wall

revision = "0042"
down_revision = "0041"

STATE_OF_LOG = """
CREATE FUNCTION engine.state_of_log(OUT seals bigint, OUT sealed_at timestamptz, OUT look_at timestamptz, OUT waiting bigint,
    OUT waits_since timestamptz, OUT checked_at timestamptz, OUT breaks integer, OUT first_break text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF walls.scope() <> 'job' OR walls.tenant() IS NOT NULL THEN
    RAISE insufficient_privilege USING MESSAGE = 'jobs of no city only';
  END IF;
  SELECT s.number, s.sealed_at, s.last_at INTO seals, sealed_at, look_at FROM access_log_seals s ORDER BY s.number DESC LIMIT 1;
  seals := coalesce(seals, 0);
  SELECT count(*) INTO waiting FROM access_log_unsealed;
  SELECT l.at INTO waits_since FROM access_log_unsealed u JOIN access_log l ON l.id = u.look_id ORDER BY u.look_id LIMIT 1;
  SELECT c.checked_at, c.breaks, c.first_break INTO checked_at, breaks, first_break
    FROM access_log_checks c ORDER BY c.id DESC LIMIT 1;
END $$
"""
"""The last seal, what waits for one and since when, and what the last verification found; nothing of any look."""


def upgrade() -> None:
    op.execute("""
        INSERT INTO limits (name, valid, value) VALUES
            ('look-check-days', '[2026-01-01,)', 31), ('look-seal-minutes', '[2026-01-01,)', 10)
    """)
    op.execute("""
        CREATE TABLE access_log_checks (
            id uuid PRIMARY KEY DEFAULT uuidv7(), checked_at timestamptz NOT NULL DEFAULT now(),
            seals bigint NOT NULL CHECK (seals >= 0), looks bigint NOT NULL CHECK (looks >= 0),
            hash bytea NOT NULL CHECK (length(hash) = 32), breaks integer NOT NULL CHECK (breaks >= 0),
            first_break text NOT NULL DEFAULT '', CHECK ((breaks = 0) = (first_break = '')))
    """)
    wall("access_log_checks", to_engine="SELECT, INSERT")
    append_only("access_log_checks")
    engine_function(STATE_OF_LOG, signature="engine.state_of_log()")
