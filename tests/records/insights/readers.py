"""A reader who tries every world that agrees with what is shown: exact, slow, and knowing nothing of how it was hidden."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product

from records.insights.hiding import Shown, Table

World = tuple[tuple[int, ...], ...]
"""Figures by city and column."""
Place = tuple[int, str, str]
"""Where a hidden figure stands: number of the table, city, column; an empty one stands for a total."""


class Reader:
    """Knows what is shown of `tables`, that hidden figures are not zero, and that everything adds up.

    Of cities whose total is hidden, zeros are hidden too. `least` is what a hidden figure is at least.
    """

    def __init__(self, cities: Sequence[str], tables: Sequence[Table], shown: Shown, *, least: int = 1) -> None:
        self._cities, self._tables, self._shown, self._least = cities, tables, shown, least
        self._totals = {
            city: sum(tables[0].counts.get((city, column), 0) for column in tables[0].columns) for city in cities
        }

    def derived(self) -> set[Place]:
        """The hidden figures, but for zeros, that are the same in every world."""
        true = {place: figure for place, figure in self._hidden_truth().items() if figure}
        open_still = set(true)
        for totals in self._possible_totals():
            if any(next(self._worlds(number, totals), None) is None for number in range(len(self._tables))):
                continue
            for number in range(len(self._tables)):
                for world in self._worlds(number, totals):
                    if not any(place[0] == number for place in open_still):
                        break
                    open_still -= {
                        place
                        for place, figure in self._hidden_in(number, totals, world).items()
                        if figure != true.get(place)
                    }
        return open_still

    def _hidden_truth(self) -> dict[Place, int]:
        found: dict[Place, int] = {}
        for number, table in enumerate(self._tables):
            world = tuple(tuple(table.counts.get((city, one), 0) for one in table.columns) for city in self._cities)
            found |= self._hidden_in(number, self._totals, world)
        return found

    def _hidden_in(self, number: int, totals: Mapping[str, int], world: World) -> dict[Place, int]:
        """What a world says of the hidden figures of a table."""
        table, shown = self._tables[number], self._shown
        found = {(number, city, ""): totals[city] for city in self._cities if city not in shown.totals}
        for city, figures in zip(self._cities, world, strict=True):
            for column, figure in zip(table.columns, figures, strict=True):
                if (city, column) not in shown.cells[number]:
                    found[number, city, column] = figure
        for place, column in enumerate(table.columns):
            if column not in shown.columns[number]:
                found[number, "", column] = sum(figures[place] for figures in world)
        return found

    def _possible_totals(self) -> Iterator[Mapping[str, int]]:
        dark = [city for city in self._cities if city not in self._shown.totals]
        left = sum(self._totals[city] for city in dark)
        for guess in product(range(self._least, left + 1), repeat=len(dark)):
            if sum(guess) == left:
                yield {**self._totals, **dict(zip(dark, guess, strict=True))}

    def _worlds(self, number: int, totals: Mapping[str, int]) -> Iterator[World]:
        table = self._tables[number]
        most = [
            sum(table.counts.get((city, column), 0) for city in self._cities)
            if column in self._shown.columns[number]
            else None
            for column in table.columns
        ]

        def go_on(chosen: World, used: tuple[int, ...]) -> Iterator[World]:
            if len(chosen) == len(self._cities):
                exact = all(limit is None or limit == sum_ for limit, sum_ in zip(most, used, strict=True))
                fits = all(limit is not None or sum_ >= self._least for limit, sum_ in zip(most, used, strict=True))
                if exact and fits:
                    yield chosen
                return
            city = self._cities[len(chosen)]
            for row in self._rows(number, city, totals[city]):
                after = tuple(map(sum, zip(used, row, strict=True)))
                if all(limit is None or sum_ <= limit for limit, sum_ in zip(most, after, strict=True)):
                    yield from go_on((*chosen, row), after)

        yield from go_on((), (0,) * len(table.columns))

    def _rows(self, number: int, city: str, total: int) -> Iterator[tuple[int, ...]]:
        table, floor = self._tables[number], 0 if city not in self._shown.totals else self._least

        def go_on(row: tuple[int, ...], left: int) -> Iterator[tuple[int, ...]]:
            if len(row) == len(table.columns):
                if left == 0:
                    yield row
                return
            column = table.columns[len(row)]
            if (city, column) in self._shown.cells[number]:
                choices = range(table.counts.get((city, column), 0), table.counts.get((city, column), 0) + 1)
            else:
                choices = range(floor, left + 1)
            for figure in choices:
                if figure <= left:
                    yield from go_on((*row, figure), left - figure)

        return go_on((), total)
