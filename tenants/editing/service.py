"""Writing courses and runs: everything of a form or nothing, under the lock of the run, with its public row."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from maru.db import session
from maru.errors import N_, NotFound, Refused, Remedy
from maru.seen import mark
from tenants.attendance.models import Attendance, AttendanceChange
from tenants.catalogue import service as catalogue
from tenants.catalogue.projection import project
from tenants.courses import service as courses
from tenants.courses.models import Course, Meeting, Run, RunInstructor
from tenants.editing.fields import COURSE_TEXTS, NEW, NUMBERS, RUN_TEXTS, SCHEDULE, SHARES, SWITCHES, Fault, written
from tenants.editing.rules import Standing, faults, to_tell
from tenants.enrolments import telling
from tenants.timetable import service as timetable
from tenants.venues import service as venues

PLAIN = (*RUN_TEXTS, *NUMBERS, *SHARES, *SCHEDULE, "opens_at", "closes_at", *SWITCHES)


@dataclass(frozen=True)
class Teacher:
    """Somebody whose class a run can be."""

    id: UUID
    name: str


@dataclass(frozen=True)
class Changed:
    """What became of a change; `told` is how many people are written to."""

    faults: Mapping[str, Fault]
    told: int = 0


class Newer(Refused):
    """Somebody else has changed the run since the form was opened."""

    slug = "changed-meanwhile"


def teachers() -> list[Teacher]:
    """People with the role of an instructor in this city, by name."""
    found = session().execute(sa.select(sa.func.engine.teachers().table_valued("person_id", "name")))
    return sorted((Teacher(row.person_id, row.name) for row in found), key=lambda one: (one.name, one.id))


def shown(run: Run) -> dict[str, Any]:
    """A run as its form shows it."""
    return written(run, list(timetable.teachers_of([run.id]).get(run.id, ())))


def standing(run: Run) -> Standing:
    """How far a run has come."""
    seats = catalogue.seats_of(run)
    meetings = sa.select(Meeting.id).where(Meeting.tenant_id == run.tenant_id, Meeting.run_id == run.id)
    marked = sa.select(
        sa.or_(*(sa.exists().where(one.meeting_id.in_(meetings)) for one in (Attendance, AttendanceChange)))
    )
    return Standing(
        datetime.now(UTC),
        applied=seats is not None and not seats.untouched,
        placed=seats.placed if seats else 0,
        waiting=seats.waiting if seats else 0,
        marked=bool(session().scalar(marked)),
    )


def others_of(run: Run) -> int:
    """How many other runs show the same course texts."""
    same = sa.select(sa.func.count()).where(Run.tenant_id == run.tenant_id, Run.course_id == run.course_id)
    return session().scalars(same.where(Run.id != run.id)).one()


def create(tenant: UUID, values: Mapping[str, Any]) -> Run:
    """A new course with its first run, as a draft."""
    course = Course(tenant_id=tenant, **{name: values[name] for name in COURSE_TEXTS})
    run = Run(tenant_id=tenant, course=course, starts_on=values["starts_on"], ends_on=values["ends_on"])
    session().add(run)
    _fill(run, values)
    courses.lay_out_meetings([run])
    return run


def obstacle(run: Run) -> Refused | None:
    """Why nothing of a run is changed any more."""
    if run.settled_at is not None:
        return Refused(
            N_("수료 처리를 마친 강좌는 고치지 않습니다."),
            slug="run-settled",
            rule=N_("수료증과 이력이 이 내용으로 나갔습니다."),
            remedies=[Remedy(N_("다음 차수로 복사하기"), f"/console/runs/{run.id}/copy")],
        )
    if run.cancelled_at is not None:
        return Refused(
            N_("폐강한 강좌는 고치지 않습니다."),
            slug="run-cancelled",
            remedies=[Remedy(N_("다음 차수로 복사하기"), f"/console/runs/{run.id}/copy")],
        )
    return None


def change(run_id: UUID, values: Mapping[str, Any], seen: str) -> Changed:
    """Write a run and its course anew; nothing where there are faults. Newer where a colleague was quicker."""
    run = _hold(run_id)
    if why := obstacle(run):
        raise why
    before, stands = shown(run), standing(run)
    if mark(before) != seen:
        raise Newer(
            N_(
                "그사이 다른 분이 이 강좌를 고쳤습니다. 아래는 적으신 내용입니다. 지금 내용과 견주어 보고 다시 저장해 주세요."
            )
        )
    if wrong := faults(run, values, stands):
        return Changed(wrong)
    moved = any(getattr(run, name) != values[name] for name in SCHEDULE)
    for name in COURSE_TEXTS:
        setattr(run.course, name, values[name])
    _fill(run, values)
    if moved:
        courses.lay_out_meetings([run])
    project(_published_of(run))
    return Changed({}, telling.tell_of_change(run) if to_tell(before, shown(run)) else 0)


def _hold(run_id: UUID) -> Run:
    """The run with everything that its form writes, and the other runs of its course, whose public rows change too."""
    course = sa.select(Run.course_id).where(Run.id == run_id).scalar_subquery()
    runs = session().scalars(sa.select(Run.id).where(Run.course_id == course)).all()
    if run_id not in runs:
        raise NotFound(N_("찾으시는 강좌가 없습니다."))
    courses.hold_several(runs)
    return catalogue.hold(run_id)


def _fill(run: Run, values: Mapping[str, Any]) -> None:
    if run.weekdays != values["weekdays"]:
        run.weekdays_text = ""
    for name in PLAIN:
        setattr(run, name, values[name])
    run.institution_id = _institution(run.tenant_id, values)
    run.venue_id = _venue(run.tenant_id, values)
    run.updated_at = run.course.updated_at = datetime.now(UTC)
    session().flush()
    _appoint(run, values["teachers"])
    session().expire(run, ["institution", "venue"])


def _institution(tenant: UUID, values: Mapping[str, Any]) -> UUID | None:
    if values["institution"] == NEW:
        return venues.institution(tenant, values["institution_name"], values["institution_phone"]).id
    return venues.get_institution(UUID(values["institution"])).id if values["institution"] else None


def _venue(tenant: UUID, values: Mapping[str, Any]) -> UUID | None:
    if values["venue"] == NEW:
        return venues.venue(tenant, values["venue_name"], values["venue_address"]).id
    return venues.get(UUID(values["venue"])).id if values["venue"] else None


def _appoint(run: Run, chosen: set[UUID]) -> None:
    """Make the run the class of `chosen`, as far as they are this city's instructors or were so already."""
    known = timetable.teachers_of([run.id]).get(run.id, set())
    allowed = known | {one.id for one in teachers()} if chosen - known else known
    if gone := known - chosen:
        session().execute(
            sa.delete(RunInstructor).where(RunInstructor.run_id == run.id, RunInstructor.person_id.in_(gone))
        )
    for person in (chosen & allowed) - known:
        session().add(RunInstructor(tenant_id=run.tenant_id, run_id=run.id, person_id=person))
    session().flush()


def _published_of(run: Run) -> list[UUID]:
    same = sa.select(Run.id).where(Run.tenant_id == run.tenant_id, Run.course_id == run.course_id)
    return list(session().scalars(same.where(Run.published_at.is_not(None))))
