"""A city's own courses and runs, as its staff see them."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from psycopg.errors import LockNotAvailable
from sqlalchemy.orm import selectinload

from maru.db import session
from maru.errors import N_, NotFound, Unavailable
from tenants.courses.models import Course, Meeting, Run, RunInstructor
from tenants.courses.schedule import meeting_times

RUNS_AT_A_TIME = 250
PATIENCE = sa.text("SET LOCAL lock_timeout = '3s'")
ONE_AT_A_TIME = sa.text("SELECT pg_advisory_xact_lock(hashtextextended(:what, 0))")
BUSY = N_("지금 올린 파일이나 다른 분이 이 강좌를 고치고 있습니다. 잠시 뒤에 다시 해 주세요.")


def get(run: UUID) -> Run:
    """A run of the tenant in whose console, or for which a job, is working; with its meetings."""
    found = session().scalar(sa.select(Run).where(Run.id == run).options(selectinload(Run.meetings)))
    if found is None:
        raise NotFound(N_("찾으시는 강좌가 없습니다."))
    return found


def several(runs: Collection[UUID]) -> Sequence[Run]:
    """The ones of `runs` that belong to the tenant."""
    return session().scalars(sa.select(Run).where(Run.id.in_(runs))).all()


def hold(run: UUID) -> Run:
    """A run of the tenant as it is now, which nobody else changes until the transaction ends."""
    held = hold_several([run])
    if not held:
        raise NotFound(N_("찾으시는 강좌가 없습니다."))
    return held[0]


def hold_several(runs: Collection[UUID]) -> Sequence[Run]:
    """The same for the ones of `runs` that still belong to the tenant.

    Whoever decides by the state of a run holds it first. Runs are locked in the order of their ids, and before anything
    of theirs: seat counters, public rows, meetings. The foreign keys of new applications do not wait for it. Raises
    Unavailable where somebody else keeps one for long, as a file does that changes it.
    """
    session().execute(PATIENCE)
    held = sa.select(Run).where(Run.id.in_(runs)).order_by(Run.id).with_for_update(of=Run, key_share=True)
    try:
        return session().scalars(held.execution_options(populate_existing=True)).all()
    except sa.exc.OperationalError as error:
        if isinstance(error.orig, LockNotAvailable):
            raise Unavailable(BUSY) from error
        raise


def number_alone(tenant: UUID) -> None:
    """Let nobody else give numbers to runs of the tenant until the transaction ends: no form, and no file."""
    session().execute(PATIENCE)
    try:
        session().execute(ONE_AT_A_TIME, {"what": f"imports {tenant}"})
    except sa.exc.OperationalError as error:
        if isinstance(error.orig, LockNotAvailable):
            raise Unavailable(BUSY) from error
        raise


def taught_by(person: UUID) -> set[UUID]:
    """The runs of the tenant that are a person's own classes."""
    return set(session().scalars(sa.select(RunInstructor.run_id).where(RunInstructor.person_id == person)))


def remove(runs: Sequence[Run]) -> None:
    """Delete runs with their meetings, and their courses where those have no other run."""
    gone, theirs = [run.id for run in runs], sa.literal([run.course_id for run in runs], sa.ARRAY(sa.Uuid))
    lonely = ~sa.exists().where(Run.tenant_id == Course.tenant_id, Run.course_id == Course.id)
    for deletion in (
        sa.delete(Meeting).where(_of(gone)),
        sa.delete(Run).where(Run.id == sa.any_(sa.literal(gone, sa.ARRAY(sa.Uuid)))),
        sa.delete(Course).where(Course.id == sa.any_(theirs), lonely),
    ):
        session().execute(deletion.execution_options(synchronize_session=False))


def lay_out_meetings(runs: Sequence[Run]) -> None:
    """Make the meetings of runs from their periods, week days and times; a run that has just those keeps them.

    Costs four statements for some hundred runs, and holds the meetings of no more than those in memory.
    """
    session().flush()
    for start in range(0, len(runs), RUNS_AT_A_TIME):
        _lay_out(runs[start : start + RUNS_AT_A_TIME])


def _lay_out(runs: Sequence[Run]) -> None:
    standing = _standing_meetings([run.id for run in runs])
    wanted = {run: times_of(run) for run in runs}
    differing = [run for run in runs if wanted[run] != standing.get(run.id, [])]
    rows = [
        {"tenant_id": run.tenant_id, "run_id": run.id, "number": number, "starts_at": begins, "ends_at": ends}
        for run in differing
        for number, (begins, ends) in enumerate(wanted[run], start=1)
    ]
    session().execute(sa.delete(Meeting).where(_of([run.id for run in differing if run.id in standing])))
    if rows:
        session().execute(sa.insert(Meeting), rows)
    for run in differing:
        session().expire(run, ["meetings"])


def times_of(run: Run) -> list[tuple[datetime, datetime]]:
    """Begin and end of the meetings that follow from a run's period, week days and times."""
    return meeting_times(run.starts_on, run.ends_on, run.weekdays, run.starts_at, run.ends_at)


def _standing_meetings(runs: Sequence[UUID]) -> dict[UUID, list[tuple[datetime, datetime]]]:
    """Begin and end of every meeting, by run, in their order."""
    standing: dict[UUID, list[tuple[datetime, datetime]]] = {}
    found = sa.select(Meeting.run_id, Meeting.starts_at, Meeting.ends_at).where(_of(runs)).order_by(Meeting.number)
    for run, begins, ends in session().execute(found):
        standing.setdefault(run, []).append((begins, ends))
    return standing


def _of(runs: Sequence[UUID]) -> sa.ColumnElement[bool]:
    """Meetings of many runs, in one parameter however many they are."""
    return Meeting.run_id == sa.any_(sa.literal(runs, sa.ARRAY(sa.Uuid)))
