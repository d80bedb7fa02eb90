"""Single class days of a run: one more, one moved, one called off; its page says so and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from maru.db import session
from maru.errors import N_, Invalid, NotFound, Refused
from maru.web import dates
from tenants.attendance.models import Attendance
from tenants.catalogue import service as catalogue
from tenants.catalogue.projection import project
from tenants.courses.models import Meeting, Run
from tenants.courses.schedule import MOST_MEETINGS
from tenants.editing.fields import moment
from tenants.editing.service import obstacle
from tenants.enrolments import telling

NO_REASON = N_("왜 바뀌었는지 적어 주세요. 강좌 화면에서 주민이 보십니다.")
LONGEST_TOPIC = 200


@dataclass(frozen=True)
class When:
    """The day and clock times that a form gives a meeting."""

    starts_at: datetime
    ends_at: datetime

    @classmethod
    def read(cls, values: Mapping[str, Any]) -> "When":
        """From what was read of the fields; Invalid where something is missing."""
        missing = {
            "day": N_("날짜를 적어 주세요."),
            "begins": N_("시작하는 시각을 적어 주세요."),
            "ends": N_("끝나는 시각을 적어 주세요."),
        }
        wrong = {name: words for name, words in missing.items() if values[name] is None}
        if not wrong and values["ends"] <= values["begins"]:
            wrong = {"ends": N_("끝나는 시각이 시작하는 시각보다 뒤여야 합니다.")}
        if wrong:
            raise Invalid(next(iter(wrong.values())), wrong)
        return cls(moment(values["day"], values["begins"]), moment(values["day"], values["ends"]))


def get(run: UUID, meeting: UUID) -> Meeting:
    """A meeting of a run of the tenant."""
    found = session().scalar(sa.select(Meeting).where(Meeting.run_id == run, Meeting.id == meeting))
    if found is None:
        raise NotFound(N_("찾으시는 회차가 없습니다."))
    return found


def add(run_id: UUID, when: When, topic: str) -> int:
    """One more class day, numbered after the last; gives how many people are written to, as all of these do."""
    run = _hold(run_id)
    last = session().scalar(sa.select(sa.func.max(Meeting.number)).where(Meeting.run_id == run_id)) or 0
    if last >= MOST_MEETINGS:
        words = N_("한 강좌에는 %(most)s회까지 적을 수 있습니다.")
        raise Refused(words, slug="too-many-meetings", values={"most": MOST_MEETINGS})
    made = Meeting(
        tenant_id=run.tenant_id,
        run_id=run_id,
        number=last + 1,
        starts_at=when.starts_at,
        ends_at=when.ends_at,
        topic=topic[:LONGEST_TOPIC],
    )
    session().add(made)
    return _done(run, when)


def move(run_id: UUID, meeting_id: UUID, when: When, topic: str, reason: str) -> int:
    """Another day or hour for one meeting, and what is taught, of which nobody is told. Moved back, it is as before."""
    run = _hold(run_id)
    meeting = get(run_id, meeting_id)
    moved = (meeting.starts_at, meeting.ends_at) != (when.starts_at, when.ends_at)
    if moved:
        _refuse_marked(meeting)
        if not reason:
            raise Invalid(NO_REASON, {"reason": NO_REASON})
        planned = meeting.moved_from or meeting.starts_at
        meeting.moved_from = None if planned == when.starts_at else planned
        meeting.starts_at, meeting.ends_at = when.starts_at, when.ends_at
        meeting.change_reason = reason if meeting.moved_from else ""
    meeting.topic = topic[:LONGEST_TOPIC]
    return _done(run, when, tell=moved)


def call_off(run_id: UUID, meeting_id: UUID, reason: str) -> int:
    """Let one meeting fall out; it does not count as held."""
    run = _hold(run_id)
    meeting = get(run_id, meeting_id)
    _refuse_marked(meeting)
    if not reason:
        raise Invalid(NO_REASON, {"reason": NO_REASON})
    meeting.called_off, meeting.change_reason = True, reason
    return _done(run)


def restore(run_id: UUID, meeting_id: UUID) -> int:
    """Hold a meeting after all."""
    run = _hold(run_id)
    meeting = get(run_id, meeting_id)
    meeting.called_off = False
    if meeting.moved_from is None:
        meeting.change_reason = ""
    return _done(run)


def _hold(run_id: UUID) -> Run:
    run = catalogue.hold(run_id)
    if why := obstacle(run):
        raise why
    return run


def _refuse_marked(meeting: Meeting) -> None:
    if session().scalar(sa.select(sa.exists().where(Attendance.meeting_id == meeting.id))):
        raise Refused(
            N_("출석을 적은 회차라 옮기거나 쉬지 않습니다."),
            slug="meeting-marked",
            rule=N_("출석을 적은 날은 수업을 한 날입니다. 잘못 적으셨으면 출석을 먼저 지워 주세요."),
        )


def _done(run: Run, when: When | None = None, *, tell: bool = True) -> int:
    """The period of a run holds all its meetings; the public row follows, and letters to those who applied."""
    if when:
        day: date = dates.in_seoul(when.starts_at).date()
        run.starts_on, run.ends_on = min(run.starts_on, day), max(run.ends_on, day)
    run.updated_at = datetime.now(UTC)
    session().flush()
    session().expire(run, ["meetings"])
    if run.published_at is not None:
        project([run.id])
    return telling.tell_of_change(run) if tell else 0
