"""Where a province has more cities than a page can name, the portal does not name them on pages about something else."""

from collections.abc import Iterator

import pytest

from maru.config import Config
from tenants.sites import faces
from tests.client import Web, opened
from tests.conftest import Maker


@pytest.fixture
def crowded(config: Config, monkeypatch: pytest.MonkeyPatch) -> Iterator[Web]:
    """An application that has read no cities yet, and for which one is too many."""
    monkeypatch.setattr(faces, "MOST_COLOURED", 0)
    with opened(config) as web:
        yield web
    faces._sheet.cache_clear()


def test_the_front_page_leads_to_all_of_them(make: Maker, crowded: Web) -> None:
    city = make.slug(make.city())
    page = crowded.get("localhost", "/").text
    assert f'data-tenant="{city}"' not in page
    assert 'href="/cities">시군 찾기' in page


def test_the_search_names_the_chosen_ones(make: Maker, crowded: Web) -> None:
    city = make.slug(make.city())
    assert 'name="city"' not in crowded.get("localhost", "/search").text
    page = crowded.get("localhost", f"/search?city={city}").text
    assert page.count('name="city"') == 1
    assert city in page
