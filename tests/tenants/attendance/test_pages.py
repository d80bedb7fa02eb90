"""The console's roster and closing, as staff use them: with and without script, and only where they may."""

from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
import sqlalchemy as sa

from maru.config import Config
from maru.db import Database, Scope, session
from maru.migrating import engine_connection
from tenants.attendance import closing
from tenants.attendance import service as attendance
from tenants.sample.making import Resident
from tests.client import Web, opened
from tests.conftest import Maker
from tests.tenants.attendance.conftest import Class

NOBODY = "00000000-0000-7000-8000-000000000000"

MakeClass = Callable[..., Class]


@pytest.fixture(scope="module")
def web(config: Config) -> Iterator[Web]:
    with opened(config) as asked:
        yield asked


def host(make: Maker, course: Class) -> str:
    return f"{make.slug(course.city)}.localhost"


def sign_in(make: Maker, course: Class, role: str) -> Resident:
    person = make.person()
    make.grant(person, role, course.city)
    if role == "instructor":
        make.teach(person, course.run, course.city)
    return make.session(person, course.city)


def roster_path(course: Class) -> str:
    return f"/console/runs/{course.run}/attendance"


def cell(course: Class, person: UUID, place: int) -> str:
    return f"mark.{course.applications[person]}.{course.meetings[place]}"


def marks(course: Class) -> dict[UUID, list[str | None]]:
    with course.at_work():
        found = attendance.roster(course.run)
    return {one.person_id: [one.marks.get(meeting) for meeting in course.meetings] for one in found.learners}


def looks(database: Database, person: UUID) -> list[tuple[str, UUID]]:
    with database.transaction(Scope.PERSON, person=person):
        rows = session().execute(sa.text("SELECT task, actor_id FROM access_log ORDER BY id"))
        return [(row.task, row.actor_id) for row in rows]


def test_the_roster_is_a_form_that_works_without_script(make: Maker, make_class: MakeClass, web: Web) -> None:
    course = make_class(learners=2, ended=3)
    first, second = course.people
    staff = sign_in(make, course, "instructor")
    page = web.get(host(make, course), roster_path(course), staff)
    assert page.status_code == 200
    text = page.get_data(as_text=True)
    assert f'name="{cell(course, first, 0)}"' in text
    assert f'name="{cell(course, first, 3)}"' not in text, "a meeting to come has no cell"
    fields = {cell(course, first, 0): "present", cell(course, first, 1): "late", cell(course, second, 0): ""}
    answer = web.post(host(make, course), roster_path(course), staff, data=fields)
    assert answer.status_code == 303
    assert marks(course) == {first: ["present", "late", None, None], second: [None] * 4}
    assert "2칸을 저장했습니다" in web.get(host(make, course), answer.location, staff).get_data(as_text=True)


def test_one_cell_at_a_time_as_the_script_sends_it(make: Maker, make_class: MakeClass, web: Web) -> None:
    course = make_class(learners=1)
    (person,) = course.people
    staff = sign_in(make, course, "instructor")
    accept = {"Accept": "application/json"}
    for mark, expected in (("excused", "excused"), ("", None)):
        answer = web.post(
            host(make, course), roster_path(course), staff, data={cell(course, person, 0): mark}, headers=accept
        )
        assert answer.status_code == 200
        share = 0 if expected is None else 25
        assert answer.json == {"rates": {str(course.applications[person]): {"rate": share, "low": True}}, "left": 0}
        assert marks(course)[person][0] == expected
    ahead = make_class(ended=1)
    refused = web.post(
        host(make, ahead),
        roster_path(ahead),
        sign_in(make, ahead, "instructor"),
        data={cell(ahead, ahead.people[0], 3): "present"},
        headers=accept,
    )
    assert refused.status_code == 409


def test_an_older_sheet_says_what_it_left_alone(make: Maker, make_class: MakeClass, web: Web) -> None:
    course = make_class(learners=1)
    (person,) = course.people
    staff = sign_in(make, course, "course_operator")
    text = web.get(host(make, course), roster_path(course), staff).get_data(as_text=True)
    action = text.split(f'action="{roster_path(course)}', 1)[1].split('"', 1)[0].replace("&amp;", "&")
    with course.at_work():
        attendance.mark(course.meetings[0], course.applications[person], "late", course.staff)
    answer = web.post(host(make, course), roster_path(course) + action, staff, data={cell(course, person, 0): ""})
    assert marks(course)[person][0] == "late"
    said = web.get(host(make, course), answer.location, staff).text
    assert "1칸은 그 사이 다른 분이 고쳐서" in said
    assert "저장했습니다" not in said


@pytest.mark.parametrize("name", ["mark.x.y", "mark.", f"mark.{NOBODY}", f"mark.{NOBODY}.{NOBODY}.{NOBODY}"])
def test_a_field_that_is_no_cell_is_refused(make: Maker, make_class: MakeClass, web: Web, name: str) -> None:
    course = make_class(learners=1)
    answer = web.post(
        host(make, course), roster_path(course), sign_in(make, course, "instructor"), data={name: "present"}
    )
    assert answer.status_code == 422


def test_who_is_looked_at_can_see_that_they_were(
    database: Database, make: Maker, make_class: MakeClass, web: Web
) -> None:
    course = make_class(learners=2)
    staff = sign_in(make, course, "course_operator")
    web.get(host(make, course), roster_path(course), staff)
    web.get(host(make, course), f"/console/runs/{course.run}/close", staff)
    for person in course.people:
        assert looks(database, person) == [("출석부 보기", staff.person_id), ("수료 보기", staff.person_id)]


def test_the_log_says_that_a_closed_run_shows_what_the_history_holds(
    database: Database, make: Maker, make_class: MakeClass, web: Web
) -> None:
    course = make_class(learners=1)
    staff, path = sign_in(make, course, "city_admin"), f"/console/runs/{course.run}/close"
    web.get(host(make, course), path, staff)
    with course.at_work():
        closing.close(course.run, course.staff)
    web.get(host(make, course), path, staff)
    with database.transaction(Scope.PERSON, person=course.people[0]):
        seen = session().scalars(sa.text("SELECT fields FROM access_log ORDER BY id")).all()
    assert seen == [["이름", "출석", "수료"], ["이름", "출석", "수료", "학습이력"]]


def test_closing_shows_first_and_then_does(make: Maker, make_class: MakeClass, web: Web) -> None:
    course = make_class(learners=2, consent=True)
    with course.at_work():
        cells = {(course.applications[course.people[0]], meeting): "present" for meeting in course.meetings}
        attendance.mark_sheet(course.run, cells, course.staff)
    staff, path = sign_in(make, course, "course_operator"), f"/console/runs/{course.run}/close"
    before = web.get(host(make, course), path, staff).get_data(as_text=True)
    assert "출석을 적지 않은 칸이 4개" in before
    assert before.count("수료증은 나중에") == 0
    for data in ({}, {"blanks": "3"}):
        again = web.post(host(make, course), path, staff, data=data)
        assert again.status_code == 422
        assert "빈칸을 결석으로 봐도 되는지" in again.text
    answer = web.post(host(make, course), path, staff, data={"blanks": "4"})
    assert answer.status_code == 303
    after = web.get(host(make, course), answer.location, staff).get_data(as_text=True)
    assert "1명이 수료하셨습니다" in after
    assert "만드는 중" in after
    assert "도의 기록" in after
    roster = web.get(host(make, course), roster_path(course), staff).get_data(as_text=True)
    assert "<select" not in roster
    assert '<td data-mark="present">' in roster


def test_what_stands_against_closing_is_said_with_the_way_on(make: Maker, make_class: MakeClass, web: Web) -> None:
    course = make_class(ended=2)
    staff, path = sign_in(make, course, "city_admin"), f"/console/runs/{course.run}/close"
    page = web.get(host(make, course), path, staff).get_data(as_text=True)
    assert "아직 끝나지 않은 회차가 2번" in page
    assert '<form class="panel stack" method="post"' not in page
    assert web.post(host(make, course), path, staff).status_code == 409


def test_a_certificate_is_issued_again_from_the_closed_run(make: Maker, make_class: MakeClass, web: Web) -> None:
    course = make_class(learners=1)
    (person,) = course.people
    with course.at_work():
        cells = {(course.applications[person], meeting): "present" for meeting in course.meetings}
        attendance.mark_sheet(course.run, cells, course.staff)
        closing.close(course.run, course.staff)
        paper = closing.outcome(course.run).outcomes[0].certificate
    assert paper is not None
    staff = sign_in(make, course, "city_admin")
    revoke = f"/console/certificates/{paper.id}/revoke?back=/console/runs/{course.run}/close"
    assert web.post(host(make, course), revoke, staff, data={"reason": "이름을 바로잡음"}).status_code == 303
    closed = web.get(host(make, course), f"/console/runs/{course.run}/close", staff).get_data(as_text=True)
    mine = web.get(host(make, course), "/my", make.session(person, course.city)).text
    assert "에 취소되었습니다: 이름을 바로잡음" in mine
    assert f"/my/certificates/{paper.id}.pdf" not in mine
    assert f'<span class="num">{paper.number}</span>' in closed
    assert "취소됨</span></span> 이름을 바로잡음" in closed
    again = f"/console/runs/{course.run}/certificates/{course.applications[person]}"
    assert again in closed
    reissued = web.post(host(make, course), again, staff)
    assert reissued.status_code == 303
    said = web.get(host(make, course), reissued.location, staff).text
    assert "수료증을 냈습니다." in said
    assert f'<span class="num">{paper.number}</span>' in said, "the revoked number stays, with its reason"
    assert "이름을 바로잡음" in said
    with course.at_work():
        second = closing.outcome(course.run).outcomes[0].certificate
    assert second is not None
    assert second.number != paper.number


@pytest.mark.parametrize(
    ("role", "path", "status"),
    [
        ("instructor", "attendance", 200),
        ("desk_clerk", "attendance", 403),
        ("instructor", "close", 403),
        ("course_operator", "close", 200),
        (None, "attendance", 403),
        (None, "close", 403),
    ],
)
def test_each_page_is_for_those_whose_work_it_is(
    make: Maker, make_class: MakeClass, web: Web, role: str | None, path: str, status: int
) -> None:
    course = make_class(learners=1)
    who = sign_in(make, course, role) if role else make.session(course.people[0], course.city)
    assert web.get(host(make, course), f"/console/runs/{course.run}/{path}", who).status_code == status


def test_an_instructor_opens_only_their_own_class(make: Maker, make_class: MakeClass, web: Web) -> None:
    course = make_class(learners=1)
    (person,) = course.people
    colleague = make.person()
    make.grant(colleague, "instructor", course.city)
    who = make.session(colleague, course.city)
    answer = web.get(host(make, course), roster_path(course), who)
    assert answer.status_code == 403
    assert "맡은 강사와 담당자만" in answer.text
    for headers in ({}, {"Accept": "application/json"}):
        fields = {cell(course, person, 0): "present"}
        assert web.post(host(make, course), roster_path(course), who, data=fields, headers=headers).status_code == 403
    assert marks(course)[person][0] is None
    assert web.get(host(make, course), f"/console/runs/{course.run}/applicants", who).status_code == 403
    own = sign_in(make, course, "instructor")
    for page in ("attendance", "applicants"):
        assert web.get(host(make, course), f"/console/runs/{course.run}/{page}", own).status_code == 200


def test_the_blanks_of_a_meeting_are_all_present(make: Maker, make_class: MakeClass, web: Web) -> None:
    course = make_class(learners=2, ended=3)
    first, second = course.people
    staff = sign_in(make, course, "instructor")
    sheet = web.get(host(make, course), roster_path(course), staff).text
    assert f'name="fill" value="{course.meetings[1]}"' in sheet
    assert f'name="fill" value="{course.meetings[3]}"' not in sheet
    fields = {cell(course, one, place): "" for one in course.people for place in range(3)}
    fields |= {cell(course, first, 1): "late", "fill": str(course.meetings[1])}
    assert web.post(host(make, course), roster_path(course), staff, data=fields).status_code == 303
    assert marks(course) == {first: [None, "late", None, None], second: [None, "present", None, None]}


def test_two_of_the_same_name_are_told_apart_and_the_log_says_how(
    database: Database, config: Config, make: Maker, make_class: MakeClass, web: Web
) -> None:
    course = make_class(learners=2)
    with engine_connection(config.database_url) as connection:
        for person, born in zip(course.people, ("1960-03-02", "1960-11-20"), strict=True):
            connection.execute(
                sa.text("UPDATE people SET name = '김영숙', birth_date = :born WHERE id = :person"),
                {"born": born, "person": person},
            )
    staff = sign_in(make, course, "city_admin")
    for page in ("attendance", "close"):
        shown = web.get(host(make, course), f"/console/runs/{course.run}/{page}", staff).text
        assert "1960년 3월 2일생" in shown
        assert "1960년 11월 20일생" in shown
    with database.transaction(Scope.PERSON, person=course.people[0]):
        assert all("생년월일" in fields for fields in session().scalars(sa.text("SELECT fields FROM access_log")))


def test_another_citys_run_is_not_there(make: Maker, make_class: MakeClass, web: Web) -> None:
    here, there = make_class(), make_class()
    instructor = sign_in(make, here, "instructor")
    assert web.get(host(make, here), roster_path(there), instructor).status_code == 404
    staff = sign_in(make, here, "city_admin")
    for path in ("attendance", "close"):
        assert web.get(host(make, here), f"/console/runs/{there.run}/{path}", staff).status_code == 404
        assert web.post(host(make, here), f"/console/runs/{there.run}/{path}", staff).status_code == 404


def test_nothing_is_written_without_the_sessions_proof(make: Maker, make_class: MakeClass, web: Web) -> None:
    course = make_class(learners=1)
    staff = sign_in(make, course, "city_admin")
    forged = {"X-CSRF-Token": "forged"}
    for path in ("attendance", "close"):
        answer = web.post(host(make, course), f"/console/runs/{course.run}/{path}", staff, headers=forged)
        assert answer.status_code == 403
