"""How many courses each box of the filter panel would leave, and how many are found.

Every row has the boxes that it fits as bits; PostgreSQL adds those of this moment and counts equal marks in one pass.
What is chosen is then looked up in the marks.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from maru.db import session
from tenants.catalogue import boxes, fresh
from tenants.catalogue.conditions import conditions, in_house
from tenants.catalogue.filters import STATES, Filters
from tenants.catalogue.models import Listing
from tenants.catalogue.moments import Moment

CHOICES: Mapping[str, Sequence[Any]] = {"state": STATES, **boxes.LASTING}
"""The kinds of boxes that are counted, and their values; what else narrows a list is written by hand or chosen from many."""
OF_NOW = {("state", state): 1 << len(boxes.BITS) + place for place, state in enumerate(STATES)}
BITS = {**OF_NOW, **boxes.BITS}


@dataclass(frozen=True)
class Facets:
    """`total` rows are found; `beside` says for each box how many it would leave beside the choices of other kinds."""

    total: int
    beside: Mapping[tuple[str, Any], int]


def facets(filters: Filters, tenant: UUID | None) -> Facets:
    """The figures of a list of `tenant`, or of all live cities when it is None; a few seconds old at most."""
    bare = filters.without_choices(CHOICES)
    return add_up(fresh.MARKS.get((tenant, bare), lambda: _marks(bare, tenant)), filters)


def add_up(marks: Iterable[tuple[int, int]], filters: Filters) -> Facets:
    """`marks` are (bits of the boxes that a row fits, number of such rows)."""
    chosen: Counter[str] = Counter()
    for name, value in filters.chosen:
        chosen[name] += BITS.get((name, value), 0)
    wanted = {name: bits for name, bits in chosen.items() if bits}
    total, beside = 0, dict.fromkeys(BITS, 0)
    for fits, rows in marks:
        missed = [name for name, bits in wanted.items() if not fits & bits]
        if not missed:
            total += rows
        if len(missed) <= 1:
            for box, bit in BITS.items():
                if fits & bit and (not missed or missed[0] == box[0]):
                    beside[box] += rows
    return Facets(total, beside)


MOMENT = Moment(sa.bindparam("instant", type_=sa.DateTime(timezone=True)), sa.bindparam("day", type_=sa.Date))
FITS = sum(
    (
        sa.case((sa.and_(*conditions(Filters(state=(state,)), MOMENT)), bit), else_=0)
        for (_, state), bit in OF_NOW.items()
    ),
    start=Listing.boxes,
).label("fits")
COUNTED = sa.select(FITS, sa.func.count()).select_from(Listing).group_by(FITS)


def _marks(filters: Filters, tenant: UUID | None) -> list[tuple[int, int]]:
    now = Moment.at(datetime.now(UTC))
    counted = COUNTED.where(*conditions(filters, now), in_house(tenant, filters.city))
    rows = session().connection().execute(counted, {"instant": now.instant, "day": now.day})
    return [(fits, number) for fits, number in rows]
