"""What of a city's runs waits for its staff, as conditions on runs with their seats beside them."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import sqlalchemy as sa

from maru.web import dates
from tenants.catalogue.models import Seats
from tenants.courses.models import Run, RunInstructor

Condition = sa.ColumnElement[bool]
AHEAD = timedelta(days=2)
DAYS_BEFORE = timedelta(days=7)
"""Of the first class, in which its instructor should have been named."""
WITH_SEATS = sa.and_(Seats.tenant_id == Run.tenant_id, Seats.run_id == Run.id)
UNPUBLISHED = sa.and_(Run.published_at.is_(None), Run.cancelled_at.is_(None))
ALIVE = sa.and_(Run.published_at.is_not(None), Run.cancelled_at.is_(None), Run.settled_at.is_(None))

STUCK = sa.or_(Seats.placed < Seats.capacity, Seats.waiting >= Seats.waiting_limit)
TAUGHT = sa.exists().where(RunInstructor.tenant_id == Run.tenant_id, RunInstructor.run_id == Run.id)


def waiting(now: datetime) -> Mapping[str, Condition]:
    """By name: runs to close in which somebody has a place, windows that open or end within two days, waiting lines that
    are full or that wait beside a free place, runs of these days that no instructor may open, drafts."""
    today = dates.today(now)
    return {
        "to-close": sa.and_(ALIVE, Run.ends_on < dates.today(now), Seats.placed > 0),
        "opening": sa.and_(ALIVE, Run.opens_at > now, Run.opens_at <= now + AHEAD),
        "closing": sa.and_(ALIVE, Run.closes_at > now, Run.closes_at <= now + AHEAD),
        "lines": sa.and_(ALIVE, Run.ends_on >= today, Seats.waiting > 0, STUCK),
        "no-teacher": sa.and_(ALIVE, Run.starts_on <= today + DAYS_BEFORE, Run.ends_on >= today, ~TAUGHT),
        "drafts": UNPUBLISHED,
    }


def standing(now: datetime) -> Mapping[str, Condition]:
    """By name: the state that a run is shown in (courses/states.py), and drafts."""
    today = dates.today(now)
    ended = Run.ends_on < today
    in_window = sa.and_(Run.opens_at <= now, sa.or_(Run.closes_at.is_(None), Run.closes_at > now))
    free = sa.and_(Seats.placed < Seats.capacity, Seats.waiting == 0)
    line = sa.or_(Seats.waiting_limit.is_(None), Seats.waiting < Seats.waiting_limit)
    before = sa.and_(ALIVE, ~ended)
    outside = sa.and_(before, sa.or_(Run.opens_at.is_(None), ~in_window))
    to_come = sa.or_(Run.opens_at.is_(None), Run.opens_at > now)
    return {
        "draft": UNPUBLISHED,
        "scheduled": sa.and_(outside, Run.starts_on > today, to_come),
        "open": sa.and_(before, in_window, free),
        "waiting": sa.and_(before, in_window, ~free, line),
        "closed": sa.or_(sa.and_(before, in_window, ~free, ~line), sa.and_(outside, Run.starts_on > today, ~to_come)),
        "running": sa.and_(outside, Run.starts_on <= today),
        "ended": sa.and_(ALIVE, ended),
        "settled": sa.and_(Run.cancelled_at.is_(None), Run.settled_at.is_not(None)),
        "cancelled": Run.cancelled_at.is_not(None),
    }
