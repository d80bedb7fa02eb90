"""Who applied hears of a change: once for all that is changed within minutes, and as it is when the letter is written."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from auth.messages.models import Message
from maru.db import Scope, session
from maru.errors import NotFound
from tenants.courses.models import Run
from tenants.enrolments import service as enrolments
from tenants.enrolments.messages import find_change
from tenants.enrolments.models import Application
from tests.tenants.editing.conftest import Writer
from tests.tenants.editing.test_forms import change, opened

MOVED = {"day": "2027-04-01", "begins": "10:00", "ends": "12:00", "act": "move", "reason": "강사 사정"}


def told(desk: Writer, run: UUID) -> list[tuple[UUID, UUID]]:
    """The letters about changes of a run that are to come: to whom, about which telling."""
    asked = sa.select(Message.person_id, Message.about).where(
        Message.tenant_id == desk.city, Message.kind == "runs.changed", Message.since > datetime.now(UTC)
    )
    with desk.database.transaction(Scope.STAFF, tenant=desk.city):
        return [tuple(row) for row in session().execute(asked)]


def said(desk: Writer, letter: tuple[UUID, UUID], language: str = "ko") -> dict[str, str]:
    person, telling = letter
    with desk.database.transaction(Scope.JOB, tenant=desk.city, person=person):
        return dict(find_change(telling, language))


def day(desk: Writer, run: UUID, number: int, **form: str) -> str:
    """The console after a class day was changed."""
    meeting = desk.row(run).meetings[number - 1]
    person = desk.make.person()
    desk.make.grant(person, "course_operator", desk.city)
    host, who = f"{desk.make.slug(desk.city)}.localhost", desk.make.session(person, desk.city)
    answer = desk.web.post(host, f"/console/runs/{run}/meetings/{meeting.id}", who, data=form)
    assert answer.status_code == 303
    return desk.web.get(host, answer.location, who).text


def test_all_changes_of_some_minutes_are_one_letter_that_says_how_it_is_then(desk: Writer) -> None:
    run = opened(desk, applicants=3, capacity="2")
    assert change(desk, run, room="지하 강당").status_code == 303
    first = told(desk, run)
    assert len(first) == 3, "who waits is told as well"
    page = day(desk, run, 2, **MOVED)
    assert "신청하신 3명에게 10분 뒤에 알립니다." in page
    assert day(desk, run, 1, act="call-off", reason="폭설")
    assert told(desk, run) == first
    facts = said(desk, first[0])
    assert "지하 강당" in facts["where"]
    assert facts["days"].count("\n") == 1
    assert "수업은 쉽니다 (폭설)" in facts["days"]
    assert "(강사 사정)" in facts["days"]
    assert "no class (폭설)" in said(desk, first[0], "en")["days"]


def test_a_change_after_the_letters_has_letters_of_its_own(desk: Writer) -> None:
    run = opened(desk, applicants=1)
    change(desk, run, room="지하 강당")
    with desk.database.transaction(Scope.JOB, tenant=desk.city):
        session().execute(
            sa.update(Message)
            .where(Message.kind == "runs.changed")
            .values(since=datetime.now(UTC) - timedelta(hours=1))
        )
    change(desk, run, room="302호")
    assert len(told(desk, run)) == 1


def test_what_nobody_came_for_is_told_to_nobody(desk: Writer) -> None:
    run = opened(desk, applicants=1)
    change(desk, run, content="더 자세한 내용", capacity="30")
    meeting = desk.row(run).meetings[0]
    untouched = {"day": f"{meeting.starts_at:%Y-%m-%d}", "begins": "19:00", "ends": "21:00", "act": "move"}
    assert "알립니다" not in day(desk, run, 1, **untouched, topic="물감 고르기")
    assert told(desk, run) == []
    empty = opened(desk, applicants=0)
    change(desk, empty, room="지하 강당")
    assert told(desk, empty) == []


def test_nothing_is_said_of_a_run_that_is_called_off_meanwhile(desk: Writer) -> None:
    run = opened(desk, applicants=1)
    change(desk, run, room="지하 강당")
    (letter,) = told(desk, run)
    desk.ask("POST", f"/runs/{run}/cancel", data={"reason": "강사 사정"})
    with desk.database.transaction(Scope.JOB, tenant=desk.city):
        assert session().scalar(sa.select(Run.cancelled_at).where(Run.telling == letter[1]))
    with pytest.raises(NotFound):
        said(desk, letter)


def test_nothing_is_said_to_whoever_has_called_off_meanwhile(desk: Writer) -> None:
    run = opened(desk, applicants=2)
    change(desk, run, room="지하 강당")
    gone, stays = told(desk, run)
    with desk.database.transaction(Scope.PERSON, tenant=desk.city, person=gone[0]):
        mine = sa.select(Application.id).where(Application.person_id == gone[0], Application.run_id == run)
        enrolments.cancel(session().scalars(mine).one())
    assert said(desk, stays)
    with pytest.raises(NotFound):
        said(desk, gone)
