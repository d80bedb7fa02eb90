"""Whether somebody completed a run: attended over held minutes against the run's threshold (domain 6.9).

Pure and exact: figures are decimals, nothing is rounded. A mark counts for its weight of the meeting's minutes. A city
that says "three times late is once absent" sets the weight of late to 0.667: three meetings then count as two, and the
rest that three decimals leave is in the learner's favour.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from math import floor
from typing import Protocol
from uuid import UUID

NOTHING, WHOLE = Decimal(0), Decimal(1)


class Meeting(Protocol):
    """A class day that was held; one that was called off is not among them, one on a public holiday is."""

    @property
    def id(self) -> UUID: ...
    @property
    def minutes(self) -> int: ...


class Terms(Protocol):
    """What the run asks for; all are shares of 1."""

    @property
    def threshold(self) -> Decimal: ...
    @property
    def late_weight(self) -> Decimal: ...
    @property
    def left_early_weight(self) -> Decimal: ...
    @property
    def excused_weight(self) -> Decimal: ...


@dataclass(frozen=True)
class Result:
    """What somebody attended of what was held, in minutes."""

    held: int
    attended: Decimal
    completed: bool

    @property
    def percent(self) -> int | None:
        """For people: whole per cent, rounded down, so that it never shows a threshold that was missed."""
        return floor(self.attended * 100 / self.held) if self.held else None


def decide(meetings: Iterable[Meeting], marks: Mapping[UUID, str], terms: Terms) -> Result:
    """The result of one person whose `marks` are by meeting; no mark is an absence, and nothing held is not completed."""
    weights = weights_of(terms)
    held, attended = 0, NOTHING
    for meeting in meetings:
        held += meeting.minutes
        attended += meeting.minutes * weights[marks.get(meeting.id, "absent")]
    return Result(held, attended, held > 0 and attended >= terms.threshold * held)


def weights_of(terms: Terms) -> Mapping[str, Decimal]:
    """Each mark's share of a meeting."""
    return {
        "present": WHOLE,
        "late": terms.late_weight,
        "left-early": terms.left_early_weight,
        "excused": terms.excused_weight,
        "absent": NOTHING,
    }
