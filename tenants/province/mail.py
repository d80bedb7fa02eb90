"""How the messages of the cities fare: numbers of the last days, and nobody's name or address."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from maru.db import session

DAYS = 7
MINUTES = 10
GOING = ("waiting", "handing")
TALLY = sa.text("SELECT * FROM engine.count_messages(:days, :minutes)")


@dataclass(frozen=True)
class Tally:
    """What became of the messages of one city, or of those in the province's own name."""

    tenant_id: UUID | None
    sent: int = 0
    going: int = 0
    late: int = 0
    failed: int = 0
    unsure: int = 0
    kept: int = 0
    problems: tuple[str, ...] = ()
    """The commonest first."""

    @property
    def troubles(self) -> int:
        return self.failed + self.unsure + self.late


def tallies() -> Sequence[Tally]:
    """Of everybody who has written lately, those with most troubles first."""
    found: dict[UUID | None, list[sa.Row[tuple[object, ...]]]] = {}
    for row in session().execute(TALLY, {"days": DAYS, "minutes": MINUTES}):
        found.setdefault(row.tenant_id, []).append(row)
    counted = [_tally(tenant, rows) for tenant, rows in found.items()]
    return sorted(counted, key=lambda one: (-one.troubles, -one.sent))


def _tally(tenant: UUID | None, rows: Sequence[sa.Row[tuple[object, ...]]]) -> Tally:
    def sums(states: Iterable[str]) -> int:
        return sum(row.messages for row in rows if row.state in states)

    problems = {row.problem: row.messages for row in rows if row.problem}
    return Tally(
        tenant,
        sent=sums(["sent"]),
        going=sums(GOING),
        late=sum(row.late for row in rows),
        failed=sums(["failed"]),
        unsure=sums(["unsure"]),
        kept=sums(["kept"]),
        problems=tuple(sorted(problems, key=lambda one: -problems[one])),
    )
