"""A child's registration that waits can be given up (PRV 7.2); whoever's ways to sign in have changed is told."""

from walls import engine_function

revision = "0045"
down_revision = "0044"

HEADER = "LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp"

WITHDRAW = f"""
CREATE FUNCTION engine.withdraw_guardianship(asked uuid) RETURNS boolean {HEADER} AS $$
BEGIN
  IF walls.person() IS NULL OR walls.scope() <> 'person' THEN
    RAISE insufficient_privilege USING MESSAGE = 'nobody is signed in';
  END IF;
  UPDATE guardian_requests q SET expires_at = now() WHERE q.id = asked AND q.person_id = ANY (walls.people())
    AND q.settled_at IS NULL AND q.expires_at > now();
  RETURN FOUND;
END $$
"""
"""A guardian does not want it any more: its code and its number are good for nothing. It still counts as one of the day."""

TELL = f"""
CREATE FUNCTION engine.tell_account_changes(asked jsonb) RETURNS bigint {HEADER} AS $$
DECLARE new bigint;
BEGIN
  IF walls.scope() <> 'job' THEN RAISE insufficient_privilege USING MESSAGE = 'jobs only'; END IF;
  WITH told AS (
    INSERT INTO messages (person_id, about, kind, details)
      SELECT u.id, g.about, 'account.changed', jsonb_build_object('name', u.name, 'what', g.what, 'what_en', g.what_en)
      FROM jsonb_to_recordset(asked) AS g (about uuid, subject text, what text, what_en text)
        JOIN people p ON p.subject = g.subject JOIN people u ON u.id = coalesce(p.merged_into, p.id)
      ON CONFLICT DO NOTHING RETURNING 1)
  SELECT count(*) INTO new FROM told;
  RETURN new;
END $$
"""
"""Writes to the owners of accounts of which the sign-in server says that something changed, once about each; says how many
were new. Of accounts that nobody here has there is nobody to write to.
"""


def upgrade() -> None:
    engine_function(TELL, signature="engine.tell_account_changes(jsonb)")
    engine_function(WITHDRAW, signature="engine.withdraw_guardianship(uuid)")
