"""Items have Korean words only: an English page says so to readers that speak, on the portal and in a city."""

import re
from urllib.parse import quote

import pytest

from tests.client import Web
from tests.conftest import Maker
from tests.web_routes.conftest import PORTAL

KOREAN = re.compile("[가-힣]")
TOWNS = re.compile(r"<select.*?</select>", re.DOTALL)
"""Other tests leave towns without an English name."""
MARKED = re.compile(r'<(\w+)[^>]* lang="ko"[^>]*>.*?</\1>', re.DOTALL)


@pytest.mark.parametrize("house", ["city", "portal"])
def test_the_words_of_an_item_are_marked_as_korean(web: Web, make: Maker, house: str) -> None:
    city = make.city()
    item = make.item(city)
    host, path = (PORTAL, "/library") if house == "portal" else (f"{make.slug(city)}.localhost", "/items")
    page = web.get(host, f"{path}/{item}?lang=en").text
    main = TOWNS.sub("", page[page.index("<main") : page.index("</main>")])
    titles = re.search(r"<h1>(.*?)</h1>", main)
    assert titles
    assert 'lang="ko"' in titles[1]
    assert not KOREAN.search(MARKED.sub("", re.sub(r'data-[a-z]+=(["\']).*?\1', "", main)))


def test_a_category_can_be_left_again_and_words_stay(web: Web) -> None:
    page = web.get(PORTAL, "/library", query_string={"q": "수채화", "category": "04", "from": "41130"}).text
    assert f'href="/library?q={quote("수채화")}&amp;from=41130">모두</a>' in page
    assert 'href="/library" aria-current="true">모두</a>' in web.get(PORTAL, "/library").text
