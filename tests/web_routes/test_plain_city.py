"""A city that has written nothing about itself yet has pages without holes."""

import re
from uuid import UUID

import pytest

from tests.client import Web
from tests.conftest import Maker

CALLS = ("전화 주세요", "전화로", "전화나", "by phone", "telephone", "call us", "Call us")


@pytest.fixture(scope="module")
def city(make: Maker) -> UUID:
    """As `maru tenants create` leaves it: no question, no telephone."""
    return make.city(region=make.region())


@pytest.mark.parametrize(
    ("language", "question"), [("ko", "무엇을 배워 볼까요?"), ("en", "What would you like to learn?")]
)
def test_its_front_page_asks_something(web: Web, make: Maker, city: UUID, language: str, question: str) -> None:
    page = web.get(f"{make.slug(city)}.localhost", f"/?lang={language}").text
    assert f"<h1>{question}</h1>" in page
    assert f"<title>{question} - " in page


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("path", ["/", "/help", "/privacy", "/terms", "/accessibility", "/my/residence", "/courses"])
def test_nobody_is_asked_to_call_without_a_number(web: Web, make: Maker, city: UUID, path: str, language: str) -> None:
    host, who = f"{make.slug(city)}.localhost", make.session(make.person(), city)
    page = web.get(host, f"{path}?lang={language}", who).text
    said = re.sub(r"<details class=\"how\">.*?</details>", "", page, flags=re.DOTALL)
    assert "tel:" not in said
    assert not [words for words in CALLS if words in said]


def test_no_open_course_is_not_counted(web: Web, make: Maker, city: UUID) -> None:
    page = web.get(f"{make.slug(city)}.localhost", "/").text
    assert "0개 모두 보기" not in page
    assert re.search(r'<a [^>]*href="/courses"[^>]*>강좌 모두 보기', page)
