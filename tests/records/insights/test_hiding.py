"""No small figure is shown, and none can be worked out from what is shown (issue 4.4)."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from records.insights.hiding import Cell, Shown, Table, shown
from tests.records.insights.readers import Reader

SMALLEST = 5
CITIES = ("가", "나", "다")


def table(columns: str, *rows: Sequence[int]) -> Table:
    counts = {
        (city, column): figure
        for city, row in zip(CITIES, rows, strict=False)
        for column, figure in zip(columns, row, strict=True)
    }
    return Table(tuple(columns), counts)


@st.composite
def tables(draw: st.DrawFn) -> list[Table]:
    """Two tables about the same people of two or three cities: each person falls into one column of each."""
    cities = CITIES[: draw(st.integers(2, 3))]
    sizes = draw(st.tuples(st.integers(2, 3), st.integers(2, 3)))
    figure = st.one_of(st.integers(0, 4), st.integers(0, 9))
    first = [[draw(figure) for _ in range(sizes[0])] for _ in cities]
    second = [_shared_out(draw, sum(row), sizes[1]) for row in first]
    return [table("abc"[: sizes[0]], *first), table("xyz"[: sizes[1]], *second)]


def _shared_out(draw: st.DrawFn, total: int, parts: int) -> list[int]:
    cuts = sorted(draw(st.integers(0, total)) for _ in range(parts - 1))
    return [after - before for before, after in zip([0, *cuts], [*cuts, total], strict=True)]


def cities_of(made: Sequence[Table]) -> tuple[str, ...]:
    return tuple(city for city in CITIES if any(cell[0] == city for cell in made[0].counts))


def figures(made: Sequence[Table], left: Shown) -> Mapping[Any, int]:
    """Everything that is shown, by where it stands."""
    cities = cities_of(made)
    seen: dict[Any, int] = {}
    for number, one in enumerate(made):
        seen |= {(number, cell): one.counts.get(cell, 0) for cell in left.cells[number]}
        for column in left.columns[number]:
            seen[number, column] = sum(one.counts.get((city, column), 0) for city in cities)
    for city in left.totals:
        seen[city] = sum(made[0].counts.get((city, column), 0) for column in made[0].columns)
    if left.province:
        seen["province"] = sum(made[0].counts.values())
    return seen


@given(tables())
@settings(max_examples=300)
def test_no_small_figure_is_shown(made: list[Table]) -> None:
    left = shown(cities_of(made), made, SMALLEST)
    assert not [figure for figure in figures(made, left).values() if 0 < figure < SMALLEST]


@given(tables())
@settings(max_examples=150)
def test_no_hidden_figure_can_be_worked_out(made: list[Table]) -> None:
    """A reader who tries every world that agrees with what is shown finds another value for each hidden figure."""
    left = shown(cities_of(made), made, SMALLEST)
    if left.province:
        assert Reader(cities_of(made), made, left).derived() == set()


def hidden_alone(made: Sequence[Table], cities: Sequence[str]) -> Shown:
    """As if only small figures were hidden, and no others with them."""
    cells = [
        frozenset(cell for cell, figure in one.counts.items() if figure == 0 or figure >= SMALLEST) for one in made
    ]
    return Shown(frozenset(cities), cells, [frozenset(one.columns) for one in made], province=True)


def test_the_reader_finds_what_was_hidden_alone() -> None:
    """Otherwise the property above would show nothing."""
    made = [table("ab", (3, 20), (30, 40))]
    assert Reader(CITIES[:2], made, hidden_alone(made, CITIES[:2])).derived() == {(0, "가", "a")}


def test_a_row_of_ones_is_known_though_all_of_it_is_hidden() -> None:
    """Three people in three columns: none of the three is zero, so each is one. Their city has to be dark."""
    made = [table("abc", (1, 1, 1), (4, 4, 3), (3, 4, 5))]
    left = shown(CITIES, made, 3)
    assert "가" not in left.totals
    assert Reader(CITIES, made, left).derived() == set()


def test_large_figures_are_all_shown() -> None:
    made = [table("ab", (10, 20), (30, 40)), table("xy", (0, 30), (70, 0))]
    left = shown(CITIES[:2], made, SMALLEST)
    assert len(figures(made, left)) == 4 + 4 + 2 + 2 + 2 + 1


def test_as_little_as_can_be_is_hidden_with_a_small_figure() -> None:
    """Four figures make the smallest ring, and the cheapest ring is taken."""
    made = [table("abc", (3, 20, 900), (30, 40, 900), (900, 900, 900))]
    left = shown(CITIES, made, SMALLEST)
    assert {cell for cell in made[0].counts if cell not in left.cells[0]} == {
        ("가", "a"), ("가", "b"), ("나", "a"), ("나", "b"),
    }  # fmt: skip


@pytest.mark.parametrize("rows", [((1, 2), (0, 0)), ((0, 0), (0, 0)), ((0, 4), (0, 0))])
def test_of_too_few_people_nothing_is_shown(rows: Sequence[Sequence[int]]) -> None:
    made = [table("ab", *rows)]
    left = shown(CITIES[:2], made, SMALLEST)
    assert left.province == (sum(map(sum, rows)) == 0)
    assert left.province or not left.cells[0]


@given(tables(), st.data())
@settings(max_examples=60)
def test_hours_hide_with_the_people_and_cannot_be_worked_out_either(made: list[Table], data: st.DataObject) -> None:
    weights: list[Mapping[Cell, int]] = [
        {cell: figure and data.draw(st.integers(1, 3)) for cell, figure in one.counts.items()} for one in made[:1]
    ]
    weighed = [Table(made[0].columns, made[0].counts, weights[0])]
    left = shown(cities_of(made), weighed, SMALLEST)
    if left.province:
        hours = [Table(made[0].columns, weights[0])]
        assert Reader(cities_of(made), hours, left, least=0).derived() == set()
        assert Reader(cities_of(made), made[:1], left).derived() == set()
