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
DECLARE who uuid := walls.person(); city uuid := walls.tenant(); shown integer; mine watchings; allowed integer;
  credited int4multirange; spent integer; ended timestamptz; needed integer;
BEGIN
  IF who IS NULL OR city IS NULL OR walls.scope() <> 'person' THEN
    RAISE insufficient_privilege USING MESSAGE = 'watching needs a person and a city';
  END IF;
  SELECT p.number, p.seconds, l.value INTO shown, seconds, needed
    FROM published_items p JOIN adoptions a ON a.tenant_id = city AND a.item_id = p.item_id AND a.ended_at IS NULL
      LEFT JOIN limits l ON l.name = 'item-completion-percent' AND l.valid @> walls.today()
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
  SELECT coalesce(range_agg(int4range(lower(part), least(upper(part), lower(part) + allowed - ahead))), '{}'),
         coalesce(sum(least(upper(part) - lower(part), allowed - ahead)), 0),
         (SELECT coalesce(sum(upper(part) - lower(part)), 0) FROM unnest(mine.watched) part)
    INTO credited, spent, watched
    FROM (SELECT part, (sum(upper(part) - lower(part)) OVER (ORDER BY part))::integer - (upper(part) - lower(part)) AS ahead
          FROM unnest(seen * int4multirange(int4range(0, seconds)) - mine.watched) part) fresh
    WHERE ahead < allowed;
  watched := watched + spent;
  resume_at := least(greatest(place, 0), seconds);
  ended := mine.completed_at;
  IF ended IS NULL AND watched * 100 >= needed * seconds THEN ended := now(); END IF;
  completed := ended IS NOT NULL;
  UPDATE watchings w SET watched = mine.watched + credited, resume_at = watch.resume_at,
      reported_at = greatest(mine.reported_at + make_interval(secs => spent / 2.0),
                             clock_timestamp() - interval '30 seconds'),
      tenant_id = CASE WHEN mine.completed_at IS NULL THEN city ELSE w.tenant_id END, completed_at = ended
    WHERE w.id = mine.id;
  IF completed AND mine.completed_at IS NULL THEN PERFORM engine.remember_watched(mine.id); END IF;
END $$
"""
