"""Single class days: one more, one moved, one called off, and what residents read of it."""

from uuid import UUID

from maru.db import Scope
from maru.web import dates
from tenants.attendance import service as attendance
from tenants.imports import service as imports
from tests.tenants.editing.conftest import Writer
from tests.tenants.editing.test_forms import begun, change


def days(desk: Writer, run: UUID) -> list[tuple[int, str, bool]]:
    return [
        (one.number, f"{dates.in_seoul(one.starts_at):%m-%d %H:%M}", one.called_off) for one in desk.row(run).meetings
    ]


def send(desk: Writer, run: UUID, number: int, **form: str) -> int:
    meeting = desk.row(run).meetings[number - 1]
    return desk.ask("POST", f"/runs/{run}/meetings/{meeting.id}", data=form).status_code


MOVED = {"day": "2027-04-01", "begins": "10:00", "ends": "12:00", "act": "move"}


def test_a_day_is_moved_with_a_reason_that_residents_read(desk: Writer) -> None:
    run = desk.written()
    desk.publish(run)
    assert send(desk, run, 2, **MOVED) == 422
    assert send(desk, run, 2, **MOVED, reason="강사 사정") == 303
    assert days(desk, run)[1] == (2, "04-01 10:00", False)
    assert str(desk.row(run).ends_on) == "2027-04-01", "the run ends with its last meeting"
    page = desk.web.get(f"{desk.make.slug(desk.city)}.localhost", f"/courses/{run}").text
    assert "바뀐 수업" in page
    assert "강사 사정" in page
    back = {"day": "2027-03-11", "begins": "19:00", "ends": "21:00", "act": "move", "reason": "되돌림"}
    assert send(desk, run, 2, **back) == 303
    assert desk.listed(run).meeting_changes == []


def test_a_day_that_is_called_off_is_not_held_and_can_be_held_after_all(desk: Writer) -> None:
    run = desk.written()
    desk.publish(run)
    assert send(desk, run, 1, act="call-off") == 422
    assert send(desk, run, 1, act="call-off", reason="폭설") == 303
    listed = desk.listed(run)
    assert (listed.meeting_count, [one["number"] for one in listed.meetings]) == (3, [2, 3, 4])
    assert [(one["number"], one["called_off"], one["reason"]) for one in listed.meeting_changes] == [(1, True, "폭설")]
    assert send(desk, run, 1, act="restore") == 303
    assert (desk.listed(run).meeting_count, desk.listed(run).meeting_changes) == (4, [])


def test_one_more_day(desk: Writer) -> None:
    run = desk.written()
    form = {"day": "2027-03-27", "begins": "10:00", "ends": "12:00", "topic": "전시"}
    assert desk.ask("POST", f"/runs/{run}/meetings", data=form).status_code == 303
    assert days(desk, run)[-1] == (5, "03-27 10:00", False)
    assert desk.row(run).meetings[-1].topic == "전시"
    wrong = desk.ask("POST", f"/runs/{run}/meetings", data={**form, "ends": "09:00"})
    assert wrong.status_code == 422
    assert "끝나는 시각이 시작하는 시각보다 뒤여야 합니다" in wrong.text


def test_what_was_changed_by_hand_outlives_other_changes(desk: Writer) -> None:
    """A form that leaves the dates alone, and a file that does."""
    run = desk.written()
    assert send(desk, run, 2, **(MOVED | {"day": "2027-03-12"}), reason="강사 사정") == 303
    before = days(desk, run)
    assert desk.edit(run, room="다른 방").status_code == 303
    assert days(desk, run) == before
    with desk.database.transaction(Scope.STAFF, tenant=desk.city):
        file = imports.export_csv(desk.city).decode("utf-8-sig").replace("한소연", "이도담")
        report = imports.import_file(desk.city, file.encode("utf-8-sig"), "x.csv")
        assert [row.outcome for row in report.rows] == ["accepted"]
    assert desk.row(run).instructor == "이도담"
    assert days(desk, run) == before


def test_a_day_with_marks_stays(desk: Writer) -> None:
    run = begun(desk)
    with desk.database.transaction(Scope.STAFF, tenant=desk.city, person=desk.make.person()):
        roster = attendance.roster(run)
        attendance.mark(
            roster.meetings[0].id, roster.learners[0].application_id, "present", roster.learners[0].person_id
        )
    assert send(desk, run, 1, act="call-off", reason="폭설") == 409
    assert send(desk, run, 2, act="call-off", reason="폭설") == 303
    assert change(desk, run, room="다른 방").status_code == 303
