"""Looks at one person on many days of a week are unusual too: curiosity, or worse, comes back (PRV 7.4)."""

from alembic import op
from walls import amend

revision = "0051"
down_revision = "0050"

DECLARED = "few integer := "
OFTEN = "often integer := (SELECT k.value FROM limits k WHERE k.name = 'unusual-days-one-person' AND k.valid @> walls.today()); "
NIGHT = "      UNION ALL\n      SELECT 'night', "
AGAIN = """\
      UNION ALL
      SELECT 'again', l.person_id::text, l.* FROM lately l
        WHERE (l.actor_id, l.person_id) IN (SELECT s.actor_id, s.person_id FROM lately s
          WHERE s.singled_out AND s.person_id <> s.actor_id
          GROUP BY s.actor_id, s.person_id HAVING count(DISTINCT s.here::date) > often)
          AND l.singled_out
"""
"""A row for each actor and person. Looks at a long list, in which somebody stands by chance, do not count."""


def upgrade() -> None:
    op.execute("INSERT INTO limits (name, valid, value) VALUES ('unusual-days-one-person', '[2026-01-01,)', 3)")
    amend("engine.unusual_looks(integer, text[])", DECLARED, OFTEN + DECLARED)
    amend("engine.unusual_looks(integer, text[])", NIGHT, AGAIN + NIGHT)
