"""Figures that change by decision: dated rows of the table `limits`, never constants."""

import sqlalchemy as sa

from maru.db import session

IN_FORCE = sa.text("SELECT value FROM limits WHERE name = :name AND valid @> walls.today()")


def limit(name: str) -> int:
    """The figure that is in force today, in Seoul."""
    return int(session().execute(IN_FORCE, {"name": name}).scalar_one())
