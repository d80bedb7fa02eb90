"""How the chain of the access log stands: for `maru doctor` and for the figures of the worker (PRV 7.4)."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from time import time

import sqlalchemy as sa

from maru import jobs, metrics
from maru.db import session
from maru.jobs import every
from maru.limits import limit

STATE = sa.text("SELECT * FROM engine.state_of_log()")
FIGURES = {
    "access_log_unsealed": "Looks that wait for their seal",
    "access_log_unsealed_since_timestamp_seconds": "Since when the oldest of them waits, 0 where none does",
    "access_log_sealed_timestamp_seconds": "When the last seal was made, 0 before the first",
    "access_log_verified_timestamp_seconds": "When the chain was last verified, 0 before the first time",
    "access_log_breaks": "Breaks of the chain that the last verification found",
    "access_log_measured_timestamp_seconds": "When these figures were taken: an old one says that the worker is away",
}


@dataclass(frozen=True)
class Standing:
    """`seals` were made, the last at `sealed_at` over looks up to `look_at`; `waiting` looks have none, the oldest of them
    `waits_since`. The last verification was at `checked_at`; it found `breaks`, the first of them in words.
    `late` says that looks wait too long, `unchecked` that nobody has verified for too long what is sealed.
    """

    seals: int
    sealed_at: datetime | None
    look_at: datetime | None
    waiting: int
    waits_since: datetime | None
    checked_at: datetime | None
    breaks: int
    first_break: str
    late: bool
    unchecked: bool


def standing() -> Standing:
    """In a job of no city."""
    row, now = session().execute(STATE).one(), datetime.now(UTC)
    patience, trust = timedelta(minutes=limit("look-seal-minutes")), timedelta(days=limit("look-check-days"))
    return Standing(
        row.seals,
        row.sealed_at,
        row.look_at,
        row.waiting,
        row.waits_since,
        row.checked_at,
        row.breaks or 0,
        row.first_break or "",
        late=row.waits_since is not None and now - row.waits_since > patience,
        unchecked=row.seals > 0 and (row.checked_at is None or now - row.checked_at > trust),
    )


@every("access_log.measure", seconds=30)
def measure() -> None:
    """Write the figures down; `maru_access_log_measured_timestamp_seconds` says how old they are."""
    with jobs.tools().transaction():
        found = standing()
    values = (
        found.waiting,
        _seconds(found.waits_since),
        _seconds(found.sealed_at),
        _seconds(found.checked_at),
        found.breaks,
        time(),
    )
    for (name, about), value in zip(FIGURES.items(), values, strict=True):
        metrics.state(name, about).set(value)


def _seconds(at: datetime | None) -> float:
    return at.timestamp() if at else 0
