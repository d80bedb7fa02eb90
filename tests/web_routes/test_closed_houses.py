"""A page of a house that is not there, or not open: every way on leads to the portal, which is."""

import re
from urllib.parse import urlsplit

import pytest

from tests.client import Web
from tests.conftest import Maker

LINK = re.compile(r'<a [^>]*href="([^"]+)"')


def ways(page: str) -> list[str]:
    """Where the links lead; not the one to the content, nor the same page in the other language, nor telephones."""
    return [href for href in LINK.findall(page) if not href.startswith(("#", "tel:")) and "?lang=" not in href]


@pytest.mark.parametrize("host", ["nowhere.localhost", "example.com", "a.b.localhost"])
def test_all_ways_from_an_unknown_house_lead_to_the_portal(web: Web, host: str) -> None:
    answer = web.get(host, "/courses")
    assert answer.status_code == 404
    assert "이 주소의 누리집은 없습니다" in answer.text
    assert len(ways(answer.text)) >= 10
    for href in ways(answer.text):
        assert href.startswith("http://localhost:8000/"), href
    for path in ("/", "/search", "/my", "/certificates", "/help", "/privacy"):
        assert f"http://localhost:8000{path}" in ways(answer.text)


@pytest.mark.parametrize("state", ["planned", "preparing"])
def test_a_city_to_come_says_that_it_is_being_prepared(web: Web, make: Maker, state: str) -> None:
    slug = make.slug(make.city(state=state))
    answer = web.get(f"{slug}.localhost", "/")
    assert answer.status_code == 404
    assert f"시험{slug[1:]}시 누리집은 준비하고 있습니다" in answer.text
    assert "누리집은 없습니다" not in answer.text
    assert answer.text.count('href="http://localhost:8000/search"') == 2  # the door, and the way on
    english = web.get(f"{slug}.localhost", "/?lang=en").text
    assert f"The site of {slug.title()} is being prepared" in english
    assert 'href="http://localhost:8000/search?lang=en"' in english


def test_the_staff_of_a_city_to_come_stay_there(web: Web, make: Maker) -> None:
    tenant = make.city(state="preparing")
    person = make.person()
    make.grant(person, "city_admin", tenant)
    page = web.get(f"{make.slug(tenant)}.localhost", "/courses", make.session(person, tenant)).text
    assert 'href="/courses"' in page
    nobody = web.get(f"{make.slug(tenant)}.localhost", "/courses").text
    assert 'href="/auth/sign-in?' in nobody


@pytest.mark.parametrize(("state", "status"), [("suspended", 503), ("archived", 410)])
@pytest.mark.parametrize("path", ["/", "/console"])
def test_the_staff_of_a_closed_house_are_led_out_of_it(
    web: Web, make: Maker, state: str, status: int, path: str
) -> None:
    tenant, person = make.city(state=state), make.person()
    make.grant(person, "city_admin", tenant)
    host = f"{make.slug(tenant)}.localhost"
    answer = web.get(host, path, make.session(person, tenant))
    assert answer.status_code == status
    assert "경기도 누리집으로" in answer.text
    for href in ways(answer.text):
        assert urlsplit(href).hostname not in (None, host), href


@pytest.mark.parametrize("state", ["suspended", "archived"])
def test_nobody_signs_in_at_a_closed_house(web: Web, make: Maker, state: str) -> None:
    page = web.get(f"{make.slug(make.city(state=state))}.localhost", "/courses").text
    signs_in = [href for href in ways(page) if "/auth/sign-in" in href]
    assert signs_in == ["http://localhost:8000/auth/sign-in?next=%2F"]


@pytest.mark.parametrize("state", ["suspended", "archived"])
def test_what_a_closed_house_says_is_elsewhere_is_one_press_away(web: Web, make: Maker, state: str) -> None:
    host = f"{make.slug(make.city(state=state))}.localhost"
    for path, words, english in (
        ("/certificates", "수료증 확인하기", "Check a certificate"),
        ("/my", "내 학습 보기", "See My learning"),
    ):
        assert re.search(f'<a href="http://localhost:8000{path}">.*?{words}</a>', web.get(host, "/").text)
        assert re.search(
            f'<a href="http://localhost:8000{path}[?]lang=en">.*?{english}</a>', web.get(host, "/?lang=en").text
        )
    programs = web.get(host, "/api/v1/courses").json or {}
    assert [way["text_en"] for way in programs["remedies"]][:2] == ["Check a certificate", "See My learning"]


def test_in_an_open_house_ways_stay_in_it(web: Web, make: Maker) -> None:
    page = web.get(f"{make.slug(make.city())}.localhost", "/nothing")
    assert page.status_code == 404
    for path in ("/", "/courses", "/my", "/help"):
        assert path in ways(page.text)
