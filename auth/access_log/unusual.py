"""What is unusual among the looks of the last days: to be asked about, and no proof of anything (PRV 7.4)."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from maru.db import session

DAYS = 7
KINDS = ("many", "oneself", "colleague", "family", "neighbour", "again", "night")
"""In the order in which the page tells them."""
FINDINGS = sa.text("""
    SELECT u.*, a.name AS actor, p.name AS person, t.name_ko AS city_ko, t.name_en AS city_en
    FROM engine.unusual_looks(:days, :apart) u LEFT JOIN people a ON a.id = u.actor_id
        LEFT JOIN people p ON p.id = u.person_id LEFT JOIN tenants t ON t.id = u.tenant_id
    ORDER BY u.last_at DESC, u.actor_id
""")


def findings(apart: Sequence[str]) -> dict[str, list[Any]]:
    """By kind, newest first, without looks of the tasks `apart`; all kinds stand there. Empty for who watches over nothing.

    A row has `actor`, `person` (None where there are several), `people` and `looks` (counts), `tasks`, `shown` (the
    fields of each look, a line each), `first_at` and `last_at`.
    """
    found: dict[str, list[Any]] = {kind: [] for kind in KINDS}
    for row in session().execute(FINDINGS, {"days": DAYS, "apart": list(apart)}):
        found[row.kind].append(row)
    return found
