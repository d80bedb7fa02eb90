"""An invitation is taken by an account whose address the identity provider vouches for now, and by no other word of it.

`people.email` is where Maru writes to: a list of a city, the person themselves or a sign-in of long ago may have said it.
"""

from alembic import op
from walls import amend, fate_too

revision = "0046"
down_revision = "0045"

INSERTED = "INSERT INTO people (subject, username, name, email) VALUES (a_subject, called, coalesce(named, called, a_subject), mail)"
WITH_ADDRESS = (
    "INSERT INTO people (subject, username, name, email, vouched_email)"
    " VALUES (a_subject, called, coalesce(named, called, a_subject), mail, mail)"
)
UPDATED = """\
      SET username = coalesce(called, p.username), name = coalesce(named, p.name), email = coalesce(mail, p.email)
      WHERE p.id = known.id AND (p.username, p.name, p.email)
        IS DISTINCT FROM (coalesce(called, p.username), coalesce(named, p.name), coalesce(mail, p.email));
  END IF;
"""
VOUCHED_FOR = """\
      SET username = coalesce(called, p.username), name = coalesce(named, p.name), email = coalesce(mail, p.email),
          vouched_email = mail
      WHERE p.id = known.id AND (p.username, p.name, p.email, p.vouched_email)
        IS DISTINCT FROM (coalesce(called, p.username), coalesce(named, p.name), coalesce(mail, p.email), mail);
    UPDATE people p SET vouched_email = NULL
      WHERE p.id = ANY (engine.ids_of(coalesce(known.merged_into, known.id))) AND p.id <> known.id
        AND p.vouched_email IS NOT NULL;
  END IF;
"""
"""Of merged IDs, the account of the last sign-in alone."""
BY_ADDRESS = "WHEN NOT EXISTS (SELECT FROM people p WHERE p.id = who AND lower(p.email) = offered.email) THEN 'other-person' END;"
BY_ACCOUNT = """\
WHEN NOT EXISTS (SELECT FROM people p WHERE p.id = ANY (engine.ids_of(who)) AND lower(p.vouched_email) = offered.email)
      THEN 'other-person' END;"""


def upgrade() -> None:
    op.execute("ALTER TABLE people ADD vouched_email text")
    recognise = "engine.recognise(text, text, text, text)"
    amend(recognise, INSERTED, WITH_ADDRESS)
    amend(recognise, UPDATED, VOUCHED_FOR)
    amend("engine.accept_invitation(bytea)", BY_ADDRESS, BY_ACCOUNT)
    amend(
        "engine.take_over(bytea)",
        "email = mine.email, phone = mine.phone,",
        "email = mine.email, vouched_email = mine.vouched_email, phone = mine.phone,",
    )
    fate_too("people", "id", "vouched_email")
