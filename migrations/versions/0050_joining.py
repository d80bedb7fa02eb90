"""Whoever has no account makes one, whoever forgot their password gets another, by a letter to their address.

A request is written for nobody in particular: neither the answer nor the table tells whether an address has an account.
"""

from alembic import op
from walls import amend, door, engine_function, fate, wall

revision = "0050"
down_revision = "0049"

HEADER = "LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp"
LIMITS = """
INSERT INTO limits (name, valid, value) VALUES
    ('account-letters-per-hour', '[2026-01-01,)', 3), ('account-requests-per-address-per-hour', '[2026-01-01,)', 30),
    ('account-link-hours', '[2026-01-01,)', 24), ('first-password-minutes', '[2026-01-01,)', 30)
"""
"""Letters that one e-mail address gets in an hour; requests from one network address; how long a link holds, and how long the
password for once is shown after it was opened. All of them are D: to be decided by the province.
"""

ASK = f"""
CREATE FUNCTION engine.ask_account(a_kind text, an_email text, a_name text, a_language text, from_where inet,
    OUT allowed boolean, OUT request uuid) {HEADER} AS $$
DECLARE most integer; letters integer; hours integer;
BEGIN
  SELECT k.value INTO most FROM limits k WHERE k.name = 'account-requests-per-address-per-hour' AND k.valid @> walls.today();
  SELECT k.value INTO letters FROM limits k WHERE k.name = 'account-letters-per-hour' AND k.valid @> walls.today();
  SELECT k.value INTO hours FROM limits k WHERE k.name = 'account-link-hours' AND k.valid @> walls.today();
  IF from_where IS NOT NULL THEN
    PERFORM pg_advisory_xact_lock(hashtextextended('accounts from ' || host(from_where), 0));
    allowed := (SELECT count(*) < most FROM account_requests r
      WHERE r.asked_from = from_where AND r.asked_at > now() - interval '1 hour');
    IF NOT allowed THEN RETURN; END IF;
  END IF;
  allowed := true;
  PERFORM pg_advisory_xact_lock(hashtextextended('letters to ' || an_email, 0));
  INSERT INTO account_requests AS r (kind, email, name, language, asked_in, asked_from, expires_at, lettered)
    VALUES (a_kind, an_email, a_name, a_language, walls.tenant(), from_where, now() + make_interval(hours => hours),
      (SELECT count(*) < letters FROM account_requests o WHERE o.email = an_email AND o.kind = a_kind AND o.lettered
        AND o.asked_at > now() - interval '1 hour'))
    RETURNING CASE WHEN r.lettered THEN r.id END INTO request;
END $$
"""
"""Without a request to be worked on where the address has got its letters of this hour: whoever asks is told the same as ever.

Only requests that were written to count, and each kind by itself, so nobody keeps another's letters away by asking.
"""

FIND = f"""
CREATE FUNCTION engine.account_request(token bytea,
    OUT kind text, OUT email text, OUT name text, OUT username text, OUT standing text) STABLE {HEADER} AS $$
BEGIN
  SELECT r.kind, r.email, r.name, r.username,
      CASE WHEN r.expires_at <= now() THEN 'over' WHEN r.problem <> '' THEN r.problem WHEN r.done_at IS NOT NULL THEN 'done'
           WHEN r.opened_at IS NOT NULL THEN 'opened' ELSE 'open' END
    INTO kind, email, name, username, standing
    FROM account_requests r WHERE r.token_hash = token AND r.asked_in IS NOT DISTINCT FROM walls.tenant();
END $$
"""
"""For whoever has the link, on the host that wrote it."""

OPEN = f"""
CREATE FUNCTION engine.open_account(token bytea) RETURNS uuid {HEADER} AS $$
DECLARE held uuid; minutes integer;
BEGIN
  SELECT k.value INTO minutes FROM limits k WHERE k.name = 'first-password-minutes' AND k.valid @> walls.today();
  UPDATE account_requests r SET opened_at = now(), expires_at = now() + make_interval(mins => minutes)
    WHERE r.token_hash = token AND r.asked_in IS NOT DISTINCT FROM walls.tenant()
      AND r.opened_at IS NULL AND r.expires_at > now() RETURNING r.id INTO held;
  UPDATE account_requests r SET expires_at = now()
    FROM account_requests o WHERE o.id = held AND r.email = o.email AND r.id <> held AND r.opened_at IS NULL AND r.expires_at > now();
  RETURN held;
END $$
"""
"""Once, for whoever has the link; null at another time. Other links that went to the same address are over."""

OVERDUE = """  FOR due IN SELECT * FROM retention_periods p WHERE p.kind = 'account_requests' AND p.valid @> walls.today() LOOP
    DELETE FROM account_requests r WHERE r.expires_at < now() - make_interval(days => due.days);
    GET DIAGNOSTICS gone = ROW_COUNT;
    IF gone > 0 THEN
      INSERT INTO destruction_lines (run_id, kind, count, days, citation) VALUES (run, due.kind, gone, due.days, due.citation);
    END IF; END LOOP;
"""
INVITATIONS = "  FOR due IN SELECT * FROM retention_periods p WHERE p.kind = 'invitations'"
OF_ITS_JOB = "(SELECT walls.scope()) = 'job' AND asked_in IS NOT DISTINCT FROM (SELECT walls.tenant())"


def upgrade() -> None:
    op.execute("""
        CREATE TABLE account_requests (
            id uuid PRIMARY KEY DEFAULT uuidv7(), kind text NOT NULL CHECK (kind IN ('join', 'password')),
            email text NOT NULL CHECK (email = lower(email) AND email LIKE '_%@_%' AND length(email) <= 254),
            name text NOT NULL CHECK (length(name) <= 40), language text NOT NULL CHECK (language IN ('ko', 'en')),
            asked_in uuid REFERENCES tenants (id), asked_from inet, token_hash bytea UNIQUE,
            username text NOT NULL DEFAULT '', lettered boolean NOT NULL DEFAULT true,
            problem text NOT NULL DEFAULT '' CHECK (problem IN ('', 'known', 'refused')), asked_at timestamptz NOT NULL DEFAULT now(), expires_at timestamptz NOT NULL,
            sent_at timestamptz, opened_at timestamptz, done_at timestamptz)
    """)
    op.execute("CREATE INDEX account_requests_email ON account_requests (email, asked_at)")
    op.execute("CREATE INDEX account_requests_asked_from ON account_requests (asked_from, asked_at)")
    op.execute("CREATE INDEX account_requests_asked_in ON account_requests (asked_in)")
    wall("account_requests", to_app="SELECT", to_engine="SELECT, INSERT, UPDATE")
    op.execute("GRANT UPDATE (token_hash, username, sent_at, done_at, problem) ON account_requests TO maru_app")
    door("account_requests", "worker", "SELECT", OF_ITS_JOB)
    door("account_requests", "worker_settles", "UPDATE", OF_ITS_JOB)
    op.execute(LIMITS)
    engine_function(ASK, signature="engine.ask_account(text, text, text, text, inet)")
    engine_function(FIND, signature="engine.account_request(bytea)")
    engine_function(OPEN, signature="engine.open_account(bytea)")
    destruction()


def destruction() -> None:
    op.execute("""
        INSERT INTO retention_periods (kind, valid, days, citation) VALUES
            ('account_requests', '[2026-01-01,)', 1, '개인정보 보호법 제21조 (목적을 이룸)')
    """)
    op.execute("GRANT SELECT, DELETE ON account_requests TO maru_destroyer")
    for column in ("email", "name", "username", "asked_from"):
        fate("account_requests", column, "scheduled", "보유 기간 (retention_periods)")
    amend("engine.destroy_due()", INVITATIONS, OVERDUE + INVITATIONS, owner="maru_destroyer")
