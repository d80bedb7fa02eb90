"""The roster of a run: who has a place, which meetings there are, and the marks; every change of a mark is logged."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa

from auth.people import service as people
from maru.db import session
from maru.errors import N_, Invalid, NotFound, Refused, Remedy
from maru.web import dates
from tenants.attendance.completion import Result, decide
from tenants.attendance.models import MARKS, Attendance, AttendanceChange
from tenants.courses import service as courses
from tenants.courses.models import Meeting, Run
from tenants.enrolments import service as enrolments

OF_RUN = sa.and_(Meeting.tenant_id == AttendanceChange.tenant_id, Meeting.id == AttendanceChange.meeting_id)
Cell = tuple[UUID, UUID]
"""Application and meeting."""


@dataclass(frozen=True)
class Learner:
    """Somebody with a place in the run; `marks` by meeting."""

    application_id: UUID
    person_id: UUID
    name: str
    birth_date: date | None
    marks: Mapping[UUID, str]


@dataclass(frozen=True)
class Roster:
    """A run's attendance as it stood at `seen_at`."""

    run: Run
    learners: Sequence[Learner]
    seen_at: datetime

    @property
    def meetings(self) -> list[Meeting]:
        return meetings_of(self.run)

    def so_far(self, learner: Learner) -> Result:
        """Of the meetings that have ended, and those that already have a mark."""
        counted = [one for one in self.meetings if one.ends_at <= self.seen_at or one.id in learner.marks]
        return decide(counted, learner.marks, self.run)


@dataclass(frozen=True)
class Saved:
    """How many cells changed, and how many were left because somebody else changed them in the meantime."""

    changed: int
    left: int


def roster(run: UUID) -> Roster:
    """Everybody with a place, by name; log the look first where it is shown."""
    found = courses.get(run)
    return Roster(found, learners(found), _now())


def learners(run: Run) -> list[Learner]:
    """Everybody with a place in the run, by name, with their marks."""
    placed = {one.person_id: one for one in enrolments.of_run(run.id) if one.state == "placed"}
    marks: dict[UUID, dict[UUID, str]] = {}
    for (application, meeting), one in _marks(run.id).items():
        marks.setdefault(application, {})[meeting] = one.mark
    return [
        Learner(placed[person.id].id, person.id, person.name, person.birth_date, marks.get(placed[person.id].id, {}))
        for person in people.several(placed)
    ]


def meetings_of(run: Run) -> list[Meeting]:
    """The class days that count: without those that were called off."""
    return [meeting for meeting in run.meetings if not meeting.called_off]


def mark(meeting: UUID, application: UUID, mark: str | None, by: UUID) -> Saved:
    """Set one person's mark for one meeting, or clear it (None)."""
    run = session().scalar(sa.select(Meeting.run_id).where(Meeting.id == meeting))
    if run is None:
        raise NotFound(N_("찾으시는 회차가 없습니다."))
    return mark_sheet(run, {(application, meeting): mark}, by)


def mark_sheet(run: UUID, cells: Mapping[Cell, str | None], by: UUID, *, seen_at: datetime | None = None) -> Saved:
    """Set many marks of a run, or clear them (None); all or none.

    With `seen_at`, cells that changed after it are left as they are: the sheet was filled in on an older one.
    """
    held = courses.hold(run)
    _refuse_closed(held)
    standing = _marks(run)
    wanted = {cell: mark for cell, mark in cells.items() if mark != (standing[cell].mark if cell in standing else None)}
    newer = _changed_since(run, seen_at) if seen_at and wanted else set()
    changes = {cell: mark for cell, mark in wanted.items() if cell not in newer}
    persons = _persons(held, changes)
    for cell, mark in changes.items():
        _write(held.tenant_id, cell, standing.get(cell), mark, persons[cell[0]], by)
    session().flush()
    return Saved(len(changes), len(wanted) - len(changes))


@dataclass(frozen=True)
class Change:
    """A mark that was changed, and by whom; names are empty where the caller may not see them."""

    learner: str
    number: int
    before: str | None
    after: str | None
    by: str
    at: datetime


def changes(run: UUID, most: int = 300) -> Sequence[AttendanceChange]:
    """The last changes of marks of a run, the latest first; log the look before their names are shown."""
    newest = sa.select(AttendanceChange).join(Meeting, OF_RUN).where(Meeting.run_id == run)
    return session().scalars(newest.order_by(AttendanceChange.id.desc()).limit(most)).all()


def named(found: Sequence[AttendanceChange]) -> list[Change]:
    """The same with names and the numbers of the meetings."""
    known = {
        one.id: one.name for one in people.several({who for one in found for who in (one.person_id, one.changed_by)})
    }
    held = sa.select(Meeting.id, Meeting.number).where(Meeting.id.in_({one.meeting_id for one in found}))
    numbers = {row.id: row.number for row in session().execute(held)}
    return [
        Change(
            known.get(one.person_id, ""),
            numbers[one.meeting_id],
            one.mark_before,
            one.mark_after,
            known.get(one.changed_by, ""),
            one.changed_at,
        )
        for one in found
    ]


def _marks(run: UUID) -> dict[Cell, Attendance]:
    """Every mark of a run."""
    of_run = sa.and_(Meeting.tenant_id == Attendance.tenant_id, Meeting.id == Attendance.meeting_id)
    found = session().scalars(sa.select(Attendance).join(Meeting, of_run).where(Meeting.run_id == run))
    return {(one.application_id, one.meeting_id): one for one in found}


def _changed_since(run: UUID, moment: datetime) -> set[Cell]:
    changed = sa.select(AttendanceChange.application_id, AttendanceChange.meeting_id).join(Meeting, OF_RUN)
    rows = session().execute(changed.where(Meeting.run_id == run, AttendanceChange.changed_at > moment))
    return {(row.application_id, row.meeting_id) for row in rows}


def _write(tenant: UUID, cell: Cell, standing: Attendance | None, mark: str | None, person: UUID, by: UUID) -> None:
    """Change one mark, and log what it was."""
    application, meeting = cell
    where = {"tenant_id": tenant, "meeting_id": meeting, "application_id": application, "person_id": person}
    before = standing.mark if standing else None
    if mark is None:
        session().delete(standing)
    elif standing is None:
        session().add(Attendance(**where, mark=mark, recorded_by=by))
    else:
        standing.mark, standing.recorded_by, standing.recorded_at = mark, by, _now()
    session().add(AttendanceChange(**where, mark_before=before, mark_after=mark, changed_by=by))


def _persons(run: Run, changes: Mapping[Cell, str | None]) -> dict[UUID, UUID]:
    """Whose applications the cells are about; refuses a cell that cannot be marked."""
    meetings = {meeting.id: meeting for meeting in run.meetings}
    applications = {one.id: one for one in enrolments.of_run(run.id)} if changes else {}
    for (application, meeting), mark in changes.items():
        if application not in applications or meeting not in meetings:
            raise NotFound(N_("이 강좌의 출석부에 없는 칸입니다."))
        if mark is not None and mark not in MARKS:
            raise Invalid(N_("출석 표시는 출석, 지각, 조퇴, 결석, 공결 가운데 하나입니다."))
        if applications[application].state != "placed":
            raise Refused(N_("자리가 정해진 분의 출석만 적을 수 있습니다."), slug="not-placed")
        _refuse_not_held(meetings[meeting])
    return {one.id: one.person_id for one in applications.values()}


def _refuse_not_held(meeting: Meeting) -> None:
    if meeting.called_off:
        raise Refused(N_("열리지 않은 회차에는 출석을 적지 않습니다."), slug="meeting-called-off")
    day = dates.in_seoul(meeting.starts_at).date()
    if day > dates.today():
        raise Refused(
            N_("%(day)s에 여는 회차입니다. 그날부터 출석을 적을 수 있습니다."),
            slug="meeting-ahead",
            values={"day": day},
        )


def _refuse_closed(run: Run) -> None:
    if run.cancelled_at is not None:
        raise Refused(N_("폐강한 강좌에는 출석을 적지 않습니다."), slug="run-cancelled")
    if run.settled_at is not None:
        raise Refused(
            N_("수료 처리를 마친 강좌의 출석은 고칠 수 없습니다."),
            slug="run-settled",
            remedies=[Remedy(N_("수료증이 잘못되었다면 까닭을 적어 취소해 주세요."), f"/console/runs/{run.id}/close")],
        )


def _now() -> datetime:
    """The moment of this transaction by the database's clock, which also dates the log of changes."""
    moment: datetime = session().scalars(sa.select(sa.func.now())).one()
    return moment
