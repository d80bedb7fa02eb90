"""Who watches over the log cannot be sent away, nor be blinded; an offer and a visit say at once for whom they stand."""

from walls import amend

revision = "0048"
down_revision = "0047"

LAST_OFFICER = """\
  IF held.tenant_id IS NULL AND held.role = 'privacy_officer' AND NOT EXISTS (SELECT FROM role_grants g
      WHERE g.tenant_id IS NULL AND g.role = 'privacy_officer' AND g.ended_at IS NULL
        AND g.person_id <> ALL (engine.ids_of(held.person_id) || engine.ids_of(walls.person()))) THEN
    RETURN 'last-officer';
  END IF;
"""
"""Somebody other than whoever ends it must go on reading what is unusual, under whatever ID (PRV 7.4)."""
OVER = """\
  IF held.tenant_id IS NULL AND NOT EXISTS (SELECT FROM role_grants g WHERE g.person_id = held.person_id
      AND g.tenant_id IS NULL AND g.role IN ('province_admin', 'privacy_officer') AND g.ended_at IS NULL) THEN
    UPDATE city_visits v SET expires_at = now() WHERE v.actor_id = held.person_id AND v.expires_at > now();
  END IF;
"""
"""The visits of whoever may visit no longer are over, and say so."""
ENDS = "  UPDATE role_grants SET ended_at = now(), ended_by = walls.person() WHERE id = held.id;\n"

EXPIRED = "WHEN i.expires_at <= now() THEN 'expired' ELSE 'open' END"
FOR_WHOM = """WHEN i.expires_at <= now() THEN 'expired'
           WHEN i.invited_by = walls.person() THEN 'own'
           WHEN walls.person() IS NOT NULL AND NOT EXISTS (SELECT FROM people q WHERE q.id = walls.person()
               AND lower(q.email) = i.email) THEN 'other-person' ELSE 'open' END"""
"""By the rules of engine.accept_invitation, in their order."""

LEFT_OUT = "\n        AND l.task <> ALL (apart)"
ONESELF = "FROM lately l WHERE l.person_id = l.actor_id\n"
AT_ONESELF = "FROM lately l WHERE l.person_id = l.actor_id AND l.task <> ALL (apart) AND l.fields <> ''\n"
"""A line of the tasks `apart`, or that showed nothing, names its actor only because it is about nobody. At night, and
among many, it counts like any other.
"""


def upgrade() -> None:
    amend("engine.end_grant(uuid)", ENDS, LAST_OFFICER + ENDS + OVER)
    amend("engine.offered(bytea)", EXPIRED, FOR_WHOM)
    amend("engine.unusual_looks(integer, text[])", LEFT_OUT, "")
    amend("engine.unusual_looks(integer, text[])", ONESELF, AT_ONESELF)
