"""People who act for others: guardians of children under 14, helpers, and the proof of what was agreed to (PRV 7.2).

Whoever acts for somebody does so in the scope `acting`: `maru.person` is then the person that it is about, `maru.actor` who
acts. Each statement is judged by the row that stands at that moment, by its dates: no job ends anything.
"""

import hashlib
import json

from alembic import op
from walls import OFFICE, OWN, amend, door, engine_function, office_table, wall

revision = "0038"
down_revision = "0037"

HEADER = "LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp"
STANDS = """
    r.ended_at IS NULL AND (r.ends_on IS NULL OR r.ends_on > walls.today())
    AND (r.kind = 'helper' OR EXISTS (
      SELECT FROM people child WHERE child.id = r.person_id AND walls.own_from(child.birth_date) > walls.today()))
"""
"""That a row of `representations r` holds today: a guardian's until the child's 14th birthday."""
LIMIT = "(SELECT l.value FROM limits l WHERE l.name = '{0}' AND l.valid @> walls.today())"
SIGNED_IN = """
  IF walls.person() IS NULL OR walls.scope() <> 'person' THEN
    RAISE insufficient_privilege USING MESSAGE = 'nobody is signed in';
  END IF;
"""
CLERK = "IF walls.scope() <> 'staff' THEN RAISE insufficient_privilege USING MESSAGE = 'staff only'; END IF;"

ACTING = f"""
CREATE FUNCTION engine.acting(power text) RETURNS boolean STABLE {HEADER} AS $$
BEGIN
  RETURN walls.scope() = 'acting' AND EXISTS (
    SELECT FROM representations r
    WHERE r.representative_id = ANY (engine.ids_of(walls.actor())) AND r.person_id = ANY (engine.ids_of(walls.person())) AND {STANDS}
      AND (r.only_in IS NULL OR r.only_in = walls.tenant())
      AND CASE power WHEN 'apply' THEN r.may_apply WHEN 'see' THEN r.may_see WHEN 'look' THEN true
                     WHEN 'guard' THEN r.kind = 'guardian' WHEN 'everywhere' THEN r.only_in IS NULL END);
END $$
"""
"""Powers: `apply` and cancel; `look` at applications; `see` the history; `guard`, all that a guardian sees;
`everywhere`, not in one city alone.
"""

ACT_FOR = f"""
CREATE FUNCTION engine.act_for(asked uuid, wanted text, OUT id uuid, OUT name text, OUT kind text, OUT may_apply boolean,
    OUT may_see boolean, OUT birth_date date) {HEADER} AS $$
#variable_conflict use_column
DECLARE held representations; actor uuid := walls.person();
BEGIN
  {SIGNED_IN}
  SELECT r.* INTO held FROM representations r
    WHERE r.representative_id = ANY (engine.ids_of(actor)) AND r.person_id = ANY (engine.ids_of(asked)) AND {STANDS}
      AND (r.only_in IS NULL OR r.only_in = walls.tenant())
    ORDER BY r.kind, r.begun_at LIMIT 1;
  IF held.id IS NULL THEN RETURN; END IF;
  SELECT p.id, p.name, CASE WHEN held.kind = 'guardian' THEN p.birth_date END INTO id, name, birth_date
    FROM people p WHERE p.id = asked;
  kind := held.kind; may_apply := held.may_apply; may_see := held.may_see;
  IF held.kind = 'helper' THEN
    INSERT INTO representation_acts (representation_id, person_id, actor_id, done_in, act)
      VALUES (held.id, asked, actor, walls.tenant(), CASE WHEN wanted = 'see' AND NOT held.may_see THEN 'look' ELSE wanted END);
  END IF;
  PERFORM set_config('maru.actor', actor::text, true), set_config('maru.person', asked::text, true),
          set_config('maru.people', engine.ids_of(asked)::text, true), set_config('maru.scope', 'acting', true);
END $$
"""
"""Turn the rest of the caller's transaction into one for `asked`, or change nothing and give a row of nulls."""

WHOSE = f"""
CREATE FUNCTION engine.whose_application(asked uuid) RETURNS uuid STABLE {HEADER} AS $$
BEGIN
  {SIGNED_IN}
  RETURN (SELECT a.person_id FROM applications a JOIN representations r ON r.person_id = a.person_id
    WHERE a.tenant_id = walls.tenant() AND a.id = asked AND r.representative_id = ANY (walls.people()) AND {STANDS}
      AND (r.only_in IS NULL OR r.only_in = walls.tenant()) LIMIT 1);
END $$
"""

MINE_ALL = f"""
CREATE FUNCTION engine.my_representations() RETURNS TABLE (
    id uuid, mine boolean, person_id uuid, name text, kind text, may_apply boolean, may_see boolean, city text,
    begun_at timestamptz, ends_on date, ended_at timestamptz, stands boolean, own_account boolean, method text,
    last_day_of_code timestamptz)
STABLE {HEADER} AS $$
#variable_conflict use_column
BEGIN
  {SIGNED_IN}
  RETURN QUERY
    SELECT r.id, r.representative_id = ANY (walls.people()), o.id,
           CASE WHEN r.representative_id = ANY (walls.people()) OR r.kind = 'helper' THEN o.name END,
           r.kind, r.may_apply, r.may_see, t.name_ko, r.begun_at,
           CASE WHEN r.kind = 'guardian' THEN walls.own_from(p.birth_date) ELSE r.ends_on END, r.ended_at,
           {STANDS}, p.subject IS NOT NULL, r.method,
           (SELECT max(c.expires_at) FROM takeover_codes c
            WHERE c.person_id = r.person_id AND c.made_by = walls.person() AND c.used_at IS NULL AND c.expires_at > now())
    FROM representations r JOIN people p ON p.id = r.person_id
      JOIN people o ON o.id = CASE WHEN r.representative_id = ANY (walls.people()) THEN r.person_id ELSE r.representative_id END
      LEFT JOIN tenants t ON t.id = r.only_in
    WHERE r.person_id = ANY (walls.people()) OR r.representative_id = ANY (walls.people()) ORDER BY r.begun_at DESC;
END $$
"""
"""Those for whom the caller acts (`mine`), and those who act for the caller; a guardian's name is not told to the child."""

ACTS_FOR_ME = f"""
CREATE FUNCTION engine.acts_for_me(most integer) RETURNS TABLE (
    at timestamptz, name text, act text, city_ko text, city_en text) STABLE {HEADER} AS $$
BEGIN
  {SIGNED_IN}
  RETURN QUERY SELECT a.at, p.name, a.act, t.name_ko, t.name_en FROM representation_acts a
    JOIN people p ON p.id = a.actor_id LEFT JOIN tenants t ON t.id = a.done_in
    WHERE a.person_id = ANY (walls.people()) ORDER BY a.id DESC LIMIT most;
END $$
"""

ASK_GUARDIAN = f"""
CREATE FUNCTION engine.ask_guardianship(a_name text, born date, a_method text, an_address text, history text, version text,
    a_reference text, OUT refusal text, OUT id uuid) {HEADER} AS $$
DECLARE who uuid := walls.person(); own_birth date;
BEGIN
  {SIGNED_IN}
  SELECT p.birth_date INTO own_birth FROM people p WHERE p.id = who FOR NO KEY UPDATE;
  DELETE FROM guardian_requests q WHERE q.person_id = who AND q.expires_at < now() AND q.asked_at < now() - interval '1 day';
  refusal := CASE
    WHEN NOT EXISTS (SELECT FROM consent_methods m WHERE m.method = a_method AND m.valid @> walls.today()) THEN 'not-offered'
    WHEN born > walls.today() THEN 'not-born'
    WHEN walls.own_from(born) <= walls.today() THEN 'not-a-child'
    WHEN extract(year FROM age(walls.today(), own_birth)) < {LIMIT.format("guardian-least-age")} THEN 'guardian-too-young'
    WHEN EXISTS (SELECT FROM representations r JOIN people c ON c.id = r.person_id WHERE r.representative_id = who
      AND r.kind = 'guardian' AND c.name = a_name AND c.birth_date = born AND {STANDS}) THEN 'already'
    WHEN (SELECT count(*) FROM representations r WHERE r.representative_id = who AND r.kind = 'guardian' AND {STANDS})
      >= {LIMIT.format("children-per-guardian")} THEN 'too-many'
    WHEN (SELECT count(*) FROM guardian_requests q WHERE q.person_id = who AND q.asked_at > now() - interval '1 day')
      >= {LIMIT.format("guardian-requests-per-day")} THEN 'rate-limited' END;
  IF refusal IS NOT NULL THEN RETURN; END IF;
  INSERT INTO guardian_requests AS q (person_id, child_name, birth_date, method, address, history_version, text_version,
      reference, expires_at)
    VALUES (who, a_name, born, a_method, an_address, history, version, a_reference, now() + CASE
      WHEN a_method IN ('sms', 'email') THEN make_interval(mins => {LIMIT.format("guardian-code-minutes")})
      ELSE make_interval(days => {LIMIT.format("guardian-request-days")}) END)
    RETURNING q.id INTO id;
END $$
"""
"""Nothing of the child is kept beyond the request until consent is proven; what expires is destroyed."""

SET_SECRET = f"""
CREATE FUNCTION engine.set_guardian_secret(asked uuid, secret bytea, OUT address text, OUT name text)
{HEADER} AS $$
BEGIN
  IF walls.scope() <> 'job' THEN RAISE insufficient_privilege USING MESSAGE = 'jobs only'; END IF;
  UPDATE guardian_requests q SET secret_hash = secret, tries = 0
    WHERE q.id = asked AND q.settled_at IS NULL AND q.expires_at > now()
    RETURNING q.address, (SELECT p.name FROM people p WHERE p.id = q.person_id)
    INTO set_guardian_secret.address, set_guardian_secret.name;
END $$
"""

MAKE_CHILD = f"""
CREATE FUNCTION engine.make_child(asked guardian_requests, a_method text, clerk uuid, city uuid) RETURNS uuid {HEADER} AS $$
DECLARE child uuid;
BEGIN
  INSERT INTO people (name, birth_date) VALUES (asked.child_name, asked.birth_date) RETURNING id INTO child;
  INSERT INTO residences (person_id, region_code, district_code, valid, source)
    SELECT child, h.region_code, h.district_code, daterange(walls.today(), NULL), 'declared'
    FROM residences h WHERE h.person_id = asked.person_id AND h.valid @> walls.today();
  INSERT INTO representations (person_id, representative_id, kind, may_apply, may_see, method, text_version, recorded_by,
      recorded_in)
    VALUES (child, asked.person_id, 'guardian', true, true, a_method, asked.text_version, clerk, city);
  IF asked.history_version IS NOT NULL THEN
    INSERT INTO consents (person_id, purpose, text_version, given_by)
      VALUES (child, 'province-history', asked.history_version, asked.person_id);
  END IF;
  UPDATE people SET represents = true WHERE id = asked.person_id;
  UPDATE guardian_requests SET settled_at = now(), child_name = '', birth_date = NULL, secret_hash = NULL, address = ''
    WHERE id = asked.id;
  RETURN child;
END $$
"""
"""A new person without an account, at home where the guardian lives; never one who is there already."""

CONFIRM = f"""
CREATE FUNCTION engine.confirm_guardianship(asked uuid, secret bytea, OUT refusal text, OUT child uuid) {HEADER} AS $$
DECLARE held guardian_requests;
BEGIN
  {SIGNED_IN}
  SELECT q.* INTO held FROM guardian_requests q WHERE q.id = asked AND q.person_id = walls.person() FOR UPDATE;
  refusal := CASE
    WHEN held.id IS NULL OR held.method NOT IN ('sms', 'identity', 'email') THEN 'unknown'
    WHEN held.settled_at IS NOT NULL THEN 'used' WHEN held.expires_at <= now() THEN 'expired'
    WHEN held.method = 'identity' THEN CASE WHEN NOT EXISTS (SELECT FROM verifications v
      WHERE v.person_id = ANY (walls.people()) AND v.method = 'agency' AND v.verified_at > held.asked_at) THEN 'not-proven' END
    WHEN held.tries >= {LIMIT.format("guardian-code-tries")} THEN 'too-many-tries'
    WHEN held.secret_hash IS DISTINCT FROM secret THEN 'wrong' END;
  IF refusal = 'wrong' THEN UPDATE guardian_requests q SET tries = q.tries + 1 WHERE q.id = asked; END IF;
  IF refusal IS NULL THEN child := engine.make_child(held, held.method, NULL, NULL); END IF;
END $$
"""
"""By the secret that was sent, or by an agency that has said after the request who the guardian is."""

FIND_REQUEST = f"""
CREATE FUNCTION engine.find_guardian_request(a_reference text, OUT id uuid, OUT person_id uuid, OUT guardian text, OUT phone text,
    OUT child_name text, OUT birth_date date, OUT method text, OUT with_history boolean, OUT expires_at timestamptz)
STABLE {HEADER} AS $$
BEGIN
  {CLERK}
  SELECT q.id, q.person_id, p.name, q.address, q.child_name, q.birth_date, q.method, q.history_version IS NOT NULL, q.expires_at
    INTO id, person_id, guardian, phone, child_name, birth_date, method, with_history, expires_at
    FROM guardian_requests q JOIN people p ON p.id = q.person_id
    WHERE q.reference = a_reference AND q.method IN ('paper', 'phone') AND q.settled_at IS NULL AND q.expires_at > now();
END $$
"""
"""For a clerk before whom the guardian stands or whom they call: by the number that the guardian was given."""

RECORD = f"""
CREATE FUNCTION engine.record_guardianship(asked uuid, seen boolean, OUT refusal text, OUT child uuid) {HEADER} AS $$
DECLARE held guardian_requests;
BEGIN
  {CLERK}
  SELECT q.* INTO held FROM guardian_requests q WHERE q.id = asked AND q.method IN ('paper', 'phone') FOR UPDATE;
  refusal := CASE WHEN held.id IS NULL THEN 'unknown' WHEN held.settled_at IS NOT NULL THEN 'used'
    WHEN held.expires_at <= now() THEN 'expired' WHEN held.person_id = walls.person() THEN 'own'
    WHEN NOT seen THEN 'unseen' END;
  IF refusal IS NULL THEN child := engine.make_child(held, held.method, walls.person(), walls.tenant()); END IF;
END $$
"""
"""A clerk has seen the signed paper, or has spoken to the guardian; nobody records their own."""

END_REPRESENTATION = f"""
CREATE FUNCTION engine.end_representation(asked uuid, OUT refusal text, OUT given_back integer, OUT kept integer)
{HEADER} AS $$
DECLARE held representations; one record;
BEGIN
  {SIGNED_IN}
  SELECT r.* INTO held FROM representations r WHERE r.id = asked AND (r.representative_id = ANY (walls.people())
    OR r.vouched_by = ANY (walls.people()) OR (r.person_id = ANY (walls.people()) AND r.kind = 'helper')) FOR UPDATE;
  IF held.id IS NULL THEN refusal := 'not-found'; RETURN; END IF;
  given_back := 0; kept := 0;
  IF held.ended_at IS NOT NULL THEN RETURN; END IF;
  UPDATE representations SET ended_at = now(), ended_by = walls.person() WHERE id = held.id;
  IF held.kind = 'helper' THEN RETURN; END IF;
  UPDATE takeover_codes SET expires_at = now() WHERE person_id = held.person_id AND made_by = held.representative_id
    AND used_at IS NULL AND expires_at > now();
  UPDATE consents SET withdrawn_at = now()
    WHERE person_id = held.person_id AND given_by = held.representative_id AND withdrawn_at IS NULL;
  IF (SELECT walls.own_from(p.birth_date) <= walls.today() FROM people p WHERE p.id = held.person_id)
     OR EXISTS (SELECT FROM representations r WHERE r.person_id = held.person_id AND r.kind = 'guardian' AND {STANDS}) THEN
    RETURN;
  END IF;
  UPDATE sessions SET ended_at = now(), id_token = NULL WHERE person_id = held.person_id AND ended_at IS NULL;
  DELETE FROM tickets WHERE person_id = held.person_id;
  FOR one IN
    SELECT a.tenant_id, a.id, a.run_id, r.starts_on FROM applications a
      JOIN runs r ON r.tenant_id = a.tenant_id AND r.id = a.run_id
    WHERE a.person_id = held.person_id AND a.state <> 'cancelled' AND r.cancelled_at IS NULL AND r.settled_at IS NULL
      AND r.ends_on >= walls.today() ORDER BY a.run_id
  LOOP
    IF one.starts_on > walls.today() THEN
      PERFORM engine.give_back(one.tenant_id, one.id, walls.person());
      given_back := given_back + 1;
    ELSE kept := kept + 1; END IF;
  END LOOP;
END $$
"""
"""What rests on a guardian's consent ends with it: places in courses that have not begun are given back, and go to the next
in line; what has begun stays with its city to its end. Where another guardian's consent stands, only this one's access ends.
"""

INVITE = f"""
CREATE FUNCTION engine.invite_helper(code bytea, an_email text, applying boolean, seeing boolean, until date,
    OUT refusal text, OUT id uuid) {HEADER} AS $$
DECLARE who uuid := walls.person();
BEGIN
  {SIGNED_IN}
  PERFORM FROM people p WHERE p.id = who FOR NO KEY UPDATE;
  refusal := CASE WHEN until <= walls.today() THEN 'too-soon'
    WHEN until > walls.today() + {LIMIT.format("helper-most-days")} THEN 'too-long'
    WHEN (SELECT count(*) FROM helper_invitations i WHERE i.person_id = who AND i.asked_at > now() - interval '1 day')
      >= {LIMIT.format("helper-invitations-per-day")} THEN 'rate-limited' END;
  IF refusal IS NOT NULL THEN RETURN; END IF;
  INSERT INTO helper_invitations AS i (person_id, code_hash, email, may_apply, may_see, ends_on, expires_at)
    VALUES (who, code, lower(an_email), applying, seeing, until,
            now() + make_interval(days => {LIMIT.format("helper-code-days")}))
    RETURNING i.id INTO id;
END $$
"""

INVITE_GUARDIAN = f"""
CREATE FUNCTION engine.invite_guardian(child uuid, code bytea, an_email text, OUT refusal text, OUT id uuid) {HEADER} AS $$
DECLARE who uuid := walls.person(); until date;
BEGIN
  {SIGNED_IN}
  SELECT walls.own_from(c.birth_date) INTO until FROM representations r JOIN people c ON c.id = r.person_id
    WHERE r.person_id = child AND r.representative_id = ANY (walls.people()) AND r.kind = 'guardian' AND {STANDS}
    FOR NO KEY UPDATE OF c;
  refusal := CASE WHEN NOT FOUND THEN 'not-found'
    WHEN (SELECT count(*) FROM representations r WHERE r.person_id = child AND r.kind = 'guardian' AND {STANDS})
      >= {LIMIT.format("guardians-per-child")} THEN 'too-many'
    WHEN (SELECT count(*) FROM helper_invitations i WHERE i.person_id = who AND i.asked_at > now() - interval '1 day')
      >= {LIMIT.format("helper-invitations-per-day")} THEN 'rate-limited' END;
  IF refusal IS NOT NULL THEN RETURN; END IF;
  INSERT INTO helper_invitations AS i (person_id, child_id, code_hash, email, may_apply, may_see, ends_on, expires_at)
    VALUES (who, child, code, lower(an_email), true, true, until,
            now() + make_interval(days => {LIMIT.format("helper-code-days")}))
    RETURNING i.id INTO id;
END $$
"""
"""One guardian vouches for the other: both may then do everything, and whoever vouched may also end it."""

VOUCHED = f"""
CREATE FUNCTION engine.vouched_guardians() RETURNS TABLE (id uuid, child_id uuid, name text) STABLE {HEADER} AS $$
BEGIN
  {SIGNED_IN}
  RETURN QUERY SELECT r.id, r.person_id, p.name FROM representations r JOIN people p ON p.id = r.representative_id
    WHERE r.vouched_by = ANY (walls.people()) AND {STANDS} ORDER BY r.begun_at;
END $$
"""

OFFERED_HELP = f"""
CREATE FUNCTION engine.offered_help(code bytea, OUT refusal text, OUT id uuid, OUT name text, OUT may_apply boolean,
    OUT may_see boolean, OUT ends_on date, OUT child text) {HEADER} AS $$
DECLARE offered helper_invitations; who uuid := walls.person();
BEGIN
  {SIGNED_IN}
  PERFORM FROM people p WHERE p.id = who FOR NO KEY UPDATE;
  IF (SELECT count(*) FROM code_tries t WHERE t.person_id = who AND t.at > now() - interval '1 hour')
     >= {LIMIT.format("code-tries-per-hour")} THEN refusal := 'rate-limited'; RETURN; END IF;
  SELECT i.* INTO offered FROM helper_invitations i WHERE i.code_hash = code;
  refusal := CASE WHEN offered.id IS NULL THEN 'unknown' WHEN offered.withdrawn_at IS NOT NULL THEN 'withdrawn'
    WHEN offered.accepted_at IS NOT NULL THEN 'used'
    WHEN offered.expires_at <= now() OR offered.ends_on <= walls.today() THEN 'expired'
    WHEN who IN (offered.person_id, offered.child_id) THEN 'own'
    WHEN offered.child_id IS NOT NULL AND NOT EXISTS (SELECT FROM representations r WHERE r.person_id = offered.child_id
      AND r.representative_id = ANY (engine.ids_of(offered.person_id)) AND r.kind = 'guardian' AND {STANDS}) THEN 'withdrawn'
    WHEN offered.child_id IS NOT NULL AND EXISTS (SELECT FROM representations r WHERE r.person_id = offered.child_id
      AND r.representative_id = ANY (walls.people()) AND r.kind = 'guardian' AND {STANDS}) THEN 'already'
    WHEN offered.child_id IS NOT NULL AND (SELECT count(*) FROM representations r WHERE r.person_id = offered.child_id
      AND r.kind = 'guardian' AND {STANDS}) >= {LIMIT.format("guardians-per-child")} THEN 'too-many'
    WHEN offered.child_id IS NOT NULL AND EXISTS (SELECT FROM people p WHERE p.id = who
      AND extract(year FROM age(walls.today(), p.birth_date)) < {LIMIT.format("guardian-least-age")}) THEN 'guardian-too-young'
    WHEN offered.email <> '' AND NOT EXISTS (SELECT FROM people p WHERE p.id = who AND lower(p.email) = offered.email)
      THEN 'other-person' END;
  IF refusal IN ('unknown', 'other-person') THEN INSERT INTO code_tries (person_id) VALUES (who); END IF;
  IF refusal IS NOT NULL THEN RETURN; END IF;
  SELECT offered.id, p.name, offered.may_apply, offered.may_see, offered.ends_on,
         (SELECT c.name FROM people c WHERE c.id = offered.child_id)
    INTO id, name, may_apply, may_see, ends_on, child FROM people p WHERE p.id = offered.person_id;
END $$
"""

ACCEPT_HELP = f"""
CREATE FUNCTION engine.accept_help(code bytea, version text, OUT refusal text, OUT id uuid) {HEADER} AS $$
DECLARE offered helper_invitations; seen record;
BEGIN
  {SIGNED_IN}
  SELECT i.* INTO offered FROM helper_invitations i WHERE i.code_hash = code FOR UPDATE;
  SELECT * INTO seen FROM engine.offered_help(code);
  IF seen.refusal IS NOT NULL THEN refusal := seen.refusal; RETURN; END IF;
  UPDATE helper_invitations i SET accepted_at = now() WHERE i.id = offered.id;
  IF offered.child_id IS NOT NULL THEN
    INSERT INTO representations AS r (person_id, representative_id, kind, may_apply, may_see, method, text_version, vouched_by)
      VALUES (offered.child_id, walls.person(), 'guardian', true, true, 'online', version, offered.person_id)
      RETURNING r.id INTO id;
  ELSE
    UPDATE representations r SET ended_at = now(), ended_by = offered.person_id WHERE r.person_id = offered.person_id
      AND r.representative_id = walls.person() AND r.kind = 'helper' AND r.ended_at IS NULL;
    INSERT INTO representations AS r (person_id, representative_id, kind, may_apply, may_see, method, text_version, ends_on)
      VALUES (offered.person_id, walls.person(), 'helper', offered.may_apply, offered.may_see, 'online', '', offered.ends_on)
      RETURNING r.id INTO id;
  END IF;
  UPDATE people SET represents = true WHERE people.id = walls.person();
  INSERT INTO messages (tenant_id, person_id, about, kind, details)
    SELECT NULL, offered.person_id, accept_help.id,
           CASE WHEN offered.child_id IS NULL THEN 'families.helper-accepted' ELSE 'families.guardian-accepted' END,
           jsonb_strip_nulls(jsonb_build_object('helper', p.name, 'child', seen.child))
    FROM people p WHERE p.id = walls.person() ON CONFLICT DO NOTHING;
END $$
"""
"""A new naming of the same helper takes the place of the former; a second guardian agrees to `version` of the text."""

RECORD_HELPER = f"""
CREATE FUNCTION engine.record_helper(helped uuid, an_email text, applying boolean, until date, version text,
    OUT refusal text, OUT id uuid) {HEADER} AS $$
DECLARE helper uuid; found integer;
BEGIN
  {CLERK}
  SELECT count(*), (array_agg(p.id))[1] INTO found, helper FROM people p
    WHERE lower(p.email) = lower(an_email) AND p.subject IS NOT NULL;
  refusal := CASE
    WHEN NOT EXISTS (SELECT FROM applications a WHERE a.person_id = helped AND a.tenant_id = walls.tenant()) THEN 'not-found'
    WHEN found <> 1 THEN 'unknown-helper' WHEN helper = helped THEN 'own' WHEN helper = walls.person() THEN 'clerk'
    WHEN until <= walls.today() THEN 'too-soon'
    WHEN until > walls.today() + {LIMIT.format("helper-most-days")} THEN 'too-long' END;
  IF refusal IS NOT NULL THEN RETURN; END IF;
  UPDATE representations r SET ended_at = now(), ended_by = walls.person() WHERE r.person_id = helped
    AND r.representative_id = helper AND r.kind = 'helper' AND r.ended_at IS NULL;
  INSERT INTO representations AS r (person_id, representative_id, kind, may_apply, may_see, only_in, method, text_version,
      recorded_by, recorded_in, ends_on)
    VALUES (helped, helper, 'helper', applying, false, walls.tenant(), 'paper', version, walls.person(), walls.tenant(), until)
    RETURNING r.id INTO id;
  UPDATE people SET represents = true WHERE people.id = helper;
  INSERT INTO messages (tenant_id, person_id, about, kind, details)
    SELECT walls.tenant(), helper, record_helper.id, 'families.asked-to-help', jsonb_build_object('person', p.name)
    FROM people p WHERE p.id = helped ON CONFLICT DO NOTHING;
END $$
"""
"""On a signed paper at the desk, for somebody without any device: in that city alone, and without the history."""

RECORDED = f"""
CREATE FUNCTION engine.recorded_helpers(helped uuid) RETURNS TABLE (id uuid, name text, ends_on date) STABLE {HEADER} AS $$
BEGIN
  {CLERK}
  RETURN QUERY SELECT r.id, p.name, r.ends_on FROM representations r JOIN people p ON p.id = r.representative_id
    WHERE r.person_id = helped AND r.only_in = walls.tenant() AND r.kind = 'helper' AND {STANDS} ORDER BY r.begun_at;
END $$
"""

END_RECORDED = f"""
CREATE FUNCTION engine.end_recorded_helper(asked uuid) RETURNS boolean {HEADER} AS $$
BEGIN
  {CLERK}
  UPDATE representations r SET ended_at = now(), ended_by = walls.person()
    WHERE r.id = asked AND r.only_in = walls.tenant() AND r.kind = 'helper' AND r.ended_at IS NULL;
  RETURN FOUND;
END $$
"""
"""For somebody without any device, who comes to the desk where the paper was signed."""

MAKE_CODE = f"""
CREATE FUNCTION engine.make_takeover_code(child uuid, code bytea, OUT refusal text, OUT expires_at timestamptz) {HEADER} AS $$
BEGIN
  IF walls.scope() NOT IN ('person', 'staff') THEN RAISE insufficient_privilege USING MESSAGE = 'nobody is signed in'; END IF;
  IF NOT EXISTS (SELECT FROM people p WHERE p.id = child AND p.subject IS NULL AND (
      (walls.scope() = 'person' AND EXISTS (SELECT FROM representations r WHERE r.person_id = child
         AND r.representative_id = walls.person() AND r.kind = 'guardian' AND r.ended_at IS NULL))
      OR (walls.scope() = 'staff' AND EXISTS (SELECT FROM representations r WHERE r.person_id = child AND r.kind = 'guardian')
          AND EXISTS (SELECT FROM applications a WHERE a.person_id = child AND a.tenant_id = walls.tenant())))) THEN
    refusal := 'not-found'; RETURN;
  END IF;
  IF (SELECT walls.own_from(p.birth_date) > walls.today() + {LIMIT.format("own-rights-notice-days")}
      FROM people p WHERE p.id = child) THEN refusal := 'too-early'; RETURN; END IF;
  UPDATE takeover_codes c SET expires_at = now() WHERE c.person_id = child AND c.used_at IS NULL AND c.expires_at > now();
  INSERT INTO takeover_codes AS c (person_id, made_by, code_hash, expires_at)
    SELECT child, walls.person(), code, greatest(walls.own_from(p.birth_date)::timestamp AT TIME ZONE 'Asia/Seoul', now())
        + make_interval(days => {LIMIT.format("takeover-code-days")})
    FROM people p WHERE p.id = child
    RETURNING c.expires_at INTO make_takeover_code.expires_at;
END $$
"""

TAKE_OVER = f"""
CREATE FUNCTION engine.take_over(code bytea, OUT refusal text, OUT person uuid) {HEADER} AS $$
DECLARE held takeover_codes; mine people; theirs people;
BEGIN
  {SIGNED_IN}
  SELECT p.* INTO mine FROM people p WHERE p.id = walls.person() FOR UPDATE;
  IF (SELECT count(*) FROM code_tries t WHERE t.person_id = mine.id AND t.at > now() - interval '1 hour')
     >= {LIMIT.format("code-tries-per-hour")} THEN refusal := 'rate-limited'; RETURN; END IF;
  SELECT c.* INTO held FROM takeover_codes c WHERE c.code_hash = code FOR UPDATE;
  SELECT p.* INTO theirs FROM people p WHERE p.id = held.person_id FOR UPDATE;
  refusal := CASE WHEN held.id IS NULL THEN 'unknown' WHEN held.used_at IS NOT NULL THEN 'used'
    WHEN held.expires_at <= now() THEN 'expired' WHEN theirs.subject IS NOT NULL THEN 'used'
    WHEN walls.own_from(theirs.birth_date) > walls.today() THEN 'too-early'
    WHEN held.made_by = mine.id THEN 'own'
    WHEN mine.birth_date <> theirs.birth_date THEN 'other-person' END;
  IF refusal IN ('unknown', 'other-person') THEN INSERT INTO code_tries (person_id) VALUES (mine.id); END IF;
  IF refusal IS NOT NULL THEN RETURN; END IF;
  BEGIN
    UPDATE sessions SET person_id = theirs.id WHERE person_id = mine.id;
    UPDATE tickets SET person_id = theirs.id WHERE person_id = mine.id;
    DELETE FROM code_tries t WHERE t.person_id = mine.id;
    DELETE FROM message_choices c WHERE c.person_id = mine.id;
    DELETE FROM people p WHERE p.id = mine.id;
  EXCEPTION WHEN foreign_key_violation THEN
    refusal := 'not-new'; RETURN;
  END;
  UPDATE people p SET subject = mine.subject, username = mine.username, email = mine.email, phone = mine.phone,
      language = mine.language WHERE p.id = theirs.id;
  UPDATE takeover_codes c SET used_at = now() WHERE c.id = held.id;
  UPDATE consents c SET withdrawn_at = now() WHERE c.person_id = theirs.id AND c.given_by IS NOT NULL AND c.withdrawn_at IS NULL;
  PERFORM set_config('maru.person', theirs.id::text, true);
  INSERT INTO messages (tenant_id, person_id, about, kind, details)
    SELECT NULL, r.representative_id, r.id, 'families.taken-over', jsonb_build_object('child', theirs.name)
    FROM representations r WHERE r.person_id = theirs.id AND r.kind = 'guardian' AND r.ended_at IS NULL ON CONFLICT DO NOTHING;
  person := theirs.id;
END $$
"""
"""The account under which the caller signs in becomes that of the person behind the code, from their own-rights day on. A
caller who has anything already is left as they are: joining two people is another matter. Consents of the guardian end.
"""

COMING_OF_AGE = f"""
CREATE FUNCTION engine.tell_coming_of_age() RETURNS integer {HEADER} AS $$
DECLARE told integer;
BEGIN
  IF walls.scope() <> 'job' THEN RAISE insufficient_privilege USING MESSAGE = 'jobs only'; END IF;
  INSERT INTO messages (tenant_id, person_id, about, kind, details)
    SELECT NULL, r.representative_id, r.id,
        CASE WHEN walls.own_from(p.birth_date) > walls.today() THEN 'families.own-rights-soon' ELSE 'families.own-rights' END,
        jsonb_build_object('child', p.name, 'day', walls.own_from(p.birth_date)::text)
    FROM representations r JOIN people p ON p.id = r.person_id
    WHERE r.kind = 'guardian' AND r.ended_at IS NULL AND p.subject IS NULL
      AND walls.own_from(p.birth_date) BETWEEN walls.today() - {LIMIT.format("own-rights-notice-days")}
        AND walls.today() + {LIMIT.format("own-rights-notice-days")}
    ON CONFLICT DO NOTHING;
  GET DIAGNOSTICS told = ROW_COUNT;
  RETURN told;
END $$
"""
"""Only tells; nothing begins or ends by it. A child who has the account already is not waited for."""

TELL_HELPED = f"""
CREATE FUNCTION engine.tell_helped(helped uuid, helper uuid, city uuid, application uuid, act text) RETURNS void {HEADER} AS $$
BEGIN
  INSERT INTO messages (tenant_id, person_id, about, kind, details)
    SELECT city, helped, application, 'families.helped-' || act, jsonb_build_object('helper', p.name)
    FROM representations r JOIN people p ON p.id = r.representative_id
    WHERE r.person_id = ANY (engine.ids_of(helped)) AND r.representative_id = ANY (engine.ids_of(helper)) AND r.kind = 'helper'
      AND {STANDS} LIMIT 1
    ON CONFLICT DO NOTHING;
END $$
"""

PLACE = f"""
CREATE FUNCTION engine.place(city uuid, who uuid, asked uuid, key text, by_whom uuid,
    OUT refusal text, OUT home text, OUT id uuid, OUT state text, OUT waiting_position integer, OUT number integer,
    OUT applied_at timestamptz, OUT placed integer, OUT capacity integer)
{HEADER} AS $$
DECLARE
  run record;
  person record;
  earlier record;
  age integer;
BEGIN
  SELECT r.opens_at, r.closes_at, r.cancelled_at, r.settled_at, r.resident_only, r.min_age, r.max_age,
         r.first_come, r.ends_on, r.verified_only, t.region_code,
         s.capacity, s.waiting_limit, s.placed, s.waiting INTO run
    FROM runs r JOIN seats s ON s.tenant_id = r.tenant_id AND s.run_id = r.id JOIN tenants t ON t.id = r.tenant_id
    WHERE r.tenant_id = city AND r.id = asked AND r.published_at IS NOT NULL;
  IF NOT FOUND THEN refusal := 'not-found'; RETURN; END IF;
  SELECT p.id || p.aliases AS ids, p.birth_date, p.verified_at, r.region_code, r.source INTO person
    FROM people p LEFT JOIN residences r ON r.person_id = p.id AND r.valid @> walls.today() WHERE p.id = who;

  SELECT a.* INTO earlier FROM applications a
    WHERE a.person_id = ANY (person.ids) AND (a.idempotency_key = key OR (a.run_id = asked AND a.state <> 'cancelled'))
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
  IF now() >= run.closes_at OR run.settled_at IS NOT NULL OR run.ends_on < walls.today() THEN
    refusal := 'closed'; RETURN;
  END IF;

  home := person.region_code;
  IF run.verified_only AND person.verified_at IS NULL THEN refusal := 'not-verified'; RETURN; END IF;
  IF run.resident_only AND (walls.region_on(person.region_code, walls.today()) = walls.region_on(run.region_code, walls.today()))
      IS NOT TRUE THEN refusal := 'not-resident'; RETURN; END IF;
  IF run.min_age IS NOT NULL OR run.max_age IS NOT NULL THEN
    age := extract(year FROM age(walls.today(), person.birth_date));
    IF age IS NULL THEN refusal := 'birth-date-missing'; RETURN; END IF;
    IF age < run.min_age THEN refusal := 'too-young'; RETURN; END IF;
    IF age > run.max_age THEN refusal := 'too-old'; RETURN; END IF;
  END IF;
  IF by_whom IS NULL AND walls.own_from(person.birth_date) > walls.today()
     AND NOT EXISTS (SELECT FROM representations r WHERE r.person_id = ANY (person.ids) AND r.kind = 'guardian' AND {STANDS}) THEN
    refusal := 'guardian-missing'; RETURN;
  END IF;
  IF run.placed >= run.capacity AND run.waiting >= run.waiting_limit THEN refusal := 'run-full'; RETURN; END IF;
  IF (SELECT count(*) FROM applications a WHERE a.person_id = ANY (person.ids) AND a.applied_at > now() - interval '1 minute')
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
      (tenant_id, run_id, person_id, number, state, residence_code, residence_source, idempotency_key, placed_at,
       applied_by)
    SELECT city, asked, who, place.number, place.state, place.home, person.source, key,
           CASE WHEN place.state = 'placed' THEN now() END, by_whom
      FROM runs r WHERE r.tenant_id = city AND r.id = asked AND r.cancelled_at IS NULL AND r.settled_at IS NULL
        AND r.published_at IS NOT NULL
    ON CONFLICT DO NOTHING RETURNING a.id, a.applied_at INTO id, applied_at;
  IF NOT FOUND THEN  -- while we waited for the lock the same person was quicker in another window, or the run was ended
                     -- or withdrawn: give the seat back, answer as to a second call
    UPDATE seats s SET placed = s.placed - CASE WHEN place.state = 'placed' THEN 1 ELSE 0 END,
        waiting = s.waiting - CASE WHEN place.state = 'waiting' THEN 1 ELSE 0 END
      WHERE s.tenant_id = city AND s.run_id = asked;
    SELECT * INTO refusal, home, id, state, waiting_position, number, applied_at, placed, capacity
      FROM engine.place(city, who, asked, key, by_whom);
    RETURN;
  END IF;
  IF by_whom IS NOT NULL THEN PERFORM engine.tell_helped(who, by_whom, city, id, 'apply'); END IF;
END $$
"""
"""The rules of applying, as before, for `who`, by whoever acts for them (null: themselves); a child under 14 applies with a
guardian's consent alone.
"""

APPLY = f"""
CREATE OR REPLACE FUNCTION engine.apply(asked uuid, key text,
    OUT refusal text, OUT home text, OUT id uuid, OUT state text, OUT waiting_position integer, OUT number integer,
    OUT applied_at timestamptz, OUT placed integer, OUT capacity integer)
{HEADER} AS $$
DECLARE who uuid := walls.person(); city uuid := walls.tenant();
BEGIN
  IF who IS NULL OR city IS NULL OR walls.scope() NOT IN ('person', 'acting') THEN
    RAISE insufficient_privilege USING MESSAGE = 'an application needs a person and a city';
  END IF;
  IF walls.scope() = 'acting' AND NOT engine.hold_acting() THEN refusal := 'not-standing'; RETURN; END IF;
  SELECT * INTO refusal, home, id, state, waiting_position, number, applied_at, placed, capacity
    FROM engine.place(city, who, asked, key, CASE WHEN walls.scope() = 'acting' THEN walls.actor() END);
END $$
"""

HOLD_ACTING = f"""
CREATE FUNCTION engine.hold_acting() RETURNS boolean {HEADER} AS $$
BEGIN
  PERFORM FROM representations r WHERE r.representative_id = ANY (engine.ids_of(walls.actor()))
    AND r.person_id = ANY (engine.ids_of(walls.person())) AND r.may_apply
    AND (r.only_in IS NULL OR r.only_in = walls.tenant()) AND {STANDS} FOR SHARE OF r;
  RETURN FOUND AND walls.scope() = 'acting';
END $$
"""
"""Whether the actor may act now. Whoever ends it meanwhile waits for the act, and then finds what it has made."""

CANCEL = f"""
CREATE OR REPLACE FUNCTION engine.cancel(asked uuid, OUT refusal text, OUT run_id uuid, OUT promoted uuid)
{HEADER} AS $$
DECLARE city uuid := walls.tenant(); acting boolean := walls.scope() = 'acting';
BEGIN
  IF acting AND NOT engine.hold_acting() THEN refusal := 'not-standing'; RETURN; END IF;
  IF NOT EXISTS (SELECT FROM applications a WHERE a.tenant_id = city AND a.id = asked
      AND (walls.scope() = 'staff' OR (walls.scope() IN ('person', 'acting') AND a.person_id = ANY (walls.people())))) THEN
    refusal := 'not-found'; RETURN;
  END IF;
  SELECT * INTO refusal, run_id, promoted FROM engine.give_back(city, asked, CASE WHEN acting THEN walls.actor() END);
END $$
"""

GIVE_BACK = f"""
CREATE FUNCTION engine.give_back(city uuid, asked uuid, by_whom uuid, OUT refusal text, OUT run_id uuid, OUT promoted uuid)
{HEADER} AS $$
DECLARE mine record; run record;
BEGIN
  SELECT a.run_id INTO run_id FROM applications a WHERE a.tenant_id = city AND a.id = asked;
  PERFORM FROM seats s WHERE s.tenant_id = city AND s.run_id = give_back.run_id FOR UPDATE;
  SELECT a.state, a.person_id INTO mine FROM applications a WHERE a.tenant_id = city AND a.id = asked FOR UPDATE;
  IF mine.state = 'cancelled' THEN RETURN; END IF;
  SELECT r.settled_at, r.cancelled_at, r.ends_on INTO run FROM runs r WHERE r.tenant_id = city AND r.id = give_back.run_id;
  IF run.cancelled_at IS NOT NULL THEN refusal := 'called-off'; RETURN; END IF;
  IF run.settled_at IS NOT NULL OR run.ends_on < walls.today() THEN refusal := 'too-late'; RETURN; END IF;
  UPDATE applications a SET state = 'cancelled', cancelled_at = now(), cancelled_by = by_whom
    WHERE a.tenant_id = city AND a.id = asked;
  UPDATE seats s SET
      placed = s.placed - CASE WHEN mine.state = 'waiting' THEN 0 ELSE 1 END,
      waiting = s.waiting - CASE WHEN mine.state = 'waiting' THEN 1 ELSE 0 END
    WHERE s.tenant_id = city AND s.run_id = give_back.run_id;
  IF by_whom IS NOT NULL THEN PERFORM engine.tell_helped(mine.person_id, by_whom, city, asked, 'cancel'); END IF;
  SELECT m INTO promoted FROM engine.move_up(city, give_back.run_id) m LIMIT 1;
END $$
"""

POSITIONS = """
CREATE OR REPLACE FUNCTION engine.positions(asked uuid[]) RETURNS TABLE (application_id uuid, waiting_position integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT a.id, engine.position_of(a.tenant_id, a.run_id, a.number, a.state) FROM applications a
  WHERE a.id = ANY (asked) AND a.state = 'waiting'
    AND ((walls.scope() = 'person' AND a.person_id = ANY (walls.people()))
      OR (a.person_id = ANY (walls.people()) AND engine.acting('look'))
      OR (walls.scope() = 'staff' AND a.tenant_id = walls.tenant()))
$$
"""

COUNT_COPY = f"""
CREATE OR REPLACE FUNCTION engine.count_copy(certificate uuid) RETURNS integer {HEADER} AS $$
DECLARE counted integer;
BEGIN
  UPDATE certificates SET copies = copies + 1
    WHERE id = certificate AND ((walls.scope() = 'person' AND person_id = ANY (walls.people()))
      OR (person_id = ANY (walls.people()) AND engine.acting('see'))
      OR (walls.scope() = 'staff' AND tenant_id = walls.tenant()))
    RETURNING copies INTO counted;
  RETURN counted;
END $$
"""

CONSENTS_OF = f"""
CREATE OR REPLACE FUNCTION engine.consents_of(asked uuid[], a_purpose text) RETURNS TABLE (person_id uuid, consent_id uuid)
{HEADER} AS $$
BEGIN
  IF walls.scope() NOT IN ('staff', 'job') THEN RAISE insufficient_privilege USING MESSAGE = 'staff only'; END IF;
  PERFORM FROM people p WHERE p.id IN (SELECT coalesce(k.merged_into, k.id) FROM people k WHERE k.id = ANY (asked))
    ORDER BY p.id FOR SHARE;
  RETURN QUERY SELECT k.id, c.id FROM people k JOIN consents c ON c.person_id = coalesce(k.merged_into, k.id)
    WHERE k.id = ANY (asked) AND c.purpose = a_purpose AND c.withdrawn_at IS NULL
      AND (c.given_by IS NULL OR EXISTS (SELECT FROM representations r WHERE r.person_id = ANY (engine.ids_of(c.person_id))
        AND r.representative_id = c.given_by AND r.kind = 'guardian' AND {STANDS}))
      AND EXISTS (SELECT FROM applications a WHERE a.person_id = k.id AND a.tenant_id = walls.tenant());
END $$
"""
"""As before; what a guardian agreed to holds as long as the guardian stands."""

TAKE = f"""
CREATE OR REPLACE FUNCTION engine.take_messages(most integer, seconds integer) RETURNS TABLE (
    id uuid, tenant_id uuid, person_id uuid, kind text, about uuid, details jsonb, attempts smallint, address text,
    language text, since timestamptz,
    name text, email text, phone text, wanted text)
{HEADER} AS $$
#variable_conflict use_column
BEGIN
  IF walls.scope() <> 'job' THEN RAISE insufficient_privilege USING MESSAGE = 'jobs only'; END IF;
  UPDATE messages SET state = 'unsure', problem = 'unsure' WHERE state = 'handing' AND due_at <= now();
  RETURN QUERY
    WITH due AS (
      SELECT m.id FROM messages m WHERE m.state = 'waiting' AND m.due_at <= now()
      ORDER BY m.due_at, m.id LIMIT most FOR UPDATE SKIP LOCKED),
    taken AS (
      UPDATE messages m SET due_at = now() + make_interval(secs => seconds), attempts = m.attempts + 1
      FROM due WHERE m.id = due.id RETURNING m.*)
    SELECT t.id, t.tenant_id, t.person_id, t.kind, t.about, t.details, t.attempts, t.address,
           coalesce(g.language, p.language, t.language), t.since,
           p.name, CASE WHEN g.id IS NULL THEN p.email ELSE g.email END,
           CASE WHEN g.id IS NULL THEN p.phone ELSE g.phone END, c.channel
    FROM taken t LEFT JOIN people p ON p.id = t.person_id
      LEFT JOIN LATERAL (
        SELECT f.* FROM representations r JOIN people f ON f.id = r.representative_id
        WHERE r.person_id = p.id AND r.kind = 'guardian' AND {STANDS} ORDER BY r.begun_at LIMIT 1) g ON p.subject IS NULL
      LEFT JOIN message_choices c ON c.person_id = coalesce(g.id, p.id)
    ORDER BY t.id;
END $$
"""
"""As before; what concerns a child without an account goes to the guardian."""

ENTER = f"""
CREATE FUNCTION engine.enter(
    asked_host text, asked_slug text, token bytea, bearer text, wanted text, bearer_strong boolean DEFAULT false,
    OUT tenant_id uuid, OUT slug text, OUT tenant_name text, OUT state text, OUT site_version integer,
    OUT person_id uuid, OUT person_name text, OUT language text, OUT session_id uuid,
    OUT roles text[], OUT province_roles text[], OUT scope text, OUT strong boolean,
    OUT represents boolean)
{HEADER} AS $$
DECLARE others uuid[];
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
    SELECT p.id, p.name, p.language, p.represents, p.aliases, s.id, s.strong
      INTO person_id, person_name, language, represents, others, session_id, strong
      FROM sessions s JOIN people p ON p.id = s.person_id
      WHERE s.token_hash = token AND s.host = coalesce(asked_host, '') AND s.ended_at IS NULL AND s.expires_at > now();
    IF session_id IS NOT NULL THEN
      UPDATE sessions s SET last_seen_at = now(),
          expires_at = least(s.created_at + interval '12 hours', now() + interval '2 hours')
        WHERE s.id = session_id AND s.last_seen_at < now() - interval '10 minutes';
    END IF;
  ELSIF bearer IS NOT NULL THEN
    SELECT p.id, p.name, p.language, p.represents, p.aliases, bearer_strong
      INTO person_id, person_name, language, represents, others, strong
      FROM people k JOIN people p ON p.id = coalesce(k.merged_into, k.id) WHERE k.subject = bearer;
  END IF;
  scope := 'public';
  IF person_id IS NOT NULL THEN
    scope := 'person';
    SELECT array_agg(g.role) FILTER (WHERE g.tenant_id IS NOT NULL), array_agg(g.role) FILTER (WHERE g.tenant_id IS NULL)
      INTO roles, province_roles FROM role_grants g
      WHERE g.person_id = enter.person_id AND g.ended_at IS NULL AND (g.tenant_id = enter.tenant_id OR g.tenant_id IS NULL);
    IF roles IS NULL AND province_roles IS NOT NULL AND EXISTS (SELECT FROM city_visits v
        WHERE v.actor_id = enter.person_id AND v.tenant_id = enter.tenant_id AND v.expires_at > now()) THEN
      roles := ARRAY['province_visitor'];
    END IF;
    IF wanted = 'staff' AND roles IS NOT NULL AND strong THEN scope := 'staff'; END IF;
    IF wanted = 'province' AND province_roles IS NOT NULL AND strong THEN scope := 'province'; END IF;
  END IF;
  PERFORM set_config('maru.tenant', coalesce(tenant_id::text, ''), true),
          set_config('maru.person', coalesce(person_id::text, ''), true),
          set_config('maru.people', coalesce((person_id || others)::text, ''), true),
          set_config('maru.scope', scope, true);
END $$
"""
"""As before, and whether the person has ever acted for somebody, so that nobody else pays for asking."""

ENROL_MEMBER = f"""
CREATE FUNCTION engine.enrol_member(list uuid, a_name text, born date, a_phone text, an_email text, a_guardian text,
    a_guardian_phone text, decision text, OUT outcome text, OUT refusal text, OUT waiting_position integer)
{HEADER} AS $$
#variable_conflict use_column
DECLARE city uuid := walls.tenant(); held group_imports; member group_members; who uuid; alike uuid[]; place record;
BEGIN
  IF walls.scope() <> 'job' THEN RAISE insufficient_privilege USING MESSAGE = 'jobs only'; END IF;
  SELECT g.* INTO held FROM group_imports g WHERE g.tenant_id = city AND g.id = list;
  IF held.id IS NULL THEN RAISE insufficient_privilege USING MESSAGE = 'no such list in this city'; END IF;
  IF walls.own_from(born) > walls.today() AND (a_guardian = '' OR a_guardian_phone = '') THEN
    refusal := 'guardian-missing'; RETURN;
  END IF;
  SELECT m.* INTO member FROM group_members m WHERE m.tenant_id = city AND m.institution = held.institution
    AND m.name = a_name AND m.birth_date = born AND m.phone = a_phone AND m.email = an_email;
  SELECT coalesce(p.merged_into, p.id) INTO who FROM people p WHERE p.id = member.person_id;
  IF who IS NULL THEN
    SELECT array_agg(DISTINCT coalesce(p.merged_into, p.id)) INTO alike FROM people p WHERE p.name = a_name AND p.birth_date = born;
    IF alike IS NOT NULL AND decision = '' THEN refusal := 'candidate'; RETURN; END IF;
    IF decision = 'same' AND cardinality(alike) > 1 THEN refusal := 'several'; RETURN; END IF;
    IF decision = 'same' THEN who := alike[1]; END IF;
  END IF;
  BEGIN
    IF who IS NULL THEN
      INSERT INTO people (name, birth_date, phone, email) VALUES (a_name, born, nullif(a_phone, ''), nullif(an_email, ''))
        RETURNING people.id INTO who;
      outcome := 'new';
    ELSE outcome := 'known'; END IF;
    SELECT * INTO place FROM engine.place(city, who, held.run_id, NULL, held.imported_by);
    IF place.refusal IS NOT NULL THEN RAISE EXCEPTION USING ERRCODE = 'MR001'; END IF;
    IF member.id IS NULL THEN
      INSERT INTO group_members (tenant_id, import_id, person_id, institution, name, birth_date, phone, email, guardian,
          guardian_phone, made_here)
        VALUES (city, held.id, who, held.institution, a_name, born, a_phone, an_email, a_guardian, a_guardian_phone,
                outcome = 'new');
    END IF;
    waiting_position := place.waiting_position;
  EXCEPTION WHEN SQLSTATE 'MR001' THEN refusal := place.refusal;
  END;
END $$
"""
"""One line of an institution's list, by the rules of `engine.place`, whole or not at all. A person is made for it, or is the
one of an earlier line of the same institution; whoever else is alike in name and birth date is left to a person's decision
(`same`, `other`).
"""

MOVE = f"""
CREATE OR REPLACE FUNCTION engine.move(city text, district text, since date, OUT refusal text, OUT days integer) {HEADER} AS $$
DECLARE who uuid := walls.person(); current_home residences;
BEGIN
  IF who IS NULL OR NOT (walls.scope() = 'person' OR engine.acting('guard')) THEN
    RAISE insufficient_privilege USING MESSAGE = 'nobody is signed in';
  END IF;
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
"""As before; a guardian says it for the child."""

CONSENT_FOR = f"""
CREATE FUNCTION engine.consent_for_child(a_purpose text, version text, given boolean) RETURNS void {HEADER} AS $$
BEGIN
  IF NOT engine.acting('guard') THEN RAISE insufficient_privilege USING MESSAGE = 'guardians only'; END IF;
  PERFORM FROM people p WHERE p.id = walls.person() FOR NO KEY UPDATE;
  IF NOT given THEN
    UPDATE consents SET withdrawn_at = now()
      WHERE person_id = walls.person() AND purpose = a_purpose AND withdrawn_at IS NULL;
  ELSIF NOT EXISTS (SELECT FROM consents c WHERE c.person_id = walls.person() AND c.purpose = a_purpose
      AND c.withdrawn_at IS NULL) THEN
    INSERT INTO consents (person_id, purpose, text_version, given_by)
      VALUES (walls.person(), a_purpose, version, walls.actor());
  END IF;
END $$
"""

FUNCTIONS = {
    "engine.consent_for_child(text, text, boolean)": CONSENT_FOR,
    "engine.enrol_member(uuid, text, date, text, text, text, text, text)": ENROL_MEMBER,
    "engine.acting(text)": ACTING,
    "engine.act_for(uuid, text)": ACT_FOR,
    "engine.whose_application(uuid)": WHOSE,
    "engine.my_representations()": MINE_ALL,
    "engine.acts_for_me(integer)": ACTS_FOR_ME,
    "engine.ask_guardianship(text, date, text, text, text, text, text)": ASK_GUARDIAN,
    "engine.set_guardian_secret(uuid, bytea)": SET_SECRET,
    "engine.confirm_guardianship(uuid, bytea)": CONFIRM,
    "engine.find_guardian_request(text)": FIND_REQUEST,
    "engine.record_guardianship(uuid, boolean)": RECORD,
    "engine.end_representation(uuid)": END_REPRESENTATION,
    "engine.invite_helper(bytea, text, boolean, boolean, date)": INVITE,
    "engine.offered_help(bytea)": OFFERED_HELP,
    "engine.accept_help(bytea, text)": ACCEPT_HELP,
    "engine.invite_guardian(uuid, bytea, text)": INVITE_GUARDIAN,
    "engine.vouched_guardians()": VOUCHED,
    "engine.record_helper(uuid, text, boolean, date, text)": RECORD_HELPER,
    "engine.recorded_helpers(uuid)": RECORDED,
    "engine.end_recorded_helper(uuid)": END_RECORDED,
    "engine.make_takeover_code(uuid, bytea)": MAKE_CODE,
    "engine.take_over(bytea)": TAKE_OVER,
    "engine.tell_coming_of_age()": COMING_OF_AGE,
    "engine.enter(text, text, bytea, text, text, boolean)": ENTER,
}
INNER = {
    "engine.hold_acting()": HOLD_ACTING,
    "engine.make_child(guardian_requests, text, uuid, uuid)": MAKE_CHILD,
    "engine.tell_helped(uuid, uuid, uuid, uuid, text)": TELL_HELPED,
    "engine.place(uuid, uuid, uuid, text, uuid)": PLACE,
    "engine.give_back(uuid, uuid, uuid)": GIVE_BACK,
}


def upgrade() -> None:
    settings()
    figures()
    representations()
    requests()
    groups()
    own_account()
    op.execute("ALTER TABLE people ADD represents boolean NOT NULL DEFAULT false")
    op.execute("ALTER TABLE consents ADD given_by uuid REFERENCES people (id)")
    op.execute("CREATE INDEX consents_given_by ON consents (given_by) WHERE given_by IS NOT NULL")
    for column in ("applied_by", "cancelled_by"):
        op.execute(f"ALTER TABLE applications ADD {column} uuid REFERENCES people (id)")
        op.execute(f"CREATE INDEX applications_{column} ON applications ({column}) WHERE {column} IS NOT NULL")
    op.execute("GRANT DELETE ON message_choices TO maru_engine")
    op.execute("DROP FUNCTION engine.enter(text, text, bytea, text, text, boolean)")
    for signature, source in INNER.items():
        engine_function(source, signature=signature, callers=())
    for signature, source in FUNCTIONS.items():
        engine_function(source, signature=signature)
    op.execute("SET LOCAL ROLE maru_engine")
    for source in (APPLY, CANCEL, MOVE, POSITIONS, COUNT_COPY, CONSENTS_OF, TAKE):
        op.execute(source)
    op.execute("RESET ROLE")
    amend("engine.regroup(uuid[])", "'{}')\n    FROM tops t", f"'{{}}'){REPRESENTS}\n    FROM tops t")
    doors()
    destruction()


REPRESENTS = """,
      represents = EXISTS (SELECT FROM tops o JOIN representations r ON r.representative_id = o.id WHERE o.top = t.top)"""
"""Whoever acts for somebody under one ID does so under all of theirs (engine.regroup)."""
OWN_ACCOUNT = {
    "ko": {
        "title": "만 14세부터 내 계정 쓰기",
        "aim": "강좌 신청과 수강, 수료증 발급에 씁니다.",
        "items": "이름과 생년월일, 사는 시군, 신청과 출석, 수료 기록",
        "period": "동의를 거두시거나 회원 정보를 지워 달라고 하실 때까지",
        "refusal": "동의하지 않으실 수 있습니다. 그러면 내 계정으로 신청하실 수 없습니다.",
        "recipient": "",
    },
    "en": {
        "title": "An account of my own from 14 on",
        "aim": "For applying to courses, attending them and certificates.",
        "items": "Name, birth date, city of residence, applications, attendance and completions",
        "period": "Until you withdraw your consent or ask us to delete your account.",
        "refusal": "You may refuse. Then you cannot apply with an account of your own.",
        "recipient": "",
    },
}  # fmt: skip
"""What somebody agrees to who takes their account over at 14 (PRV 7.2)."""
PARTS = ("title", "aim", "items", "period", "refusal", "recipient")


DESTROYER = "maru_destroyer"
DESTROYED_TOO = ("representation_acts", "representations", "guardian_requests", "helper_invitations", "takeover_codes",
                 "code_tries", "group_members")  # fmt: skip


def destruction() -> None:
    """Who acted for whom goes with the account of the person that it was about."""
    for table in DESTROYED_TOO:
        op.execute(f"GRANT SELECT, DELETE ON {table} TO {DESTROYER}")
        op.execute(f"CREATE POLICY destroyer ON {table} TO {DESTROYER} USING (true) WITH CHECK (true)")
    named = ", ".join(f"'{table}'" for table in DESTROYED_TOO)
    amend("engine.destroy_due()", "'memberships']", f"'memberships', {named}]", owner=DESTROYER)


def own_account() -> None:
    lines = [f"{language}.{part}: {OWN_ACCOUNT[language][part]}" for language in ("ko", "en") for part in PARTS]
    digest = hashlib.sha256("\n".join(lines).encode()).hexdigest()
    written = json.dumps(OWN_ACCOUNT, ensure_ascii=False).replace("'", "''").replace(":", r"\:")
    op.execute("SET LOCAL ROLE maru_engine")
    op.execute(f"""
        INSERT INTO consent_texts (purpose, kind, version, words, text_hash, in_force_on, published_at)
        VALUES ('own-account', 'collection', '2026-11', '{written}', '{digest}', '2026-01-01', now())
    """)
    op.execute("RESET ROLE")


def settings() -> None:
    """Who acts, and the day from which a person decides alone: the 14th birthday, by the age that the law counts
    (Civil Act, articles 158 and 160: whoever was born on 29 February has it on 1 March of a common year).
    """
    op.execute(
        "CREATE FUNCTION walls.actor() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE "
        "RETURN nullif(current_setting('maru.actor', true), '')::uuid"
    )
    op.execute("""
        CREATE FUNCTION walls.own_from(born date) RETURNS date LANGUAGE sql STABLE PARALLEL SAFE RETURN (
            SELECT (born + make_interval(years => l.value))::date
                + (extract(day FROM born + make_interval(years => l.value)) <> extract(day FROM born))::integer
            FROM limits l WHERE l.name = 'own-consent-age' AND l.valid @> walls.today())
    """)
    op.execute("REVOKE ALL ON FUNCTION walls.actor(), walls.own_from(date) FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION walls.actor(), walls.own_from(date) TO maru_app, maru_engine")


def figures() -> None:
    """Ages are the law's (Personal Information Protection Act, article 22-2; Civil Act, article 4); the others are ours."""
    op.execute("""
        INSERT INTO limits (name, valid, value) VALUES
            ('own-consent-age', '[2026-01-01,)', 14), ('guardian-least-age', '[2026-01-01,)', 19),
            ('children-per-guardian', '[2026-01-01,)', 10), ('guardians-per-child', '[2026-01-01,)', 4), ('guardian-requests-per-day', '[2026-01-01,)', 10),
            ('guardian-code-minutes', '[2026-01-01,)', 60), ('guardian-code-tries', '[2026-01-01,)', 5),
            ('guardian-request-days', '[2026-01-01,)', 14), ('own-rights-notice-days', '[2026-01-01,)', 30),
            ('takeover-code-days', '[2026-01-01,)', 60), ('helper-most-days', '[2026-01-01,)', 366),
            ('helper-code-days', '[2026-01-01,)', 7), ('helper-invitations-per-day', '[2026-01-01,)', 10),
            ('code-tries-per-hour', '[2026-01-01,)', 10),
            ('people-per-group', '[2026-01-01,)', 300)
    """)
    op.execute("""
        CREATE TABLE consent_methods (
            method text NOT NULL CHECK (method <> ''), valid daterange NOT NULL,
            citation text NOT NULL CHECK (citation <> ''),
            CONSTRAINT consent_methods_pkey PRIMARY KEY (method, valid WITHOUT OVERLAPS))
    """)
    op.execute("GRANT SELECT ON consent_methods TO maru_app, maru_engine")
    op.execute("""
        INSERT INTO consent_methods (method, valid, citation) VALUES
            ('sms', '[2026-01-01,)', '개인정보 보호법 시행령 제17조의2제1항제1호'),
            ('identity', '[2026-01-01,)', '개인정보 보호법 시행령 제17조의2제1항제3호'),
            ('email', '[2026-01-01,)', '개인정보 보호법 시행령 제17조의2제1항제5호'),
            ('paper', '[2026-01-01,)', '개인정보 보호법 시행령 제17조의2제1항제4호'),
            ('phone', '[2026-01-01,)', '개인정보 보호법 시행령 제17조의2제1항제6호')
    """)


def representations() -> None:
    """Nobody but the engine reads them: who acts for whom is told to those two alone, by functions."""
    op.execute("""
        CREATE TABLE representations (
            id uuid PRIMARY KEY DEFAULT uuidv7(),
            person_id uuid NOT NULL REFERENCES people (id), representative_id uuid NOT NULL REFERENCES people (id),
            kind text NOT NULL CHECK (kind IN ('guardian', 'helper')),
            may_apply boolean NOT NULL, may_see boolean NOT NULL, only_in uuid REFERENCES tenants (id),
            method text NOT NULL CHECK (method IN ('sms', 'identity', 'email', 'paper', 'phone', 'online')),
            text_version text NOT NULL, vouched_by uuid REFERENCES people (id),
            recorded_by uuid REFERENCES people (id), recorded_in uuid REFERENCES tenants (id),
            begun_at timestamptz NOT NULL DEFAULT now(), ends_on date,
            ended_at timestamptz, ended_by uuid REFERENCES people (id),
            CHECK (person_id <> representative_id), CHECK (may_apply OR may_see),
            CHECK ((kind = 'helper') = (ends_on IS NOT NULL)), CHECK (only_in IS NULL OR NOT may_see),
            CHECK ((ended_at IS NULL) = (ended_by IS NULL)),
            CHECK ((method IN ('paper', 'phone')) = (recorded_by IS NOT NULL)),
            CHECK ((kind = 'guardian' AND method = 'online') = (vouched_by IS NOT NULL)),
            CHECK ((recorded_by IS NULL) = (recorded_in IS NULL)))
    """)
    op.execute(
        "CREATE UNIQUE INDEX representations_one ON representations (person_id, representative_id, kind) "
        "WHERE ended_at IS NULL"
    )
    op.execute("CREATE INDEX representations_representative ON representations (representative_id, person_id)")
    op.execute("CREATE INDEX representations_vouched_by ON representations (vouched_by) WHERE vouched_by IS NOT NULL")
    wall("representations", to_engine="SELECT, INSERT, UPDATE (ended_at, ended_by)")
    op.execute("""
        CREATE TABLE representation_acts (
            id uuid PRIMARY KEY DEFAULT uuidv7(), at timestamptz NOT NULL DEFAULT now(),
            representation_id uuid NOT NULL, person_id uuid NOT NULL REFERENCES people (id),
            actor_id uuid NOT NULL REFERENCES people (id), done_in uuid REFERENCES tenants (id), act text NOT NULL)
    """)
    op.execute("CREATE INDEX representation_acts_person ON representation_acts (person_id, id)")
    op.execute("CREATE INDEX representation_acts_actor ON representation_acts (actor_id)")
    wall("representation_acts", to_engine="SELECT, INSERT")


def requests() -> None:
    """What waits for the other side: a guardian's proof, a helper's yes, a child of fourteen."""
    op.execute("""
        CREATE TABLE guardian_requests (
            id uuid PRIMARY KEY DEFAULT uuidv7(), person_id uuid NOT NULL REFERENCES people (id),
            child_name text NOT NULL, birth_date date, method text NOT NULL, address text NOT NULL DEFAULT '',
            history_version text, text_version text NOT NULL, reference text NOT NULL UNIQUE,
            secret_hash bytea CHECK (length(secret_hash) = 32), tries smallint NOT NULL DEFAULT 0,
            asked_at timestamptz NOT NULL DEFAULT now(), expires_at timestamptz NOT NULL, settled_at timestamptz)
    """)
    op.execute("CREATE INDEX guardian_requests_person ON guardian_requests (person_id, asked_at)")
    wall("guardian_requests")
    op.execute(
        "GRANT SELECT (id, person_id, child_name, birth_date, method, address, history_version, text_version, reference,"
        " asked_at, expires_at, settled_at) ON guardian_requests TO maru_app"
    )
    door("guardian_requests", "own", "SELECT", OWN)
    op.execute("""
        CREATE TABLE helper_invitations (
            id uuid PRIMARY KEY DEFAULT uuidv7(), person_id uuid NOT NULL REFERENCES people (id),
            child_id uuid REFERENCES people (id),
            code_hash bytea NOT NULL UNIQUE CHECK (length(code_hash) = 32), email text NOT NULL DEFAULT '',
            may_apply boolean NOT NULL, may_see boolean NOT NULL, ends_on date NOT NULL,
            asked_at timestamptz NOT NULL DEFAULT now(), expires_at timestamptz NOT NULL,
            accepted_at timestamptz, withdrawn_at timestamptz, CHECK (may_apply OR may_see))
    """)
    op.execute("CREATE INDEX helper_invitations_person ON helper_invitations (person_id, asked_at)")
    op.execute("CREATE INDEX helper_invitations_child ON helper_invitations (child_id) WHERE child_id IS NOT NULL")
    wall("helper_invitations")
    op.execute(
        "GRANT SELECT (id, person_id, child_id, email, may_apply, may_see, ends_on, asked_at, expires_at, accepted_at,"
        " withdrawn_at), UPDATE (withdrawn_at) ON helper_invitations TO maru_app"
    )
    door("helper_invitations", "own", "SELECT", OWN)
    door("helper_invitations", "own_taken_back", "UPDATE", OWN)
    op.execute("""
        CREATE TABLE takeover_codes (
            id uuid PRIMARY KEY DEFAULT uuidv7(), person_id uuid NOT NULL REFERENCES people (id),
            made_by uuid NOT NULL REFERENCES people (id),
            code_hash bytea NOT NULL UNIQUE CHECK (length(code_hash) = 32),
            made_at timestamptz NOT NULL DEFAULT now(), expires_at timestamptz NOT NULL, used_at timestamptz)
    """)
    op.execute("CREATE INDEX takeover_codes_person ON takeover_codes (person_id)")
    op.execute("CREATE INDEX takeover_codes_made_by ON takeover_codes (made_by)")
    wall("takeover_codes", to_engine="SELECT, INSERT, UPDATE (expires_at, used_at)")
    op.execute("""
        CREATE TABLE code_tries (
            id uuid PRIMARY KEY DEFAULT uuidv7(), person_id uuid NOT NULL REFERENCES people (id),
            at timestamptz NOT NULL DEFAULT now())
    """)
    op.execute("CREATE INDEX code_tries_person ON code_tries (person_id, at)")
    wall("code_tries", to_engine="SELECT, INSERT, DELETE")


def groups() -> None:
    """Lists of an institution's people for one run, and who came in by them: the institution's word for their consent."""
    op.execute("""
        CREATE TABLE group_imports (
            tenant_id uuid NOT NULL REFERENCES tenants (id), id uuid NOT NULL DEFAULT uuidv7(), run_id uuid NOT NULL,
            institution text NOT NULL CHECK (institution <> ''), collected_by text NOT NULL CHECK (collected_by <> ''),
            collected_on date NOT NULL,
            filename text NOT NULL, imported_at timestamptz NOT NULL DEFAULT now(),
            imported_by uuid REFERENCES people (id), state text NOT NULL, problem text NOT NULL DEFAULT '', file bytea,
            totals jsonb NOT NULL DEFAULT '{}', rows jsonb NOT NULL DEFAULT '[]',
            PRIMARY KEY (tenant_id, id), CHECK (state IN ('waiting', 'done', 'refused')),
            CHECK ((state = 'waiting') = (file IS NOT NULL)),
            FOREIGN KEY (tenant_id, run_id) REFERENCES runs (tenant_id, id))
    """)
    op.execute("CREATE INDEX group_imports_run ON group_imports (tenant_id, run_id)")
    op.execute("CREATE INDEX group_imports_imported_by ON group_imports (imported_by)")
    office_table(
        "group_imports", rights="SELECT, INSERT, UPDATE (state, problem, file, totals, rows)", to_engine="SELECT"
    )
    op.execute("""
        CREATE TABLE group_members (
            tenant_id uuid NOT NULL, id uuid NOT NULL DEFAULT uuidv7(), import_id uuid NOT NULL,
            person_id uuid NOT NULL REFERENCES people (id), institution text NOT NULL,
            name text NOT NULL, birth_date date NOT NULL, phone text NOT NULL, email text NOT NULL,
            guardian text NOT NULL, guardian_phone text NOT NULL, made_here boolean NOT NULL,
            added_at timestamptz NOT NULL DEFAULT now(),
            PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, institution, name, birth_date, phone, email),
            FOREIGN KEY (tenant_id, import_id) REFERENCES group_imports (tenant_id, id))
    """)
    op.execute("CREATE INDEX group_members_person ON group_members (person_id)")
    op.execute("CREATE INDEX group_members_import ON group_members (tenant_id, import_id)")
    wall("group_members", to_app="SELECT", to_engine="SELECT, INSERT")
    door("group_members", "office", "SELECT", OFFICE)


def doors() -> None:
    """What opens in the scope `acting`, by power; nothing is written there but by the engine."""
    for table, power, key in (
        ("applications", "look", "person_id"),
        ("attendance", "see", "person_id"), ("completions", "see", "person_id"), ("records", "see", "person_id"),
        ("certificates", "see", "person_id"),
        ("people", "guard", "id"), ("residences", "guard", "person_id"), ("messages", "guard", "person_id"),
        ("consents", "guard", "person_id"),
    ):  # fmt: skip
        asked = f"{key} = ANY ((SELECT walls.people())::uuid[]) AND (SELECT walls.scope()) = 'acting' AND (SELECT engine.acting('{power}'))"
        if table == "applications":  # the one power that a single city can give
            asked += " AND (tenant_id = (SELECT walls.tenant()) OR (SELECT engine.acting('everywhere')))"
        door(table, "acting", "SELECT", asked)
