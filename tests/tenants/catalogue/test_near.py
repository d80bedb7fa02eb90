"""Nearest first from a chosen town, and what begins today, tonight, at the weekend (issue 4, point 5)."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import pytest
from sqlalchemy.dialects.postgresql import Range

from auth.residence.models import Region
from maru.db import Database, Scope, session
from maru.web import dates
from tenants.catalogue import service as catalogue
from tenants.catalogue.filters import Filters
from tenants.catalogue.moments import Moment, span
from tenants.courses import service as courses
from tenants.courses.models import Course, Run, Venue
from tenants.courses.schedule import to_bits
from tenants.places import service as places
from tenants.places.service import TOWNS
from tests.conftest import Maker

SUWON, BUNDANG, GAPYEONG = "41110", "41135", "41820"
NOON = datetime(2026, 10, 15, 12, tzinfo=dates.SEOUL)
"""A Thursday."""


@pytest.fixture(scope="module")
def towns(database: Database, make: Maker) -> dict[str, UUID]:
    """Cities at three real places, each with a run that anybody can apply for."""
    since = Range(date(2000, 1, 1), None)
    with database.transaction(Scope.PROVINCE):
        known = {SUWON: "수원시", "41130": "성남시", GAPYEONG: "가평군"}
        session().add_all(
            Region(code=code, valid=since, name_ko=name, name_en=name, kind="city") for code, name in known.items()
        )
        session().add(
            Region(
                code=BUNDANG, valid=since, name_ko="분당구", name_en="Bundang-gu", kind="district", parent_code="41130"
            )
        )
    TOWNS.clear()
    made = {code: make.city(region=code) for code in (SUWON, "41130", GAPYEONG)}
    for tenant in made.values():
        make.run(tenant)
    return made


def found_in(database: Database, filters: Filters, towns: dict[str, UUID]) -> list[UUID]:
    with database.transaction(Scope.PUBLIC):
        slugs = tuple(
            row.slug
            for row in catalogue.find(Filters(), tenant=None, limit=1000).rows
            if row.tenant_id in towns.values()
        )
        rows = catalogue.find(replace(filters, city=slugs), tenant=None).rows
    return [row.tenant_id for row in rows]


def test_what_is_near_stands_first(database: Database, towns: dict[str, UUID]) -> None:
    ordered = found_in(database, Filters(near=BUNDANG), towns)
    assert ordered == [towns["41130"], towns[SUWON], towns[GAPYEONG]]
    assert found_in(database, Filters(near=GAPYEONG), towns)[0] == towns[GAPYEONG]


def test_distances_are_told_in_kilometres(database: Database, towns: dict[str, UUID]) -> None:
    with database.transaction(Scope.PUBLIC):
        rows = catalogue.find(Filters(near=SUWON), tenant=towns["41130"]).rows
        here, there = places.town(SUWON), places.town("41130")
        assert here
        assert there
    assert rows[0].away == pytest.approx(places.kilometres(here, there), abs=0.01)
    assert 15 < rows[0].away < 20  # Suwon and Seongnam


def test_the_place_of_a_venue_goes_before_its_city(database: Database, make: Maker, towns: dict[str, UUID]) -> None:
    gapyeong, run = towns[GAPYEONG], make.run(towns[GAPYEONG])
    with database.transaction(Scope.JOB, tenant=gapyeong):
        venue = Venue(tenant_id=gapyeong, name="분당 분원", latitude=37.38, longitude=127.11)
        session().add(venue)
        session().flush()
        courses.hold(run).venue_id = venue.id
        catalogue.project([run])
    with database.transaction(Scope.PUBLIC):
        rows = catalogue.find(Filters(near=BUNDANG), tenant=gapyeong).rows
    assert rows[0].run_id == run
    assert rows[0].away < 1


def test_pages_of_the_nearest_do_not_overlap(database: Database, towns: dict[str, UUID]) -> None:
    seen: list[UUID] = []
    with database.transaction(Scope.PUBLIC):
        cursor = None
        while True:
            found = catalogue.find(Filters(near=BUNDANG), tenant=None, limit=1, cursor=cursor)
            seen += [row.run_id for row in found.rows]
            cursor = found.next
            if cursor is None or len(seen) > 50:
                break
    assert len(seen) == len(set(seen))


def test_a_town_that_is_none_changes_nothing(database: Database, towns: dict[str, UUID]) -> None:
    with database.transaction(Scope.PUBLIC):
        rows = catalogue.find(Filters(near="99999"), tenant=towns[SUWON]).rows
        assert places.town("99999") is None
    assert [row.away for row in rows] == [None]


@pytest.mark.parametrize(
    ("when", "now", "begins", "ends"),
    [
        ("today", NOON, NOON, datetime(2026, 10, 16, tzinfo=dates.SEOUL)),
        ("tonight", NOON, datetime(2026, 10, 15, 18, tzinfo=dates.SEOUL), datetime(2026, 10, 16, tzinfo=dates.SEOUL)),
        (
            "tonight",
            NOON.replace(hour=19),
            NOON.replace(hour=19),
            datetime(2026, 10, 16, tzinfo=dates.SEOUL),
        ),
        ("weekend", NOON, datetime(2026, 10, 17, tzinfo=dates.SEOUL), datetime(2026, 10, 19, tzinfo=dates.SEOUL)),
        (
            "weekend",
            NOON + timedelta(days=3),
            NOON + timedelta(days=3),
            datetime(2026, 10, 19, tzinfo=dates.SEOUL),
        ),
        ("week", NOON, NOON, datetime(2026, 10, 22, tzinfo=dates.SEOUL)),
    ],
)
def test_spans_are_of_seoul_and_to_come(when: str, now: datetime, begins: datetime, ends: datetime) -> None:
    assert span(when, Moment.at(now)) == (begins, ends)


def run_on(
    database: Database, tenant: UUID, first: date, begins: time, *, days: int = 1, laid_out: bool = True
) -> UUID:
    with database.transaction(Scope.JOB, tenant=tenant):
        run = Run(
            tenant_id=tenant, course=Course(tenant_id=tenant, title="저녁 강좌"), number=1, method="오프라인",
            starts_on=first, ends_on=first + timedelta(days=days - 1), starts_at=begins,
            ends_at=begins.replace(hour=begins.hour + 1), weekdays=to_bits([first.weekday()]), capacity=5, fee=0,
            opens_at=datetime.now(UTC) - timedelta(days=1), closes_at=datetime.now(UTC) + timedelta(days=9),
        )  # fmt: skip
        session().add(run)
        session().flush()
        if laid_out:
            courses.lay_out_meetings([run])
        catalogue.publish([run.id])
        return run.id


@pytest.mark.parametrize("laid_out", [True, False])
def test_tonight_is_what_begins_after_six(database: Database, make: Maker, laid_out: bool) -> None:
    city, today = make.city(), dates.today()
    late = (
        run_on(database, city, today, time(22, 59, 59), laid_out=laid_out)
        if dates.in_seoul(datetime.now(UTC)).hour < 22
        else None
    )
    run_on(database, city, today + timedelta(days=1), time(19), laid_out=laid_out)
    run_on(database, city, today, time(0, 0, 1), laid_out=laid_out)
    with database.transaction(Scope.PUBLIC):
        rows = catalogue.find(Filters(when=("tonight",)), tenant=city).rows
    assert [row.run_id for row in rows] == ([late] if late else [])


def test_a_class_of_a_long_course_counts_on_its_day(database: Database, make: Maker) -> None:
    city, today = make.city(), dates.today()
    weekly = run_on(database, city, today - timedelta(days=6), time(19), days=30)
    other_day = run_on(database, city, today - timedelta(days=5), time(19), days=4)
    with database.transaction(Scope.PUBLIC):
        week = [row.run_id for row in catalogue.find(Filters(when=("week",)), tenant=city).rows]
        later = catalogue.find(Filters(since=today - timedelta(days=5)), tenant=city).rows
    assert week == [weekly]
    assert [row.run_id for row in later] == [other_day]
