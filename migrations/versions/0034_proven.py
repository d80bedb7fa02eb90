"""Runs for proven people only, and one seat for one human however many IDs they had (PRV-06, peers finding 7)."""

from alembic import op

revision = "0034"
down_revision = "0033"

HEADER = "LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp"

APPLY = f"""
CREATE OR REPLACE FUNCTION engine.apply(asked uuid, key text,
    OUT refusal text, OUT home text, OUT id uuid, OUT state text, OUT waiting_position integer, OUT number integer,
    OUT applied_at timestamptz, OUT placed integer, OUT capacity integer)
{HEADER} AS $$
DECLARE
  who uuid := walls.person();
  mine uuid[] := walls.people();
  city uuid := walls.tenant();
  run record;
  person record;
  earlier record;
  age integer;
BEGIN
  IF who IS NULL OR city IS NULL OR walls.scope() <> 'person' THEN
    RAISE insufficient_privilege USING MESSAGE = 'an application needs a person and a city';
  END IF;
  SELECT r.opens_at, r.closes_at, r.cancelled_at, r.settled_at, r.resident_only, r.min_age, r.max_age,
         r.first_come, r.ends_on, r.verified_only, t.region_code,
         s.capacity, s.waiting_limit, s.placed, s.waiting INTO run
    FROM runs r JOIN seats s ON s.tenant_id = r.tenant_id AND s.run_id = r.id JOIN tenants t ON t.id = r.tenant_id
    WHERE r.tenant_id = city AND r.id = asked AND r.published_at IS NOT NULL;
  IF NOT FOUND THEN refusal := 'not-found'; RETURN; END IF;

  SELECT a.* INTO earlier FROM applications a
    WHERE a.person_id = ANY (mine) AND (a.idempotency_key = key OR (a.run_id = asked AND a.state <> 'cancelled'))
    ORDER BY a.idempotency_key = key DESC NULLS LAST LIMIT 1;
  IF FOUND THEN
    IF earlier.run_id <> asked THEN refusal := 'key-reused';
    ELSIF earlier.idempotency_key IS DISTINCT FROM key OR key IS NULL THEN refusal := 'already-applied'; END IF;
    id := earlier.id; state := earlier.state; number := earlier.number; applied_at := earlier.applied_at;
    placed := run.placed; capacity := run.capacity;
    waiting_position := engine.position_of(city, asked, earlier.number, earlier.state);
    RETURN;
  END IF;

  IF run.cancelled_at IS NOT NULL THEN refusal := 'run-cancelled'; RETURN; END IF;
  IF NOT run.first_come THEN refusal := 'not-first-come'; RETURN; END IF;
  IF run.opens_at IS NULL OR now() < run.opens_at THEN refusal := 'not-open'; RETURN; END IF;
  IF now() >= run.closes_at OR run.settled_at IS NOT NULL OR run.ends_on < walls.today() THEN
    refusal := 'closed'; RETURN;
  END IF;

  SELECT p.birth_date, p.verified_at, r.region_code, r.source INTO person
    FROM people p LEFT JOIN residences r ON r.person_id = p.id AND r.valid @> walls.today() WHERE p.id = who;
  home := person.region_code;
  IF run.verified_only AND person.verified_at IS NULL THEN refusal := 'not-verified'; RETURN; END IF;
  IF run.resident_only AND (person.region_code = run.region_code) IS NOT TRUE THEN refusal := 'not-resident'; RETURN; END IF;
  IF run.min_age IS NOT NULL OR run.max_age IS NOT NULL THEN
    age := extract(year FROM age(walls.today(), person.birth_date));
    IF age IS NULL THEN refusal := 'birth-date-missing'; RETURN; END IF;
    IF age < run.min_age THEN refusal := 'too-young'; RETURN; END IF;
    IF age > run.max_age THEN refusal := 'too-old'; RETURN; END IF;
  END IF;
  IF run.placed >= run.capacity AND run.waiting >= run.waiting_limit THEN refusal := 'run-full'; RETURN; END IF;
  IF (SELECT count(*) FROM applications a WHERE a.person_id = ANY (mine) AND a.applied_at > now() - interval '1 minute')
     >= (SELECT l.value FROM limits l WHERE l.name = 'applications-per-minute' AND l.valid @> walls.today()) THEN
    refusal := 'rate-limited'; RETURN;
  END IF;

  UPDATE seats s SET
      placed = s.placed + CASE WHEN s.placed < s.capacity AND s.waiting = 0 THEN 1 ELSE 0 END,
      waiting = s.waiting + CASE WHEN s.placed < s.capacity AND s.waiting = 0 THEN 0 ELSE 1 END,
      next_number = s.next_number + 1
    WHERE s.tenant_id = city AND s.run_id = asked
      AND (s.placed < s.capacity AND s.waiting = 0 OR s.waiting_limit IS NULL OR s.waiting < s.waiting_limit)
    RETURNING old.next_number, new.placed, new.capacity,
              CASE WHEN new.waiting > old.waiting THEN 'waiting' ELSE 'placed' END,
              CASE WHEN new.waiting > old.waiting THEN new.waiting END
    INTO number, placed, capacity, state, waiting_position;
  IF NOT FOUND THEN refusal := 'run-full'; RETURN; END IF;
  INSERT INTO applications AS a
      (tenant_id, run_id, person_id, number, state, residence_code, residence_source, idempotency_key, placed_at)
    SELECT city, asked, who, apply.number, apply.state, apply.home, person.source, key,
           CASE WHEN apply.state = 'placed' THEN now() END
      FROM runs r WHERE r.tenant_id = city AND r.id = asked AND r.cancelled_at IS NULL AND r.settled_at IS NULL
        AND r.published_at IS NOT NULL
    ON CONFLICT DO NOTHING RETURNING a.id, a.applied_at INTO id, applied_at;
  IF NOT FOUND THEN  -- while we waited for the lock the same person was quicker in another window, or the run was ended
                     -- or withdrawn: give the seat back, answer as to a second call
    UPDATE seats s SET placed = s.placed - CASE WHEN apply.state = 'placed' THEN 1 ELSE 0 END,
        waiting = s.waiting - CASE WHEN apply.state = 'waiting' THEN 1 ELSE 0 END
      WHERE s.tenant_id = city AND s.run_id = asked;
    SELECT * INTO refusal, home, id, state, waiting_position, number, applied_at, placed, capacity
      FROM engine.apply(asked, key);
  END IF;
END $$
"""


def upgrade() -> None:
    op.execute("ALTER TABLE runs ADD verified_only boolean NOT NULL DEFAULT false")
    op.execute("ALTER TABLE listings ADD verified_only boolean NOT NULL DEFAULT false")
    op.execute("SET LOCAL ROLE maru_engine")
    op.execute(APPLY)
    op.execute("RESET ROLE")
