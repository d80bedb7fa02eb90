"""Geometry of the small drawings that stand for figures.

SVG takes its sizes from attributes, so no inline style is needed.
"""

from functools import lru_cache
from typing import NamedTuple

CELLS = 40
"""Up to so many seats each has its own cell; beyond, the bar shows shares."""
WAITING_CELLS = 20
"""The waiting line is drawn so far; the words beside give its length."""
GAP = 0.6


class SeatBar(NamedTuple):
    """In seats: the width of the whole; one SVG path (height 10) each for what is taken, left and waiting."""

    width: str
    taken: str
    left: str
    waiting: str


@lru_cache(maxsize=8192)
def seat_bar(capacity: int, placed: int, waiting: int) -> SeatBar:
    """A cell for every seat, taken ones first, and the waiting apart at the end.

    `placed` beyond the capacity (it was lowered later) fills the bar and no more.
    """
    taken = min(placed, capacity)
    line = min(waiting, WAITING_CELLS)
    if capacity <= CELLS:
        end, taken_path, left_path = capacity, _cells(0, taken), _cells(taken, capacity)
    else:
        share = CELLS * taken / capacity
        end, taken_path, left_path = CELLS, _block(0, share), _block(share, CELLS)
    width = end + (GAP + line if line else 0)
    return SeatBar(f"{width:g}", taken_path, left_path, _cells(end + GAP, end + GAP + line))


def _cells(first: float, last: float) -> str:
    return "".join(f"M{first + n + 0.08:g} .5h.84v9h-.84z" for n in range(round(last - first)))


def _block(first: float, last: float) -> str:
    gap = min(0.08, (last - first) / 4)
    wide = last - first - 2 * gap
    return f"M{first + gap:.4g} .5h{wide:.4g}v9h-{wide:.4g}z" if wide > 0 else ""
