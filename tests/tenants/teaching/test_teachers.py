"""Instructors of a run: named by those who write courses, among the city's instructors; they then open the class (1.2)."""

from uuid import UUID, uuid4

import pytest

from tests.client import Web
from tests.conftest import Maker
from tests.tenants.console.conftest import Console


class Desk:
    def __init__(self, web: Web, make: Maker, city: UUID) -> None:
        self.web, self.host, self.run = web, f"{make.slug(city)}.localhost", make.run(city)
        clerk, self.teacher = make.person(), make.person()
        make.grant(clerk, "course_operator", city)
        make.grant(self.teacher, "instructor", city)
        self.clerk, self.as_teacher = make.session(clerk, city), make.session(self.teacher, city)

    def sends(self, person: object, path: str = "", status: int = 303) -> str:
        form = {"person": str(person)}
        answer = self.web.post(self.host, f"/console/runs/{self.run}/teachers{path}", self.clerk, data=form)
        assert answer.status_code == status
        return answer.text

    def opens(self) -> int:
        return self.web.get(self.host, f"/console/runs/{self.run}/attendance", self.as_teacher).status_code


@pytest.fixture
def desk(web: Web, make: Maker, city: UUID) -> Desk:
    return Desk(web, make, city)


def test_an_instructor_opens_the_class_while_they_are_named(desk: Desk) -> None:
    page = desk.web.get(desk.host, f"/console/runs/{desk.run}/teachers", desk.clerk).text
    assert str(desk.teacher) in page
    assert desk.opens() == 403
    desk.sends(desk.teacher)
    desk.sends(desk.teacher)
    assert desk.opens() == 200
    page = desk.web.get(desk.host, f"/console/runs/{desk.run}/teachers", desk.clerk).text
    assert "더 정할 수 있는 강사가 없습니다" in page
    desk.sends(desk.teacher, "/remove")
    assert desk.opens() == 403


def test_nobody_but_the_citys_instructors(desk: Desk, make: Maker, city: UUID) -> None:
    clerk, elsewhere = make.person(), make.person()
    make.grant(clerk, "desk_clerk", city)
    make.grant(elsewhere, "instructor", make.city())
    for person in (clerk, elsewhere, uuid4(), "", "x"):
        assert "강사를 골라 주세요" in desk.sends(person, status=422)
    desk.sends("x", "/remove")


def test_only_those_who_write_courses_name_them(console: Console, desk: Desk) -> None:
    path = f"/console/runs/{desk.run}/teachers"
    answer = desk.web.post(desk.host, path, desk.as_teacher, data={"person": str(desk.teacher)})
    assert answer.status_code == 403
