"""What of a city's runs waits for its staff, as conditions on runs with their seats beside them."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import sqlalchemy as sa

from maru.web import dates
from tenants.catalogue.models import Seats
from tenants.courses.models import Run

Condition = sa.ColumnElement[bool]
AHEAD = timedelta(days=2)
WITH_SEATS = sa.and_(Seats.tenant_id == Run.tenant_id, Seats.run_id == Run.id)
UNPUBLISHED = sa.and_(Run.published_at.is_(None), Run.cancelled_at.is_(None))
ALIVE = sa.and_(Run.published_at.is_not(None), Run.cancelled_at.is_(None), Run.settled_at.is_(None))


def waiting(now: datetime) -> Mapping[str, Condition]:
    """By name: runs to close in which somebody has a place, windows that open or end within two days, drafts."""
    return {
        "to-close": sa.and_(ALIVE, Run.ends_on < dates.today(now), Seats.placed > 0),
        "opening": sa.and_(ALIVE, Run.opens_at > now, Run.opens_at <= now + AHEAD),
        "closing": sa.and_(ALIVE, Run.closes_at > now, Run.closes_at <= now + AHEAD),
        "drafts": UNPUBLISHED,
    }
