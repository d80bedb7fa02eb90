"""Courses and runs written by hand: drafts, faults beside their fields, and what may still change (GP-06, domain 6.5)."""

from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from maru.db import Scope, session
from maru.web import dates
from tenants.attendance import service as attendance
from tenants.courses.models import Run
from tests.tenants.editing.conftest import FORM, Writer


def test_a_form_says_what_no_file_can(desk: Writer) -> None:
    run = desk.row(desk.written())
    assert (run.course.title, run.course.category, run.term) == ("처음 만나는 수채화", "04", "2027년 1기")
    assert (run.resident_only, run.waiting_limit, run.min_age, run.fee) == (True, 5, 19, 40_000)
    assert (run.threshold, run.left_early_weight) == (Decimal("0.75"), Decimal("0.5"))
    opens, closes = (dates.in_seoul(one) for one in (run.opens_at, run.closes_at) if one)
    assert (opens.time(), closes.time(), closes.day) == (time(10), time(18), 10)
    assert run.venue
    assert run.institution
    assert (run.venue.name, run.venue.address, run.room) == ("평생학습관", "중앙로 1", "302호")
    assert [dates.in_seoul(one.starts_at).day for one in run.meetings] == [4, 11, 18, 25]
    assert run.published_at is None
    assert desk.listed(run.id) is None


def test_a_window_without_clock_times_lasts_whole_days(desk: Writer) -> None:
    run = desk.row(desk.written(opens_time="", closes_time=""))
    assert run.opens_at == datetime(2027, 2, 1, tzinfo=dates.SEOUL)
    assert run.closes_at == datetime(2027, 2, 11, tzinfo=dates.SEOUL)
    page = desk.ask("GET", f"/runs/{run.id}/edit").text
    assert 'name="closes_on" id="closes_on" class="input input--s" type="date" value="2027-02-10"' in page


def test_a_course_of_one_day_is_on_that_day_whatever_was_ticked(desk: Writer) -> None:
    thursday = desk.row(desk.written(ends_on="2027-03-04", weekdays=["5"]))
    assert thursday.weekdays == 1 << 3


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "title": ({"title": " "}, "강좌 이름을 적어 주세요."),
    "starts_on": ({"starts_on": "2027-02-30"}, "날짜로 적어 주세요."),
    "ends_on": ({"ends_on": "2027-03-01"}, "끝나는 날이 시작하는 날보다 앞입니다."),
    "weekdays": ({"weekdays": ["5"], "ends_on": "2027-03-05"}, "이 기간에는 고르신 요일이 없습니다."),
    "ends_at": ({"ends_at": "18:00"}, "끝나는 시각이 시작하는 시각보다 뒤여야 합니다."),
    "capacity": ({"capacity": "많이"}, "숫자로 적어 주세요."),
    "fee": ({"fee": "999999999999"}, "까지의 수로 적어 주세요."),
    "min_age": ({"max_age": "10"}, "나이의 위아래가 바뀌었습니다."),
    "closes_on": ({"closes_on": "2027-01-31"}, "접수가 끝나는 때가 시작하는 때보다 뒤여야 합니다."),
    "opens_on": ({"opens_on": "", "opens_time": ""}, "접수를 시작하는 날도 적어 주세요."),
    "venue_name": ({"venue_name": ""}, "새 교육장의 이름을 적거나"),
    "threshold": ({"threshold": "0"}, "1부터 100까지의 수로 적어 주세요."),
    "homepage": ({"homepage": "javascript:alert(1)"}, "https://로 시작하는 주소"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_stays(desk: Writer, name: str) -> None:
    changed, words = WRONG[name]
    answer = desk.write(**changed, instructor="남아 있을 이름")
    assert answer.status_code == 422
    assert words in answer.text
    assert "<title>오류: " in answer.text
    assert "남아 있을 이름" in answer.text
    with desk.database.transaction(Scope.STAFF, tenant=desk.city):
        assert session().scalar(sa.select(sa.func.count()).select_from(Run)) == 0
        assert session().scalar(sa.text("SELECT count(*) FROM venues")) == 0


@pytest.mark.parametrize("field", list(FORM))
@pytest.mark.parametrize("junk", ["\u200b", "9" * 400, "<b>", "𐍈", "-1", "2027-13-45", "25:61", "NaN"])
def test_no_field_brings_the_house_down(desk: Writer, field: str, junk: str) -> None:
    assert desk.write(**{field: junk}).status_code in (303, 422)


def test_class_days_are_shown_before_anything_is_saved(desk: Writer) -> None:
    """With holidays from the table, and rooms and teachers that are taken."""
    other = desk.written(title="먼저 온 강좌")
    venue = str(desk.row(other).venue_id)
    shown = desk.write(preview="1", venue=venue, starts_on="2027-02-25", ends_on="2027-03-04", weekdays=["3"]).text
    assert "수업하는 날 2회" in shown
    assert "같은 방: 먼저 온 강좌 19:00~21:00" in shown
    assert "같은 강사: 먼저 온 강좌 19:00~21:00" in shown
    holiday = desk.write(preview="1", starts_on="2027-03-01", ends_on="2027-03-01", weekdays=[]).text
    assert "쉬는 날: 삼일절" in holiday
    with desk.database.transaction(Scope.STAFF, tenant=desk.city):
        assert session().scalar(sa.select(sa.func.count()).select_from(Run)) == 1


def test_a_published_run_changes_with_its_public_row(desk: Writer) -> None:
    run = desk.written()
    desk.publish(run)
    assert desk.edit(run, title="수채화, 다시", room="303호", capacity="30").status_code == 303
    listed = desk.listed(run)
    assert (listed.title, listed.room) == ("수채화, 다시", "303호")
    with desk.database.transaction(Scope.STAFF, tenant=desk.city):
        assert session().scalar(sa.text("SELECT capacity FROM seats WHERE run_id = :run"), {"run": run}) == 30


def test_the_other_runs_of_a_course_show_its_new_words_too(desk: Writer) -> None:
    first = desk.written()
    answer = desk.ask("POST", f"/runs/{first}/copy", data={"first": "2027-06-03"})
    second = UUID(answer.location.rsplit("/", 1)[1])
    desk.publish(first, second)
    assert "다른 차수 1개에도 함께 보입니다" in desk.ask("GET", f"/runs/{first}/edit").text
    assert desk.edit(first, title="함께 바뀐 이름").status_code == 303
    assert {desk.listed(run).title for run in (first, second)} == {"함께 바뀐 이름"}


def test_the_second_of_two_clerks_is_told(desk: Writer) -> None:
    run = desk.written()
    mine = desk.shown(run)
    assert desk.edit(run, room="401호").status_code == 303
    late = desk.ask("POST", f"/runs/{run}/edit", data={**mine, "room": "402호"})
    assert late.status_code == 409
    assert "그사이 다른 분이 이 강좌를 고쳤습니다" in late.text
    assert "방: 401호" in late.text
    assert 'value="402호"' in late.text
    assert desk.row(run).room == "401호"


def opened(desk: Writer, applicants: int = 0, **changed: Any) -> UUID:
    """A published run whose window is open, with applicants."""
    today = dates.today()
    days = {
        "starts_on": (today + timedelta(days=10)).isoformat(),
        "ends_on": (today + timedelta(days=31)).isoformat(),
        "weekdays": [str((today + timedelta(days=10)).weekday())],
        "opens_on": (today - timedelta(days=3)).isoformat(),
        "closes_on": (today + timedelta(days=5)).isoformat(),
        "resident_only": "",
        "min_age": "",
    }
    run = desk.written(**{**days, "capacity": "2", "waiting_limit": "3", **changed})
    desk.publish(run)
    for _ in range(applicants):
        desk.apply(run)
    return run


def begun(desk: Writer) -> UUID:
    """The same, with one applicant; its first class was a week ago."""
    first = dates.today() - timedelta(days=7)
    until = (first + timedelta(days=21)).isoformat()
    return opened(desk, 1, starts_on=first.isoformat(), ends_on=until, weekdays=[str(first.weekday())])


def change(desk: Writer, run: UUID, **changed: Any) -> Any:
    """Send the form as it is, with something changed."""
    held = desk.row(run)
    opens = dates.in_seoul(held.opens_at) if held.opens_at else None
    closes = dates.in_seoul(held.closes_at) if held.closes_at else None
    assert opens
    assert closes
    same = {
        "starts_on": held.starts_on.isoformat(),
        "ends_on": held.ends_on.isoformat(),
        "weekdays": [str(held.starts_on.weekday())],
        "opens_on": opens.date().isoformat(),
        "closes_on": closes.date().isoformat(),
        "resident_only": "",
        "min_age": "",
        "capacity": "2",
        "waiting_limit": "3",
    }
    return desk.edit(run, **{**same, **changed})


def test_what_people_have_seen_is_not_taken_from_them(desk: Writer) -> None:
    run = opened(desk, applicants=3)
    for changed, words in (
        ({"capacity": "1"}, "이미 2명의 자리가 정해졌습니다. 정원을 2 이상으로"),
        ({"waiting_limit": "0"}, "이미 1명이 기다립니다."),
        ({"fee": "50000"}, "신청하신 분이 보신 수강료보다 올리거나"),
        ({"selection": "추첨"}, "뽑는 방법은 바꾸지 않습니다"),
        ({"opens_on": dates.today().isoformat()}, "이미 접수를 시작해서"),
    ):
        answer = change(desk, run, **changed)
        assert answer.status_code == 422, changed
        assert words in answer.text
    assert change(desk, run, fee="30000", resident_only="1", capacity="3").status_code == 303
    row = desk.row(run)
    assert (row.fee, row.resident_only, row.capacity) == (30_000, True, 3)


def test_dates_stay_once_attendance_is_taken(desk: Writer) -> None:
    run = begun(desk)
    with desk.database.transaction(Scope.STAFF, tenant=desk.city, person=desk.make.person()):
        roster = attendance.roster(run)
        meeting, learner = roster.meetings[0], roster.learners[0]
        attendance.mark(meeting.id, learner.application_id, "present", learner.person_id)
    late = change(desk, run, ends_on=(desk.row(run).ends_on + timedelta(days=7)).isoformat())
    assert late.status_code == 422
    assert "하루씩 옮기거나 더하세요" in late.text
    assert "수료 기준은 바꾸지 않습니다" in change(desk, run, threshold="90").text
    assert change(desk, run, room="다른 방").status_code == 303


def test_a_settled_run_is_not_changed(desk: Writer) -> None:
    run = opened(desk)
    data = desk.shown(run)
    with desk.database.transaction(Scope.STAFF, tenant=desk.city):
        session().execute(sa.update(Run).where(Run.id == run).values(settled_at=datetime.now(UTC)))
    assert "수료 처리를 마친 강좌는 고치지 않습니다" in desk.ask("GET", f"/runs/{run}/edit").text
    assert desk.ask("POST", f"/runs/{run}/edit", data=data).status_code == 409


def test_only_the_citys_own_teachers_are_appointed(desk: Writer) -> None:
    teacher, stranger = desk.make.person(), desk.make.person()
    desk.make.grant(teacher, "instructor", desk.city)
    desk.make.grant(stranger, "instructor", desk.make.city())
    page = desk.ask("GET", "/courses/new").text
    assert str(teacher) in page
    assert str(stranger) not in page
    run = desk.written(teachers=[str(teacher), str(stranger)])
    with desk.database.transaction(Scope.STAFF, tenant=desk.city):
        appointed = session().scalars(
            sa.text("SELECT person_id FROM run_instructors WHERE run_id = :run"), {"run": run}
        )
        assert [UUID(str(one)) for one in appointed] == [teacher]
    host, who = f"{desk.make.slug(desk.city)}.localhost", desk.make.session(teacher, desk.city)
    attendance = f"/console/runs/{run}/attendance"
    assert desk.web.get(host, attendance, who).status_code == 200
    assert f'href="/console/runs/{run}/edit#teachers">바꾸기' in desk.ask("GET", f"/runs/{run}").text
    assert desk.edit(run, teachers=[]).status_code == 303
    assert desk.web.get(host, attendance, who).status_code == 403
    assert f'href="/console/runs/{run}/edit#teachers">정하기' in desk.ask("GET", f"/runs/{run}").text


@pytest.mark.parametrize("role", ["desk_clerk", "instructor"])
def test_whoever_only_reads_writes_nothing(desk: Writer, role: str) -> None:
    assert desk.ask("GET", "/courses/new", role).status_code == 403
    assert desk.ask("POST", "/courses/new", role, data=FORM).status_code == 403
