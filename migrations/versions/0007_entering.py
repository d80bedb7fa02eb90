"""How a request enters: host, session or token, and scope in one call; signing in and out."""

from walls import engine_function

revision = "0007"
down_revision = "0006"

HEADER = "LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp"

ENTER = f"""
CREATE FUNCTION engine.enter(
    asked_host text, asked_slug text, token bytea, bearer text, wanted text,
    OUT tenant_id uuid, OUT slug text, OUT tenant_name text, OUT state text, OUT site_version integer,
    OUT person_id uuid, OUT person_name text, OUT language text, OUT session_id uuid,
    OUT roles text[], OUT province_roles text[], OUT scope text)
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
    SELECT p.id, p.name, p.language, s.id INTO person_id, person_name, language, session_id
      FROM sessions s JOIN people p ON p.id = s.person_id
      WHERE s.token_hash = token AND s.host = coalesce(asked_host, '') AND s.ended_at IS NULL AND s.expires_at > now();
    IF session_id IS NOT NULL THEN
      UPDATE sessions s SET last_seen_at = now(),
          expires_at = least(s.created_at + interval '12 hours', now() + interval '2 hours')
        WHERE s.id = session_id AND s.last_seen_at < now() - interval '10 minutes';
    END IF;
  ELSIF bearer IS NOT NULL THEN
    SELECT p.id, p.name, p.language INTO person_id, person_name, language FROM people p WHERE p.subject = bearer;
  END IF;
  scope := 'public';
  IF person_id IS NOT NULL THEN
    scope := 'person';
    SELECT array_agg(g.role) FILTER (WHERE g.tenant_id IS NOT NULL), array_agg(g.role) FILTER (WHERE g.tenant_id IS NULL)
      INTO roles, province_roles FROM role_grants g
      WHERE g.person_id = enter.person_id AND g.ended_at IS NULL AND (g.tenant_id = enter.tenant_id OR g.tenant_id IS NULL);
    IF wanted = 'staff' AND roles IS NOT NULL THEN scope := 'staff'; END IF;
    IF wanted = 'province' AND province_roles IS NOT NULL THEN scope := 'province'; END IF;
  END IF;
  PERFORM set_config('maru.tenant', coalesce(tenant_id::text, ''), true),
          set_config('maru.person', coalesce(person_id::text, ''), true),
          set_config('maru.scope', scope, true);
END $$
"""

BEGIN_SIGN_IN = f"""
CREATE FUNCTION engine.begin_sign_in(
    state bytea, portal bytea, city bytea, a_nonce text, verifier text, for_host text, back text, address inet)
RETURNS boolean {HEADER} AS $$
DECLARE allowed integer;
BEGIN
  DELETE FROM sign_ins WHERE expires_at < now();
  DELETE FROM sign_in_attempts WHERE at < now() - interval '10 minutes';
  IF address IS NOT NULL THEN
    PERFORM pg_advisory_xact_lock(hashtextextended('sign-ins ' || host(address), 0));
    SELECT l.value INTO allowed FROM limits l
      WHERE l.name = 'sign-ins-per-address-per-minute' AND l.valid @> walls.today();
    IF (SELECT count(*) FROM sign_in_attempts a
        WHERE a.address = begin_sign_in.address AND a.at > now() - interval '1 minute') >= allowed THEN
      RETURN false;
    END IF;
    INSERT INTO sign_in_attempts (address) VALUES (address);
  END IF;
  INSERT INTO sign_ins (state_hash, portal_binding, city_binding, nonce, code_verifier, host, return_to, expires_at)
    VALUES (state, portal, city, a_nonce, verifier, for_host, back, now() + interval '10 minutes');
  RETURN true;
END $$
"""

TAKE_SIGN_IN = f"""
CREATE FUNCTION engine.take_sign_in(state bytea, portal bytea, OUT nonce text, OUT code_verifier text, OUT host text)
{HEADER} AS $$
BEGIN
  UPDATE sign_ins s SET called_back_at = now(), expires_at = now() + interval '1 minute'
    WHERE s.state_hash = state AND s.portal_binding = portal AND s.expires_at > now() AND s.called_back_at IS NULL
    RETURNING s.nonce, s.code_verifier, s.host INTO nonce, code_verifier, host;
END $$
"""

RECOGNISE = f"""
CREATE FUNCTION engine.recognise(a_subject text, a_username text, a_name text, an_email text) RETURNS uuid
{HEADER} AS $$
DECLARE
  known people;
  called text := nullif(a_username, '');
  named text := nullif(a_name, '');
  mail text := nullif(an_email, '');
BEGIN
  UPDATE people p SET username = NULL WHERE p.username = called AND p.subject IS DISTINCT FROM a_subject;
  SELECT p.* INTO known FROM people p WHERE p.subject = a_subject;
  IF known.id IS NULL THEN
    INSERT INTO people (subject, username, name, email) VALUES (a_subject, called, coalesce(named, called, a_subject), mail)
      ON CONFLICT (subject) DO UPDATE SET subject = excluded.subject RETURNING id INTO known.id;
  ELSE
    IF known.verified_at IS NOT NULL THEN named := known.name; END IF;
    UPDATE people p
      SET username = coalesce(called, p.username), name = coalesce(named, p.name), email = coalesce(mail, p.email)
      WHERE p.id = known.id AND (p.username, p.name, p.email)
        IS DISTINCT FROM (coalesce(called, p.username), coalesce(named, p.name), coalesce(mail, p.email));
  END IF;
  RETURN known.id;
END $$
"""
"""The person behind an identity. A username is a label that the provider may give to somebody else: it moves on to
whoever bears it now, and nothing else goes with it. The name of somebody whose identity was verified is not the
provider's to change.
"""

ISSUE_TICKET = f"""
CREATE FUNCTION engine.issue_ticket(
    ticket bytea, state bytea, subject text, username text, name text, email text, sid text, hint text)
RETURNS boolean {HEADER} AS $$
DECLARE begun sign_ins;
BEGIN
  DELETE FROM tickets WHERE expires_at < now();
  DELETE FROM sign_ins s WHERE s.state_hash = state AND s.called_back_at IS NOT NULL AND s.expires_at > now()
    RETURNING s.* INTO begun;
  IF begun.state_hash IS NULL THEN RETURN false; END IF;
  INSERT INTO tickets (token_hash, person_id, binding, host, return_to, identity_session, id_token, expires_at)
    VALUES (ticket, engine.recognise(subject, username, name, email), begun.city_binding, begun.host, begun.return_to,
            sid, hint, now() + interval '60 seconds');
  RETURN true;
END $$
"""
"""Only a sign-in that was begun and called back becomes a ticket, and by it a session."""

REDEEM_TICKET = f"""
CREATE FUNCTION engine.redeem_ticket(ticket bytea, city bytea, at_host text, session_token bytea, OUT person_id uuid, OUT return_to text)
{HEADER} AS $$
DECLARE used tickets;
BEGIN
  DELETE FROM tickets t WHERE t.token_hash = ticket RETURNING t.* INTO used;
  IF used.binding = city AND used.host = at_host AND used.expires_at > now() THEN
    person_id := used.person_id;
    return_to := used.return_to;
    INSERT INTO sessions (token_hash, person_id, host, identity_session, id_token, expires_at)
      VALUES (session_token, used.person_id, at_host, used.identity_session, used.id_token, now() + interval '2 hours');
  END IF;
END $$
"""

END_SESSION = f"""
CREATE FUNCTION engine.end_session(token bytea, at_host text) RETURNS text {HEADER} AS $$
DECLARE ended sessions;
BEGIN
  UPDATE sessions SET ended_at = now() WHERE token_hash = token AND host = at_host AND ended_at IS NULL
    RETURNING * INTO ended;
  UPDATE sessions SET ended_at = now()
    WHERE identity_session = ended.identity_session AND person_id = ended.person_id AND ended_at IS NULL;
  UPDATE sessions SET id_token = NULL WHERE identity_session = ended.identity_session AND person_id = ended.person_id;
  RETURN ended.id_token;
END $$
"""

MOVE = f"""
CREATE FUNCTION engine.move(city text, district text, since date, OUT refusal text, OUT days integer) {HEADER} AS $$
DECLARE who uuid := walls.person(); current_home residences;
BEGIN
  IF who IS NULL OR walls.scope() <> 'person' THEN RAISE insufficient_privilege USING MESSAGE = 'nobody is signed in'; END IF;
  PERFORM FROM people WHERE id = who FOR UPDATE;
  SELECT * INTO current_home FROM residences r WHERE r.person_id = who AND upper_inf(r.valid);
  SELECT l.value INTO days FROM limits l WHERE l.name = 'declared-move-days-ahead' AND l.valid @> walls.today();
  IF since > walls.today() + days THEN refusal := 'too-far-ahead'; RETURN; END IF;
  IF since <= lower(current_home.valid) THEN refusal := 'before-last-move'; RETURN; END IF;
  SELECT l.value INTO days FROM limits l WHERE l.name = 'declared-move-days-back' AND l.valid @> walls.today();
  IF current_home.id IS NOT NULL AND since < walls.today() - days THEN refusal := 'too-far-back'; RETURN; END IF;
  SELECT l.value INTO days FROM limits l WHERE l.name = 'days-between-declared-moves' AND l.valid @> walls.today();
  IF EXISTS (SELECT FROM residences r WHERE r.person_id = who AND r.source = 'declared'
             AND (r.recorded_at AT TIME ZONE 'Asia/Seoul')::date > walls.today() - days) THEN
    refusal := 'moved-lately'; RETURN;
  END IF;
  IF NOT EXISTS (SELECT FROM regions r WHERE r.code = city AND r.kind <> 'district' AND r.valid @> since) THEN
    refusal := 'unknown-region'; RETURN;
  END IF;
  IF district IS NOT NULL AND NOT EXISTS (
      SELECT FROM regions r WHERE r.code = district AND r.parent_code = city AND r.valid @> since) THEN
    refusal := 'unknown-region'; RETURN;
  END IF;
  UPDATE residences SET valid = daterange(lower(valid), since) WHERE id = current_home.id;
  INSERT INTO residences (person_id, region_code, district_code, valid, source)
    VALUES (who, city, district, daterange(since, NULL), 'declared');
END $$
"""
"""What a person says of themselves: always declared. Days count from when it was told, so that nobody is a resident of
two cities within them; only who has a home already is held to the last days, since nothing known is rewritten before.
"""

FIND_CERTIFICATE = f"""
CREATE FUNCTION engine.find_certificate(a_number text, a_code text,
    OUT tenant_id uuid, OUT content jsonb, OUT issued_on date, OUT revoked_at timestamptz, OUT revoked_reason text)
{HEADER} AS $$
BEGIN
  SELECT c.tenant_id, c.content, c.issued_on, c.revoked_at, c.revoked_reason
    INTO tenant_id, content, issued_on, revoked_at, revoked_reason
    FROM certificates c WHERE c.number = a_number AND c.code = a_code;
END $$
"""

COUNT_COPY = f"""
CREATE FUNCTION engine.count_copy(certificate uuid) RETURNS integer {HEADER} AS $$
DECLARE counted integer;
BEGIN
  UPDATE certificates SET copies = copies + 1
    WHERE id = certificate AND ((walls.scope() = 'person' AND person_id = walls.person())
      OR (walls.scope() = 'staff' AND tenant_id = walls.tenant()))
    RETURNING copies INTO counted;
  RETURN counted;
END $$
"""


def upgrade() -> None:
    engine_function(ENTER, signature="engine.enter(text, text, bytea, text, text)")
    engine_function(BEGIN_SIGN_IN, signature="engine.begin_sign_in(bytea, bytea, bytea, text, text, text, text, inet)")
    engine_function(TAKE_SIGN_IN, signature="engine.take_sign_in(bytea, bytea)")
    engine_function(RECOGNISE, signature="engine.recognise(text, text, text, text)", callers=())
    engine_function(ISSUE_TICKET, signature="engine.issue_ticket(bytea, bytea, text, text, text, text, text, text)")
    engine_function(REDEEM_TICKET, signature="engine.redeem_ticket(bytea, bytea, text, bytea)")
    engine_function(END_SESSION, signature="engine.end_session(bytea, text)")
    engine_function(MOVE, signature="engine.move(text, text, date)")
    engine_function(FIND_CERTIFICATE, signature="engine.find_certificate(text, text)")
    engine_function(COUNT_COPY, signature="engine.count_copy(uuid)")
