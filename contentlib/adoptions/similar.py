"""Items whose titles are almost what was looked for."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from contentlib.adoptions import offers, service
from contentlib.items.models import PublishedItem
from maru.db import session
from maru.search import SHARED, likeness, to_near_tsquery, told_pieces_of

MOST = 5


def similar(words: str, tenant: UUID | None) -> Sequence[PublishedItem]:
    """The items most like `words` that `tenant` shows, or any open city; those that share most stand first."""
    pieces = told_pieces_of(words)
    if not pieces:
        return []
    shared = likeness(PublishedItem.title, pieces)
    near = PublishedItem.search.op("@@")(sa.func.to_tsquery("simple", to_near_tsquery(pieces)))
    chosen: sa.Select[Any] = service.shown_here(tenant) if tenant else offers.anywhere()
    chosen = chosen.where(near, shared * SHARED >= len(pieces))
    ordered = chosen.order_by(shared.desc(), PublishedItem.published_at.desc(), PublishedItem.item_id).limit(MOST)
    found: Sequence[PublishedItem] = session().scalars(ordered).all()
    return found
