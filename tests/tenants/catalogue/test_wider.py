"""The ways on from a list that is empty: few, counted, and each of them finds something."""

import re
from collections.abc import Iterator
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import sqlalchemy as sa

from maru.config import Config
from tenants.catalogue import fresh
from tenants.catalogue.filters import AGES, CATEGORIES, METHODS, MOST_CITIES, MOST_PLACES, STATES, TIMES, Filters
from tenants.catalogue.listing import MOST_WAYS
from tests.client import Web, opened
from tests.conftest import Maker

WAY = re.compile(r'<a class="chip-link" href="([^"]+)">‘([^<]+)’ 빼고 보기 <b>(\d+)</b>')


@pytest.fixture(scope="module")
def web(config: Config) -> Iterator[Web]:
    with opened(config) as asked:
        yield asked


def ways(page: str) -> list[tuple[dict[str, str], str, int]]:
    """What each way asks, what it is called, and what it says it finds."""
    return [
        (dict(parse_qsl(urlsplit(unescape(url)).query)), unescape(label), int(count))
        for url, label, count in WAY.findall(page)
    ]


def test_a_kind_of_choice_is_dropped_as_a_whole(web: Web, make: Maker) -> None:
    city = make.city()
    make.run(city)
    host = f"{make.slug(city)}.localhost"
    page = web.get(host, "/courses", query_string={"place": ["하늘", "바다"], "sort": "newest"}).text
    assert ways(page) == [({"sort": "newest"}, "하늘, 바다", 1)]
    page = web.get(host, "/courses", query_string={"place": ["하늘"], "q": "없는낱말"}).text
    assert ways(page) == []


def test_everything_at_once_offers_a_few_ways_and_counts_no_more(web: Web, make: Maker) -> None:
    host = f"{make.slug(make.city())}.localhost"
    asked: dict[str, Any] = {
        "q": "없는낱말", "state": STATES, "day": range(7), "time": TIMES, "free": "1", "method": METHODS, "age": AGES,
        "category": CATEGORIES, "place": [f"곳{n}" for n in range(40)], "city": [f"city{n}" for n in range(40)],
    }  # fmt: skip
    counts = []

    @sa.event.listens_for(web.app.database.engine, "before_cursor_execute")
    def note(_c: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        counts.append("AS fits" in statement)

    fresh.forget()
    assert web.get(host, "/courses", query_string=asked).status_code == 200
    sa.event.remove(web.app.database.engine, "before_cursor_execute", note)
    assert 1 <= sum(counts) <= MOST_WAYS + 2, "the list itself and the province are counted too"


def test_an_address_names_a_few_places_and_the_cities_of_a_province() -> None:
    read = Filters.read({"place": [f"곳{n}" for n in range(50)], "city": [f"city{n}" for n in range(50)]})
    assert (len(read.place), len(read.city)) == (MOST_PLACES, MOST_CITIES)
    assert len(Filters.read({"city": [f"city{n}" for n in range(31)]}).city) == 31


def test_a_day_is_one_of_seven_and_anything_else_is_left_out() -> None:
    """An empty one, as a form without boxes sends it, was a crash."""
    assert Filters.read({"day": ["", "0", "01", "6", "7", "0123456", "²"]}).day == (0, 6)
