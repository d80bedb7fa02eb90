"""The figures of the filter panel: each says what choosing that box would find."""

import random
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.sql.visitors import iterate

from maru.db import Database, Scope, session
from maru.web import dates
from tenants.catalogue import boxes
from tenants.catalogue import service as catalogue
from tenants.catalogue.conditions import conditions
from tenants.catalogue.facets import BITS, FITS, Facets, add_up, facets
from tenants.catalogue.filters import SORTS, Filters
from tenants.catalogue.models import LISTED_BY, Listing
from tenants.catalogue.moments import Moment
from tenants.catalogue.ordering import order
from tenants.courses.audience import AGE_RANGES
from tenants.courses.audience import BITS as AUDIENCE
from tenants.courses.models import Course, Run
from tests.conftest import Maker

OPEN, EVENING, FREE, CHILD = BITS["state", "open"], BITS["time", "evening"], BITS["free", True], BITS["age", "child"]


def test_a_box_is_counted_beside_the_choices_of_other_kinds() -> None:
    marks = [(OPEN | EVENING, 3), (OPEN, 5), (EVENING | FREE, 7), (CHILD, 11)]
    counted = add_up(marks, Filters(state=("open",), time=("evening",)))
    assert counted.total == 3
    assert counted.beside["state", "open"] == 3
    assert counted.beside["time", "evening"] == 3
    assert counted.beside["free", True] == 0
    assert counted.beside["age", "child"] == 0
    assert add_up(marks, Filters(state=("open",))).beside["time", "evening"] == 3
    assert add_up(marks, Filters(time=("evening",))).beside["free", True] == 7


def test_nothing_chosen_counts_everything() -> None:
    assert add_up([(0, 2), (OPEN, 3)], Filters()) == Facets(5, dict.fromkeys(BITS, 0) | {("state", "open"): 3})
    assert add_up([], Filters(free=True)).total == 0


@pytest.fixture(scope="module")
def varied(database: Database, make: Maker) -> UUID:
    """A city with sixty runs of every kind."""
    city, by_chance = make.city(), random.Random(7)
    with database.transaction(Scope.JOB, tenant=city):
        runs = [_run(city, number, by_chance) for number in range(60)]
        session().add_all(runs)
        session().flush()
        catalogue.publish([run.id for run in runs])
    return city


def _run(city: UUID, number: int, by_chance: random.Random) -> Run:
    now, first = datetime.now(UTC), dates.today() + timedelta(days=by_chance.randrange(-40, 40))
    opens = now + timedelta(days=by_chance.randrange(-9, 9), hours=1)
    begins = by_chance.choice([time(9), time(12), time(14, 30), time(18), None])
    youngest, oldest = by_chance.choice([(None, None), (5, 13), (14, None), (19, 64), (None, 18), (65, None)])
    return Run(
        tenant_id=city,
        course=Course(tenant_id=city, title=f"강좌 {number}", category=by_chance.choice(["01", "04", "05", ""])),
        number=1,
        method=by_chance.choice(["온라인", "오프라인", "혼합", "모바일", ""]),
        starts_on=first,
        ends_on=first + timedelta(days=14),
        starts_at=begins,
        ends_at=begins and begins.replace(hour=begins.hour + 2),
        weekdays=by_chance.randrange(128),
        capacity=by_chance.choice([0, 10]),
        waiting_limit=by_chance.choice([0, None]),
        fee=by_chance.choice([0, 20_000, None]),
        min_age=youngest,
        max_age=oldest,
        opens_at=opens,
        closes_at=opens + timedelta(days=by_chance.randrange(1, 9)),
    )


def chosen(name: str, value: Any) -> dict[str, Any]:
    return {name: value if value is True else (value,)}


def found(filters: Filters, tenant: UUID | None) -> int:
    return len(catalogue.find(filters, tenant=tenant, limit=100).rows)


@pytest.mark.parametrize(
    "filters",
    [
        Filters(),
        Filters(state=("open",)),
        Filters(state=("open", "upcoming"), time=("evening", "morning")),
        Filters(free=True, method=("online",), day=(0, 3)),
        Filters(age=("child", "senior"), category=("01", "05")),
        Filters(q="강좌", time=("afternoon",), age=("adult",)),
    ],
)
def test_every_figure_is_what_that_choice_finds(database: Database, varied: UUID, filters: Filters) -> None:
    with database.transaction(Scope.PUBLIC, tenant=varied):
        counted = facets(filters, varied)
        assert counted.total == found(filters, varied)
        for (name, value), number in counted.beside.items():
            assert number == found(replace(filters, **chosen(name, value)), varied), (name, value)


def test_each_bit_says_what_its_box_says(database: Database, varied: UUID) -> None:
    """The expression in the database is the one of boxes.py."""
    said = sa.literal_column(f"({boxes.EXPRESSION})")
    with database.transaction(Scope.PUBLIC, tenant=varied):
        rows = session().execute(sa.select(Listing.boxes, said).where(Listing.tenant_id == varied)).all()
    assert len({row[0] for row in rows}) > 20
    assert [stored for stored, _said in rows] == [said for _stored, said in rows]


def found_by_hand(row: Listing) -> set[tuple[str, Any]]:
    """The lasting boxes of a row, as its columns read to people."""
    noon, six = time(12), time(18)
    hours = row.starts_at and ("morning" if row.starts_at < noon else "afternoon" if row.starts_at < six else "evening")
    years = range(0 if row.min_age is None else row.min_age, 151 if row.max_age is None else row.max_age + 1)
    ages = {
        age
        for age, (youngest, oldest) in AGE_RANGES.items()
        if set(years) & set(range(youngest, oldest + 1)) and (not row.audience or row.audience & AUDIENCE[age])
    }
    methods = {name for name, fits in {"online": row.online, "offline": row.in_person}.items() if fits}
    return {
        *({("time", hours)} if hours else ()),
        *({("free", True)} if row.fee == 0 else ()),
        *(("method", method) for method in methods),
        ("category", row.category or row.likely_category or "other"),
        *(("age", age) for age in ages),
    }


def test_the_bits_are_those_of_the_columns(database: Database, varied: UUID) -> None:
    with database.transaction(Scope.PUBLIC, tenant=varied):
        for row in session().scalars(sa.select(Listing).where(Listing.tenant_id == varied)):
            assert {box for box, bit in boxes.BITS.items() if row.boxes & bit} == found_by_hand(row)


def test_cities_of_the_portal_narrow_the_figures_too(database: Database, make: Maker, varied: UUID) -> None:
    asked = Filters(city=(make.slug(varied),))
    with database.transaction(Scope.PUBLIC):
        assert facets(asked, None).total == found(asked, None) == 60
        assert facets(replace(asked, city=("nowhere",)), None).total == 0


def test_a_city_that_is_not_open_counts_nowhere(database: Database, make: Maker) -> None:
    hidden = make.city(state="preparing")
    make.run(hidden)
    with database.transaction(Scope.PUBLIC):
        assert found(Filters(city=(make.slug(hidden),)), None) == 0


def test_a_change_shows_at_once(database: Database, make: Maker) -> None:
    city = make.city()
    with database.transaction(Scope.PUBLIC, tenant=city):
        assert facets(Filters(), city).total == 0
    make.run(city)
    with database.transaction(Scope.PUBLIC, tenant=city):
        assert facets(Filters(), city).total == 1


def test_the_index_of_lists_holds_all_that_they_are_ordered_and_narrowed_by() -> None:
    now = Moment.at(datetime.now(UTC))
    expressions = [
        *(part for sort in SORTS for part in order(sort, "", now.instant)),
        *(part for name, value in BITS for part in conditions(Filters(**chosen(name, value)), now)),
        *conditions(Filters(day=(0,)), now),
        FITS,
    ]
    read = {
        element.name
        for expression in expressions
        for element in iterate(expression)
        if isinstance(element, sa.Column) and element.table is Listing.__table__
    }
    index = next(one for one in Listing.__table__.indexes if one.name == "listings_lists")
    assert {"ends_on", "boxes"} <= read <= {*index.columns.keys(), *LISTED_BY}
