"""How strongly somebody signed in, which the consoles ask for, and sessions that the identity provider says are over."""

from alembic import op
from walls import engine_function

revision = "0030"
down_revision = "0029"

HEADER = "LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp"

ENTER = f"""
CREATE FUNCTION engine.enter(
    asked_host text, asked_slug text, token bytea, bearer text, wanted text, bearer_strong boolean DEFAULT false,
    OUT tenant_id uuid, OUT slug text, OUT tenant_name text, OUT state text, OUT site_version integer,
    OUT person_id uuid, OUT person_name text, OUT language text, OUT session_id uuid,
    OUT roles text[], OUT province_roles text[], OUT scope text, OUT strong boolean)
{HEADER} AS $$
BEGIN
  IF asked_slug IS NOT NULL THEN
    SELECT t.id, t.slug, t.name_ko, t.state, s.version INTO tenant_id, slug, tenant_name, state, site_version
      FROM tenants t LEFT JOIN sites s ON s.tenant_id = t.id WHERE t.slug = asked_slug;
  ELSIF asked_host IS NOT NULL THEN
    SELECT t.id, t.slug, t.name_ko, t.state, s.version INTO tenant_id, slug, tenant_name, state, site_version
      FROM tenant_hosts h JOIN tenants t ON t.id = h.tenant_id LEFT JOIN sites s ON s.tenant_id = t.id
      WHERE h.host = asked_host;
  END IF;
  IF token IS NOT NULL THEN
    SELECT p.id, p.name, p.language, s.id, s.strong INTO person_id, person_name, language, session_id, strong
      FROM sessions s JOIN people p ON p.id = s.person_id
      WHERE s.token_hash = token AND s.host = coalesce(asked_host, '') AND s.ended_at IS NULL AND s.expires_at > now();
    IF session_id IS NOT NULL THEN
      UPDATE sessions s SET last_seen_at = now(),
          expires_at = least(s.created_at + interval '12 hours', now() + interval '2 hours')
        WHERE s.id = session_id AND s.last_seen_at < now() - interval '10 minutes';
    END IF;
  ELSIF bearer IS NOT NULL THEN
    SELECT p.id, p.name, p.language, bearer_strong INTO person_id, person_name, language, strong FROM people p WHERE p.subject = bearer;
  END IF;
  scope := 'public';
  IF person_id IS NOT NULL THEN
    scope := 'person';
    SELECT array_agg(g.role) FILTER (WHERE g.tenant_id IS NOT NULL), array_agg(g.role) FILTER (WHERE g.tenant_id IS NULL)
      INTO roles, province_roles FROM role_grants g
      WHERE g.person_id = enter.person_id AND g.ended_at IS NULL AND (g.tenant_id = enter.tenant_id OR g.tenant_id IS NULL);
    IF wanted = 'staff' AND roles IS NOT NULL AND strong THEN scope := 'staff'; END IF;
    IF wanted = 'province' AND province_roles IS NOT NULL AND strong THEN scope := 'province'; END IF;
  END IF;
  PERFORM set_config('maru.tenant', coalesce(tenant_id::text, ''), true),
          set_config('maru.person', coalesce(person_id::text, ''), true),
          set_config('maru.scope', scope, true);
END $$
"""
"""As before, and the staff's scopes open to sessions and tokens with a second factor behind them alone (domain 7.4)."""

ISSUE_TICKET = f"""
CREATE FUNCTION engine.issue_ticket(
    ticket bytea, state bytea, subject text, username text, name text, email text, sid text, hint text,
    strong boolean DEFAULT false)
RETURNS boolean {HEADER} AS $$
DECLARE begun sign_ins;
BEGIN
  DELETE FROM tickets WHERE expires_at < now();
  DELETE FROM sign_ins s WHERE s.state_hash = state AND s.called_back_at IS NOT NULL AND s.expires_at > now()
    RETURNING s.* INTO begun;
  IF begun.state_hash IS NULL THEN RETURN false; END IF;
  INSERT INTO tickets (token_hash, person_id, binding, host, return_to, identity_session, id_token, strong, expires_at)
    VALUES (ticket, engine.recognise(subject, username, name, email), begun.city_binding, begun.host, begun.return_to,
            sid, hint, issue_ticket.strong, now() + interval '60 seconds');
  RETURN true;
END $$
"""

REDEEM_TICKET = f"""
CREATE OR REPLACE FUNCTION engine.redeem_ticket(ticket bytea, city bytea, at_host text, session_token bytea, OUT person_id uuid, OUT return_to text)
{HEADER} AS $$
DECLARE used tickets;
BEGIN
  DELETE FROM tickets t WHERE t.token_hash = ticket RETURNING t.* INTO used;
  IF used.binding = city AND used.host = at_host AND used.expires_at > now() THEN
    person_id := used.person_id;
    return_to := used.return_to;
    INSERT INTO sessions (token_hash, person_id, host, identity_session, id_token, strong, expires_at)
      VALUES (session_token, used.person_id, at_host, used.identity_session, used.id_token, used.strong,
              now() + interval '2 hours');
  END IF;
END $$
"""

END_ELSEWHERE = f"""
CREATE FUNCTION engine.end_elsewhere(who text, at_provider text, told_at timestamptz) RETURNS integer {HEADER} AS $$
DECLARE person uuid; ended integer;
BEGIN
  SELECT p.id INTO person FROM people p WHERE p.subject = who;
  IF person IS NULL THEN RETURN 0; END IF;
  -- whatever began later is not meant, however late the word comes, or comes again
  DELETE FROM tickets t WHERE t.person_id = person AND t.expires_at <= told_at + interval '60 seconds'
    AND (at_provider IS NULL OR t.identity_session = at_provider);
  UPDATE sessions s SET ended_at = now(), id_token = NULL
    WHERE s.person_id = person AND s.ended_at IS NULL AND s.created_at <= told_at
      AND (at_provider IS NULL OR s.identity_session = at_provider);
  GET DIAGNOSTICS ended = ROW_COUNT;
  RETURN ended;
END $$
"""


def upgrade() -> None:
    for table in ("sessions", "tickets"):
        op.execute(f"ALTER TABLE {table} ADD strong boolean NOT NULL DEFAULT false")
    op.execute("DROP FUNCTION engine.enter(text, text, bytea, text, text)")
    engine_function(ENTER, signature="engine.enter(text, text, bytea, text, text, boolean)")
    op.execute("DROP FUNCTION engine.issue_ticket(bytea, bytea, text, text, text, text, text, text)")
    issue = "engine.issue_ticket(bytea, bytea, text, text, text, text, text, text, boolean)"
    engine_function(ISSUE_TICKET, signature=issue)
    engine_function(REDEEM_TICKET, signature="engine.redeem_ticket(bytea, bytea, text, bytea)")
    engine_function(END_ELSEWHERE, signature="engine.end_elsewhere(text, text, timestamptz)")
