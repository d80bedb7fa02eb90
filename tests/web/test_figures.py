"""The seats bar: a cell for every seat, shares beyond forty, the waiting apart."""

import re

from hypothesis import given
from hypothesis import strategies as st

from maru.web.figures import seat_bar

CELL = re.compile(r"M([\d.]+) \.5h([\d.]+)")


def cells(path: str) -> list[tuple[float, float]]:
    """Start and width of each box of a path."""
    return [(float(start), float(width)) for start, width in CELL.findall(path)]


def test_cells_of_the_mock_up() -> None:
    bar = seat_bar(20, 17, 0)
    assert bar.width == "20"
    assert len(cells(bar.taken)) == 17
    assert [start for start, _ in cells(bar.left)] == [17.08, 18.08, 19.08]
    assert bar.waiting == ""


def test_waiting_stands_apart() -> None:
    bar = seat_bar(12, 12, 5)
    assert bar.width == "17.6"
    assert bar.left == ""
    assert cells(bar.waiting)[0][0] == 12.68


def test_shares_beyond_forty() -> None:
    bar = seat_bar(120, 90, 0)
    assert cells(bar.taken) == [(0.08, 29.84)]
    assert cells(bar.left) == [(30.08, 9.84)]


@given(st.integers(1, 500), st.integers(0, 600), st.integers(0, 300))
def test_nothing_overlaps_and_no_free_seat_looks_taken(capacity: int, placed: int, waiting: int) -> None:
    bar = seat_bar(capacity, placed, waiting)
    boxes = cells(bar.taken) + cells(bar.left) + cells(bar.waiting)
    ends = [start + width for start, width in boxes]
    assert all(end <= start for end, (start, _) in zip(ends, boxes[1:], strict=False))
    assert ends[-1] <= float(bar.width)
    assert bool(bar.left) == (placed < capacity)
    assert bool(bar.waiting) == (waiting > 0)
    if capacity <= 40:
        assert len(cells(bar.taken)) == min(placed, capacity)
        assert len(cells(bar.left)) == max(capacity - placed, 0)
