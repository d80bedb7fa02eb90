"""A child's registration that waits for its proof can be given up (PRV 7.2)."""

from walls import engine_function

revision = "0044"
down_revision = "0043"

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


def upgrade() -> None:
    engine_function(WITHDRAW, signature="engine.withdraw_guardianship(uuid)")
