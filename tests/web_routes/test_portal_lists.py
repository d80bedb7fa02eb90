"""The portal's own lists and their calendars, items once for all cities, and the pages of cities (issue 4, point 5)."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import pytest
from icalendar import Calendar
from sqlalchemy.dialects.postgresql import Range

from auth.residence.models import Region
from maru.db import Database, Scope, session
from maru.tenancy import Tenant
from maru.web import dates
from tenants.catalogue import fresh
from tenants.catalogue import service as catalogue
from tenants.courses import service as courses
from tenants.courses.models import Course, Run
from tenants.courses.schedule import to_bits
from tenants.places.service import TOWNS
from tests.client import Web
from tests.conftest import Maker
from tests.web_routes.conftest import PORTAL, City

LISTS = ["/tonight", "/free", "/opening"]
ZONE = "DTSTART;TZID=Asia/Seoul:"


def evening_run(database: Database, tenant: UUID, *, opens: datetime | None = None) -> UUID:
    """A free class the day after tomorrow at seven, with a Korean text longer than a line of a calendar file."""
    first, now = dates.today() + timedelta(days=2), datetime.now(UTC)
    with database.transaction(Scope.JOB, tenant=tenant):
        run = Run(
            tenant_id=tenant, course=Course(tenant_id=tenant, title="가나다라, 마바사; 아자차카타파하 저녁 별자리", summary="별을 봅니다. " * 20),
            number=1, method="오프라인", starts_on=first, ends_on=first, starts_at=time(19), ends_at=time(21),
            weekdays=to_bits([first.weekday()]), capacity=5, fee=0,
            opens_at=opens or now - timedelta(days=1), closes_at=now + timedelta(days=9),
        )  # fmt: skip
        session().add(run)
        session().flush()
        courses.lay_out_meetings([run])
        catalogue.publish([run.id])
        return run.id


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("town", ["", "?from=41135", "?from=99999", "?from=x'"])
def test_lists_and_their_calendars_answer_everybody(web: Web, here: City, path: str, town: str) -> None:
    assert web.get(PORTAL, path + town).status_code == 200
    answer = web.get(PORTAL, f"{path}.ics{town}")
    assert (answer.status_code, answer.content_type) == (200, "text/calendar; charset=utf-8")
    assert Calendar.from_ical(answer.data)["version"] == "2.0"
    assert web.get(here.host, path).status_code == 404


def test_the_calendar_of_a_list_keeps_to_rfc_5545(web: Web, database: Database, here: City) -> None:
    run = evening_run(database, here.tenant)
    fresh.forget()
    held = web.get(PORTAL, "/free.ics").data
    assert b"\n" not in held.replace(b"\r\n", b"")
    assert all(len(line) <= 75 for line in held.split(b"\r\n"))
    assert all(line.decode() is not None for line in held.split(b"\r\n"))  # no letter is cut in two
    calendar = Calendar.from_ical(held)
    event = next(one for one in calendar.walk("VEVENT") if str(one["uid"]).startswith(str(run)))
    begins = datetime.combine(dates.today() + timedelta(days=2), time(19), dates.SEOUL)
    assert event["dtstart"].dt == begins
    assert event["dtend"].dt == begins + timedelta(hours=2)
    assert event["summary"] == "가나다라, 마바사; 아자차카타파하 저녁 별자리"
    zones = calendar.walk("VTIMEZONE")
    assert [str(zone["tzid"]) for zone in zones] == ["Asia/Seoul"]
    assert zones[0].walk("STANDARD")[0]["tzoffsetto"].td == timedelta(hours=9)
    assert ZONE in held.decode()


def test_ids_of_events_stay(web: Web, database: Database, here: City) -> None:
    run = evening_run(database, here.tenant)

    def ids() -> set[str]:
        fresh.forget()
        return {str(event["uid"]) for event in Calendar.from_ical(web.get(PORTAL, "/free.ics").data).walk("VEVENT")}

    before = ids()
    with database.transaction(Scope.JOB, tenant=here.tenant):
        held = courses.hold(run)
        held.course.title = "새 이름"
        catalogue.project([run])
    assert ids() == before
    assert f"{run}-1@localhost" in before


def test_what_opens_soon_is_an_event_when_it_opens(web: Web, database: Database, here: City) -> None:
    opens = (datetime.now(UTC) + timedelta(hours=30)).replace(microsecond=0)
    run = evening_run(database, here.tenant, opens=opens)
    fresh.forget()
    events = Calendar.from_ical(web.get(PORTAL, "/opening.ics").data).walk("VEVENT")
    event = next(one for one in events if str(one["uid"]) == f"{run}-opening@localhost")
    assert event["dtstart"].dt == opens
    assert "접수 시작" in event["summary"]


def test_one_run_is_kept_in_a_calendar_with_all_its_classes(web: Web, here: City) -> None:
    answer = web.get(here.host, f"/courses/{here.things['run_id']}.ics")
    events = Calendar.from_ical(answer.data).walk("VEVENT")
    assert len(events) == 4
    assert len({str(event["uid"]) for event in events}) == 4
    assert "attachment" in answer.headers["Content-Disposition"]
    assert web.get(here.host, f"/courses/{here.tenant}.ics").status_code == 404


def test_a_cancelled_run_is_cancelled_in_calendars(web: Web, database: Database, here: City) -> None:
    run = evening_run(database, here.tenant)
    with database.transaction(Scope.JOB, tenant=here.tenant):
        catalogue.cancel_run(run, "강사 사정")
    events = Calendar.from_ical(web.get(here.host, f"/courses/{run}.ics").data).walk("VEVENT")
    assert [str(event["status"]) for event in events] == ["CANCELLED"]


def test_an_item_is_listed_once_however_many_cities_show_it(web: Web, make: Maker) -> None:
    """Domain 1.3: a shared course is not counted twice."""
    cities = [make.city(), make.city()]
    item = make.item(*cities)
    page = web.get(PORTAL, "/library").text
    assert page.count(f"/library/{item}") == 1
    one = web.get(PORTAL, f"/library/{item}").text
    for city in cities:
        assert f"http://{make.slug(city)}.localhost:8000/items/{item}" in one


def test_an_item_that_no_open_city_shows_is_not_on_the_portal(web: Web, make: Maker) -> None:
    preparing = make.city(state="preparing")
    for item in (make.item(), make.item(preparing)):
        assert web.get(PORTAL, f"/library/{item}").status_code == 404
        assert f"/library/{item}" not in web.get(PORTAL, "/library").text


def test_home_stands_first_then_what_is_near(web: Web, database: Database, make: Maker) -> None:
    since = Range(date(2000, 1, 1), None)
    with database.transaction(Scope.PROVINCE):
        session().add_all(
            Region(code=code, valid=since, name_ko=code, name_en=code, kind="city")
            for code in ("41630", "41650", "41670")
        )
    TOWNS.clear()
    far, near, home = make.city(region="41670"), make.city(region="41650"), make.city(region="41630")
    item, resident = make.item(far, near, home), make.session(make.person(home="41630"), None)

    def order(path: str, who: object = None) -> list[UUID]:
        page = web.get(PORTAL, path, who).text  # type: ignore[arg-type]
        return sorted((far, near, home), key=lambda city: page.index(f"{make.slug(city)}.localhost:8000/items/"))

    assert order(f"/library/{item}?from=41670")[0] == far
    assert order(f"/library/{item}?from=41650") == [near, home, far]
    assert order(f"/library/{item}?from=41670", resident)[0] == home


def test_a_search_names_items_beside_courses(web: Web, make: Maker) -> None:
    city = make.city()
    make.run(city)
    item = make.item(city)
    page = web.get(PORTAL, "/search?q=견본").text
    assert f"/library/{item}" in page or "/library?q=" in page
    assert "선착순 강좌 견본" in page


@pytest.mark.parametrize("state", ["planned", "preparing", "suspended", "archived"])
def test_only_open_cities_have_a_page(web: Web, make: Maker, state: str) -> None:
    slug = make.slug(make.city(state=state))
    assert web.get(PORTAL, f"/cities/{slug}").status_code == 404
    assert f"/cities/{slug}" not in web.get(PORTAL, "/cities").text


def test_a_city_has_a_page_with_what_it_offers(web: Web, database: Database, here: City) -> None:
    slug = here.host.split(".", maxsplit=1)[0]
    assert f'href="/cities/{slug}"' in web.get(PORTAL, "/cities").text
    page = web.get(PORTAL, f"/cities/{slug}").text
    assert f"http://{here.host}:8000/courses/{here.things['run_id']}" in page
    assert f"http://{here.host}:8000/items/{here.things['item_id']}" in page
    with database.transaction(Scope.PROVINCE):
        assert session().get_one(Tenant, here.tenant).name_ko in page
    nobody = web.get(PORTAL, "/cities/nobody")
    assert nobody.status_code == 404
    assert 'href="/cities">' in nobody.text


def test_a_city_that_rests_is_said_to_rest(web: Web, make: Maker) -> None:
    name = f"시험{make.slug(make.city(state='suspended'))[1:]}시"
    assert f"{name}<small>쉬는 중" in web.get(PORTAL, "/cities").text


def test_programs_find_courses_and_items_in_two_groups(web: Web, make: Maker) -> None:
    city = make.city()
    run, items = make.run(city), [make.item(city) for _ in range(3)]
    slug = make.slug(city)
    first = web.get(PORTAL, f"/api/v1/search?q=견본&city={slug}&limit=2").get_json()
    assert [one["id"] for one in first["items"]] == [str(run)]
    assert first["items"][0]["distance_km"] is None
    assert len(first["library"]) == 2
    assert first["library_total"] >= 3
    seen = {one["id"]: one for one in first["library"]}
    following = first["library_next"]
    while following:
        page = web.get(PORTAL, "/api/v1/search", query_string={"q": "견본", "library_cursor": following}).get_json()
        assert not seen.keys() & {one["id"] for one in page["library"]}
        seen |= {one["id"]: one for one in page["library"]}
        following = page["library_next"]
    assert {str(item) for item in items} <= seen.keys()
    assert seen[str(items[0])]["tenants"] == [slug]
    assert seen[str(items[0])]["url"] == f"http://localhost:8000/library/{items[0]}"


@pytest.mark.parametrize("query", ["from=abc", "when=never", "starts=tomorrow", "sort=x", "library_cursor=x"])
def test_programs_are_told_what_is_wrong(web: Web, query: str) -> None:
    answer = web.get(PORTAL, f"/api/v1/search?{query}")
    assert answer.status_code in (400, 422)
    assert answer.mimetype == "application/problem+json"


@pytest.mark.parametrize(("state", "early", "late"), [("live", "가나시", "하나시"), ("preparing", "가다시", "하다시")])
def test_cities_stand_by_the_name_that_is_read(web: Web, make: Maker, state: str, early: str, late: str) -> None:
    """Korean and English alphabets order cities differently."""
    with web.app.database.transaction(Scope.PROVINCE):
        for name, english in ((early, f"Zeta {state}"), (late, f"Alpha {state}")):
            tenant = session().get_one(Tenant, make.city(state=state))
            tenant.name_ko, tenant.name_en = name, english
    korean, english = web.get(PORTAL, "/cities").text, web.get(PORTAL, "/cities?lang=en").text
    assert korean.index(early) < korean.index(late)
    assert english.index(f"Alpha {state}") < english.index(f"Zeta {state}")
