"""Drafts become versions; every version can be gone back to; nothing is lost on the way (GP-05)."""

from collections.abc import Callable
from uuid import UUID

import pytest
import sqlalchemy as sa

from maru.db import Database, Scope, session
from tenants.editor import service as editor
from tenants.sites.content import Content
from tenants.sites.models import Site, SiteVersion
from tests.tenants.editor.conftest import Desk
from tests.tenants.editor.test_steps import CONTACT, NAME, open_and_post, seen

Draft = Callable[[], Content]
PRIVACY = {"controller": "과천시장", "privacy_officer": "평생학습과장", "privacy_phone": "02-3677-0000"}


def publish(desk: Desk, note: str = "") -> int:
    return desk.post("/publish", seen=seen(desk.get("/publish").text), note=note).status_code


def test_residents_see_the_site_as_soon_as_it_is_published(admin: Desk, resident: Desk) -> None:
    assert "과천배움터" not in resident.sees().text
    open_and_post(admin, "name", **NAME)
    question = admin.get("/publish").text
    assert "과천배움터" in question
    assert "숲처럼 천천히" in question
    assert publish(admin, "이름을 지었습니다") == 303
    assert "과천배움터" in resident.sees().text
    assert "숲처럼 천천히" in resident.sees("/courses").text
    told = admin.get("/versions").text
    assert "2판" in told
    assert "이름을 지었습니다" in told
    assert "누리집 이름: 과천배움터" in told


def test_nothing_is_published_twice_or_unseen(desk: Callable[[str], Desk], resident: Desk) -> None:
    first, second = desk("city_admin"), desk("city_admin")
    assert first.post("/publish", seen="x").status_code == 409
    open_and_post(first, "name", **NAME)
    mark = seen(second.get("/publish").text)
    open_and_post(first, "name", **NAME | {"tagline": "다르게"})
    answer = second.post("/publish", seen=mark)
    assert (answer.status_code, "그사이 초안이 바뀌었습니다" in answer.text) == (409, True)
    assert "과천배움터" not in resident.sees().text
    assert publish(second) == 303


def test_going_back_makes_a_new_version_and_keeps_what_is_in_the_draft(
    admin: Desk, resident: Desk, draft: Draft
) -> None:
    open_and_post(admin, "name", **NAME)
    publish(admin)
    open_and_post(admin, "contact", **CONTACT)
    assert "1판으로 되돌릴까요" in admin.get("/versions/1/restore").text
    assert admin.post("/versions/1/restore").status_code == 303
    assert "과천배움터" not in resident.sees().text
    assert "1판으로 되돌림" in admin.get("/versions").text
    assert (draft().phone, draft().tagline) == (CONTACT["phone"], "")
    assert admin.post("/versions/2/restore").status_code == 303
    assert "과천배움터" in resident.sees().text
    assert admin.post("/versions/4/restore").status_code == 409
    assert admin.post("/versions/9/restore").status_code == 404
    assert admin.get(f"/versions/{2**40}/restore").status_code == 404


def test_versions_are_for_good(database: Database, admin: Desk, city: UUID) -> None:
    open_and_post(admin, "name", **NAME)
    publish(admin)
    for change in ("UPDATE site_versions SET note = 'x'", "DELETE FROM site_versions"):
        with (
            pytest.raises(sa.exc.ProgrammingError, match="permission denied"),
            database.transaction(Scope.JOB, tenant=city),
        ):
            session().execute(sa.text(change))


def test_a_version_says_who_and_when_and_the_row_in_force_is_the_last(
    database: Database, admin: Desk, city: UUID
) -> None:
    open_and_post(admin, "name", **NAME)
    publish(admin)
    assert admin.who
    with database.transaction(Scope.JOB, tenant=city):
        made = session().get_one(SiteVersion, (city, 2))
        site = session().get_one(Site, city)
        assert made.made_by == admin.who.person_id
        assert made.maker
        assert (site.version, site.name) == (2, made.content["name"])
        assert Content.read(made.content) == editor.in_force(city)


def test_an_older_version_lacks_nothing(database: Database, city: UUID) -> None:
    """A version that was kept before a field existed is read with what a plain site has."""
    with database.transaction(Scope.JOB, tenant=city):
        stored = editor.in_force(city).stored()
    for name in ("font", "blocks", "pages"):
        del stored[name]
    assert Content.read(stored) == Content.read(stored | {"font": "gothic", "blocks": [], "pages": []})


def test_privacy_texts_stay_readable_with_their_days(admin: Desk, resident: Desk) -> None:
    open_and_post(admin, "privacy", **PRIVACY, privacy_text="## 우리 시\n\n첫 글입니다.")
    assert "평생학습과장" not in resident.sees("/privacy").text
    publish(admin)
    assert "첫 글입니다." in resident.sees("/privacy").text
    open_and_post(admin, "privacy", **PRIVACY, privacy_text="둘째 글입니다.")
    publish(admin)
    now = resident.sees("/privacy").text
    assert "둘째 글입니다." in now
    assert "첫 글입니다." not in now
    assert 'href="/privacy/2"' in now
    former = resident.sees("/privacy/2").text
    assert "첫 글입니다." in former
    assert "지난 글입니다" in former
    assert "주민등록번호는 받지 않습니다" in former
    assert [resident.sees(path).status_code for path in ("/privacy/1", "/terms/2")] == [404, 404]
    assert resident.sees("/terms").status_code == 200


def test_own_pages_and_menu_are_on_the_site(admin: Desk, resident: Desk) -> None:
    admin.post("/pages/new", title="주차 안내", title_en="Parking", slug="parking", text="<b>앞마당</b>\n\n- 10대")
    lines = {"entry.label": ["주차"], "entry.label_en": ["Parking"], "entry.url": ["/pages/parking"]}
    open_and_post(admin, "menu", **lines)
    assert resident.sees("/pages/parking").status_code == 404
    publish(admin)
    page = resident.sees("/pages/parking").text
    assert "&lt;b&gt;앞마당" in page
    assert "<li>10대</li>" in page
    assert '<li class="mainnav__own"><a href="/pages/parking">주차</a>' in resident.sees().text
    assert "Parking" in resident.sees("/?lang=en").text
    for door in ("강좌 찾기", "내 학습", "수료증 확인", "도움말"):
        assert door in resident.sees().text


def test_the_front_page_is_as_it_was_arranged(admin: Desk, resident: Desk) -> None:
    places = {"place.own": "1", "place.categories": "2", "place.open": "3"}
    shown = ["own", "open", "categories", "province"]
    open_and_post(admin, "front", arranged="1", shown=shown, own_title="어서 오세요", own_text="**함께**", **places)
    publish(admin)
    page = resident.sees().text
    assert page.index("h-own") < page.index("h-categories") < page.index("h-open") < page.index("h-everywhere")
    assert "<strong>함께</strong>" in page
    assert "h-news" not in page


def test_only_administrators_publish(desk: Callable[[str], Desk], admin: Desk) -> None:
    open_and_post(admin, "name", **NAME)
    operator = desk("course_operator")
    for path in ("/publish", "/versions/1/restore"):
        assert (operator.get(path).status_code, operator.post(path, seen="x").status_code) == (403, 403)
    assert operator.get("/versions").status_code == 200
