"""In which order a list stands, and how the next page begins where the last one ended.

Every order is a tuple of two numbers and the run's id, computed for one moment; the cursor keeps the moment, so that
pages do not shift while windows open and close.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Self
from uuid import UUID

import sqlalchemy as sa

from maru import cursors, search
from maru.web import dates
from tenants.catalogue.models import Listing

KINDS = (cursors.recent, cursors.whole, cursors.number, cursors.identity)


@dataclass(frozen=True)
class Place:
    """The end of a page: the moment of its first page, and the order of its last row."""

    as_of: datetime
    group: int
    key: float
    run_id: UUID

    @classmethod
    def read(cls, cursor: str) -> Self:
        return cls(*cursors.decode(cursor, *KINDS))

    def write(self) -> str:
        return cursors.encode(self.as_of.timestamp(), self.group, self.key, self.run_id)


TENTH = 10
"""Near is told by tenths of a kilometre: what is as near stands in the order of its window."""
STATES_APART, NAMED_APART = 100_000, 1_000_000
NOWHERE = 5_000
"""Tenths of a kilometre to what takes place online, and to a city of which nobody knows where it lies: they stand last."""


def nearest(
    words: str, as_of: datetime, distance: sa.ColumnElement[float]
) -> tuple[sa.ColumnElement[int], sa.ColumnElement[float]]:
    """Group and key by distance, in kilometres: what can be applied for first, what opens later next, the past last."""
    group, key = _closing(as_of, dates.today(as_of))
    tenths = sa.func.coalesce(sa.cast(sa.func.round(distance * TENTH), sa.Integer), NOWHERE)
    away = sa.case((sa.and_(Listing.online, sa.not_(Listing.in_person)), NOWHERE), else_=tenths)
    group = group * STATES_APART + away
    if words:
        group = sa.case((_named(words), 0), else_=NAMED_APART) + group
    return group, key


def order(sort: str, words: str, as_of: datetime) -> tuple[sa.ColumnElement[int], sa.ColumnElement[float]]:
    """Group and key of a row: rows stand by them, then by id. Titles that hold the very words come first."""
    today = dates.today(as_of)
    group, key = {"starting": _starting, "newest": _newest, "closing": _closing}[sort](as_of, today)
    if words:
        group = sa.case((_named(words), 0), else_=10) + group
    return group, key


def _named(words: str) -> sa.ColumnElement[bool]:
    """Whether the very words stand in the title, with or without the spaces between them."""
    return sa.func.strpos(Listing.title_key, search.key(words)) > 0


def _closing(as_of: datetime, today: date) -> tuple[sa.ColumnElement[int], sa.ColumnElement[float]]:
    """Open windows by their end, then those to come by their beginning, then running classes, then the past."""
    over = sa.or_(Listing.cancelled_at.is_not(None), Listing.settled_at.is_not(None), Listing.ends_on < today)
    opened = sa.and_(Listing.opens_at <= as_of, sa.or_(Listing.closes_at.is_(None), Listing.closes_at > as_of))
    to_come = Listing.opens_at > as_of
    group = sa.case((over, 3), (opened, 0), (to_come, 1), else_=2)
    key = sa.case(
        (over, -_epoch(Listing.ends_on)),
        (opened, sa.func.coalesce(_epoch(Listing.closes_at), 1e12)),
        (to_come, _epoch(Listing.opens_at)),
        else_=_epoch(Listing.starts_on),
    )
    return group, key


def _starting(_as_of: datetime, today: date) -> tuple[sa.ColumnElement[int], sa.ColumnElement[float]]:
    to_come = Listing.starts_on >= today
    return sa.case((to_come, 0), else_=1), sa.case(
        (to_come, _epoch(Listing.starts_on)), else_=-_epoch(Listing.starts_on)
    )


def _newest(_as_of: datetime, _today: date) -> tuple[sa.ColumnElement[int], sa.ColumnElement[float]]:
    return sa.literal(0), -_epoch(Listing.published_at)


def _epoch(column: Any) -> sa.ColumnElement[float]:
    return sa.cast(sa.extract("epoch", column), sa.Double)
