"""Applying to a run, cancelling, and moving up: each one call under the lock of the run's seat counter."""

from walls import engine_function

revision = "0008"
down_revision = "0007"

HEADER = "LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp"

APPLY = f"""
CREATE FUNCTION engine.apply(asked uuid, key text,
    OUT refusal text, OUT home text, OUT id uuid, OUT state text, OUT waiting_position integer, OUT number integer,
    OUT applied_at timestamptz, OUT placed integer, OUT capacity integer)
{HEADER} AS $$
DECLARE
  who uuid := walls.person();
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
         r.first_come, t.region_code,
         s.capacity, s.waiting_limit, s.placed, s.waiting INTO run
    FROM runs r JOIN seats s ON s.tenant_id = r.tenant_id AND s.run_id = r.id JOIN tenants t ON t.id = r.tenant_id
    WHERE r.tenant_id = city AND r.id = asked AND r.published_at IS NOT NULL;
  IF NOT FOUND THEN refusal := 'not-found'; RETURN; END IF;

  SELECT a.* INTO earlier FROM applications a
    WHERE a.person_id = who AND (a.idempotency_key = key OR (a.run_id = asked AND a.state <> 'cancelled'))
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
  IF now() >= run.closes_at OR run.settled_at IS NOT NULL THEN refusal := 'closed'; RETURN; END IF;

  SELECT p.birth_date, r.region_code, r.source INTO person
    FROM people p LEFT JOIN residences r ON r.person_id = p.id AND r.valid @> walls.today() WHERE p.id = who;
  home := person.region_code;
  IF run.resident_only AND (person.region_code = run.region_code) IS NOT TRUE THEN refusal := 'not-resident'; RETURN; END IF;
  IF run.min_age IS NOT NULL OR run.max_age IS NOT NULL THEN
    age := extract(year FROM age(walls.today(), person.birth_date));
    IF age IS NULL THEN refusal := 'birth-date-missing'; RETURN; END IF;
    IF age < run.min_age THEN refusal := 'too-young'; RETURN; END IF;
    IF age > run.max_age THEN refusal := 'too-old'; RETURN; END IF;
  END IF;
  IF run.placed >= run.capacity AND run.waiting >= run.waiting_limit THEN refusal := 'run-full'; RETURN; END IF;
  IF (SELECT count(*) FROM applications a WHERE a.person_id = who AND a.applied_at > now() - interval '1 minute')
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

POSITION = """
CREATE FUNCTION engine.position_of(city uuid, run uuid, place integer, standing text) RETURNS integer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
RETURN CASE WHEN standing = 'waiting' THEN (
    SELECT count(*)::integer FROM applications a
    WHERE a.tenant_id = city AND a.run_id = run AND a.state = 'waiting' AND a.number <= place) END
"""

CANCEL = f"""
CREATE FUNCTION engine.cancel(asked uuid, OUT refusal text, OUT run_id uuid, OUT promoted uuid)
{HEADER} AS $$
DECLARE
  who uuid := walls.person();
  city uuid := walls.tenant();
  mine record;
  run record;
BEGIN
  SELECT a.run_id INTO run_id FROM applications a
    WHERE a.tenant_id = city AND a.id = asked
      AND (walls.scope() = 'staff' OR (walls.scope() = 'person' AND a.person_id = who));
  IF NOT FOUND THEN refusal := 'not-found'; RETURN; END IF;
  PERFORM FROM seats s WHERE s.tenant_id = city AND s.run_id = cancel.run_id FOR UPDATE;
  SELECT a.state INTO mine FROM applications a WHERE a.tenant_id = city AND a.id = asked FOR UPDATE;
  IF mine.state = 'cancelled' THEN RETURN; END IF;
  SELECT r.settled_at, r.cancelled_at, r.ends_on INTO run FROM runs r WHERE r.tenant_id = city AND r.id = cancel.run_id;
  IF run.cancelled_at IS NOT NULL THEN refusal := 'called-off'; RETURN; END IF;
  IF run.settled_at IS NOT NULL OR run.ends_on < walls.today() THEN refusal := 'too-late'; RETURN; END IF;
  UPDATE applications a SET state = 'cancelled', cancelled_at = now() WHERE a.tenant_id = city AND a.id = asked;
  UPDATE seats s SET
      placed = s.placed - CASE WHEN mine.state = 'waiting' THEN 0 ELSE 1 END,
      waiting = s.waiting - CASE WHEN mine.state = 'waiting' THEN 1 ELSE 0 END
    WHERE s.tenant_id = city AND s.run_id = cancel.run_id;
  SELECT m INTO promoted FROM engine.move_up(city, cancel.run_id) m LIMIT 1;
END $$
"""

# The line ends when the first class begins, unless applications are taken longer: then it ends with them (CAM-6.6).
MOVE_UP = f"""
CREATE FUNCTION engine.move_up(city uuid, run uuid) RETURNS SETOF uuid
{HEADER} AS $$
DECLARE free integer; moved integer;
BEGIN
  SELECT least(s.capacity - s.placed, s.waiting) INTO free FROM seats s
    WHERE s.tenant_id = city AND s.run_id = run
      AND EXISTS (SELECT FROM runs r WHERE r.tenant_id = city AND r.id = run
                  AND r.cancelled_at IS NULL AND r.settled_at IS NULL AND r.ends_on >= walls.today()
                  AND (r.starts_on > walls.today() OR r.closes_at IS NULL OR now() < r.closes_at));
  IF coalesce(free, 0) = 0 THEN RETURN; END IF;
  RETURN QUERY UPDATE applications a SET state = 'placed', placed_at = now()
    WHERE a.tenant_id = city AND a.id IN (
      SELECT w.id FROM applications w WHERE w.tenant_id = city AND w.run_id = run AND w.state = 'waiting'
      ORDER BY w.number LIMIT free)
    RETURNING a.id;
  GET DIAGNOSTICS moved = ROW_COUNT;
  UPDATE seats s SET placed = s.placed + moved, waiting = s.waiting - moved WHERE s.tenant_id = city AND s.run_id = run;
END $$
"""

HOLD_SEATS = f"""
CREATE FUNCTION engine.hold_seats(run uuid) RETURNS void
{HEADER} AS $$
BEGIN
  IF walls.scope() NOT IN ('staff', 'job') THEN RAISE insufficient_privilege USING MESSAGE = 'staff only'; END IF;
  PERFORM FROM seats s WHERE s.tenant_id = walls.tenant() AND s.run_id = run FOR UPDATE;
END $$
"""
"""For closing a run: nobody applies or cancels until the transaction ends."""

SET_SEATS = f"""
CREATE FUNCTION engine.set_seats(run uuid, seats_in_all integer, waiting_most integer) RETURNS text
{HEADER} AS $$
DECLARE city uuid := walls.tenant(); taken integer;
BEGIN
  IF walls.scope() NOT IN ('staff', 'job') THEN RAISE insufficient_privilege USING MESSAGE = 'staff only'; END IF;
  SELECT s.placed INTO taken FROM seats s WHERE s.tenant_id = city AND s.run_id = run FOR UPDATE;
  IF NOT FOUND THEN RETURN 'not-found'; END IF;
  IF seats_in_all < taken THEN RETURN 'below-placed'; END IF;
  UPDATE seats s SET capacity = seats_in_all, waiting_limit = waiting_most WHERE s.tenant_id = city AND s.run_id = run;
  PERFORM engine.move_up(city, run);
  RETURN NULL;
END $$
"""

MY_POSITIONS = """
CREATE FUNCTION engine.positions(asked uuid[]) RETURNS TABLE (application_id uuid, waiting_position integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT a.id, engine.position_of(a.tenant_id, a.run_id, a.number, a.state) FROM applications a
  WHERE a.id = ANY (asked) AND a.state = 'waiting'
    AND ((walls.scope() = 'person' AND a.person_id = walls.person())
      OR (walls.scope() = 'staff' AND a.tenant_id = walls.tenant()))
$$
"""


def upgrade() -> None:
    engine_function(POSITION, signature="engine.position_of(uuid, uuid, integer, text)", callers=())
    engine_function(MOVE_UP, signature="engine.move_up(uuid, uuid)", callers=())
    engine_function(APPLY, signature="engine.apply(uuid, text)")
    engine_function(CANCEL, signature="engine.cancel(uuid)")
    engine_function(HOLD_SEATS, signature="engine.hold_seats(uuid)")
    engine_function(SET_SEATS, signature="engine.set_seats(uuid, integer, integer)")
    engine_function(MY_POSITIONS, signature="engine.positions(uuid[])")
