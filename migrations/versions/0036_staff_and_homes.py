"""Grants that stay provable, the rule of two people, visits of the province in a city's console; homes that are proven.

A visit and an approval are rows that the engine alone writes: it looks itself who asks, how long they hold, and that
nobody answers their own request (domain 7.4).
"""

from alembic import op
from walls import (
    APP,
    ENGINE,
    MINE,
    OFFICE,
    PROVINCE,
    PROVINCE_WORK,
    amend,
    append_only,
    door,
    engine_function,
    set_once,
    wall,
)

revision = "0036"
down_revision = "0035"

HEADER = "LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp"
LIMITS = """
INSERT INTO limits (name, valid, value) VALUES
    ('city-visit-minutes', '[2026-01-01,)', 60), ('approval-hours', '[2026-01-01,)', 72),
    ('export-alone', '[2026-01-01,)', 50), ('revoke-alone', '[2026-01-01,)', 1),
    ('paper-days', '[2026-01-01,)', 90), ('desk-lookups-per-hour', '[2026-01-01,)', 30), ('desk-meeting-minutes', '[2026-01-01,)', 30),
    ('share-asks-per-day', '[2026-01-01,)', 3), ('share-give-up-minutes', '[2026-01-01,)', 60)
"""
"""How long the province may look into a city's console; how long a request for a second person waits, and what was
granted may be taken; how many people one member of staff takes out, and certificates they revoke, with a reason alone;
how old a paper about a home may be; how many people a desk looks up in an hour, and
how long it may then record their paper; how often a person asks the administrative
data share, and how long it is asked again when it does not answer. All of them are D: to be decided by the province.
"""
VISITORS = """
    EXISTS (SELECT FROM role_grants AS g WHERE g.person_id = walls.person() AND g.tenant_id IS NULL
            AND g.role IN ('province_admin', 'privacy_officer') AND g.ended_at IS NULL)
"""
GONE = """
    EXISTS (SELECT FROM limits AS k WHERE k.name = 'ended-grant-days' AND k.valid @> walls.today()
            AND {since} < now() - make_interval(days => k.value))
"""

BEGIN_VISIT = f"""
CREATE FUNCTION engine.begin_visit(city uuid, why text, number text, task text, shown text[], address inet, request text) RETURNS uuid
{HEADER} AS $$
DECLARE made uuid;
BEGIN
  IF walls.scope() <> 'province' OR NOT {VISITORS} THEN
    RAISE insufficient_privilege USING MESSAGE = 'only the province''s administrators and privacy officers visit cities';
  END IF;
  UPDATE city_visits v SET expires_at = now()
    WHERE v.actor_id = walls.person() AND v.tenant_id = city AND v.expires_at > now();
  INSERT INTO city_visits (actor_id, tenant_id, reason, reference, expires_at)
    SELECT walls.person(), t.id, why, number, now() + make_interval(mins => k.value)
    FROM tenants t, limits k
    WHERE t.id = city AND k.name = 'city-visit-minutes' AND k.valid @> walls.today()
    RETURNING id INTO made;
  INSERT INTO access_log (actor_id, person_id, tenant_id, task, purpose, fields, address, request_id)
    SELECT walls.person(), walls.person(), city, task, concat_ws(' · ', why, nullif(number, '')), shown, address, request
    WHERE made IS NOT NULL;
  RETURN made;
END $$
"""
"""With a line in the access log, which the city reads; the former visit of the same person there is over."""

END_VISIT = f"""
CREATE FUNCTION engine.end_visit(visit uuid) RETURNS boolean {HEADER} AS $$
BEGIN
  UPDATE city_visits v SET expires_at = now()
    WHERE v.id = visit AND v.expires_at > now() AND v.actor_id = walls.person() AND walls.scope() = 'province';
  RETURN FOUND;
END $$
"""

ASK_APPROVAL = f"""
CREATE FUNCTION engine.ask_approval(a_kind text, why text, about uuid[], more jsonb) RETURNS uuid {HEADER} AS $$
DECLARE made uuid;
BEGIN
  IF walls.person() IS NULL OR (walls.scope() = 'staff') <> (walls.tenant() IS NOT NULL)
     OR walls.scope() NOT IN ('staff', 'province') THEN
    RAISE insufficient_privilege USING MESSAGE = 'staff only';
  END IF;
  INSERT INTO approvals (tenant_id, kind, reason, subjects, details, asked_by, expires_at)
    SELECT walls.tenant(), a_kind, why, about, more, walls.person(), now() + make_interval(hours => k.value)
    FROM limits k WHERE k.name = 'approval-hours' AND k.valid @> walls.today()
    RETURNING id INTO made;
  RETURN made;
END $$
"""

DECIDE = f"""
CREATE FUNCTION engine.decide(approval uuid, verdict text, words text) RETURNS text {HEADER} AS $$
DECLARE asked approvals;
BEGIN
  IF walls.person() IS NULL OR walls.scope() NOT IN ('staff', 'province') THEN RETURN 'unknown'; END IF;
  SELECT a.* INTO asked FROM approvals a WHERE a.id = approval AND a.tenant_id IS NOT DISTINCT FROM walls.tenant() FOR UPDATE;
  IF asked.id IS NULL OR (asked.tenant_id IS NULL) <> (walls.scope() = 'province') THEN RETURN 'unknown'; END IF;
  IF asked.state <> 'waiting' THEN RETURN 'decided'; END IF;
  IF (asked.asked_by = walls.person()) <> (verdict = 'withdrawn') THEN
    RETURN CASE verdict WHEN 'withdrawn' THEN 'others' ELSE 'own' END;
  END IF;
  IF asked.expires_at <= now() THEN RETURN 'expired'; END IF;
  UPDATE approvals a SET state = verdict, decided_by = walls.person(), decided_at = now(), answer = words
    WHERE a.id = approval;
  RETURN NULL;
END $$
"""
"""Once, in time, and never by whoever asks: they take their request back, and nothing else."""

TAKE_APPROVED = f"""
CREATE FUNCTION engine.take_approved(approval uuid) RETURNS text {HEADER} AS $$
DECLARE asked approvals; hours integer;
BEGIN
  SELECT a.* INTO asked FROM approvals a WHERE a.id = approval AND a.tenant_id IS NOT DISTINCT FROM walls.tenant()
    AND a.asked_by = walls.person() AND walls.scope() IN ('staff', 'province') FOR UPDATE;
  IF asked.id IS NULL THEN RETURN 'unknown'; END IF;
  IF asked.state <> 'approved' THEN RETURN 'not-approved'; END IF;
  IF asked.taken_at IS NOT NULL THEN RETURN 'taken'; END IF;
  SELECT k.value INTO hours FROM limits k WHERE k.name = 'approval-hours' AND k.valid @> walls.today();
  IF asked.decided_at < now() - make_interval(hours => hours) THEN RETURN 'expired'; END IF;
  UPDATE approvals a SET taken_at = now() WHERE a.id = approval;
  RETURN NULL;
END $$
"""
"""What was granted to somebody is taken by them alone, once."""

FORGET_GRANTS = f"""
CREATE FUNCTION engine.forget_grants() RETURNS bigint {HEADER} AS $$
DECLARE forgotten bigint;
BEGIN
  IF walls.scope() <> 'job' OR walls.tenant() IS NOT NULL THEN
    RAISE insufficient_privilege USING MESSAGE = 'jobs of the province only';
  END IF;
  DELETE FROM role_grants g WHERE {GONE.format(since="g.ended_at")};
  GET DIAGNOSTICS forgotten = ROW_COUNT;
  DELETE FROM city_visits v WHERE {GONE.format(since="v.expires_at")};
  DELETE FROM approvals a WHERE {GONE.format(since="greatest(a.expires_at, a.decided_at)")};
  RETURN forgotten;
END $$
"""

KEEP_YOUNG_GRANT = f"""
CREATE FUNCTION walls.keep_young_grant() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF {GONE.format(since="OLD.ended_at")} THEN RETURN OLD; END IF;
  RAISE restrict_violation USING MESSAGE = 'a grant is kept as proof for as long as the limit ended-grant-days says';
END $$
"""
"""Not even the owner deletes what PRV 7.4 asks for: grants that hold, and those that ended lately."""

REGION_ON = """
CREATE FUNCTION walls.region_on(asked text, day date) RETURNS text LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
  WITH RECURSIVE later (code, step) AS (
    SELECT asked, 0 UNION ALL
    SELECT r.successor_code, l.step + 1 FROM later l JOIN regions r ON r.code = l.code
    WHERE r.successor_code IS NOT NULL AND upper(r.valid) <= day AND l.step < 20)
  SELECT l.code FROM later l ORDER BY l.step DESC LIMIT 1
$$
"""
"""The code that stands on a day for what a code once meant: its successor, the successor's, and so on."""
COUNTING_AS = """JOIN (
        SELECT m.id, c.code FROM (SELECT n.id, walls.region_on(n.region_code, until) AS now FROM tenants n) m
        JOIN (SELECT x.code, walls.region_on(x.code, until) AS now FROM (
                SELECT n.region_code AS code FROM tenants n UNION SELECT g.code FROM regions g WHERE g.successor_code IS NOT NULL
                UNION SELECT g.successor_code FROM regions g) x) c ON c.now = m.now) t ON t.code = r.region_code"""
"""A city with every code that counts as its own on the day."""

AT_THE_DESK = """
    walls.scope() = 'staff' AND EXISTS (SELECT FROM role_grants AS g WHERE g.person_id = walls.person()
        AND g.tenant_id = walls.tenant() AND g.role IN ('desk_clerk', 'city_admin') AND g.ended_at IS NULL)
"""
MEET = f"""
CREATE FUNCTION engine.meet(called text, born date, contact text, task text, shown text[], address inet, request text,
    OUT outcome text, OUT person_id uuid) {HEADER} AS $$
DECLARE matching uuid[]; most integer; digits text := regexp_replace(contact, '[^0-9]', '', 'g');
BEGIN
  IF NOT ({AT_THE_DESK}) THEN RAISE insufficient_privilege USING MESSAGE = 'only a desk meets people'; END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended('desk of ' || walls.person()::text, 0));
  SELECT k.value INTO most FROM limits k WHERE k.name = 'desk-lookups-per-hour' AND k.valid @> walls.today();
  IF (SELECT count(*) FROM access_log l WHERE l.actor_id = walls.person() AND l.task = meet.task
      AND l.at > now() - interval '1 hour') >= most THEN outcome := 'too-many'; RETURN; END IF;
  SELECT array_agg(p.id) INTO matching FROM people p WHERE p.name = called AND p.birth_date = born
    AND (lower(p.email) = lower(contact) OR (length(digits) >= 9 AND regexp_replace(p.phone, '[^0-9]', '', 'g') = digits));
  outcome := CASE coalesce(cardinality(matching), 0) WHEN 0 THEN 'not-found' WHEN 1 THEN 'found' ELSE 'ambiguous' END;
  IF outcome = 'found' THEN person_id := matching[1]; END IF;
  INSERT INTO access_log (actor_id, person_id, tenant_id, task, purpose, fields, address, request_id)
    VALUES (walls.person(), coalesce(meet.person_id, walls.person()), walls.tenant(), meet.task, '',
            CASE outcome WHEN 'found' THEN shown ELSE ARRAY[]::text[] END, address, request);
END $$
"""
"""Somebody at the desk who has nothing to do with the city yet: by exactly the name, the birth date and the telephone or
e-mail that they say. The answer is whether there is one, each try is in the log, and there are so many in an hour.
"""

KNOWN_AT_DESK = f"""
CREATE FUNCTION engine.known_at_desk(who uuid, meeting text) RETURNS boolean {HEADER} AS $$
BEGIN
  RETURN {AT_THE_DESK} AND (EXISTS (SELECT FROM applications a WHERE a.person_id = who AND a.tenant_id = walls.tenant())
    OR EXISTS (SELECT FROM access_log l, limits k WHERE l.actor_id = walls.person() AND l.person_id = who
        AND l.actor_id <> l.person_id AND l.tenant_id = walls.tenant() AND l.task = meeting
        AND k.name = 'desk-meeting-minutes' AND k.valid @> walls.today() AND l.at > now() - make_interval(mins => k.value)));
END $$
"""
"""Whether somebody has applied in this city, or stands at the desk of the caller just now."""

PROVE_HOME = f"""
CREATE FUNCTION engine.prove_home(who uuid, district text, since date, a_paper text, made_on date, meeting text,
    OUT refusal text, OUT proof uuid, OUT region text) {HEADER} AS $$
DECLARE born date; days integer; replacing jsonb;
BEGIN
  IF NOT ({AT_THE_DESK}) THEN RAISE insufficient_privilege USING MESSAGE = 'only a desk proves homes'; END IF;
  IF who = walls.person() THEN refusal := 'own'; RETURN; END IF;
  IF NOT engine.known_at_desk(who, meeting) THEN refusal := 'unknown'; RETURN; END IF;
  SELECT p.birth_date INTO born FROM people p WHERE p.id = who FOR UPDATE;
  SELECT walls.region_on(t.region_code, walls.today()) INTO region FROM tenants t WHERE t.id = walls.tenant();
  SELECT k.value INTO days FROM limits k WHERE k.name = 'paper-days' AND k.valid @> walls.today();
  refusal := CASE
    WHEN NOT EXISTS (SELECT FROM regions r WHERE r.code = region AND r.kind IN ('city', 'county') AND r.valid @> walls.today())
      THEN 'no-region'
    WHEN made_on > walls.today() THEN 'paper-ahead'
    WHEN made_on < walls.today() - days THEN 'paper-old'
    WHEN since > made_on THEN 'since-after-paper'
    WHEN since < born OR since < date '1900-01-01' THEN 'before-birth'
    WHEN district IS NOT NULL AND NOT EXISTS (SELECT FROM regions r WHERE r.code = district AND r.parent_code = region
        AND r.valid @> walls.today()) THEN 'unknown-district'
    WHEN EXISTS (SELECT FROM residences r WHERE r.person_id = who AND lower(r.valid) > made_on) THEN 'moved-since'
    WHEN EXISTS (SELECT FROM residences r WHERE r.person_id = who AND lower(r.valid) >= since AND r.source <> 'declared'
        AND walls.region_on(r.region_code, walls.today()) <> region) THEN 'confirmed-elsewhere' END;
  IF refusal IS NOT NULL THEN RETURN; END IF;
  SELECT coalesce(jsonb_agg(jsonb_build_object('region', r.region_code, 'district', r.district_code, 'from', lower(r.valid),
           'until', upper(r.valid), 'source', r.source) ORDER BY r.valid), '[]') INTO replacing
    FROM residences r WHERE r.person_id = who AND lower(r.valid) >= since;
  DELETE FROM residences r WHERE r.person_id = who AND lower(r.valid) >= since;
  UPDATE residences r SET valid = daterange(lower(r.valid), since) WHERE r.person_id = who AND r.valid @> since;
  INSERT INTO residences (person_id, region_code, district_code, valid, source, verified_on)
    VALUES (who, region, district, daterange(since, NULL), 'document', walls.today());
  INSERT INTO residence_proofs (person_id, tenant_id, region_code, since, paper, made_on, recorded_by, replaced)
    VALUES (who, walls.tenant(), region, since, a_paper, made_on, walls.person(), replacing) RETURNING id INTO proof;
END $$
"""
"""A paper says since when somebody lives in this city. It outweighs what they declared themselves, not what was confirmed
for another city; what it replaces is kept with the proof. Declared limits do not bind the desk; homes never overlap.
"""

HOME_AT_DESK = f"""
CREATE FUNCTION engine.home_of_applicant(who uuid, OUT region_code text, OUT valid daterange, OUT source text,
    OUT verified_on date, OUT counts boolean) {HEADER} AS $$
BEGIN
  IF walls.scope() <> 'staff' OR NOT EXISTS (SELECT FROM applications a JOIN runs r ON r.tenant_id = a.tenant_id AND r.id = a.run_id
      WHERE a.person_id = who AND a.tenant_id = walls.tenant() AND r.resident_only) THEN RETURN; END IF;
  SELECT h.region_code, h.valid, h.source, h.verified_on, walls.region_on(h.region_code, walls.today()) =
         (SELECT walls.region_on(t.region_code, walls.today()) FROM tenants t WHERE t.id = walls.tenant())
    INTO region_code, valid, source, verified_on, counts
    FROM residences h WHERE h.person_id = who AND h.valid @> walls.today();
END $$
"""
"""Where somebody lives today, told to a city only where it decides by that: they applied to a course for residents."""

ASK_SHARE = f"""
CREATE FUNCTION engine.ask_share(consented text, OUT refusal text, OUT question uuid) {HEADER} AS $$
DECLARE who uuid := walls.person(); home residences; most integer;
BEGIN
  IF who IS NULL OR walls.scope() <> 'person' THEN RAISE insufficient_privilege USING MESSAGE = 'nobody is signed in'; END IF;
  PERFORM FROM people p WHERE p.id = who FOR UPDATE;
  SELECT r.* INTO home FROM residences r WHERE r.person_id = who AND r.valid @> walls.today();
  SELECT k.value INTO most FROM limits k WHERE k.name = 'share-asks-per-day' AND k.valid @> walls.today();
  refusal := CASE
    WHEN NOT EXISTS (SELECT FROM consents c WHERE c.person_id = who AND c.purpose = consented AND c.withdrawn_at IS NULL)
      THEN 'no-consent'
    WHEN home.id IS NULL OR walls.region_on(home.region_code, walls.today()) NOT IN (
        SELECT r.code FROM regions r WHERE r.kind IN ('city', 'county') AND r.valid @> walls.today()) THEN 'no-home'
    WHEN home.source <> 'declared' THEN 'confirmed'
    WHEN EXISTS (SELECT FROM people p WHERE p.id = who AND p.birth_date IS NULL) THEN 'birth-date-missing'
    WHEN EXISTS (SELECT FROM share_questions q WHERE q.person_id = who AND q.answered_at IS NULL AND q.given_up_at IS NULL)
      THEN 'waiting'
    WHEN (SELECT count(*) FROM share_questions q WHERE q.person_id = who AND q.asked_at > now() - interval '1 day') >= most
      THEN 'too-many' END;
  IF refusal IS NOT NULL THEN RETURN; END IF;
  INSERT INTO share_questions (person_id, region_code, day)
    VALUES (who, walls.region_on(home.region_code, walls.today()), walls.today()) RETURNING id INTO question;
END $$
"""

OPEN_QUESTION = f"""
CREATE FUNCTION engine.open_question(question uuid, consented text, OUT person_id uuid, OUT name text, OUT birth_date date,
    OUT region_code text, OUT day date, OUT late boolean) {HEADER} AS $$
BEGIN
  IF walls.scope() <> 'job' THEN RAISE insufficient_privilege USING MESSAGE = 'jobs only'; END IF;
  SELECT p.id, p.name, p.birth_date, q.region_code, q.day, q.asked_at < now() - make_interval(mins => k.value)
    INTO person_id, name, birth_date, region_code, day, late
    FROM share_questions q JOIN people p ON p.id = q.person_id, limits k
    WHERE q.id = question AND q.answered_at IS NULL AND q.given_up_at IS NULL
      AND k.name = 'share-give-up-minutes' AND k.valid @> walls.today()
      AND EXISTS (SELECT FROM consents c WHERE c.person_id = q.person_id AND c.purpose = consented AND c.withdrawn_at IS NULL)
    FOR UPDATE OF q;
END $$
"""
"""What the share is asked, for the job that asks, as long as the person's consent stands; nothing once it is answered."""

CLOSE_QUESTION = f"""
CREATE FUNCTION engine.close_question(question uuid, lives_there boolean) RETURNS boolean {HEADER} AS $$
DECLARE asked share_questions; home residences;
BEGIN
  IF walls.scope() <> 'job' THEN RAISE insufficient_privilege USING MESSAGE = 'jobs only'; END IF;
  UPDATE share_questions q SET answer = lives_there, answered_at = CASE WHEN lives_there IS NOT NULL THEN now() END,
      given_up_at = CASE WHEN lives_there IS NULL THEN now() END
    WHERE q.id = question AND q.answered_at IS NULL AND q.given_up_at IS NULL RETURNING q.* INTO asked;
  IF asked.id IS NULL OR lives_there IS NOT TRUE THEN RETURN false; END IF;
  PERFORM FROM people p WHERE p.id = asked.person_id FOR UPDATE;
  SELECT r.* INTO home FROM residences r WHERE r.person_id = asked.person_id AND r.valid @> asked.day AND r.source = 'declared'
    AND walls.region_on(r.region_code, asked.day) = asked.region_code;
  IF home.id IS NULL THEN RETURN false; END IF;
  IF lower(home.valid) = asked.day THEN
    UPDATE residences r SET source = 'data-share', verified_on = asked.day WHERE r.id = home.id;
  ELSE
    UPDATE residences r SET valid = daterange(lower(home.valid), asked.day) WHERE r.id = home.id;
    INSERT INTO residences (person_id, region_code, district_code, valid, source, verified_on)
      VALUES (home.person_id, asked.region_code, home.district_code, daterange(asked.day, upper(home.valid)), 'data-share', asked.day);
  END IF;
  RETURN true;
END $$
"""
"""Yes confirms the declared home from that day on: about the days before it the share said nothing. No and no answer
(null) change no home. True where a home was confirmed.
"""


def upgrade() -> None:
    op.execute(LIMITS)
    grants()
    visits()
    approvals()
    regions()
    proofs()
    share()


def regions() -> None:
    """A code that ends names who goes on; homes and cities under the old one count as the new one from that day on."""
    op.execute("""
        ALTER TABLE regions ADD COLUMN successor_code text
            CHECK (successor_code IS NULL OR (NOT upper_inf(valid) AND successor_code <> code))
    """)
    op.execute(REGION_ON)
    op.execute("REVOKE ALL ON FUNCTION walls.region_on(text, date) FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION walls.region_on(text, date) TO {APP}, {ENGINE}")
    amend(
        "engine.apply(uuid, text)",
        "(person.region_code = run.region_code) IS NOT TRUE",
        "(walls.region_on(person.region_code, walls.today()) = walls.region_on(run.region_code, walls.today())) IS NOT TRUE",
    )
    amend(
        "engine.count_figures(text, date, date)",
        "JOIN tenants t ON t.region_code = r.region_code",
        COUNTING_AS,
        places=2,
    )


def proofs() -> None:
    """The kind of a paper and its date, never the paper nor its numbers."""
    op.execute("""
        CREATE TABLE residence_proofs (
            tenant_id uuid NOT NULL REFERENCES tenants (id), id uuid NOT NULL DEFAULT uuidv7(),
            person_id uuid NOT NULL REFERENCES people (id), region_code text NOT NULL, since date NOT NULL,
            paper text NOT NULL CHECK (paper IN ('register', 'abstract')), made_on date NOT NULL,
            recorded_by uuid NOT NULL REFERENCES people (id), recorded_at timestamptz NOT NULL DEFAULT now(),
            replaced jsonb NOT NULL DEFAULT '[]', PRIMARY KEY (tenant_id, id), CHECK (recorded_by <> person_id))
    """)
    for column in ("person_id", "recorded_by"):
        op.execute(f"CREATE INDEX residence_proofs_{column} ON residence_proofs ({column})")
    wall("residence_proofs", to_app="SELECT", to_engine="SELECT, INSERT")
    door("residence_proofs", "own", "SELECT", MINE)
    door("residence_proofs", "office", "SELECT", OFFICE)
    append_only("residence_proofs")
    engine_function(MEET, signature="engine.meet(text, date, text, text, text[], inet, text)")
    engine_function(KNOWN_AT_DESK, signature="engine.known_at_desk(uuid, text)")
    engine_function(PROVE_HOME, signature="engine.prove_home(uuid, text, date, text, date, text)")
    engine_function(HOME_AT_DESK, signature="engine.home_of_applicant(uuid)")


def share() -> None:
    """Of what the share says, yes, no and when are kept, and nothing else."""
    op.execute("""
        CREATE TABLE share_questions (
            id uuid PRIMARY KEY DEFAULT uuidv7(), person_id uuid NOT NULL REFERENCES people (id),
            region_code text NOT NULL, day date NOT NULL, asked_at timestamptz NOT NULL DEFAULT now(),
            answer boolean, answered_at timestamptz, given_up_at timestamptz,
            CHECK ((answer IS NULL) = (answered_at IS NULL)), CHECK (answered_at IS NULL OR given_up_at IS NULL))
    """)
    op.execute("CREATE INDEX share_questions_person_id ON share_questions (person_id, asked_at)")
    wall("share_questions", to_app="SELECT")
    door("share_questions", "own", "SELECT", MINE)
    set_once("share_questions", "answered_at", "answer")
    engine_function(ASK_SHARE, signature="engine.ask_share(text)")
    engine_function(OPEN_QUESTION, signature="engine.open_question(uuid, text)")
    engine_function(CLOSE_QUESTION, signature="engine.close_question(uuid, boolean)")


def grants() -> None:
    """What was given stays as it was given, and its end is said once."""
    set_once("role_grants", "ended_at", "ended_by")
    given = ("tenant_id", "role", "granted_by", "granted_at")
    before, after = (", ".join(f"{row}.{column}" for column in given) for row in ("OLD", "NEW"))
    op.execute(
        "CREATE TRIGGER given_once BEFORE UPDATE ON role_grants FOR EACH ROW "
        f"WHEN (ROW({after}) IS DISTINCT FROM ROW({before})) "
        "EXECUTE FUNCTION walls.refuse_change('what was given stays as it was given')"
    )
    op.execute(KEEP_YOUNG_GRANT)
    op.execute("REVOKE ALL ON FUNCTION walls.keep_young_grant() FROM PUBLIC")
    op.execute(
        "CREATE TRIGGER keep_young BEFORE DELETE ON role_grants FOR EACH ROW EXECUTE FUNCTION walls.keep_young_grant()"
    )


def visits() -> None:
    """While one stands, its person is let into that city's console as a visitor, who only reads."""
    op.execute("""
        CREATE TABLE city_visits (
            tenant_id uuid NOT NULL REFERENCES tenants (id), id uuid NOT NULL DEFAULT uuidv7(),
            actor_id uuid NOT NULL REFERENCES people (id),
            reason text NOT NULL CHECK (reason <> ''), reference text NOT NULL DEFAULT '',
            begun_at timestamptz NOT NULL DEFAULT now(), expires_at timestamptz NOT NULL, PRIMARY KEY (tenant_id, id))
    """)
    op.execute("CREATE INDEX city_visits_actor_id ON city_visits (actor_id, tenant_id, expires_at)")
    wall("city_visits", to_app="SELECT")
    door("city_visits", "office", "SELECT", OFFICE)
    door("city_visits", "province_reads", "SELECT", PROVINCE)
    visited = (
        "EXISTS (SELECT FROM city_visits AS v WHERE v.actor_id = people.id AND v.tenant_id = (SELECT walls.tenant()))"
    )
    door("people", "visitors", "SELECT", f"(SELECT walls.scope()) = 'staff' AND {visited}")
    engine_function(BEGIN_VISIT, signature="engine.begin_visit(uuid, text, text, text, text[], inet, text)")
    engine_function(END_VISIT, signature="engine.end_visit(uuid)")
    opens = "    IF wanted = 'staff' AND roles IS NOT NULL AND strong THEN scope := 'staff'; END IF;\n"
    visiting = """    IF roles IS NULL AND province_roles IS NOT NULL AND EXISTS (SELECT FROM city_visits v
        WHERE v.actor_id = enter.person_id AND v.tenant_id = enter.tenant_id AND v.expires_at > now()) THEN
      roles := ARRAY['province_visitor'];
    END IF;
"""
    amend("engine.enter(text, text, bytea, text, text, boolean)", opens, visiting + opens)


def approvals() -> None:
    """`subjects` are the ids that the request is about, `details` what else its kind has to remember of them."""
    op.execute("""
        CREATE TABLE approvals (
            id uuid PRIMARY KEY DEFAULT uuidv7(), tenant_id uuid REFERENCES tenants (id),
            kind text NOT NULL, reason text NOT NULL CHECK (reason <> ''),
            subjects uuid[] NOT NULL CHECK (cardinality(subjects) > 0), details jsonb NOT NULL DEFAULT '{}',
            asked_by uuid NOT NULL REFERENCES people (id), asked_at timestamptz NOT NULL DEFAULT now(),
            expires_at timestamptz NOT NULL,
            state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'approved', 'refused', 'withdrawn')),
            decided_by uuid REFERENCES people (id), decided_at timestamptz, answer text NOT NULL DEFAULT '', taken_at timestamptz,
            CHECK ((state = 'waiting') = (decided_by IS NULL)), CHECK ((decided_by IS NULL) = (decided_at IS NULL)),
            CHECK (decided_by IS NULL OR (decided_by = asked_by) = (state = 'withdrawn')),
            CHECK (decided_at < expires_at), CHECK (taken_at IS NULL OR state = 'approved'))
    """)
    op.execute("CREATE INDEX approvals_tenant_id ON approvals (tenant_id, asked_at)")
    for column in ("asked_by", "decided_by"):
        op.execute(f"CREATE INDEX approvals_{column} ON approvals ({column})")
    wall("approvals", to_app="SELECT")
    set_once("approvals", "decided_at", "decided_by", "state", "answer", "subjects", "details", "reason")
    set_once("approvals", "taken_at")
    door("approvals", "office", "SELECT", OFFICE)
    door("approvals", "province", "SELECT", f"tenant_id IS NULL AND {PROVINCE_WORK}")
    engine_function(ASK_APPROVAL, signature="engine.ask_approval(text, text, uuid[], jsonb)")
    engine_function(DECIDE, signature="engine.decide(uuid, text, text)")
    engine_function(TAKE_APPROVED, signature="engine.take_approved(uuid)")
    engine_function(FORGET_GRANTS, signature="engine.forget_grants()")
