"""The states of a run (domain 6.3), computed from its dates, its window and its seats; nothing stores them."""

from datetime import date, datetime, timedelta
from typing import Literal, Protocol

State = Literal["scheduled", "open", "waiting", "closed", "running", "ended", "settled", "cancelled"]
SOON = timedelta(hours=48)
SOON_SHARE = 0.2
"""A run closes soon in its last 48 hours, or when less than a fifth of its seats is left."""


class Dated(Protocol):
    """What a run must say of itself. Instants carry their zone; days are days in Seoul."""

    @property
    def starts_on(self) -> date: ...
    @property
    def ends_on(self) -> date: ...
    @property
    def opens_at(self) -> datetime | None: ...
    @property
    def closes_at(self) -> datetime | None: ...
    @property
    def cancelled_at(self) -> datetime | None: ...
    @property
    def settled_at(self) -> datetime | None: ...


class Counted(Protocol):
    """Its seat counter; `waiting_limit` None means that any number may wait."""

    @property
    def capacity(self) -> int: ...
    @property
    def waiting_limit(self) -> int | None: ...
    @property
    def placed(self) -> int: ...
    @property
    def waiting(self) -> int: ...


def state_of(run: Dated, seats: Counted, now: datetime, today: date) -> State:
    """The state at `now`, which falls on `today` in Seoul. While there is still a class, an open window goes before it."""
    if run.cancelled_at is not None:
        return "cancelled"
    if run.settled_at is not None:
        return "settled"
    if today > run.ends_on:
        return "ended"
    if run.opens_at is not None and run.opens_at <= now and (run.closes_at is None or now < run.closes_at):
        return _while_open(seats)
    if today >= run.starts_on:
        return "running"
    return "scheduled" if run.opens_at is None or now < run.opens_at else "closed"


def _while_open(seats: Counted) -> State:
    if seats.placed < seats.capacity and seats.waiting == 0:
        return "open"
    if seats.waiting_limit is None or seats.waiting < seats.waiting_limit:
        return "waiting"
    return "closed"


def closes_soon(run: Dated, seats: Counted, now: datetime) -> bool:
    """Whether an open run deserves a word of haste."""
    few = seats.capacity - seats.placed < seats.capacity * SOON_SHARE
    return few or (run.closes_at is not None and run.closes_at - now <= SOON)
