"""The province tells residents something: in the cities that were meant, and in no others."""

import secrets

import pytest

from tests.client import Web
from tests.conftest import Maker
from tests.tenants.province.conftest import Desk

FORM = "/province/notices/new"


def test_what_is_told_to_some_cities_is_read_there_alone(web: Web, desk: Desk, make: Maker) -> None:
    slugs, title = [make.slug(make.city()) for _ in range(3)], f"알림 {secrets.token_hex(4)}"
    told = desk.post(FORM, title=title, body="내용", to="some", cities=slugs[:2])
    assert told.status_code == 303
    assert "시군 2곳의 누리집에 바로 보입니다" in desk.get("/province/notices").text
    assert [title in web.get(f"{slug}.localhost", "/notices").text for slug in slugs] == [True, True, False]


@pytest.mark.parametrize(
    ("to", "ticked", "field"), [("all", 1, "to"), ("some", 0, "cities"), ("", 1, "to"), ("", 0, "to")]
)
def test_a_doubt_about_who_is_meant_tells_nobody(
    web: Web, desk: Desk, make: Maker, to: str, ticked: int, field: str
) -> None:
    slug, title = make.slug(make.city()), f"알림 {secrets.token_hex(4)}"
    answer = desk.post(FORM, title=title, body="내용", to=to, cities=[slug] * ticked)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert title in answer.text, "what was written is kept"
    assert title not in web.get(f"{slug}.localhost", "/notices").text
