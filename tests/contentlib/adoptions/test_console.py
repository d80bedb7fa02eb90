"""A city finds an item, adopts it with one press, orders and features it, and stops showing it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from werkzeug.test import TestResponse

from maru.db import session
from maru.web import dates
from tenants.catalogue import fresh
from tests.contentlib.conftest import Office

APPROVER = "library_approver"


@dataclass
class Desk:
    office: Office
    city: UUID

    @property
    def host(self) -> str:
        return f"{self.office.make.slug(self.city)}.localhost"

    def ask(self, method: str, path: str = "", role: str | UUID = "course_operator", **more: Any) -> TestResponse:
        """What the console answers to somebody new in a role, or to this person."""
        person = role if isinstance(role, UUID) else self.office.make.person()
        if isinstance(role, str):
            self.office.make.grant(person, role, self.city)
        who = self.office.make.session(person, self.city)
        return self.office.web.ask(method, self.host, f"/console/library{path}", who, **more)

    def public(self, path: str = "") -> str:
        answer = self.office.web.get(self.host, f"/items{path}")
        assert answer.status_code == 200
        return answer.text


@pytest.fixture
def desk(office: Office) -> Desk:
    return Desk(office, office.make.city())


def publish(office: Office, **words: str) -> UUID:
    item = office.ready(**words)
    assert office.ask("POST", f"/{item}/publish", APPROVER).status_code == 303
    return item


def test_adopted_with_one_press_it_is_on_the_citys_site(desk: Desk, office: Office) -> None:
    item = publish(office, title="한옥 짓기")
    assert str(item) not in desk.public()
    found = desk.ask("GET", "?q=한옥").text
    assert f'action="/console/library/{item}/adopt?q=' in found
    answer = desk.ask("POST", f"/{item}/adopt?q=한옥")
    assert answer.status_code == 303
    assert "채택했습니다." in desk.ask("GET", answer.location.removeprefix("/console/library")).text
    assert desk.ask("POST", f"/{item}/adopt").status_code == 303, "twice is once"
    assert "한옥 짓기" in desk.public()
    assert "한옥 짓기" in desk.public("?q=한옥")
    assert "한옥 짓기" not in desk.public("?q=수영")
    assert "<video" in desk.public(f"/{item}")
    searched = office.web.get(desk.host, "/courses?q=한옥").text
    assert f'href="/items/{item}"' in searched, "beside the city's own courses"
    assert f'href="/items/{item}"' not in office.web.get(desk.host, "/courses?q=수영").text
    other = Desk(office, office.make.city())
    assert "한옥 짓기" not in other.public()


def test_an_item_goes_to_the_top_at_once_and_the_keyboard_stays_with_it(desk: Desk, office: Office) -> None:
    items = [publish(office, title=title) for title in ("가야금", "해금", "거문고", "아쟁")]
    for item in items:
        desk.ask("POST", f"/{item}/adopt")
    answer = desk.ask("POST", f"/{items[3]}/top?mine=1")
    assert answer.location == f"/console/library?mine=1#item-{items[3]}"
    page = desk.ask("GET", "?mine=1").text
    assert f'<tr id="item-{items[3]}" tabindex="-1">' in page
    places = [page.index(f'id="item-{item}"') for item in items]
    assert sorted(places) == [places[3], *places[:3]]
    desk.ask("POST", f"/{items[1]}/top")
    assert desk.public().index("해금") < desk.public().index("아쟁")


def test_the_city_orders_features_and_drops(desk: Desk, office: Office) -> None:
    first, second = publish(office, title="가야금"), publish(office, title="해금")
    for item in (first, second):
        desk.ask("POST", f"/{item}/adopt")
    page = desk.public()
    assert page.index("가야금") < page.index("해금")
    desk.ask("POST", f"/{second}/up")
    page = desk.public()
    assert page.index("해금") < page.index("가야금")
    desk.ask("POST", f"/{second}/up")
    desk.ask("POST", f"/{second}/down")
    page = desk.public()
    assert page.index("가야금") < page.index("해금")
    desk.ask("POST", f"/{second}/down")
    desk.ask("POST", f"/{second}/feature", data={"featured": "1"})
    assert "첫 화면에서 빼기" in desk.ask("GET", "?mine=1").text
    fresh.forget()
    front = office.web.get(desk.host, "/").text
    assert f'href="/items/{second}"' in front
    assert f'href="/items/{first}"' not in front
    assert desk.ask("POST", f"/{second}/drop?mine=1").location == "/console/library?mine=1"
    assert "해금" not in desk.public()
    assert desk.ask("POST", f"/{second}/drop").status_code == 404
    desk.ask("POST", f"/{second}/adopt")
    page = desk.public()
    assert page.index("가야금") < page.index("해금"), "adopted again it comes last"


def test_what_is_not_in_force_is_not_adopted(desk: Desk, office: Office) -> None:
    draft = office.ready(title="아직 아닌 것")
    assert desk.ask("POST", f"/{draft}/adopt").status_code == 409
    assert "아직 아닌 것" not in desk.ask("GET").text
    item = publish(office, title="곧 거둘 것")
    desk.ask("POST", f"/{item}/adopt")
    office.ask("POST", f"/{item}/withdraw", APPROVER, data={"because": "다시 만듭니다."})
    told = desk.ask("GET").text
    assert "더는 보이지 않는 콘텐츠" in told
    assert "곧 거둘 것" in told
    assert "도에서 거두었습니다. 다시 만듭니다." in told, "when and why stands beside it"
    assert "곧 거둘 것" not in desk.public()
    desk.ask("POST", f"/{item}/drop")
    assert "더는 보이지 않는 콘텐츠" not in desk.ask("GET").text


def test_the_city_sees_what_ends_soon_and_what_has_ended(desk: Desk, office: Office) -> None:
    today = dates.today()
    lasting = publish(office, title="오래 가는 것", licence_ends_on=str(today + timedelta(days=90)))
    soon = publish(office, title="곧 끝나는 것", licence_ends_on=str(today + timedelta(days=30)))
    for item in (lasting, soon):
        desk.ask("POST", f"/{item}/adopt")
    page = desk.ask("GET").text
    ending = page[page.index("곧 이용 기간이 끝나는 콘텐츠") : page.index("콘텐츠 고르기")]
    assert "곧 끝나는 것" in ending
    assert "오래 가는 것" not in ending
    with office.working():
        past = sa.text("UPDATE published_items SET licence_ends_on = :day WHERE item_id = :item")
        session().execute(past, {"day": today - timedelta(days=1), "item": soon})
    page = desk.ask("GET").text
    assert "곧 이용 기간이 끝나는 콘텐츠" not in page
    assert "이용 기간이 끝났습니다." in page
    assert "곧 끝나는 것" not in desk.public()


def test_ten_items_with_one_press(desk: Desk, office: Office) -> None:
    items = [publish(office, title=f"열 가운데 {number}") for number in range(10)]
    page = desk.ask("GET", "?q=열 가운데&new=1").text
    assert page.count('name="item"') == 10
    answer = desk.ask("POST", "/adopt?q=열 가운데", data={"item": items})
    assert answer.status_code == 303
    assert "콘텐츠 10개를 채택했습니다." in desk.ask("GET", answer.location.removeprefix("/console/library")).text
    assert desk.ask("GET", "?q=열 가운데&new=1").text.count('name="item"') == 0
    shown = desk.public("?q=열 가운데")
    assert sorted(shown.index(f"열 가운데 {number}") for number in range(10)) == [
        shown.index(f"열 가운데 {number}") for number in range(10)
    ], "in the order in which they were ticked"
    nothing = desk.ask("POST", "/adopt")
    assert "채택할 콘텐츠를 골라 주세요." in desk.ask("GET", nothing.location.removeprefix("/console/library")).text
    assert desk.ask("POST", "/adopt", data={"item": [uuid4()]}).status_code == 409


def test_the_list_is_narrowed_by_kind_and_category(desk: Desk, office: Office) -> None:
    video = publish(office, title="좁힐 영상", category="06")
    assert str(video) in desk.ask("GET", "?q=좁힐&kind=video&category=06").text
    for other in ("kind=outside", "category=01"):
        assert "찾으시는 콘텐츠가 없습니다" in desk.ask("GET", f"?q=좁힐&{other}").text
    assert str(video) in desk.ask("GET", "?q=좁힐&kind=nonsense&category=99").text


@pytest.mark.parametrize("role", ["desk_clerk", "instructor"])
def test_who_does_not_run_the_site_looks_and_changes_nothing(desk: Desk, office: Office, role: str) -> None:
    item = publish(office)
    assert desk.ask("GET", "", role).status_code == 200
    assert "채택하기" not in desk.ask("GET", "", role).text
    for act in ("adopt", "drop", "feature", "top", "up", "down"):
        assert desk.ask("POST", f"/{item}/{act}", role).status_code == 403


def test_programs_read_the_library_and_what_a_city_shows(desk: Desk, office: Office) -> None:
    item = publish(office, title="프로그램이 읽을 것")
    listed = office.web.get("localhost", "/api/v1/library/items?q=프로그램이").get_json()
    assert [one["id"] for one in listed["items"]] == [str(item)]
    assert (listed["items"][0]["version"], listed["items"][0]["seconds"], listed["next"]) == (1, 600, None)
    assert office.web.get(desk.host, "/api/v1/items").get_json() == {"items": [], "next": None}
    desk.ask("POST", f"/{item}/adopt")
    another = publish(office, title="둘째")
    desk.ask("POST", f"/{another}/adopt")
    first = office.web.get(desk.host, "/api/v1/items?limit=1").get_json()
    second = office.web.get(desk.host, f"/api/v1/items?limit=1&cursor={first['next']}").get_json()
    assert [one["id"] for one in first["items"] + second["items"]] == [str(item), str(another)]
    assert second["next"] is None
    assert office.web.get("localhost", "/api/v1/items").status_code == 404
    assert office.web.get("localhost", "/api/v1/library/items?q=%25%25").get_json()["items"] == []
