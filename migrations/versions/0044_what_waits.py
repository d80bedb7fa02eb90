"""What waits can be looked at and taken back: a child's registration, and a deletion that something still hinders (PRV 7.2, 7.3)."""

from walls import PROVINCE, engine_function

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

HINDRANCES = f"""
CREATE FUNCTION engine.hindrances_of_deletion(asked uuid) RETURNS TABLE (why text, many bigint) STABLE {HEADER} AS $$
DECLARE theirs uuid[];
BEGIN
  IF NOT ({PROVINCE} AND EXISTS (SELECT FROM role_grants AS g WHERE g.person_id = walls.person() AND g.tenant_id IS NULL
      AND g.role = 'privacy_officer' AND g.ended_at IS NULL)) THEN
    RAISE insufficient_privilege USING MESSAGE = 'the privacy officer only';
  END IF;
  SELECT engine.ids_of(r.person_id) INTO theirs FROM rights_requests r
    WHERE r.id = asked AND r.kind = 'deletion' AND r.tenant_id IS NULL;
  RETURN QUERY SELECT found.why, found.many FROM (
      SELECT 'role' AS why, count(*) AS many FROM role_grants g WHERE g.person_id = ANY (theirs) AND g.ended_at IS NULL
      UNION ALL SELECT 'place', count(*) FROM applications a JOIN runs u ON u.tenant_id = a.tenant_id AND u.id = a.run_id
        WHERE a.person_id = ANY (theirs) AND a.state IN ('placed', 'waiting') AND u.ends_on >= walls.today()
      UNION ALL SELECT 'child', count(DISTINCT c.id) FROM representations s JOIN people c ON c.id = s.person_id
        WHERE s.representative_id = ANY (theirs) AND s.kind = 'guardian' AND s.ended_at IS NULL
          AND walls.own_from(c.birth_date) > walls.today()) found
    WHERE found.many > 0;
END $$
"""
"""Why a person who has asked to be deleted is not destroyed yet: what the destroyer waits for (0041), with how many of each."""


def upgrade() -> None:
    engine_function(WITHDRAW, signature="engine.withdraw_guardianship(uuid)")
    engine_function(HINDRANCES, signature="engine.hindrances_of_deletion(uuid)")
