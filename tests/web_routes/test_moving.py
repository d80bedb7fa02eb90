"""Telling of a move: what is refused and at which field, and what is said when it is written down."""

import re
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from auth.residence.models import Region
from auth.residence.words import OUTSIDE
from maru.db import Database, Scope, session
from maru.web import dates
from tenants.sample.making import Resident
from tests.client import Web
from tests.conftest import Maker

TODAY = dates.today()


@dataclass(frozen=True)
class Move:
    """Somebody whose home in the first of two cities was confirmed; each city has one district."""

    web: Web
    host: str
    who: Resident
    cities: list[str]
    districts: list[str]

    def tells(self, region: str, district: str = "", since: str = str(TODAY)) -> tuple[int, str]:
        form = {"region": region, "district": district, "since": since}
        answer = self.web.post(self.host, "/my/residence", self.who, data=form)
        if answer.status_code != 303:
            return answer.status_code, answer.text
        return 303, self.web.get(self.host, answer.headers["Location"], self.who).text

    def page(self) -> str:
        return self.web.get(self.host, "/my/residence", self.who).text


@pytest.fixture
def move(web: Web, make: Maker, database: Database) -> Move:
    cities = [make.region(), make.region()]
    with database.transaction(Scope.PROVINCE):
        for city in cities:
            region(city, f"{city}시", "city", None)
            region(f"{city}d", f"{city}구", "district", city)
    tenant = make.city(region=cities[0])
    who = make.session(make.person(home=cities[0]), tenant)
    return Move(web, f"{make.slug(tenant)}.localhost", who, cities, [f"{city}d" for city in cities])


def region(code: str, name: str, kind: str, parent: str | None) -> None:
    always = sa.text("'[2000-01-01,)'::daterange")
    row = {"code": code, "name_ko": name, "name_en": code, "kind": kind, "parent_code": parent, "valid": always}
    session().execute(sa.insert(Region).values(row))


def homes(database: Database, person: UUID) -> list[tuple[str, str]]:
    with database.transaction(Scope.PERSON, person=person):
        found = session().execute(sa.text("SELECT region_code, source FROM residences ORDER BY lower(valid)"))
        return [(row.region_code, row.source) for row in found]


def test_a_move_to_where_one_lives_is_refused_and_leaves_the_confirmed_home(move: Move, database: Database) -> None:
    status, page = move.tells(move.cities[0])
    assert status == 422
    assert 'id="region-error"' in page
    assert "지금 사시는 곳이 이미 이곳으로 되어 있습니다" in page
    assert homes(database, move.who.person_id) == [(move.cities[0], "document")]


def test_a_move_to_another_district_of_the_same_city_is_one(move: Move, database: Database) -> None:
    assert move.tells(move.cities[0], move.districts[0])[0] == 303
    assert len(homes(database, move.who.person_id)) == 2


def test_a_district_of_another_city_is_said_at_the_district(move: Move) -> None:
    status, page = move.tells(move.cities[1], move.districts[0])
    assert status == 422
    assert 'id="district-error"' in page
    assert 'id="region-error"' not in page
    assert "고르신 시군에 없는 구입니다" in page


def test_districts_stand_under_their_city(move: Move) -> None:
    page = move.page()
    for city, district in zip(move.cities, move.districts, strict=True):
        assert re.search(rf'<optgroup label="{city}시"><option value="{district}">{city}구</option></optgroup>', page)


def test_outside_of_the_province_the_past_stays(move: Move) -> None:
    """Domain 1.5: nobody is held to a city that they have left."""
    status, page = move.tells(OUTSIDE)
    assert status == 303
    assert "다른 시·도에 사시는 것으로 적었습니다" in page
    assert "기록은 그대로 남고" in page
    mine = move.web.get(move.host, "/my", move.who).text
    assert "이날부터 시민만 듣는 강좌는 신청하실 수 없습니다." in mine


def test_after_a_move_it_says_what_was_written_and_what_it_means(move: Move) -> None:
    assert "사시는 것으로 적었습니다" not in move.page()
    since = TODAY + timedelta(days=2)
    status, page = move.tells(move.cities[1], since=str(since))
    assert status == 303
    assert f"{move.cities[1]}시에 사시는 것으로 적었습니다" in page
    assert f"{dates.day(since, TODAY, 'ko')}부터 {move.cities[1]}시 시민 강좌를" in page


def test_a_wrong_entry_has_a_way_on(move: Move) -> None:
    assert "잘못 적힌 곳이 있으면 창구로 알려 주세요." in move.page(), "this city has told no telephone"


def test_a_year_with_nothing_but_a_move_has_no_figures(move: Move) -> None:
    move.tells(move.cities[1])
    mine = move.web.get(move.host, "/my", move.who).text
    assert f"{TODAY.year}년" in mine
    assert "강좌 0개" not in mine
