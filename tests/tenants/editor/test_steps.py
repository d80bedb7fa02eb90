"""A city's steps: saved to a draft, wrong input answered in words, two people at once without loss (GP-05)."""

import re
from collections.abc import Callable
from uuid import UUID

import pytest

from tenants.editor.steps import EDITED
from tenants.sites.content import Block, Content, Entry
from tests.conftest import Maker
from tests.tenants.editor.conftest import Desk

NAME = {"name": "과천배움터", "name_en": "Gwacheon Learning", "tagline": "숲처럼 천천히"}
CONTACT = {"phone": "02-3677-0000", "hours": "평일 오전 9:00~오후 6:00", "address": "경기도 과천시 관문로 69"}
Draft = Callable[[], Content]


def seen(page: str) -> str:
    """The mark of what the form was opened with."""
    found = re.search(r'name="seen" value="(\w+)"', page)
    assert found
    return found[1]


def open_and_post(desk: Desk, step: str, **form: object) -> int:
    return desk.post(f"/{step}", seen=seen(desk.get(f"/{step}").text), **form).status_code


def test_every_step_has_its_page(admin: Desk) -> None:
    overview = admin.get().text
    for step in EDITED.values():
        assert step.url in overview
        assert admin.get(f"/{step.key}").status_code == 200


def test_what_is_saved_is_a_draft(admin: Desk, resident: Desk, draft: Draft) -> None:
    assert open_and_post(admin, "name", **NAME) == 303
    assert draft().name == "과천배움터"
    assert "과천배움터" not in resident.sees().text
    assert "1가지" not in admin.get().text or "공개하지 않은 변경" in admin.get().text


def test_saving_goes_on_to_the_next_step_or_back_to_the_list(admin: Desk) -> None:
    mark = seen(admin.get("/name").text)
    assert admin.post("/name", seen=mark, **NAME).location == "/console/site/logo"
    assert admin.post("/name", seen=seen(admin.get("/name").text), then="list", **NAME).location == "/console/site"


def test_the_checklist_says_how_far_one_is(admin: Desk) -> None:
    def done() -> bool:
        return "다시 보기<span" in admin.get().text.split("연락처</a>")[1].split("</li>")[0]

    assert not done()
    assert open_and_post(admin, "contact", **CONTACT) == 303
    assert done()


@pytest.mark.parametrize(
    ("step", "form", "said"),
    [
        ("name", NAME | {"name": ""}, "누리집 이름: 주민에게 꼭 필요하니 적어 주세요"),
        ("contact", CONTACT | {"hours": ""}, "전화 받는 시간: 주민에게 꼭 필요하니 적어 주세요"),
        ("name", NAME | {"name": "가" * 21}, "20글자까지"),
        ("contact", CONTACT | {"phone": "0236770000"}, "줄표(-)를 넣어"),
        ("contact", CONTACT | {"map_url": "javascript:alert(1)"}, "https://로 시작하는"),
        ("colours", {"colour": "red"}, "여섯 자리"),
        ("front", {"arranged": "1", "shown": ["news"]}, "하나는 골라"),
        (
            "menu",
            {"entry.label": "주차", "entry.label_en": "", "entry.url": "javascript:alert(1)"},
            "https://로 시작하게",
        ),
        ("menu", {"entry.label": "주차", "entry.label_en": "", "entry.url": "//evil.example"}, "https://로 시작하게"),
        ("menu", {"entry.label": "", "entry.label_en": "", "entry.url": "/pages/x"}, "메뉴 이름을"),
        ("privacy", {"controller": "", "privacy_officer": "", "privacy_phone": ""}, "적어 주세요"),
    ],
)
def test_wrong_input_is_answered_in_words_and_kept(
    admin: Desk, draft: Draft, step: str, form: dict[str, str], said: str
) -> None:
    before = draft()
    answer = admin.post(f"/{step}", seen=seen(admin.get(f"/{step}").text), **form)
    assert (answer.status_code, said in answer.text, draft() == before) == (422, True, True)
    assert "오류: " in answer.text
    for typed in form.values():
        assert typed in ("", "1", ["news"]) or typed in answer.text


def test_the_parts_of_the_front_page_are_ordered_by_numbers(admin: Desk, draft: Draft) -> None:
    places = {"place.own": "1", "place.open": "2", "place.soon": "2"}
    assert open_and_post(admin, "front", arranged="1", shown=["own", "open"], own_title="인사", **places) == 303
    assert [block.kind for block in draft().arranged[:3]] == ["own", "open", "soon"]
    assert [block for block in draft().arranged if block.shown] == [Block("own", True), Block("open", True)]


def test_empty_lines_of_the_menu_are_left_out(admin: Desk, draft: Draft) -> None:
    lines = {"entry.label": ["주차", ""], "entry.label_en": ["Parking", ""], "entry.url": ["/courses", ""]}
    assert open_and_post(admin, "menu", **lines) == 303
    assert draft().menu == (Entry("주차", "Parking", "/courses"),)


def test_the_menu_leads_to_pages_that_exist_and_follows_them(admin: Desk, draft: Draft) -> None:
    page = {"title": "주차장은 이렇게 쓰시면 됩니다", "title_en": "", "slug": "parking", "text": "10대"}
    line = {"entry.label": "주차", "entry.label_en": "", "entry.url": "/pages/parking"}
    assert open_and_post(admin, "menu", **line) == 422, "there is no such page yet"
    admin.post("/pages/new", **page)
    offered = admin.get("/menu?add=parking").text
    assert 'value="주차장은 이렇게 쓰시면"' in offered
    assert 'name="entry.url" value="/pages/parking"' in offered
    assert admin.post("/menu", seen=seen(offered), **line).status_code == 303
    assert "?add=parking" not in admin.get("/menu").text
    mark = seen(admin.get("/pages/parking").text)
    assert admin.post("/pages/parking", seen=mark, **page | {"slug": "cars"}).status_code == 303
    assert draft().menu == (Entry("주차", "", "/pages/cars"),)


def test_two_people_at_once_are_told_and_nothing_is_lost(desk: Callable[[str], Desk], draft: Draft) -> None:
    first, second = desk("city_admin"), desk("city_admin")
    mark = seen(second.get("/name").text)
    assert open_and_post(first, "name", **NAME) == 303
    answer = second.post("/name", seen=mark, **NAME | {"name": "과천평생학습"})
    assert (answer.status_code, draft().name) == (409, "과천배움터")
    assert "과천배움터" in answer.text
    assert 'value="과천평생학습"' in answer.text
    assert second.post("/name", seen=seen(answer.text), **NAME | {"name": "과천평생학습"}).status_code == 303
    assert draft().name == "과천평생학습"


def test_two_people_at_different_steps_do_not_meet(desk: Callable[[str], Desk], draft: Draft) -> None:
    first, second = desk("city_admin"), desk("city_admin")
    mark = seen(second.get("/contact").text)
    assert open_and_post(first, "name", **NAME) == 303
    assert second.post("/contact", seen=mark, **CONTACT).status_code == 303
    assert (draft().name, draft().phone) == ("과천배움터", "02-3677-0000")


def test_saving_the_same_again_is_no_conflict(admin: Desk) -> None:
    mark = seen(admin.get("/name").text)
    assert [admin.post("/name", seen=mark, **NAME).status_code for _twice in range(2)] == [303, 303]


def test_an_operator_looks_and_changes_nothing(desk: Callable[[str], Desk], draft: Draft) -> None:
    operator, before = desk("course_operator"), draft()
    page = operator.get("/name").text
    assert "보기만 하실 수 있습니다" in page
    assert "저장하고 다음으로" not in page
    assert operator.post("/name", seen=before.mark(*EDITED["name"].fields), **NAME).status_code == 403
    assert draft() == before
    assert desk("desk_clerk").get().status_code == 403


def test_a_page_of_ones_own_is_written_changed_and_removed(admin: Desk, draft: Draft) -> None:
    page = {"title": "주차 안내", "title_en": "", "slug": "parking", "text": "## 앞마당\n\n- 10대"}
    assert admin.post("/pages/new", **page).location == "/console/site/menu"
    assert admin.post("/pages/new", **page).status_code == 422
    mark = seen(admin.get("/pages/parking").text)
    assert admin.post("/pages/parking", seen=mark, **page | {"slug": "cars"}).status_code == 303
    assert draft().page("cars")
    assert not draft().page("parking")
    assert admin.get("/pages/parking").status_code == 404
    assert "초안에서 뺄까요?" in admin.get("/pages/cars/remove").text
    assert admin.post("/pages/cars/remove").status_code == 303
    assert draft().pages == ()


def test_two_people_at_one_page_are_told(desk: Callable[[str], Desk], draft: Draft) -> None:
    first, second = desk("city_admin"), desk("city_admin")
    page = {"title": "주차", "title_en": "", "slug": "parking", "text": "하나"}
    first.post("/pages/new", **page)
    mark = seen(second.get("/pages/parking").text)
    first.post("/pages/parking", seen=mark, **page | {"text": "둘"})
    answer = second.post("/pages/parking", seen=mark, **page | {"text": "셋"})
    assert (answer.status_code, "둘" in answer.text, "셋" in answer.text) == (409, True, True)
    assert second.post("/pages/parking", seen=seen(answer.text), **page | {"text": "셋"}).status_code == 303
    assert [one.text for one in draft().pages] == ["셋"]


def test_another_citys_draft_is_not_reached(make: Maker, admin: Desk, city: UUID) -> None:
    other = Desk(admin.web, f"{make.slug(make.city())}.localhost", admin.who)
    assert make.slug(city) not in other.host
    assert "/auth/sign-in" in other.get().location
