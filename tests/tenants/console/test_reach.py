"""Pages show only what the reader may do, and who does the rest."""

import re
from uuid import UUID

import pytest

from auth.roles.permissions import CITY_ROLES, holders, permits, permits_throughout
from tests.conftest import Maker
from tests.tenants.console.conftest import Console

TABS = {
    "city_admin": ["강좌", "신청자", "출석", "마치기"],
    "course_operator": ["강좌", "신청자", "출석", "마치기"],
    "desk_clerk": ["강좌", "신청자"],
    "instructor": ["강좌"],
}


def tabs(page: str) -> list[str]:
    return re.findall(r">([^<]+)</a>", page[page.index('<nav class="tabs"') :].split("</nav>", maxsplit=1)[0])


@pytest.mark.parametrize("role", TABS)
def test_a_run_has_the_tabs_that_open(console: Console, make: Maker, city: UUID, role: str) -> None:
    run = make.run(city)
    page = console(f"/runs/{run}", role=role)
    assert tabs(page) == TABS[role]
    assert ("폐강하기" in page) == (role in ("city_admin", "course_operator"))
    assert ("마치기: 시군 관리자, 강좌 담당자" in page) == ("마치기" not in TABS[role])


def test_an_instructors_own_class_has_more(console: Console, make: Maker, city: UUID) -> None:
    run = make.run(city)
    assert tabs(console(f"/runs/{run}", role="instructor", teaches=run)) == ["강좌", "신청자", "출석"]
    listed = console("/courses", role="instructor", teaches=run, mine="1")
    assert str(run) in listed
    other = make.run(city)
    assert str(other) not in console("/courses", role="instructor", teaches=run, mine="1")


@pytest.mark.parametrize("role", ["desk_clerk", "instructor"])
def test_who_does_not_upload_sees_no_way_there(console: Console, role: str) -> None:
    for path in ("", "/courses"):
        assert "/console/imports" not in console(path, role=role)


@pytest.mark.parametrize("role", CITY_ROLES)
def test_a_role_holds_for_every_class_or_for_its_own(role: str) -> None:
    roles = frozenset({role})
    assert permits(roles, "attendance:write") == (role != "desk_clerk")
    assert permits_throughout(roles, "attendance:write") == (role in ("city_admin", "course_operator"))
    assert permits(roles, "no such") is False
    assert holders("no such") == frozenset()


def test_the_menu_shows_where_one_is_on_a_runs_page(console: Console, make: Maker, city: UUID) -> None:
    page = console(f"/runs/{make.run(city)}")
    assert '<a href="/console/courses" aria-current="page">' in page
