"""Counting once a month, hiding what is small, and reading what is left.

Whole months are counted, once, when they are over: figures that changed from day to day could be compared, and what
is new of one day is one person's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

import sqlalchemy as sa

from maru import tenancy
from maru.db import session
from maru.jobs import every, tools
from maru.web import dates
from records.insights.hiding import Cell, Shown, Table, shown
from records.insights.measures import MEASURES, Period, keys, last_period
from records.insights.models import Figure

COUNT = sa.text("SELECT * FROM engine.count_figures(:what, :since, :until)")
SMALLEST = sa.text("SELECT value FROM limits WHERE name = 'smallest-figure-shown' AND valid @> walls.today()")
ONE_AT_A_TIME = sa.text("SELECT pg_advisory_xact_lock(hashtextextended('figures', 0))")


@dataclass(frozen=True)
class Report:
    """The figures of one period that its reader may see, by city (None is the province), measure, dimension and key."""

    period: Period
    counted_at: datetime
    smallest: int
    values: Mapping[tuple[UUID | None, str, str, str], int | None]

    def value(self, city: UUID | None, measure: str, dimension: str = "", key: str = "") -> int | None:
        """None is hidden."""
        return self.values.get((city, measure, dimension, key))

    def counted(self, city: UUID | None) -> bool:
        """Whether there was such a city when it was counted; what is not counted is not hidden."""
        return any(place == city for place, *_rest in self.values)

    @property
    def hides(self) -> bool:
        """Whether anything in it is hidden."""
        return None in self.values.values()


@every("insights.count", seconds=3600)
def count_when_due() -> None:
    """In the first hours of a month."""
    with tools().transaction():
        count()


def count() -> None:
    """Count the last twelve whole months, unless they have been; in the scope of a job of no city."""
    period = last_period(dates.today())
    session().execute(ONE_AT_A_TIME)
    if session().scalar(sa.select(sa.exists().where(Figure.until == period.until))):
        return
    cities = [str(city.id) for city in tenancy.every()]
    if not cities:
        return
    smallest = session().execute(SMALLEST).scalar_one()
    for what in ("members", "joined", "applications", "completions"):
        tables = _tables(what, period)
        left = shown(cities, list(tables.values()), smallest)
        session().execute(sa.insert(Figure), _rows(what, period.until, cities, tables, left))


def latest(city: UUID | None = None) -> Report | None:
    """The figures counted last, of all cities and the province, or of one city alone; None before the first count."""
    until = session().scalar(sa.select(sa.func.max(Figure.until)))
    if until is None:
        return None
    columns = (Figure.tenant_id, Figure.measure, Figure.dimension, Figure.key, Figure.value, Figure.counted_at)
    found = sa.select(*columns).where(Figure.until == until)
    rows = session().execute(found.where(Figure.tenant_id == city) if city else found).all()
    if not rows:
        return None
    return Report(
        last_period(until + timedelta(days=1)),
        rows[0].counted_at,
        session().execute(SMALLEST).scalar_one(),
        {(row.tenant_id, row.measure, row.dimension, row.key): row.value for row in rows},
    )


def _tables(what: str, period: Period) -> dict[str, Table]:
    """What the engine counted, a table for each dimension."""
    asked = {"what": what, "since": period.since, "until": period.until}
    found = session().execute(COUNT, asked).all()
    tables = {}
    for dimension in MEASURES[what].dimensions:
        rows = [row for row in found if getattr(row, dimension) is not None]
        counts: dict[Cell, int] = {(str(row.city), getattr(row, dimension)): row.counted for row in rows}
        minutes: dict[Cell, int] = {(str(row.city), getattr(row, dimension)): row.minutes for row in rows}
        tables[dimension] = Table(keys(dimension, period), counts, minutes if any(minutes.values()) else {})
    return tables


def _rows(
    what: str, until: date, cities: Sequence[str], tables: Mapping[str, Table], left: Shown
) -> list[dict[str, object]]:
    """The figures of a measure as they are kept, and those that hide with it."""
    rows: list[dict[str, object]] = []
    for measure in (what, *(name for name, one in MEASURES.items() if one.hidden_with == what)):
        for number, (dimension, table) in enumerate(tables.items()):
            figures = table.counts if measure == what else table.weights
            places = _places(cities, table, left, number)
            rows += [
                {
                    "until": until,
                    "tenant_id": UUID(city) if city else None,
                    "measure": measure,
                    "dimension": dimension if column is not None else "",
                    "key": column or "",
                    "value": _sum(figures, cities, table, city, column) if open_ else None,
                }
                for city, column, open_ in places
                if column is not None or number == 0
            ]
    return rows


def _places(cities: Sequence[str], table: Table, left: Shown, number: int) -> list[tuple[str, str | None, bool]]:
    """City, column (None for the whole), and whether the figure is shown; no city is the province."""
    return [
        *((city, column, (city, column) in left.cells[number]) for city in cities for column in table.columns),
        *((city, None, city in left.totals) for city in cities),
        *(("", column, column in left.columns[number]) for column in table.columns),
        ("", None, left.province),
    ]


def _sum(figures: Mapping[Cell, int], cities: Sequence[str], table: Table, city: str, column: str | None) -> int:
    columns = table.columns if column is None else [column]
    return sum(figures.get((one, key), 0) for one in ([city] if city else cities) for key in columns)
