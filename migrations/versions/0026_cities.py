"""How cities come and go: their changes of state, invitations of staff, the province's notices, and leaving."""

from alembic import op
from walls import APP, ENGINE, OFFICE, PROVINCE, PROVINCE_WORK, append_only, door, engine_function, province_table, wall

revision = "0026"
down_revision = "0025"

HEADER = "LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp"
STATES = "'planned', 'preparing', 'pilot', 'live', 'suspended', 'archived'"
IN_NAME_OF_CALLER = "{column} IS NOT DISTINCT FROM (SELECT walls.person())"
"""Nobody writes in a colleague's name; commands on the server are nobody."""
CITY_ADMIN = """
    EXISTS (SELECT FROM role_grants AS g WHERE g.person_id = walls.person() AND g.tenant_id = walls.tenant()
            AND g.role = 'city_admin' AND g.ended_at IS NULL)
"""
PROVINCE_ADMIN = """
    EXISTS (SELECT FROM role_grants AS g WHERE g.person_id = walls.person() AND g.tenant_id IS NULL
            AND g.role = 'province_admin' AND g.ended_at IS NULL)
"""
JOB_OF_CITY = "tenant_id = (SELECT walls.tenant()) AND (SELECT walls.scope()) = 'job'"
JOB_OF_PROVINCE = "(SELECT walls.scope()) = 'job' AND (SELECT walls.tenant()) IS NULL"

GO_LIVE = f"""
CREATE FUNCTION engine.go_live(wanted text, why text) RETURNS text {HEADER} AS $$
DECLARE city tenants;
BEGIN
  IF walls.scope() <> 'staff' OR NOT {CITY_ADMIN} THEN RETURN 'not-admin'; END IF;
  SELECT t.* INTO city FROM tenants t WHERE t.id = walls.tenant() FOR NO KEY UPDATE;
  IF (city.state, wanted) NOT IN (('preparing', 'pilot'), ('preparing', 'live'), ('pilot', 'live')) THEN
    RETURN 'not-from-here';
  END IF;
  UPDATE tenants t SET state = wanted, state_reason = why, onboarded_on = coalesce(t.onboarded_on, walls.today())
    WHERE t.id = city.id;
  INSERT INTO tenant_changes (tenant_id, from_state, to_state, reason, changed_by)
    VALUES (city.id, city.state, wanted, why, walls.person());
  RETURN NULL;
END $$
"""
"""The one change of the registry that a city makes itself: its administrator opens what the province has prepared."""

OFFERED = f"""
CREATE FUNCTION engine.offered(token bytea, OUT role text, OUT name text, OUT email text, OUT invited_by text,
    OUT expires_at timestamptz, OUT standing text)
{HEADER} AS $$
BEGIN
  SELECT i.role, i.name, i.email, p.name, i.expires_at,
      CASE WHEN i.withdrawn_at IS NOT NULL THEN 'withdrawn' WHEN i.accepted_at IS NOT NULL THEN 'used'
           WHEN i.expires_at <= now() THEN 'expired' ELSE 'open' END
    INTO role, name, email, invited_by, expires_at, standing
    FROM invitations i LEFT JOIN people p ON p.id = i.invited_by
    WHERE i.token_hash = token AND i.tenant_id IS NOT DISTINCT FROM walls.tenant();
END $$
"""

ACCEPT = f"""
CREATE FUNCTION engine.accept_invitation(token bytea, OUT refusal text, OUT role text) {HEADER} AS $$
DECLARE offered invitations; who uuid := walls.person();
BEGIN
  IF who IS NULL OR walls.scope() <> 'person' THEN RAISE insufficient_privilege USING MESSAGE = 'nobody is signed in'; END IF;
  SELECT i.* INTO offered FROM invitations i
    WHERE i.token_hash = token AND i.tenant_id IS NOT DISTINCT FROM walls.tenant() FOR UPDATE;
  refusal := CASE
    WHEN offered.id IS NULL THEN 'unknown'
    WHEN offered.withdrawn_at IS NOT NULL THEN 'withdrawn'
    WHEN offered.accepted_at IS NOT NULL THEN 'used'
    WHEN offered.expires_at <= now() THEN 'expired'
    WHEN offered.invited_by = who THEN 'own'
    WHEN NOT EXISTS (SELECT FROM people p WHERE p.id = who AND lower(p.email) = offered.email) THEN 'other-person' END;
  IF refusal IS NOT NULL THEN RETURN; END IF;
  role := offered.role;
  INSERT INTO role_grants (person_id, tenant_id, role, granted_by)
    VALUES (who, offered.tenant_id, offered.role, offered.invited_by) ON CONFLICT DO NOTHING;
  UPDATE invitations SET accepted_by = who, accepted_at = now() WHERE id = offered.id;
END $$
"""
"""Whoever has the link and the address to which it went takes the role, once."""

END_GRANT = f"""
CREATE FUNCTION engine.end_grant(ended uuid) RETURNS text {HEADER} AS $$
DECLARE held role_grants; admin text;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('grants of ' || coalesce(walls.tenant()::text, 'the province'), 0));
  IF walls.scope() = 'staff' AND {CITY_ADMIN} THEN admin := 'city_admin';
  ELSIF walls.scope() = 'province' AND {PROVINCE_ADMIN} THEN admin := 'province_admin';
  ELSE RETURN 'not-admin'; END IF;
  SELECT g.* INTO held FROM role_grants g
    WHERE g.id = ended AND g.tenant_id IS NOT DISTINCT FROM walls.tenant() AND g.ended_at IS NULL FOR UPDATE;
  IF held.id IS NULL THEN RETURN 'unknown'; END IF;
  IF held.role = admin AND held.person_id = walls.person() THEN RETURN 'own'; END IF;
  UPDATE role_grants SET ended_at = now(), ended_by = walls.person() WHERE id = held.id;
  IF held.role = admin THEN
    UPDATE invitations i SET withdrawn_at = now() WHERE i.invited_by = held.person_id
      AND i.tenant_id IS NOT DISTINCT FROM held.tenant_id AND i.accepted_at IS NULL AND i.withdrawn_at IS NULL;
  END IF;
  RETURN NULL;
END $$
"""
"""Nobody ends their own administration, so that one administrator is always left: who asks is looked at under the lock,
else two could end each other's. What an administrator who has left had offered is offered no longer.
"""

ASK_EXPORT = f"""
CREATE FUNCTION engine.ask_export(city uuid, why text, task text, shown text[], address inet, request text) RETURNS uuid
{HEADER} AS $$
DECLARE made uuid;
BEGIN
  IF walls.scope() <> 'province' OR NOT (walls.person() IS NULL OR {PROVINCE_ADMIN}) THEN
    RAISE insufficient_privilege USING MESSAGE = 'only an administrator of the province takes a city''s rows out';
  END IF;
  INSERT INTO tenant_exports (tenant_id, purpose, asked_by) VALUES (city, why, walls.person()) RETURNING id INTO made;
  INSERT INTO access_log (actor_id, person_id, tenant_id, task, purpose, fields, address, request_id)
    SELECT walls.person(), about.person_id, city, task, why, shown, address, request
    FROM (SELECT a.person_id FROM applications a WHERE a.tenant_id = city
          UNION SELECT g.person_id FROM role_grants g WHERE g.tenant_id = city
          UNION SELECT q.person_id FROM questions q WHERE q.tenant_id = city
          UNION SELECT m.person_id FROM messages m WHERE m.tenant_id = city AND m.person_id IS NOT NULL
          UNION SELECT r.person_id FROM reminders r WHERE r.tenant_id = city) AS about
    WHERE walls.person() IS NOT NULL;
  RETURN made;
END $$
"""
"""No archive of a city without a line in the access log for everybody in it, who only asked something too, written in the same statement; a command
on the server has no person and stands in `tenant_exports` alone.
"""

HEALTH = f"""
CREATE FUNCTION engine.city_health(hosts_end text) RETURNS TABLE (tenant_id uuid, runs bigint, opened_at timestamptz,
    opened bigint, first_hour bigint, applications bigint, sign_ins bigint, staff_at timestamptz)
{HEADER} AS $$
BEGIN
  IF walls.scope() <> 'province' THEN RETURN; END IF;
  RETURN QUERY
    WITH opened AS (
      SELECT r.tenant_id, count(*) AS runs, max(r.opens_at) FILTER (WHERE r.opens_at <= now()) AS at
      FROM runs r WHERE r.published_at IS NOT NULL AND r.cancelled_at IS NULL GROUP BY r.tenant_id),
    rush AS (
      SELECT o.tenant_id, count(DISTINCT r.id) AS opened, count(a.id) AS applications
      FROM opened o JOIN runs r ON r.tenant_id = o.tenant_id AND r.opens_at = o.at
          AND r.published_at IS NOT NULL AND r.cancelled_at IS NULL
        LEFT JOIN applications a ON a.tenant_id = r.tenant_id AND a.run_id = r.id
          AND a.applied_at BETWEEN o.at AND o.at + interval '1 hour'
      GROUP BY o.tenant_id),
    lately AS (
      SELECT a.tenant_id, count(*) AS applications FROM applications a
      WHERE a.applied_at > now() - interval '7 days' GROUP BY a.tenant_id),
    hosts AS (
      SELECT t.id, t.slug || hosts_end AS host FROM tenants t UNION ALL SELECT h.tenant_id, h.host FROM tenant_hosts h),
    seen AS (
      SELECT h.id, count(DISTINCT s.person_id) FILTER (WHERE s.created_at > now() - interval '7 days') AS sign_ins,
             max(s.last_seen_at) FILTER (WHERE EXISTS (SELECT FROM role_grants g
               WHERE g.tenant_id = h.id AND g.person_id = s.person_id AND g.ended_at IS NULL)) AS staff_at
      FROM sessions s JOIN hosts h USING (host) GROUP BY h.id)
    SELECT t.id, coalesce(o.runs, 0), o.at, coalesce(h.opened, 0), coalesce(h.applications, 0), coalesce(l.applications, 0), coalesce(s.sign_ins, 0), s.staff_at
    FROM tenants t LEFT JOIN opened o ON o.tenant_id = t.id LEFT JOIN rush h ON h.tenant_id = t.id
      LEFT JOIN lately l ON l.tenant_id = t.id
      LEFT JOIN seen s ON s.id = t.id;
END $$
"""
"""Counts and moments of every city, and nobody's name."""

COUNT_MESSAGES = f"""
CREATE FUNCTION engine.count_messages(days integer, minutes integer) RETURNS TABLE (tenant_id uuid, state text,
    problem text, messages bigint, late bigint)
{HEADER} AS $$
BEGIN
  IF walls.scope() <> 'province' THEN RETURN; END IF;
  RETURN QUERY
    SELECT m.tenant_id, m.state, m.problem, count(*),
           count(*) FILTER (WHERE m.state = 'waiting' AND m.since < now() - make_interval(mins => minutes))
    FROM messages m
    WHERE m.id > uuidv7(make_interval(days => -days)) AND (m.state <> 'waiting' OR m.since <= now())
    GROUP BY m.tenant_id, m.state, m.problem;
END $$
"""
"""What became of the messages of the last days, of every city: numbers alone. What is to be said later is not counted."""


LIMITS = """
INSERT INTO limits (name, valid, value) VALUES
    ('invitation-days', '[2000-01-01,)', 7), ('invitations-per-day', '[2000-01-01,)', 100),
    ('ended-grant-days', '[2000-01-01,)', 1096), ('export-days', '[2000-01-01,)', 7)
"""
"""An invitation's life; how many a house sends in a day; how long an ended role is kept as proof (three years, domain 7.4); an archive's life."""


def upgrade() -> None:
    op.execute(LIMITS)
    changes()
    invitations()
    grants()
    colleagues()
    notices()
    exports()
    engine_function(GO_LIVE, signature="engine.go_live(text, text)")
    engine_function(OFFERED, signature="engine.offered(bytea)")
    engine_function(ACCEPT, signature="engine.accept_invitation(bytea)")
    engine_function(END_GRANT, signature="engine.end_grant(uuid)")
    engine_function(ASK_EXPORT, signature="engine.ask_export(uuid, text, text, text[], inet, text)")
    engine_function(HEALTH, signature="engine.city_health(text)")
    engine_function(COUNT_MESSAGES, signature="engine.count_messages(integer, integer)")


def changes() -> None:
    op.execute(f"""
        CREATE TABLE tenant_changes (
            tenant_id uuid NOT NULL REFERENCES tenants (id), id uuid NOT NULL DEFAULT uuidv7(),
            from_state text CHECK (from_state IN ({STATES})), to_state text NOT NULL CHECK (to_state IN ({STATES})),
            reason text NOT NULL CHECK (reason <> ''), changed_by uuid REFERENCES people (id),
            changed_at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (tenant_id, id))
    """)
    op.execute("CREATE INDEX tenant_changes_changed_by ON tenant_changes (changed_by)")
    wall("tenant_changes", to_app="SELECT", to_engine="SELECT, INSERT")
    op.execute(f"GRANT INSERT (tenant_id, from_state, to_state, reason, changed_by) ON tenant_changes TO {APP}")
    door("tenant_changes", "office", "SELECT", OFFICE)
    door("tenant_changes", "province_reads", "SELECT", PROVINCE_WORK)
    own = f"{PROVINCE} AND {IN_NAME_OF_CALLER.format(column='changed_by')}"
    door("tenant_changes", "province_writes", "INSERT", "true", own)
    append_only("tenant_changes")
    op.execute(f"GRANT UPDATE (state, state_reason, onboarded_on) ON tenants TO {ENGINE}")


def invitations() -> None:
    """Their tokens are made by the job that sends them, kept as digests, and read by the engine alone."""
    op.execute("""
        CREATE TABLE invitations (
            id uuid PRIMARY KEY DEFAULT uuidv7(), tenant_id uuid REFERENCES tenants (id),
            role text NOT NULL, name text NOT NULL CHECK (name <> ''),
            email text NOT NULL CHECK (email = lower(email) AND email LIKE '_%@_%'),
            token_hash bytea UNIQUE CHECK (length(token_hash) = 32),
            invited_by uuid REFERENCES people (id), invited_at timestamptz NOT NULL DEFAULT now(),
            sent_at timestamptz, expires_at timestamptz, withdrawn_at timestamptz,
            accepted_by uuid REFERENCES people (id), accepted_at timestamptz,
            CONSTRAINT invitations_level CHECK ((tenant_id IS NULL) = (role IN
                ('province_admin', 'library_editor', 'library_approver', 'privacy_officer', 'auditor'))
                AND (tenant_id IS NULL OR role IN ('city_admin', 'course_operator', 'instructor', 'desk_clerk'))),
            CHECK ((token_hash IS NULL) = (expires_at IS NULL)), CHECK ((accepted_by IS NULL) = (accepted_at IS NULL)))
    """)
    op.execute(
        "CREATE UNIQUE INDEX invitations_open ON invitations (tenant_id, role, email) NULLS NOT DISTINCT "
        "WHERE accepted_at IS NULL AND withdrawn_at IS NULL"
    )
    op.execute("CREATE INDEX invitations_tenant_id ON invitations (tenant_id, invited_at)")
    for column in ("invited_by", "accepted_by"):
        op.execute(f"CREATE INDEX invitations_{column} ON invitations ({column})")
    wall("invitations")
    op.execute(f"""
        GRANT SELECT (id, tenant_id, role, name, email, invited_by, invited_at, sent_at, expires_at, withdrawn_at,
            accepted_by, accepted_at), INSERT (tenant_id, role, name, email, invited_by),
            UPDATE (token_hash, sent_at, expires_at, withdrawn_at) ON invitations TO {APP}
    """)
    caller = IN_NAME_OF_CALLER.format(column="invited_by")
    door("invitations", "office_reads", "SELECT", OFFICE)
    a_job = "(SELECT walls.scope()) = 'job'"
    door("invitations", "office_changes", "UPDATE", f"{OFFICE} AND ({a_job} OR {CITY_ADMIN})")
    admin_of_city = f"{OFFICE} AND (SELECT walls.scope()) = 'staff' AND {caller} AND {CITY_ADMIN}"
    door("invitations", "admin_invites", "INSERT", "true", admin_of_city)
    door("invitations", "province_reads", "SELECT", PROVINCE_WORK)
    by_whom = f"({a_job} OR walls.person() IS NULL OR {PROVINCE_ADMIN})"
    door("invitations", "province_changes", "UPDATE", f"{PROVINCE_WORK} AND {by_whom}")
    admin = f"{PROVINCE} AND {caller} AND (invited_by IS NULL OR {PROVINCE_ADMIN})"
    door("invitations", "province_invites", "INSERT", "true", admin)


def grants() -> None:
    """Jobs of the province read its own grants: they mirror them to the identity provider."""
    op.execute("ALTER TABLE role_grants ADD COLUMN ended_by uuid REFERENCES people (id)")
    op.execute("CREATE INDEX role_grants_ended_by ON role_grants (ended_by)")
    door("role_grants", "province_job", "SELECT", f"tenant_id IS NULL AND {JOB_OF_PROVINCE}")


def colleagues() -> None:
    """A city's staff see each other, and its jobs see them; the province's jobs see provincial staff."""
    with_role = "EXISTS (SELECT FROM role_grants AS g WHERE g.person_id = people.id AND g.tenant_id {here})"
    of_city = with_role.format(here="= (SELECT walls.tenant())")
    of_province = with_role.format(here="IS NULL")
    door("people", "colleagues", "SELECT", f"(SELECT walls.scope()) IN ('staff', 'job') AND {of_city}")
    door("people", "provincial_staff", "SELECT", f"{JOB_OF_PROVINCE} AND {of_province}")


def notices() -> None:
    """`tenants` are the cities that a notice is for; all of them where it is null."""
    op.execute("""
        CREATE TABLE province_notices (
            id uuid PRIMARY KEY DEFAULT uuidv7(), title text NOT NULL CHECK (title <> ''), body text NOT NULL,
            tenants uuid[] CHECK (cardinality(tenants) > 0), published_at timestamptz, withdrawn_at timestamptz,
            written_by uuid NOT NULL REFERENCES people (id), created_at timestamptz NOT NULL DEFAULT now())
    """)
    op.execute("CREATE INDEX province_notices_written_by ON province_notices (written_by)")
    province_table("province_notices", rights="SELECT, INSERT, UPDATE")
    shown = "published_at IS NOT NULL AND published_at <= now() AND withdrawn_at IS NULL"
    door("province_notices", "everyone_reads", "SELECT", shown)


def exports() -> None:
    op.execute("""
        CREATE TABLE tenant_exports (
            tenant_id uuid NOT NULL REFERENCES tenants (id), id uuid NOT NULL DEFAULT uuidv7(),
            state text NOT NULL DEFAULT 'waiting' CHECK (state IN
                ('waiting', 'making', 'ready', 'failed', 'removed', 'written')),
            purpose text NOT NULL CHECK (purpose <> ''), progress smallint NOT NULL DEFAULT 0 CHECK (progress BETWEEN 0 AND 100),
            bytes bigint, sha256 text, asked_by uuid REFERENCES people (id), asked_at timestamptz NOT NULL DEFAULT now(),
            ready_at timestamptz, kept_until timestamptz, taken integer NOT NULL DEFAULT 0, PRIMARY KEY (tenant_id, id),
            CHECK ((state = 'ready') <= (sha256 IS NOT NULL AND kept_until IS NOT NULL)))
    """)
    op.execute("CREATE INDEX tenant_exports_asked_by ON tenant_exports (asked_by)")
    wall("tenant_exports", to_app="SELECT, UPDATE", to_engine="SELECT, INSERT")
    for command in ("SELECT", "UPDATE"):
        door("tenant_exports", f"province_{command.lower()}s", command, PROVINCE_WORK)
        door("tenant_exports", f"job_{command.lower()}s", command, JOB_OF_CITY)
    op.execute("""
        CREATE TABLE tenant_files (
            tenant_id uuid PRIMARY KEY REFERENCES tenants (id), files integer NOT NULL, bytes bigint NOT NULL,
            measured_at timestamptz NOT NULL DEFAULT now())
    """)
    wall("tenant_files", to_app="SELECT, INSERT, UPDATE", to_engine="")
    door("tenant_files", "province_reads", "SELECT", PROVINCE)
    door("tenant_files", "job", "ALL", JOB_OF_CITY)
