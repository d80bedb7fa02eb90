"""A city's own courses and runs, as its staff see them."""

from collections.abc import Collection, Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from maru.db import session
from maru.errors import N_, NotFound
from tenants.courses.models import Meeting, Run, RunInstructor
from tenants.courses.schedule import meeting_times


def get(run: UUID) -> Run:
    """A run of the tenant in whose console, or for which a job, is working; with its meetings."""
    found = session().scalar(sa.select(Run).where(Run.id == run).options(selectinload(Run.meetings)))
    if found is None:
        raise NotFound(N_("찾으시는 강좌가 없습니다."))
    return found


def several(runs: Collection[UUID]) -> Sequence[Run]:
    """The ones of `runs` that belong to the tenant."""
    return session().scalars(sa.select(Run).where(Run.id.in_(runs))).all()


def taught_by(person: UUID) -> set[UUID]:
    """The runs of the tenant that are a person's own classes."""
    return set(session().scalars(sa.select(RunInstructor.run_id).where(RunInstructor.person_id == person)))


def remove(run: Run) -> None:
    """Delete a run with its meetings, and its course when that has no other run."""
    course = run.course
    session().delete(run)
    session().flush()
    others = sa.select(Run.id).where(Run.tenant_id == course.tenant_id, Run.course_id == course.id)
    if session().scalar(others.limit(1)) is None:
        session().delete(course)


def lay_out_meetings(run: Run) -> None:
    """Make the run's meetings from its period, week days and times; keeps them once the run has applicants' marks."""
    wanted = meeting_times(run.starts_on, run.ends_on, run.weekdays, run.starts_at, run.ends_at)
    kept = {(meeting.starts_at, meeting.ends_at): meeting for meeting in run.meetings}
    if list(kept) == wanted:
        return
    run.meetings.clear()
    session().flush()
    run.meetings.extend(
        Meeting(tenant_id=run.tenant_id, number=number, starts_at=begins, ends_at=ends)
        for number, (begins, ends) in enumerate(wanted, start=1)
    )
