"""A city opens its own doors when nothing is missing, once, and only its administrator (GP-04, GP-05)."""

from collections.abc import Callable
from uuid import UUID

import pytest

from maru.db import Database, Scope
from maru.tenancy import get
from tests.conftest import Maker
from tests.tenants.editions.test_publishing import PRIVACY
from tests.tenants.editor.conftest import Desk
from tests.tenants.editor.test_steps import CONTACT, NAME, open_and_post, seen

COLOURS = {"colour": "#0b7a53", "masthead": "white", "hero": "light"}


@pytest.fixture
def city(make: Maker) -> UUID:
    return make.city(state="preparing", region=make.region())


def prepared(admin: Desk, make: Maker, city: UUID) -> None:
    """Everything that the checklist asks for."""
    make.run(city)
    for step, form in (("name", NAME), ("colours", COLOURS), ("contact", CONTACT), ("privacy", PRIVACY)):
        assert open_and_post(admin, step, **form) == 303
    assert open_and_post(admin, "front", arranged="1", shown=["open", "news"]) == 303
    admin.get("/preview")


def state(database: Database, city: UUID) -> str:
    with database.transaction(Scope.PUBLIC):
        return get(city).state


def test_what_is_missing_is_said_and_the_doors_stay_shut(
    database: Database, admin: Desk, resident: Desk, city: UUID
) -> None:
    page = admin.get("/live").text
    for step in ("이름과 한 줄 인사", "연락처", "개인정보와 약관", "첫 강좌", "미리보기"):
        assert step in page
    assert "로고</a>" not in page.split("<main", 1)[1]
    assert admin.post("/live", seen="x").status_code == 409
    assert state(database, city) == "preparing"
    assert resident.sees().status_code == 404


def test_the_draft_is_published_and_the_doors_open(
    database: Database, make: Maker, admin: Desk, resident: Desk, city: UUID
) -> None:
    prepared(admin, make, city)
    assert "누리집의 문을 열까요?" in admin.get("/live").text
    assert "10분이면" in admin.get().text
    assert resident.sees().status_code == 404
    assert admin.post("/live", seen=seen(admin.get("/live").text)).status_code == 303
    assert state(database, city) == "live"
    assert "과천배움터" in resident.sees().text
    assert "누리집이 열려 있습니다" in admin.get("/live").text
    assert "10분이면" not in admin.get().text
    assert admin.post("/live", seen="x").status_code == 409


def test_what_was_not_seen_is_not_opened_with(database: Database, make: Maker, admin: Desk, city: UUID) -> None:
    prepared(admin, make, city)
    mark = seen(admin.get("/live").text)
    open_and_post(admin, "name", **NAME | {"tagline": "다르게"})
    admin.get("/preview")
    assert admin.post("/live", seen=mark).location == "/console/site/live"
    assert state(database, city) == "preparing"


def test_only_the_administrator_opens(
    database: Database, make: Maker, desk: Callable[[str], Desk], admin: Desk, city: UUID
) -> None:
    prepared(admin, make, city)
    operator = desk("course_operator")
    assert operator.post("/live", seen=seen(admin.get("/live").text)).status_code == 403
    assert state(database, city) == "preparing"


def test_an_open_site_does_not_go_back_to_where_nobody_could_be_called(
    make: Maker, admin: Desk, resident: Desk, city: UUID
) -> None:
    prepared(admin, make, city)
    admin.post("/live", seen=seen(admin.get("/live").text))
    for answer in (admin.get("/versions/1/restore"), admin.post("/versions/1/restore")):
        assert answer.status_code == 409
        assert "주민에게 꼭 필요한 것이 그 판에는" in answer.text
        assert "/console/site/privacy" in answer.text
    assert CONTACT["phone"] in resident.sees().text


def test_a_site_that_is_being_prepared_goes_back_to_whatever_it_was(make: Maker, admin: Desk, city: UUID) -> None:
    prepared(admin, make, city)
    assert admin.post("/publish", seen=seen(admin.get("/publish").text)).status_code == 303
    assert admin.post("/versions/1/restore").status_code == 303
