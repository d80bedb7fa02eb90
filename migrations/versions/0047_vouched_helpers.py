"""A helper or a second guardian who is named by an e-mail address is whoever Keycloak vouches for it, as with invitations (0046)."""

from walls import amend

revision = "0047"
down_revision = "0046"

MINE = "EXISTS (SELECT FROM people p WHERE p.id = who AND lower(p.email) = offered.email)"
VOUCHED = (
    "EXISTS (SELECT FROM people p WHERE p.id = ANY (engine.ids_of(who)) AND lower(p.vouched_email) = offered.email)"
)
NAMED = """\
  SELECT count(*), (array_agg(p.id))[1] INTO found, helper FROM people p
    WHERE lower(p.email) = lower(an_email) AND p.subject IS NOT NULL;
"""
NAMED_BY_VOUCHED = """\
  SELECT count(DISTINCT engine.top_of(p.id)), (array_agg(engine.top_of(p.id)))[1] INTO found, helper FROM people p
    WHERE lower(p.vouched_email) = lower(an_email) AND p.subject IS NOT NULL;
"""


def upgrade() -> None:
    amend("engine.offered_help(bytea)", MINE, VOUCHED)
    amend("engine.record_helper(uuid, text, boolean, date, text)", NAMED, NAMED_BY_VOUCHED)
