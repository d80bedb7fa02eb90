"""Which figures stay hidden, so that no small one can be worked out from those that are shown.

Tables of one measure share their rows (the cities) and each city's total; each has columns of its own. Whoever reads
knows that a city's figures add up to its total, a column's to the province's figure, and that a hidden figure is not
zero, since zeros are shown. A hidden figure is safe if figures can be moved by one round a ring of hidden ones without
anything that is shown changing: then two worlds look the same. So a table is a network: an arc from its city to its
column for each figure, from the source to the city for its total, from the column to the sink for the province's
figure; and moving is sending something round. Of a dark city everything is hidden, its zeros and its total too.

Because a city's total is all that its tables share, what is safe in each of them is safe in all of them together.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count

Node = tuple[str, str]
Arc = tuple[Node, Node]
Cell = tuple[str, str]
SOURCE, SINK = ("total", ""), ("province", "")


@dataclass(frozen=True)
class Table:
    """Figures by city and column. `weights` is what else is shown of the same people, such as their hours."""

    columns: Sequence[str]
    counts: Mapping[Cell, int]
    weights: Mapping[Cell, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Shown:
    """What may be shown: `cells` and `columns` stand for each table; a city's total and the province's for all."""

    totals: frozenset[str]
    cells: Sequence[frozenset[Cell]]
    columns: Sequence[frozenset[str]]
    province: bool


def shown(cities: Sequence[str], tables: Sequence[Table], smallest: int) -> Shown:
    """What of the tables of one measure can be shown, if figures below `smallest` are not."""
    totals = {city: sum(tables[0].counts.get((city, column), 0) for column in tables[0].columns) for city in cities}
    dark = {city for city, total in totals.items() if 0 < total < smallest}
    while sum(totals.values()) >= smallest and _darken_in_company(dark, totals):
        hidings = [_Hiding(cities, table, dark, smallest) for table in tables]
        exposed = {city for hiding in hidings for city in hiding.cover()}
        if not exposed:
            return _what_is_left(cities, tables, dark, hidings)
        if exposed <= dark and not _darken_next(dark, totals):
            break
        dark |= exposed
    if not any(totals.values()):
        return _what_is_left(cities, tables, set(), [_Hiding(cities, table, set(), smallest) for table in tables])
    nothing = [frozenset[Cell]() for _ in tables]
    return Shown(frozenset(), nothing, [frozenset() for _ in tables], province=False)


def _darken_next(dark: set[str], totals: Mapping[str, int]) -> bool:
    """Take in the smallest city that is not dark; False if there is none."""
    others = [city for city, total in totals.items() if total and city not in dark]
    if others:
        dark.add(min(others, key=lambda city: (totals[city], city)))
    return bool(others)


def _darken_in_company(dark: set[str], totals: Mapping[str, int]) -> bool:
    """A dark city's total must not be the rest of the province's: others join it; False if there are too few."""
    while dark and (len(dark) < 2 or sum(totals[city] for city in dark) <= len(dark)):
        if not _darken_next(dark, totals):
            return False
    return True


def _what_is_left(
    cities: Sequence[str], tables: Sequence[Table], dark: set[str], hidings: "Sequence[_Hiding]"
) -> Shown:
    cells, columns = [], []
    for table, hiding in zip(tables, hidings, strict=True):
        of_table = {(city, column) for city in cities for column in table.columns}
        cells.append(frozenset(cell for cell in of_table if _arc(*cell) not in hiding.hidden))
        columns.append(frozenset(one for one in table.columns if _to_sink(one) not in hiding.hidden))
    return Shown(frozenset(cities) - dark, cells, columns, province=True)


def _arc(city: str, column: str) -> Arc:
    return ("city", city), ("column", column)


def _to_sink(column: str) -> Arc:
    return ("column", column), SINK


class _Hiding:
    """The hidden figures of one table, as a network."""

    def __init__(self, cities: Sequence[str], table: Table, dark: set[str], smallest: int) -> None:
        self._dark = dark
        self._counts = _amounts(cities, table.columns, table.counts)
        networks = [_Network(self._counts, self._least)]
        if table.weights:
            networks.append(_Network(_amounts(cities, table.columns, table.weights), lambda _: 0))
        self._networks = networks
        self.hidden = {arc for arc, amount in self._counts.items() if self._must_hide(arc, amount, smallest)}

    def cover(self) -> set[str]:
        """Hide more until every hidden figure is safe; the cities that have to be dark where that cannot be."""
        for network in self._networks:
            for arc in sorted(arc for arc in self.hidden if network.amounts[arc]):
                ring = network.ring(arc, self._price)
                if ring is None:
                    return {self._city_of(arc)}
                self.hidden.update(ring)
        return set()

    def _must_hide(self, arc: Arc, amount: int, smallest: int) -> bool:
        (kind, name), _column = arc
        if kind == "total":
            return arc[1][1] in self._dark
        return 0 < amount < smallest or (kind == "city" and name in self._dark)

    def _least(self, arc: Arc) -> int:
        """What a reader knows a hidden figure to be at least."""
        return 0 if arc[0][0] == "city" and arc[0][1] in self._dark else 1

    def _price(self, arc: Arc) -> int | None:
        """What hiding a figure would cost; None for what is not hidden alone: zeros and the totals of cities."""
        if arc in self.hidden:
            return 0
        return self._counts[arc] if arc[0] != SOURCE and self._counts[arc] else None

    def _city_of(self, arc: Arc) -> str:
        (kind, name), (_kind, to) = arc
        if kind != "column":
            return name if kind == "city" else to
        feeding = [one for one in self._counts if one[1] == ("column", name) and self._counts[one]]
        return max(feeding, key=lambda one: (one[0][1] not in self._dark, self._counts[one]))[0][1]


def _amounts(cities: Sequence[str], columns: Sequence[str], figures: Mapping[Cell, int]) -> dict[Arc, int]:
    amounts = {_arc(city, column): figures.get((city, column), 0) for city in cities for column in columns}
    for city in cities:
        amounts[SOURCE, ("city", city)] = sum(amounts[_arc(city, column)] for column in columns)
    for column in columns:
        amounts[_to_sink(column)] = sum(amounts[_arc(city, column)] for city in cities)
    return amounts


class _Network:
    """What can be moved round hidden figures."""

    def __init__(self, amounts: Mapping[Arc, int], least: Callable[[Arc], int]) -> None:
        self.amounts, self._least = amounts, least
        self._touching: dict[Node, list[Arc]] = defaultdict(list)
        for arc in amounts:
            self._touching[arc[0]].append(arc)
            self._touching[arc[1]].append(arc)

    def ring(self, arc: Arc, price: Callable[[Arc], int | None]) -> Iterable[Arc] | None:
        """The cheapest ring of figures round which `arc` could be one more or one less; None if there is none."""
        rings = [self._way(arc[1], arc[0], arc, price)]
        if self._lessens(arc):
            rings.append(self._way(arc[0], arc[1], arc, price))
        found = [ring for ring in rings if ring is not None]
        return min(found)[1] if found else None

    def _lessens(self, arc: Arc) -> bool:
        return self.amounts[arc] > self._least(arc)

    def _steps(self, node: Node, without: Arc) -> Iterator[tuple[Node, Arc]]:
        for arc in self._touching[node]:
            if arc == without:
                continue
            if arc[0] == node:
                yield arc[1], arc
            elif self._lessens(arc):
                yield arc[0], arc

    def _way(
        self, start: Node, goal: Node, without: Arc, price: Callable[[Arc], int | None]
    ) -> tuple[int, list[Arc]] | None:
        order = count()
        waiting: list[tuple[int, int, Node, list[Arc]]] = [(0, next(order), start, [])]
        known: set[Node] = set()
        while waiting:
            cost, _turn, node, path = heappop(waiting)
            if node == goal:
                return cost, path
            if node in known:
                continue
            known.add(node)
            for onward, arc in self._steps(node, without):
                added = price(arc)
                if onward not in known and added is not None:
                    heappush(waiting, (cost + added, next(order), onward, [*path, arc]))
        return None
