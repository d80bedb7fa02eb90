"""Whoever signs in by a new account of a known username is a new person, and no longer silently: both are proposed as one
human's, as after a Keycloak that was restored and whose accounts were made again by hand.
"""

from alembic import op
from walls import amend

revision = "0040"
down_revision = "0039"

RULES = "'ci', 'name-birth-phone', 'name-birth-email', 'account', 'birth-phone', 'name-birth'"
MOVES_ON = "UPDATE people p SET username = NULL WHERE p.username = called AND p.subject IS DISTINCT FROM a_subject"
KNOWN = "  RETURN coalesce(known.merged_into, known.id);"
PROPOSED = f"""\
  IF former <> coalesce(known.merged_into, known.id) THEN
    INSERT INTO likenesses (person_id, other_id, rule)
      SELECT least(pair.a, pair.b), greatest(pair.a, pair.b), 'account'
        FROM (VALUES (former, coalesce(known.merged_into, known.id))) AS pair (a, b)
      ON CONFLICT (person_id, other_id) DO NOTHING;
  END IF;
{KNOWN}"""


def upgrade() -> None:
    op.execute("ALTER TABLE likenesses DROP CONSTRAINT likenesses_rule_check")
    op.execute(f"ALTER TABLE likenesses ADD CONSTRAINT likenesses_rule_check CHECK (rule IN ({RULES}))")
    recognise = "engine.recognise(text, text, text, text)"
    amend(recognise, "  known people;\n", "  known people;\n  former uuid;\n")
    amend(recognise, f"{MOVES_ON};", f"{MOVES_ON}\n    RETURNING coalesce(p.merged_into, p.id) INTO former;")
    amend(recognise, KNOWN, PROPOSED)
