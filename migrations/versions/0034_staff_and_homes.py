"""Grants that stay provable, the rule of two people, visits of the province in a city's console; homes that are proven.

A visit and an approval are rows that the engine alone writes: it looks itself who asks, how long they hold, and that
nobody answers their own request (domain 7.4).
"""

import sqlalchemy as sa
from alembic import op
from walls import ENGINE, OFFICE, PROVINCE, PROVINCE_WORK, door, engine_function, set_once, wall

revision = "0034"
down_revision = "0032"

HEADER = "LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp"
LIMITS = """
INSERT INTO limits (name, valid, value) VALUES
    ('city-visit-minutes', '[2026-01-01,)', 60), ('approval-hours', '[2026-01-01,)', 72),
    ('export-alone', '[2026-01-01,)', 50), ('revoke-alone', '[2026-01-01,)', 1)
"""
"""How long the province may look into a city's console; how long a request for a second person waits, and what was
granted may be taken; how many people one member of staff takes out, and certificates they revoke, with a reason alone.
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


def upgrade() -> None:
    op.execute(LIMITS)
    grants()
    visits()
    approvals()


def amend(signature: str, before: str, after: str) -> None:
    """Change one place of a function of the engine where it stands, so that whatever else changed it stays.

    Raises LookupError where the place is not there, or not once.
    """
    asked = sa.text("SELECT pg_get_functiondef(CAST(:signature AS regprocedure))")
    source = str(op.get_bind().execute(asked, {"signature": signature}).scalar_one())
    if source.count(before) != 1:
        raise LookupError(f"{signature} has {source.count(before)} places that read {before!r}")
    op.execute(f"SET LOCAL ROLE {ENGINE}")
    op.get_bind().exec_driver_sql(source.replace(before, after).replace("%", "%%"))
    op.execute("RESET ROLE")


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
