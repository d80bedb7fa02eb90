"""Online courses that are looked for with a letter wrong, or that another city shows: nobody is left without a way on."""

import pytest

from contentlib.adoptions.similar import similar
from contentlib.items.models import PublishedItem
from maru.db import Database, Scope, session
from tests.client import Web
from tests.conftest import Maker

TITLE = "엑셀 첫걸음, 칸과 줄"


class Shelf:
    """An item that one of two cities shows."""

    def __init__(self, make: Maker, database: Database) -> None:
        self.here, self.elsewhere = make.city(), make.city()
        self.item = make.item(self.here)
        with database.transaction(Scope.PROVINCE):
            session().get_one(PublishedItem, self.item).title = TITLE
        self.host, self.other = (f"{make.slug(city)}.localhost" for city in (self.here, self.elsewhere))


@pytest.fixture(scope="module")
def shelf(make: Maker, database: Database) -> Shelf:
    return Shelf(make, database)


@pytest.mark.parametrize("typed", ["엑셀강좌", "엑셀 배우기", "엑셀 첫거름", "첫 걸음 엑셀"])
def test_what_is_typed_almost_so_is_found(shelf: Shelf, database: Database, typed: str) -> None:
    with database.transaction(Scope.PUBLIC):
        assert [one.title for one in similar(typed, shelf.here)] == [TITLE]
        assert TITLE in [one.title for one in similar(typed, None)]
        assert similar(typed, shelf.elsewhere) == []


@pytest.mark.parametrize("typed", ["뜨개질", "강좌", "!!", "x"])
def test_what_is_not_like_it_is_not(shelf: Shelf, database: Database, typed: str) -> None:
    with database.transaction(Scope.PUBLIC):
        assert similar(typed, shelf.here) == []


def test_every_search_offers_it(web: Web, shelf: Shelf) -> None:
    for host, path in (
        (shelf.host, "/items"),
        (shelf.host, "/courses"),
        ("localhost", "/library"),
        ("localhost", "/search"),
    ):
        page = web.get(host, f"{path}?q=엑셀 첫거름").text
        assert "이름이 비슷한 온라인 강좌" in page, path
        assert f"/{shelf.item}" in page, path
        exact = web.get(host, f"{path}?q=엑셀 첫걸음").text
        assert f"/{shelf.item}" in exact, path
        assert "이름이 비슷한 온라인 강좌" not in exact, path


def test_what_a_city_does_not_show_has_a_way_to_who_does(web: Web, shelf: Shelf) -> None:
    missing = web.get(shelf.other, f"/items/{shelf.item}")
    assert missing.status_code == 404
    assert f"http://localhost:8000/library/{shelf.item}" in missing.text
    assert 'href="/items"' in missing.text
    nowhere = web.get(shelf.other, f"/items/{shelf.here}").text
    assert "/library/" not in nowhere
