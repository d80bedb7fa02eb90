"""What became of items that cities show: withdrawn ones with day and reason; files of dropped videos; reports in less time."""

from alembic import op
from walls import ENGINE, EVERYONE, PROVINCE_WORK, door, wall

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    withdrawn()
    op.execute("ALTER TABLE videos ADD dropped_at timestamptz, ADD swept_at timestamptz")
    op.execute("ALTER TABLE watchings SET (fillfactor = 70)")
    op.execute(
        "INSERT INTO limits (name, valid, value) VALUES ('licence-warning-days', '[2026-01-01,)', 30),"
        " ('upload-kept-days', '[2026-01-01,)', 7)"
    )
    op.execute(f"SET LOCAL ROLE {ENGINE}")
    op.execute(WATCH)
    op.execute("RESET ROLE")


def withdrawn() -> None:
    """Public, as the item was: a city that showed it reads when it went and why; `told_at`, when it was written to."""
    op.execute("""
        CREATE TABLE withdrawn_items (
            item_id uuid PRIMARY KEY REFERENCES items (id), title text NOT NULL, because text NOT NULL DEFAULT '',
            withdrawn_at timestamptz NOT NULL DEFAULT now(), told_at timestamptz)
    """)
    wall("withdrawn_items", to_app="SELECT, INSERT, UPDATE, DELETE", to_engine="")
    door("withdrawn_items", "everyone_reads", "SELECT", EVERYONE)
    for command in ("INSERT", "UPDATE", "DELETE"):
        door("withdrawn_items", f"province_{command.lower()}s", command, PROVINCE_WORK)


# As in 0014, in fewer statements: who watches on needs two looks and one write. `reported_at` moves on with what is credited,
# and lies half a minute back at most: reports of two devices, or several in a second, take no time from each other.
WATCH = """
CREATE OR REPLACE FUNCTION engine.watch(asked uuid, seen int4multirange, place integer,
    OUT known boolean, OUT watched integer, OUT seconds integer, OUT completed boolean, OUT resume_at integer)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE who uuid := walls.person(); city uuid := walls.tenant(); shown integer; mine watchings; part int4range;
  allowed integer; ended timestamptz; needed integer;
BEGIN
  IF who IS NULL OR city IS NULL OR walls.scope() <> 'person' THEN
    RAISE insufficient_privilege USING MESSAGE = 'watching needs a person and a city';
  END IF;
  SELECT p.number, p.seconds INTO shown, seconds
    FROM published_items p JOIN adoptions a ON a.tenant_id = city AND a.item_id = p.item_id AND a.ended_at IS NULL
    WHERE p.item_id = asked AND p.link = '' AND (p.licence_ends_on IS NULL OR p.licence_ends_on >= walls.today());
  known := FOUND;
  IF NOT known THEN RETURN; END IF;
  SELECT * INTO mine FROM watchings w WHERE w.person_id = who AND w.item_id = asked FOR UPDATE;
  IF NOT FOUND OR mine.number <> shown THEN
    PERFORM engine.begin_watching(asked);
    SELECT * INTO mine FROM watchings w WHERE w.person_id = who AND w.item_id = asked FOR UPDATE;
    SELECT v.seconds INTO seconds FROM item_versions v WHERE v.item_id = asked AND v.number = mine.number;
  END IF;
  allowed := floor(2 * extract(epoch FROM clock_timestamp() - mine.reported_at));
  FOR part IN SELECT unnest(seen * int4multirange(int4range(0, seconds)) - mine.watched) LOOP
    EXIT WHEN allowed <= 0;
    mine.reported_at := mine.reported_at + make_interval(secs => least(upper(part) - lower(part), allowed) / 2.0);
    mine.watched := mine.watched
      + int4multirange(int4range(lower(part), least(upper(part), lower(part) + allowed)));
    allowed := allowed - (upper(part) - lower(part));
  END LOOP;
  watched := (SELECT coalesce(sum(upper(r) - lower(r)), 0) FROM unnest(mine.watched) r);
  resume_at := least(greatest(place, 0), seconds);
  ended := mine.completed_at;
  IF ended IS NULL THEN
    SELECT l.value INTO needed FROM limits l WHERE l.name = 'item-completion-percent' AND l.valid @> walls.today();
    IF watched * 100 >= needed * seconds THEN ended := now(); END IF;
  END IF;
  completed := ended IS NOT NULL;
  UPDATE watchings w SET watched = mine.watched, resume_at = watch.resume_at,
      reported_at = greatest(mine.reported_at, clock_timestamp() - interval '30 seconds'),
      tenant_id = CASE WHEN mine.completed_at IS NULL THEN city ELSE w.tenant_id END, completed_at = ended
    WHERE w.id = mine.id;
  IF completed AND mine.completed_at IS NULL THEN PERFORM engine.remember_watched(mine.id); END IF;
END $$
"""
