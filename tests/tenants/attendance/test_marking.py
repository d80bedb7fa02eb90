"""Marks: who may be marked, when, and that every change stays visible (CAM-6.9)."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from maru.db import Database, Model, Scope, session
from maru.errors import Invalid, NotFound, Refused
from tenants.attendance import service as attendance
from tenants.attendance.models import Attendance, AttendanceChange, Completion
from tenants.courses.models import Meeting
from tenants.enrolments import service as enrolments
from tests.conftest import Maker
from tests.tenants.attendance.conftest import Class

MakeClass = Callable[..., Class]


def mark(course: Class, place: int, person: UUID, value: str | None) -> attendance.Saved:
    with course.at_work():
        return attendance.mark(course.meetings[place], course.applications[person], value, course.staff)


def refusal(course: Class, place: int, person: UUID, value: str | None = "present") -> str:
    with pytest.raises(Refused) as refused:
        mark(course, place, person, value)
    return refused.value.slug


def marks(course: Class, person: UUID) -> list[str | None]:
    with course.at_work():
        found = attendance.roster(course.run)
    (learner,) = [one for one in found.learners if one.person_id == person]
    return [learner.marks.get(meeting) for meeting in course.meetings]


def test_set_changed_cleared_and_every_step_logged(make_class: MakeClass) -> None:
    course = make_class(learners=1)
    (person,) = course.people
    for value in ("present", "late", "late", None, None):
        mark(course, 0, person, value)
    assert marks(course, person) == [None] * 4
    with course.at_work():
        log = session().scalars(sa.select(AttendanceChange).order_by(AttendanceChange.id)).all()
    assert [(one.mark_before, one.mark_after) for one in log] == [
        (None, "present"), ("present", "late"), ("late", None),
    ]  # fmt: skip
    assert {one.changed_by for one in log} == {course.staff}


def test_the_share_so_far_counts_what_has_ended(make_class: MakeClass) -> None:
    course = make_class(learners=1, ended=3)
    (person,) = course.people
    mark(course, 0, person, "present")
    mark(course, 1, person, "excused")
    with course.at_work():
        roster = attendance.roster(course.run)
        so_far = roster.so_far(roster.learners[0])
    assert (so_far.held, so_far.attended, so_far.percent) == (360, 240, 66)


def test_a_day_to_come_is_not_marked(make_class: MakeClass) -> None:
    course = make_class(ended=2)
    assert refusal(course, 3, course.people[0]) == "meeting-ahead"


def test_a_meeting_called_off_is_not_marked(make_class: MakeClass) -> None:
    course = make_class()
    with course.at_work():
        session().execute(sa.update(Meeting).where(Meeting.id == course.meetings[1]).values(called_off=True))
    assert refusal(course, 1, course.people[0]) == "meeting-called-off"


def test_who_waits_or_has_cancelled_is_not_marked(make_class: MakeClass, database: Database) -> None:
    course = make_class(learners=2, ended=1, capacity=1)
    placed, waiting = course.people
    assert refusal(course, 0, waiting) == "not-placed"
    with database.transaction(Scope.PERSON, tenant=course.city, person=placed):
        enrolments.cancel(course.applications[placed])
    assert refusal(course, 0, placed) == "not-placed"


@pytest.mark.parametrize(("column", "slug"), [("settled_at", "run-settled"), ("cancelled_at", "run-cancelled")])
def test_a_settled_or_cancelled_run_is_not_marked(make_class: MakeClass, column: str, slug: str) -> None:
    course = make_class()
    course.change(**{column: datetime.now(UTC)})
    assert refusal(course, 0, course.people[0]) == slug


def test_an_unknown_mark_is_refused_with_words(make_class: MakeClass) -> None:
    course = make_class()
    with pytest.raises(Invalid):
        mark(course, 0, course.people[0], "sleeping")


def test_another_citys_meeting_and_application_are_not_there(make_class: MakeClass) -> None:
    here, there = make_class(), make_class()
    with pytest.raises(NotFound), here.at_work():
        attendance.mark(there.meetings[0], there.applications[there.people[0]], "present", here.staff)
    with pytest.raises(NotFound), here.at_work():
        attendance.mark(here.meetings[0], there.applications[there.people[0]], "present", here.staff)
    with pytest.raises(NotFound), here.at_work():
        attendance.roster(there.run)


def test_a_sheet_is_saved_whole_or_not_at_all(make_class: MakeClass) -> None:
    course = make_class(learners=2, ended=2)
    first, second = course.people
    cells = {(course.applications[person], course.meetings[0]): "present" for person in course.people}
    with course.at_work():
        assert attendance.mark_sheet(course.run, cells, course.staff).changed == 2
        assert attendance.mark_sheet(course.run, cells, course.staff).changed == 0
    ahead = {(course.applications[first], course.meetings[0]): "late", (uuid4(), course.meetings[0]): "late"}
    with pytest.raises(NotFound), course.at_work():
        attendance.mark_sheet(course.run, ahead, course.staff)
    assert marks(course, first)[0] == marks(course, second)[0] == "present"


def test_an_older_sheet_does_not_undo_what_was_marked_since(make_class: MakeClass) -> None:
    course = make_class(learners=2)
    first, second = course.people
    with course.at_work():
        seen_at = attendance.roster(course.run).seen_at
    mark(course, 0, first, "late")
    sheet = {
        (course.applications[first], course.meetings[0]): None,
        (course.applications[second], course.meetings[0]): "present",
    }
    with course.at_work():
        saved = attendance.mark_sheet(course.run, sheet, course.staff, seen_at=seen_at)
    assert saved == attendance.Saved(changed=1, left=1)
    assert (marks(course, first)[0], marks(course, second)[0]) == ("late", "present")


def test_many_clerks_at_once_lose_no_mark(make_class: MakeClass) -> None:
    course = make_class(learners=3)
    cells = [(place, person) for place in range(4) for person in course.people] * 2
    with ThreadPoolExecutor(5) as pool:
        list(pool.map(lambda cell: mark(course, *cell, "present"), cells))
    assert [marks(course, person) for person in course.people] == [["present"] * 4] * 3
    with course.at_work():
        assert session().scalar(sa.select(sa.func.count()).select_from(AttendanceChange)) == 12


@pytest.mark.parametrize("kind", [Attendance, AttendanceChange, Completion])
def test_what_is_said_of_an_application_is_said_of_who_applied(make_class: MakeClass, kind: type[Model]) -> None:
    course = make_class(learners=2)
    person, other = course.people
    values = {
        "tenant_id": course.city, "application_id": course.applications[person], "run_id": course.run,
        "meeting_id": course.meetings[0], "mark": "present", "recorded_by": course.staff, "changed_by": course.staff,
        "decided_by": course.staff, "held_minutes": 60, "attended_minutes": 60, "completed": True,
        "completed_on": date(2026, 11, 2), "in_ledger": False,
    }  # fmt: skip
    row = {name: value for name, value in values.items() if name in kind.__table__.columns}
    with pytest.raises(sa.exc.IntegrityError) as refused, course.at_work():
        session().execute(sa.insert(kind).values(row | {"person_id": other}))
    assert f"{kind.__tablename__}_tenant_id_application_id_person_id_fkey" in str(refused.value)
    with course.at_work():
        session().execute(sa.insert(kind).values(row | {"person_id": person}))


def test_a_person_sees_their_own_marks_only(make_class: MakeClass, database: Database, make: Maker) -> None:
    course = make_class(learners=2)
    for person in course.people:
        mark(course, 0, person, "present")
    count = sa.text("SELECT count(*) FROM attendance")
    for person, expected in ((course.people[0], 1), (make.person(), 0)):
        with database.transaction(Scope.PERSON, tenant=course.city, person=person):
            assert session().scalar(count) == expected
