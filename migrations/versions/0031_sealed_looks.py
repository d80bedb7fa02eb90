"""The access log is sealed into one chain of hashes, and kept for a dated time (PRV 7.4).

Writers only note that a look is unsealed, in their own transaction; a round of the worker gives places and hashes later.
What each hash is taken over stands in auth/access_log/chain.py, which verification computes without the database's help.
"""

from alembic import op
from walls import ENGINE, engine_function, wall

revision = "0031"
down_revision = "0030"

HEADER = "LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp"
MICROSECONDS = "(extract(epoch FROM {0}) * 1000000)::bigint"
LOOK = f"""convert_to(jsonb_build_array(l.id, {MICROSECONDS.format("l.at")}, l.actor_id, l.person_id, l.tenant_id,
        l.task, l.purpose, to_jsonb(l.fields), l.address::text, l.request_id)::text, 'UTF8')"""
SEAL = f"""convert_to(jsonb_build_array(made.number, encode(made.previous, 'hex'), encode(made.digest, 'hex'), made.first_place,
        made.looks, {MICROSECONDS.format("made.first_at")}, {MICROSECONDS.format("made.last_at")},
        {MICROSECONDS.format("made.sealed_at")})::text, 'UTF8')"""

AWAIT = f"""
CREATE FUNCTION engine.await_seal() RETURNS trigger {HEADER} AS $$
BEGIN
  INSERT INTO access_log_unsealed (look_id) SELECT n.id FROM written n;
  RETURN NULL;
END $$
"""

SEAL_LOOKS = f"""
CREATE FUNCTION engine.seal_looks(most integer, OUT number bigint, OUT looks integer, OUT hash bytea) {HEADER} AS $$
DECLARE before access_log_seals; made access_log_seals; look record; step bytea; ids uuid[]; hashes bytea[];
BEGIN
  IF walls.scope() <> 'job' THEN RAISE insufficient_privilege USING MESSAGE = 'jobs only'; END IF;
  IF NOT pg_try_advisory_xact_lock(hashtextextended('seals of the access log', 0)) THEN RETURN; END IF;
  SELECT s.* INTO before FROM access_log_seals s ORDER BY s.number DESC LIMIT 1;
  made.previous := coalesce(before.hash, sha256(''));
  step := made.previous;
  FOR look IN
    SELECT l.id, l.at, {LOOK} AS content FROM access_log_unsealed u JOIN access_log l ON l.id = u.look_id
    ORDER BY u.look_id LIMIT most
  LOOP
    step := sha256(step || look.content);
    ids := ids || look.id;
    hashes := hashes || step;
    made.first_at := least(made.first_at, look.at);
    made.last_at := greatest(made.last_at, look.at);
  END LOOP;
  IF ids IS NULL THEN RETURN; END IF;
  made.number := coalesce(before.number, 0) + 1;
  made.first_place := coalesce(before.first_place + before.looks, 1);
  made.looks := cardinality(ids);
  made.digest := step;
  made.sealed_at := now();
  made.hash := sha256({SEAL});
  INSERT INTO access_log_seals SELECT made.*;
  INSERT INTO access_log_places (place, look_id, hash)
    SELECT made.first_place + n.at - 1, n.look, n.step FROM unnest(ids, hashes) WITH ORDINALITY AS n (look, step, at);
  DELETE FROM access_log_unsealed u WHERE u.look_id = any(ids);
  number := made.number; looks := made.looks; hash := made.hash;
END $$
"""
"""One seal over the looks whose transactions are over; nothing where there are none, or where another is sealing."""

FORGET_LOOKS = f"""
CREATE FUNCTION engine.forget_looks() RETURNS bigint {HEADER} AS $$
DECLARE old access_log_seals; forgotten bigint := 0;
BEGIN
  IF walls.scope() <> 'job' THEN RAISE insufficient_privilege USING MESSAGE = 'jobs only'; END IF;
  FOR old IN
    SELECT s.* FROM access_log_seals s, limits k
    WHERE k.name = 'look-kept-days' AND k.valid @> walls.today()
      AND s.gone_at IS NULL AND s.last_at < now() - make_interval(days => k.value)
    ORDER BY s.number FOR UPDATE OF s
  LOOP
    DELETE FROM access_log l USING access_log_places p
      WHERE p.look_id = l.id AND p.place >= old.first_place AND p.place < old.first_place + old.looks;
    DELETE FROM access_log_places p WHERE p.place >= old.first_place AND p.place < old.first_place + old.looks;
    UPDATE access_log_seals s SET gone_at = now() WHERE s.number = old.number;
    forgotten := forgotten + old.looks;
  END LOOP;
  RETURN forgotten;
END $$
"""
"""Whole seals go, when the youngest look in them is old enough; the seal stays and says when."""

KEEP_YOUNG = """
CREATE FUNCTION walls.keep_young_look() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM limits k WHERE k.name = 'look-kept-days' AND k.valid @> walls.today()
             AND OLD.at < now() - make_interval(days => k.value)) THEN RETURN OLD; END IF;
  RAISE restrict_violation USING MESSAGE = 'access_log is append-only: this look is to be kept';
END $$
"""


def upgrade() -> None:
    op.execute("INSERT INTO limits (name, valid, value) VALUES ('look-kept-days', '[2026-01-01,)', 731)")
    seals()
    places()
    unsealed()
    deletion()
    engine_function(SEAL_LOOKS, signature="engine.seal_looks(integer)")
    engine_function(FORGET_LOOKS, signature="engine.forget_looks()")


def seals() -> None:
    op.execute("""
        CREATE TABLE access_log_seals (
            number bigint PRIMARY KEY CHECK (number > 0), previous bytea NOT NULL CHECK (length(previous) = 32),
            digest bytea NOT NULL CHECK (length(digest) = 32), first_place bigint NOT NULL UNIQUE CHECK (first_place > 0),
            looks integer NOT NULL CHECK (looks > 0), first_at timestamptz NOT NULL, last_at timestamptz NOT NULL,
            sealed_at timestamptz NOT NULL, hash bytea NOT NULL CHECK (length(hash) = 32), gone_at timestamptz)
    """)
    wall("access_log_seals", to_engine="SELECT, INSERT, UPDATE (gone_at)")
    op.execute(
        "CREATE TRIGGER append_only BEFORE DELETE OR TRUNCATE ON access_log_seals "
        "FOR EACH STATEMENT EXECUTE FUNCTION walls.refuse_change()"
    )
    sealed = ", ".join(
        f"{{0}}.{name}"
        for name in (
            "number", "previous", "digest", "first_place", "looks", "first_at", "last_at", "sealed_at", "hash",
        )
    )  # fmt: skip
    op.execute(
        "CREATE TRIGGER gone_once BEFORE UPDATE ON access_log_seals FOR EACH ROW WHEN (OLD.gone_at IS NOT NULL"
        f" OR ROW({sealed.format('NEW')}) IS DISTINCT FROM ROW({sealed.format('OLD')}))"
        " EXECUTE FUNCTION walls.refuse_change()"
    )


def places() -> None:
    op.execute("""
        CREATE TABLE access_log_places (
            place bigint PRIMARY KEY CHECK (place > 0), look_id uuid NOT NULL UNIQUE,
            hash bytea NOT NULL CHECK (length(hash) = 32))
    """)
    wall("access_log_places", to_engine="SELECT, INSERT, DELETE")
    only_the_engine_deletes("access_log_places")


def unsealed() -> None:
    """The trigger's function is closed after the trigger is made: its maker must be able to call it."""
    op.execute("CREATE TABLE access_log_unsealed (look_id uuid PRIMARY KEY)")
    wall("access_log_unsealed", to_engine="SELECT, INSERT, DELETE")
    op.execute(f"SET LOCAL ROLE {ENGINE}")
    op.execute(AWAIT)
    op.execute("RESET ROLE")
    op.execute(
        "CREATE TRIGGER await_seal AFTER INSERT ON access_log REFERENCING NEW TABLE AS written "
        "FOR EACH STATEMENT EXECUTE FUNCTION engine.await_seal()"
    )
    op.execute(f"SET LOCAL ROLE {ENGINE}")
    op.execute("REVOKE ALL ON FUNCTION engine.await_seal() FROM PUBLIC")
    op.execute("INSERT INTO access_log_unsealed (look_id) SELECT id FROM access_log")
    op.execute("RESET ROLE")


def deletion() -> None:
    """Nobody but the engine deletes looks, and it only those that are old enough."""
    op.execute("DROP TRIGGER append_only ON access_log")
    only_the_engine_deletes("access_log")
    op.execute(f"GRANT DELETE ON access_log TO {ENGINE}")
    op.execute(KEEP_YOUNG)
    op.execute("REVOKE ALL ON FUNCTION walls.keep_young_look() FROM PUBLIC")
    op.execute(
        "CREATE TRIGGER keep_young BEFORE DELETE ON access_log FOR EACH ROW EXECUTE FUNCTION walls.keep_young_look()"
    )


def only_the_engine_deletes(table: str) -> None:
    op.execute(
        f"CREATE TRIGGER append_only BEFORE UPDATE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION walls.refuse_change()"
    )
    op.execute(
        f"CREATE TRIGGER kept BEFORE DELETE ON {table} FOR EACH STATEMENT "
        f"WHEN (current_user <> '{ENGINE}') EXECUTE FUNCTION walls.refuse_change()"
    )
