"""What search engines are told: sitemaps, robots.txt, schema.org, canonical addresses (issue 4, point 5)."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from xml.etree.ElementTree import fromstring

import pytest

from maru.db import Database, Scope
from tenants.catalogue import service as catalogue
from tenants.courses import service as courses
from tests.client import Web
from tests.conftest import Maker
from tests.web_routes.conftest import PORTAL, City

NAMES = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
STRUCTURED = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)
CANONICAL = re.compile(r'<link rel="canonical" href="([^"]*)">')


def locations(web: Web, host: str, path: str) -> dict[str, str]:
    """Address and time of the last change of everything that a file names."""
    answer = web.get(host, path)
    assert (answer.status_code, answer.mimetype) == (200, "application/xml")
    return {
        entry.findtext("s:loc", "", NAMES): entry.findtext("s:lastmod", "", NAMES) for entry in fromstring(answer.data)
    }


def every_address(web: Web, host: str) -> Iterator[tuple[str, str]]:
    for part in locations(web, host, "/sitemap.xml"):
        yield from locations(web, host, part.split(":8000", 1)[1]).items()


def structured(page: str) -> list[dict[str, Any]]:
    return [json.loads(found) for found in STRUCTURED.findall(page)]


def test_a_sitemap_names_the_pages_courses_and_items_of_its_house(web: Web, here: City, there: City) -> None:
    named = dict(every_address(web, here.host))
    course = f"http://{here.host}:8000/courses/{here.things['run_id']}"
    assert {course, f"http://{here.host}:8000/", f"http://{here.host}:8000/items/{here.things['item_id']}"} <= set(
        named
    )
    assert datetime.fromisoformat(named[course]) <= datetime.now(UTC)
    assert all(address.startswith(f"http://{here.host}:8000/") for address in named)
    for address in named:
        assert web.get(here.host, address.split(":8000", 1)[1]).status_code == 200, address


def test_the_portals_sitemap_names_open_cities_and_items(web: Web, here: City, make: Maker) -> None:
    closed = make.slug(make.city(state="preparing"))
    named = dict(every_address(web, PORTAL))
    slug = here.host.split(".", maxsplit=1)[0]
    assert f"http://localhost:8000/cities/{slug}" in named
    assert f"http://localhost:8000/library/{here.things['item_id']}" in named
    assert f"http://localhost:8000/cities/{closed}" not in named
    for address in list(named)[:15]:
        assert web.get(PORTAL, address.split(":8000", 1)[1]).status_code == 200, address


@pytest.mark.parametrize("state", ["planned", "preparing", "suspended", "archived"])
def test_closed_houses_have_no_sitemap(web: Web, make: Maker, state: str) -> None:
    host = f"{make.slug(make.city(state=state))}.localhost"
    for path in ("/sitemap.xml", "/sitemap-0.xml", "/robots.txt"):
        assert web.get(host, path).status_code in (404, 410, 503)


def test_what_is_over_or_called_off_is_left_out(web: Web, database: Database, make: Maker) -> None:
    city = make.city()
    kept, off, unpublished = make.run(city), make.run(city), make.run(city)
    with database.transaction(Scope.JOB, tenant=city):
        catalogue.cancel_run(off, "강사 사정")
    named = " ".join(address for address, _ in every_address(web, f"{make.slug(city)}.localhost"))
    assert str(kept) in named
    assert str(off) not in named
    assert str(unpublished) in named


def test_parts_that_are_none_are_not_found(web: Web, here: City) -> None:
    for path in ("/sitemap-99.xml", "/sitemap-99999999999999999999.xml"):
        assert web.get(here.host, path).status_code == 404
        assert web.get(PORTAL, path).status_code == 404


@pytest.mark.parametrize("house", ["city", "portal"])
def test_robots_are_kept_from_persons_and_offices(web: Web, here: City, house: str) -> None:
    host = here.host if house == "city" else PORTAL
    words = web.get(host, "/robots.txt").text
    assert f"Sitemap: http://{host}:8000/sitemap.xml" in words
    for path in ("/my", "/console", "/province", "/applications/", "/api/", "/auth/"):
        assert f"Disallow: {path}\n" in words


def test_a_course_says_of_itself_what_its_page_says(web: Web, here: City) -> None:
    page = web.get(here.host, f"/courses/{here.things['run_id']}").text
    (course,) = structured(page)
    address = f"http://{here.host}:8000/courses/{here.things['run_id']}"
    assert course["@type"] == "Course"
    assert course["name"] == "선착순 강좌 견본"
    assert course["inLanguage"] == "ko"
    assert course["offers"]["price"] == 0
    assert course["offers"]["priceCurrency"] == "KRW"
    assert course["offers"]["availability"] == "https://schema.org/InStock"
    instance = course["hasCourseInstance"]
    assert instance["@type"] == "CourseInstance"
    assert instance["courseMode"] == "Onsite"
    assert instance["courseSchedule"]["repeatCount"] == 4
    assert instance["courseSchedule"]["startTime"] == "10:00:00"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT10:00:00\+09:00", instance["startDate"])
    assert CANONICAL.findall(page) == [address]
    assert f'<meta property="og:url" content="{address}">' in page
    assert '<meta property="og:title" content="선착순 강좌 견본' in page


def test_no_text_of_a_course_ends_the_script(web: Web, database: Database, make: Maker) -> None:
    city = make.city()
    run = make.run(city)
    evil = "</script><script>alert(1)</script>'\"&<!--"
    with database.transaction(Scope.JOB, tenant=city):
        courses.hold(run).course.title = evil
        catalogue.project([run])
    page = web.get(f"{make.slug(city)}.localhost", f"/courses/{run}").text
    assert [course["name"] for course in structured(page)] == [evil]
    assert "<script>alert(1)" not in page
    assert "</script><script>" not in page.replace('"></script>\n<script', "")


def test_an_item_says_that_it_is_free_and_online(web: Web, here: City) -> None:
    for host, path in ((here.host, "items"), (PORTAL, "library")):
        page = web.get(host, f"/{path}/{here.things['item_id']}").text
        (course,) = structured(page)
        assert course["isAccessibleForFree"] is True
        assert course["hasCourseInstance"]["courseMode"] == "Online"
        assert course["url"] == f"http://{host}:8000/{path}/{here.things['item_id']}"
        assert CANONICAL.findall(page) == [course["url"]]


def test_lists_have_one_address_however_they_are_narrowed(web: Web, here: City) -> None:
    page = web.get(here.host, "/courses?q=x&state=open&lang=en").text
    assert CANONICAL.findall(page) == [f"http://{here.host}:8000/courses"]
