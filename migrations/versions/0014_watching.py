"""A city shows an item of the library under its own name; who watches is credited with what they have really seen."""

from alembic import op
from walls import ENGINE, EVERYONE, MINE, OFFICE, door, engine_function, wall

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    what_the_engine_reads()
    adoptions()
    watchings()
    records()
    op.execute("INSERT INTO limits (name, valid, value) VALUES ('item-completion-percent', '[2026-01-01,)', 90)")
    engine_function(PLAYING, signature="engine.playing(uuid)")
    engine_function(CAPTIONS, signature="engine.captions_playing(uuid, text)")
    engine_function(REMEMBER, signature="engine.remember_watched(uuid)", callers=())
    engine_function(CATCH_UP, signature="engine.remember_all_watched()")
    engine_function(BEGIN, signature="engine.begin_watching(uuid)")
    engine_function(WATCH, signature="engine.watch(uuid, int4multirange, integer)")


def what_the_engine_reads() -> None:
    for table in ("item_versions", "version_captions", "captions", "videos"):
        op.execute(f"GRANT SELECT ON {table} TO {ENGINE}")
        op.execute(f"CREATE POLICY engine ON {table} TO {ENGINE} USING (true)")
    op.execute(f"GRANT SELECT ON legal_grounds TO {ENGINE}")


def adoptions() -> None:
    op.execute("""
        CREATE TABLE adoptions (
            tenant_id uuid NOT NULL REFERENCES tenants (id), item_id uuid NOT NULL REFERENCES items (id),
            position integer NOT NULL DEFAULT 0, featured boolean NOT NULL DEFAULT false,
            adopted_by uuid NOT NULL REFERENCES people (id), adopted_at timestamptz NOT NULL DEFAULT now(),
            ended_at timestamptz, PRIMARY KEY (tenant_id, item_id))
    """)
    op.execute("CREATE INDEX adoptions_item_id ON adoptions (item_id)")
    op.execute("CREATE INDEX adoptions_adopted_by ON adoptions (adopted_by)")
    wall("adoptions", to_app="SELECT, INSERT, UPDATE", to_engine="SELECT")
    door("adoptions", "everyone_reads", "SELECT", EVERYONE)
    door("adoptions", "office_adds", "INSERT", OFFICE)
    door("adoptions", "office_changes", "UPDATE", OFFICE)


def watchings() -> None:
    """`watched` holds seconds of the video, each once; `tenant_id` is the city on whose site it was watched last."""
    op.execute("""
        CREATE TABLE watchings (
            id uuid PRIMARY KEY DEFAULT uuidv7(), person_id uuid NOT NULL REFERENCES people (id),
            item_id uuid NOT NULL, number integer NOT NULL, tenant_id uuid NOT NULL REFERENCES tenants (id),
            watched int4multirange NOT NULL DEFAULT '{}', resume_at integer NOT NULL DEFAULT 0 CHECK (resume_at >= 0),
            begun_at timestamptz NOT NULL DEFAULT now(), reported_at timestamptz NOT NULL DEFAULT now(),
            completed_at timestamptz, UNIQUE (person_id, item_id),
            FOREIGN KEY (item_id, number) REFERENCES item_versions (item_id, number))
    """)
    op.execute("CREATE INDEX watchings_item ON watchings (item_id, number)")
    op.execute("CREATE INDEX watchings_tenant_id ON watchings (tenant_id)")
    wall("watchings", to_app="SELECT")
    door("watchings", "own", "SELECT", MINE)


def records() -> None:
    """What was watched enters the one history as what was attended does; its source is the watching."""
    op.execute("ALTER TABLE records DROP CONSTRAINT records_kind_check")
    op.execute("ALTER TABLE records ADD CHECK (kind IN ('course', 'item'))")
    op.execute(
        "GRANT INSERT (person_id, tenant_id, tenant_name, kind, title, run_name, category, hours, starts_on, ends_on,"
        f" completed_on, source_id, ground) ON records TO {ENGINE}"
    )
    op.execute("""
        CREATE OR REPLACE FUNCTION walls.check_records() RETURNS trigger LANGUAGE plpgsql
        SET search_path = public, pg_temp AS $$ BEGIN
        IF NOT EXISTS (
            SELECT FROM applications a JOIN tenants t ON t.id = a.tenant_id
            WHERE a.tenant_id = NEW.tenant_id AND a.id = NEW.source_id AND a.person_id = NEW.person_id
              AND NEW.kind = 'course' AND NEW.supersedes_id IS NULL AND NEW.tenant_name = t.name_ko
            UNION ALL
            SELECT FROM watchings w JOIN tenants t ON t.id = w.tenant_id
            WHERE w.tenant_id = NEW.tenant_id AND w.id = NEW.source_id AND w.person_id = NEW.person_id
              AND w.completed_at IS NOT NULL AND NEW.kind = 'item' AND NEW.supersedes_id IS NULL
              AND NEW.tenant_name = t.name_ko
            UNION ALL
            SELECT FROM records r
            WHERE r.id = NEW.supersedes_id AND r.source_id = NEW.source_id AND r.tenant_name = NEW.tenant_name
              AND r.kind = NEW.kind)
        THEN RAISE integrity_constraint_violation
            USING MESSAGE = 'a line is of an enrolment of its city, or of a watching in it, or corrects one about the same';
        END IF; RETURN NULL; END $$
    """)


HEADER = "LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp"

# What a player is given of an item that the city of the transaction shows now; nothing of any other.
PLAYING = f"""
CREATE FUNCTION engine.playing(asked uuid,
    OUT number integer, OUT seconds integer, OUT video_id uuid, OUT made jsonb, OUT languages text[]) {HEADER} AS $$
BEGIN
  SELECT p.number, p.seconds, v.video_id, f.made, p.languages INTO number, seconds, video_id, made, languages
    FROM published_items p JOIN adoptions a ON a.item_id = p.item_id AND a.tenant_id = walls.tenant() AND a.ended_at IS NULL
    JOIN item_versions v ON v.item_id = p.item_id AND v.number = p.number JOIN videos f ON f.id = v.video_id
    WHERE p.item_id = asked AND (p.licence_ends_on IS NULL OR p.licence_ends_on >= walls.today());
END $$
"""

CAPTIONS = f"""
CREATE FUNCTION engine.captions_playing(asked uuid, wanted text, OUT text text) {HEADER} AS $$
BEGIN
  SELECT c.text INTO captions_playing.text FROM engine.playing(asked) p
    JOIN version_captions vc ON vc.item_id = asked AND vc.number = p.number
    JOIN captions c ON c.id = vc.caption_id AND c.language = wanted;
END $$
"""

# A completed watching enters the history once, on consent or a law, like a completed course; else it waits for consent.
REMEMBER = f"""
CREATE FUNCTION engine.remember_watched(asked uuid) RETURNS void {HEADER} AS $$
DECLARE w watchings; basis text;
BEGIN
  SELECT * INTO w FROM watchings x WHERE x.id = asked AND x.completed_at IS NOT NULL;
  IF NOT FOUND OR EXISTS (SELECT FROM records r WHERE r.source_id = w.id) THEN RETURN; END IF;
  SELECT 'consent:' || c.id INTO basis FROM consents c
    WHERE c.person_id = w.person_id AND c.purpose = 'province-history' AND c.withdrawn_at IS NULL;
  IF basis IS NULL THEN
    SELECT 'law:' || g.citation INTO basis FROM legal_grounds g
      WHERE g.purpose = 'province-history' AND g.valid @> walls.today();
  END IF;
  IF basis IS NULL THEN RETURN; END IF;
  INSERT INTO records (person_id, tenant_id, tenant_name, kind, title, run_name, category, hours, starts_on, ends_on,
                       completed_on, source_id, ground)
    SELECT w.person_id, w.tenant_id, t.name_ko, 'item', v.title, v.number || '판', v.category,
           round(v.seconds / 3600.0, 2), days.begun, days.ended, days.ended, w.id, basis
    FROM item_versions v, tenants t, LATERAL (SELECT (w.begun_at AT TIME ZONE 'Asia/Seoul')::date AS begun,
                                                     (w.completed_at AT TIME ZONE 'Asia/Seoul')::date AS ended) days
    WHERE v.item_id = w.item_id AND v.number = w.number AND t.id = w.tenant_id;
END $$
"""

CATCH_UP = f"""
CREATE FUNCTION engine.remember_all_watched() RETURNS void {HEADER} AS $$
BEGIN
  IF walls.person() IS NULL OR walls.scope() <> 'person' THEN
    RAISE insufficient_privilege USING MESSAGE = 'nobody is signed in';
  END IF;
  PERFORM engine.remember_watched(w.id) FROM watchings w
    WHERE w.person_id = walls.person() AND w.completed_at IS NOT NULL ORDER BY w.id;
END $$
"""

# Whose person and city are those of the transaction, and whose item is shown there now. Another film begins anew, unless
# the item was completed with the one before.
BEGIN = f"""
CREATE FUNCTION engine.begin_watching(asked uuid, OUT watching uuid, OUT number integer, OUT seconds integer) {HEADER} AS $$
DECLARE who uuid := walls.person(); city uuid := walls.tenant(); mine watchings; former uuid; film uuid;
BEGIN
  IF who IS NULL OR city IS NULL OR walls.scope() <> 'person' THEN
    RAISE insufficient_privilege USING MESSAGE = 'watching needs a person and a city';
  END IF;
  SELECT p.number, p.seconds, v.video_id INTO number, seconds, film
    FROM published_items p JOIN adoptions a ON a.item_id = p.item_id AND a.tenant_id = city AND a.ended_at IS NULL
    JOIN item_versions v ON v.item_id = p.item_id AND v.number = p.number
    WHERE p.item_id = asked AND (p.licence_ends_on IS NULL OR p.licence_ends_on >= walls.today());
  IF NOT FOUND THEN RETURN; END IF;
  INSERT INTO watchings AS w (person_id, item_id, number, tenant_id) VALUES (who, asked, begin_watching.number, city)
    ON CONFLICT (person_id, item_id) DO NOTHING;
  SELECT * INTO mine FROM watchings w WHERE w.person_id = who AND w.item_id = asked FOR UPDATE;
  watching := mine.id;
  IF mine.number <> begin_watching.number AND mine.completed_at IS NULL THEN
    SELECT v.video_id INTO former FROM item_versions v WHERE v.item_id = asked AND v.number = mine.number;
    UPDATE watchings w SET number = begin_watching.number,
        watched = CASE WHEN former = film THEN w.watched ELSE '{{}}' END,
        resume_at = CASE WHEN former = film THEN w.resume_at ELSE 0 END
      WHERE w.id = mine.id;
  END IF;
END $$
"""

# Each second counts once, and no more of them than twice what has passed on our clock since the last report.
WATCH = f"""
CREATE FUNCTION engine.watch(asked uuid, seen int4multirange, place integer,
    OUT known boolean, OUT watched integer, OUT seconds integer, OUT completed boolean, OUT resume_at integer)
{HEADER} AS $$
DECLARE mine watchings; begun record; fresh int4multirange; part int4range; allowed integer; needed integer;
BEGIN
  SELECT * INTO begun FROM engine.begin_watching(asked);
  known := begun.watching IS NOT NULL;
  IF NOT known THEN RETURN; END IF;
  SELECT * INTO mine FROM watchings w WHERE w.id = begun.watching;
  SELECT v.seconds INTO seconds FROM item_versions v WHERE v.item_id = asked AND v.number = mine.number;
  allowed := floor(2 * extract(epoch FROM clock_timestamp() - mine.reported_at));
  fresh := seen * int4multirange(int4range(0, seconds)) - mine.watched;
  FOR part IN SELECT unnest(fresh) LOOP
    EXIT WHEN allowed <= 0;
    mine.watched := mine.watched
      + int4multirange(int4range(lower(part), least(upper(part), lower(part) + allowed)));
    allowed := allowed - (upper(part) - lower(part));
  END LOOP;
  watched := (SELECT coalesce(sum(upper(r) - lower(r)), 0) FROM unnest(mine.watched) r);
  SELECT l.value INTO needed FROM limits l WHERE l.name = 'item-completion-percent' AND l.valid @> walls.today();
  resume_at := least(greatest(place, 0), seconds);
  UPDATE watchings w SET watched = mine.watched, resume_at = watch.resume_at, reported_at = clock_timestamp(),
      tenant_id = CASE WHEN w.completed_at IS NULL THEN walls.tenant() ELSE w.tenant_id END,
      completed_at = CASE WHEN w.completed_at IS NULL AND watch.watched * 100 >= needed * watch.seconds THEN now()
                          ELSE w.completed_at END
    WHERE w.id = mine.id RETURNING w.completed_at IS NOT NULL INTO completed;
  IF completed AND mine.completed_at IS NULL THEN PERFORM engine.remember_watched(mine.id); END IF;
END $$
"""
