"""Courses whose names are almost what was looked for: a letter wrong, missing or too many, or words run together."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from maru.db import session
from maru.search import SHARED, likeness, to_near_tsquery, told_pieces_of
from maru.web import dates
from tenants.catalogue.conditions import conditions, in_house
from tenants.catalogue.filters import SORTS, Filters
from tenants.catalogue.models import Listing
from tenants.catalogue.moments import Moment
from tenants.catalogue.ordering import order
from tenants.catalogue.service import whole_rows

GROUPS = 10
"""More than an order has; what shares most stands first, and within that what can be applied for."""
MOST = 5
NAME = Listing.title + sa.literal_column("' '") + Listing.title_en
"""As the index `listings_names` has it."""


def similar(filters: Filters, tenant: UUID | None) -> Sequence[Any]:
    """The runs to come most like the words of `filters` that its choices leave, in `tenant` or in all live cities."""
    pieces, now = told_pieces_of(filters.q), datetime.now(UTC)
    if not pieces:
        return []
    shared = likeness(NAME, pieces)
    group, key = order(SORTS[0], "", now)
    best, away = group - shared * GROUPS, sa.cast(sa.null(), sa.Double)
    chosen = (
        sa.select(Listing.tenant_id, Listing.run_id, best.label("group"), key.label("key"), away.label("away"))
        .where(sa.func.bigrams(NAME).op("@@")(sa.func.to_tsquery("simple", to_near_tsquery(pieces))))
        .where(*conditions(filters.with_only("q", ""), Moment.at(now)), in_house(tenant, filters.city))
        .where(shared * SHARED >= len(pieces), Listing.cancelled_at.is_(None), Listing.ends_on >= dates.today(now))
        .order_by(best, key, Listing.run_id)
        .limit(MOST)
    )
    return session().execute(whole_rows(chosen.subquery())).all()
