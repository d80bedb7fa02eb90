"""Counting over all cities: what is counted, who may, and what is kept of it (issue 4.4; domain 1.3)."""

import io
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from openpyxl import load_workbook
from sqlalchemy.dialects.postgresql import Range

from auth.residence.models import Region
from maru.config import Config
from maru.db import Database, Scope, session
from maru.migrating import engine_connection, owner_connection
from maru.web import dates
from records.insights import service as insights
from records.insights.measures import MEASURES, last_period
from tenants.sample.making import Resident
from tests.client import Web, opened
from tests.conftest import Maker

PERIOD = last_period(dates.today())
IN_PERIOD = datetime.combine(PERIOD.until, datetime.min.time(), UTC) - timedelta(days=40)


@pytest.fixture
def bare(config: Config) -> Callable[[str, dict[str, Any]], Any]:
    """Writes as nobody may: what people did months ago."""

    def run(statement: str, values: dict[str, Any]) -> Any:
        with engine_connection(config.database_url) as connection:
            return connection.execute(sa.text(statement), values)

    return run


@pytest.fixture(autouse=True)
def nothing_yet(bare: Callable[[str, dict[str, Any]], Any]) -> None:
    """What other tests left happened long ago."""
    bare("UPDATE applications SET applied_at = '2001-01-01'", {})
    bare("UPDATE watchings SET completed_at = '2001-01-01' WHERE completed_at IS NOT NULL", {})


@pytest.fixture
def counted(config: Config, database: Database) -> Callable[[], None]:
    """Counts anew, whatever was counted before: the tests of one run share a database."""

    def count() -> None:
        with owner_connection(config.database_url) as owner, owner.begin():
            owner.exec_driver_sql("ALTER TABLE figures DISABLE TRIGGER append_only, NO FORCE ROW LEVEL SECURITY")
            owner.exec_driver_sql("DELETE FROM figures")
            owner.exec_driver_sql("ALTER TABLE figures ENABLE TRIGGER append_only, FORCE ROW LEVEL SECURITY")
        with database.transaction(Scope.JOB):
            insights.count()

    return count


APPLY = """
    INSERT INTO applications (tenant_id, run_id, person_id, number, state, applied_at)
    SELECT :tenant, :run, person, place + 100, 'placed', :at
    FROM unnest(CAST(:people AS uuid[])) WITH ORDINALITY AS w (person, place)
"""


def apply(bare: Any, tenant: UUID, run: UUID, people: list[UUID], at: datetime = IN_PERIOD) -> None:
    bare(APPLY, {"tenant": tenant, "run": run, "people": people, "at": at})


def raw(database: Database, what: str) -> list[Any]:
    with database.transaction(Scope.JOB) as opened:
        asked = {"what": what, "since": PERIOD.since, "until": PERIOD.until}
        return list(opened.execute(sa.text("SELECT * FROM engine.count_figures(:what, :since, :until)"), asked))


def of(rows: list[Any], city: UUID, dimension: str) -> dict[str, int]:
    return {
        getattr(row, dimension): row.counted for row in rows if row.city == city and getattr(row, dimension) is not None
    }


def test_months_are_seouls(database: Database, make: Maker, bare: Any) -> None:
    """An application at half past midnight on the first belongs to the new month, though it is yesterday in UTC."""
    city = make.city()
    first = PERIOD.until.replace(day=1)
    before_midnight = datetime(first.year, first.month, first.day, 0, 30, tzinfo=dates.SEOUL)
    apply(bare, city, make.run(city), [make.person()], before_midnight)
    assert of(raw(database, "applications"), city, "month") == {f"{first.year}-{first.month:02}": 1}


def test_the_month_that_is_not_over_is_not_counted(database: Database, make: Maker, bare: Any) -> None:
    city = make.city()
    ends = datetime.combine(PERIOD.until + timedelta(days=1), datetime.min.time(), dates.SEOUL)
    apply(bare, city, make.run(city), [make.person()], ends)
    apply(bare, city, make.run(city), [make.person()], ends - timedelta(days=800))
    assert of(raw(database, "applications"), city, "month") == {}


@pytest.mark.parametrize(
    ("years", "days", "group"),
    [(19, 1, "under-19"), (19, 0, "19-29"), (30, 0, "30-39"), (70, 1, "60-69"), (70, 0, "70-")],
)
def test_age_is_that_of_the_last_day(
    database: Database, make: Maker, bare: Any, years: int, days: int, group: str
) -> None:
    city = make.city()
    until = PERIOD.until
    born = date(until.year - years, until.month, until.day if until.month != 2 else 28) + timedelta(days=days)
    apply(bare, city, make.run(city), [make.person(birth=born)])
    assert of(raw(database, "applications"), city, "age") == {group: 1}


def test_a_shared_item_counts_once_in_the_city_where_it_was_completed(
    database: Database, make: Maker, bare: Any
) -> None:
    """Domain 1.3: what several cities show is not counted twice."""
    here, there, person = make.city(), make.city(), make.person()
    item = make.item(here, there)
    watched = "INSERT INTO watchings (person_id, item_id, number, tenant_id, completed_at) VALUES (:person, :item, 1, :city, :at)"
    bare(watched, {"person": person, "item": item, "city": there, "at": IN_PERIOD})
    rows = raw(database, "completions")
    assert of(rows, there, "category") == {"05": 1}
    assert of(rows, here, "category") == {}
    assert [row.minutes for row in rows if row.city == there and row.category] == [10]


def test_members_are_counted_where_they_live(database: Database, make: Maker, bare: Any) -> None:
    region = make.region()
    city, elsewhere = make.city(region=region), make.city(region=make.region())
    people = [make.person(home=region) for _ in range(3)]
    bare("UPDATE people SET created_at = :at WHERE id = ANY(:people)", {"at": IN_PERIOD, "people": people})
    make.person(home=region)
    rows = raw(database, "members")
    assert of(rows, city, "age") == {"50-59": 3}, "who joined after the last day is not among them"
    assert of(rows, elsewhere, "age") == {}
    assert sum(of(raw(database, "joined"), city, "month").values()) == 3


def test_members_of_a_former_code_count_where_it_went_on(database: Database, make: Maker, bare: Any) -> None:
    """From the day of the change on, whichever of the two codes the city goes by (domain 1.6)."""
    county, city = make.code(), make.code()
    for code, valid, successor in (
        (county, Range(date(2000, 1, 1), PERIOD.until), city),
        (city, Range(PERIOD.until, None), None),
    ):
        with database.transaction(Scope.PROVINCE):
            named = {"name_ko": "시험시", "name_en": "Test", "kind": "city", "successor_code": successor}
            session().execute(sa.insert(Region).values(code=code, valid=valid, **named))
    here = make.city(region=city)
    people = [make.person(home=county) for _ in range(2)]
    bare("UPDATE people SET created_at = :at WHERE id = ANY(:people)", {"at": IN_PERIOD, "people": people})
    assert of(raw(database, "members"), here, "age") == {"50-59": 2}
    before = sa.text("SELECT * FROM engine.count_figures('members', :since, :until)")
    with database.transaction(Scope.JOB):
        values = {"since": PERIOD.since, "until": PERIOD.until - timedelta(days=1)}
        rows = list(session().execute(before, values))
    assert of(rows, here, "age") == {}, "the day before, the county was another one"


@pytest.mark.parametrize("scope", [Scope.PUBLIC, Scope.PERSON, Scope.STAFF, Scope.PROVINCE])
def test_nobody_counts_but_a_job_of_no_city(database: Database, make: Maker, scope: Scope) -> None:
    """Small figures are among what the engine gives: neither a page of the province nor a city's own reaches them."""
    for asked, tenant in ((scope, make.city()), (scope, None), (Scope.JOB, make.city())):
        counting = sa.text("SELECT * FROM engine.count_figures('members', '2026-01-01', '2026-12-31')")
        with (
            pytest.raises(sa.exc.ProgrammingError, match="only a job of no city"),
            database.transaction(asked, tenant=tenant, person=uuid4()) as opened,
        ):
            opened.execute(counting)


def test_nothing_small_is_kept(database: Database, make: Maker, bare: Any, counted: Any) -> None:
    """Hidden before they are written: nobody reads from the table what the page does not show."""
    city, other = make.city(), make.city()
    apply(bare, city, make.run(city), [make.person() for _ in range(3)])
    apply(bare, city, make.run(city), [make.person(birth=date(1990, 1, 1)) for _ in range(9)])
    apply(bare, other, make.run(other), [make.person() for _ in range(9)])
    apply(bare, other, make.run(other), [make.person(birth=date(1990, 1, 1)) for _ in range(9)])
    counted()
    with database.transaction(Scope.JOB):
        report = insights.latest()
        small = (
            session().execute(sa.text("SELECT FROM figures WHERE value BETWEEN 1 AND 4 AND measure <> 'hours'")).all()
        )
    assert report is not None
    assert small == []
    assert report.value(city, "applications", "age", "50-59") is None
    assert report.value(city, "applications", "age", "30-39") is None, "12 less 9 would be 3"
    assert report.value(city, "applications") == 12


def test_counted_once_a_month(database: Database, make: Maker, bare: Any, counted: Any) -> None:
    """Counts of every day could be compared, and what is new of a day is one person's."""
    city = make.city()
    counted()
    apply(bare, city, make.run(city), [make.person() for _ in range(9)])
    with database.transaction(Scope.JOB):
        insights.count()
        report = insights.latest()
    assert report is not None
    assert report.value(city, "applications") == 0


def test_everything_that_is_shown_adds_up(database: Database, make: Maker, bare: Any, counted: Any) -> None:
    for size in (8, 17, 30):
        city = make.city()
        apply(bare, city, make.run(city), [make.person(birth=date(1940 + 10 * (n % 6), 1, 1)) for n in range(size)])
    counted()
    with database.transaction(Scope.PROVINCE):
        report = insights.latest()
    assert report is not None
    for measure, about in MEASURES.items():
        for dimension in about.dimensions:
            parts = [
                value for (city, one, by, _), value in report.values.items()
                if (city, one, by) == (None, measure, dimension)
            ]  # fmt: skip
            if None not in parts:
                assert sum(filter(None, parts)) == report.value(None, measure), (measure, dimension)


def test_the_workbook_says_what_the_page_says(
    config: Config, make: Maker, bare: Any, counted: Any, database: Database
) -> None:
    city = make.city()
    apply(bare, city, make.run(city), [make.person() for _ in range(23)])
    counted()
    officer, admin = make.person(), make.person()
    make.grant(officer, "auditor")
    make.grant(admin, "city_admin", city)
    with opened(config) as web:
        for host, path, who in (
            ("localhost", "/province/figures", make.session(officer, None)),
            (f"{make.slug(city)}.localhost", "/console/figures", make.session(admin, city)),
        ):
            page = web.get(host, f"{path}?measure=applications&by=category", who).text
            assert "센 것이 없습니다" not in page
            assert "기간 안에 접수한 수강신청입니다." in page
            book = load_workbook(io.BytesIO(web.get(host, f"{path}.xlsx", who).data))
            assert "기간 안에 접수한 수강신청입니다." in str(list(book.worksheets[0].values))
            rows = {row[0]: row[1:] for row in book["신청 - 분야"].values}
            name = name_of(web, make, city, database)
            assert rows[name][0] == 23
            assert '<td class="r">23</td>' in page
            assert ("경기도" in rows) == (host == "localhost")
            assert len(rows) == 2 or host == "localhost", "a city reads no other city's figures"


def name_of(web: Web, make: Maker, city: UUID, database: Database) -> str:
    with database.transaction(Scope.PUBLIC) as opened:
        return str(opened.execute(sa.text("SELECT name_ko FROM tenants WHERE id = :id"), {"id": city}).scalar_one())


def test_a_city_that_is_younger_than_the_count_is_left_out(
    config: Config, make: Maker, counted: Callable[[], None]
) -> None:
    """What nobody has counted is not small, and is not said to be hidden."""
    officer = make.person()
    make.grant(officer, "province_admin")
    make.city()
    counted()
    who = make.session(officer, None)
    with opened(config) as web:
        before = names_of(web, who)
        make.city()
        assert names_of(web, who) == before


def names_of(web: Web, who: Resident) -> list[Any]:
    """What heads the rows of the province's first sheet."""
    book = load_workbook(io.BytesIO(web.get("localhost", "/province/figures.xlsx", who).data))
    return [row[0] for row in book.worksheets[1].values]


def test_before_the_first_count_the_page_says_when(config: Config, make: Maker) -> None:
    city, admin = make.city(), make.person()
    make.grant(admin, "city_admin", city)
    host, who = f"{make.slug(city)}.localhost", make.session(admin, city)
    with opened(config) as web:
        assert "아직 센 것이 없습니다" in web.get(host, "/console/figures", who).text
        assert web.get(host, "/console/figures.xlsx", who).status_code == 404
