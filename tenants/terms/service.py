"""Copying runs: what is kept, what is new, and what to look at twice before."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from maru.db import session
from maru.errors import N_, Refused
from maru.limits import limit
from maru.web import dates
from tenants.courses import service as courses
from tenants.courses.models import Meeting, Run, RunInstructor
from tenants.courses.schedule import meeting_times
from tenants.terms.shifting import NewDates
from tenants.timetable import service as timetable
from tenants.timetable.overlaps import Block, Overlap, overlaps

KEPT = (
    "course_id",
    "institution_id",
    "venue_id",
    "room",
    "instructor",
    "method",
    "target",
    "min_age",
    "max_age",
    "resident_only",
    "verified_only",
    "starts_at",
    "ends_at",
    "weekdays",
    "weekdays_text",
    "capacity",
    "waiting_limit",
    "fee",
    "fee_note",
    "reception",
    "selection",
    "homepage",
    "vocational",
    "credit_bank",
    "learning_account",
    "threshold",
    "late_weight",
    "left_early_weight",
    "excused_weight",
)
"""What a copy takes over as it is."""


@dataclass(frozen=True)
class Plan:
    """One run with its new dates, before anything is made. `copies` are what was made of it before."""

    run: Run
    dates: NewDates
    blocks: Sequence[Block]
    meetings_before: int
    overlaps: Sequence[Overlap] = ()
    copies: Sequence[Run] = field(default_factory=list)

    def done_for(self, term: str) -> Run | None:
        """The copy that this would only repeat."""
        same = (one for one in self.copies if one.starts_on == self.dates.starts_on or (term and one.term == term))
        return next(same, None)


def check_number(runs: Collection[object]) -> None:
    """Refuse more than one form moves."""
    most = limit("runs-per-term")
    if len(runs) > most:
        words = N_("한 번에 %(most)s개까지 옮깁니다. 분야나 교육장으로 나누어 골라 주세요.")
        raise Refused(words, slug="too-many-runs", values={"most": most})


def plan(tenant: UUID, wanted: Mapping[Run, NewDates]) -> list[Plan]:
    """What would come of it: class days, and what stands in their way, among the new ones too."""
    ids = [run.id for run in wanted]
    teachers, copies, held = timetable.teachers_of(ids), _copies(ids), _held(ids)
    blocks = {run: timetable.blocks_of(run, _times(run, new), teachers.get(run.id, ())) for run, new in wanted.items()}
    every = [block for several in blocks.values() for block in several]
    found = overlaps(every, _others(tenant, every)) if every else []
    return [
        Plan(
            run,
            new,
            blocks[run],
            held.get(run.id, 0),
            [one for one in found if run.id in (one.first.run, one.second.run)],
            copies.get(run.id, []),
        )
        for run, new in wanted.items()
    ]


def make(tenant: UUID, wanted: Mapping[Run, NewDates], term: str) -> list[Run]:
    """Drafts with new dates; each is the next run of its course."""
    courses.number_alone(tenant)
    numbers = _last_numbers({run.course_id for run in wanted})
    made = []
    for run, new in wanted.items():
        numbers[run.course_id] += 1
        made.append(_copy(run, new, numbers[run.course_id], term))
    session().add_all(made)
    courses.lay_out_meetings(made)
    _appoint(made)
    return made


def _copy(run: Run, new: NewDates, number: int, term: str) -> Run:
    return Run(
        tenant_id=run.tenant_id,
        number=number,
        copied_from=run.id,
        term=term,
        starts_on=new.starts_on,
        ends_on=new.ends_on,
        opens_at=new.window.opens_at,
        closes_at=new.window.closes_at,
        reference_date=dates.today(),
        **{name: getattr(run, name) for name in KEPT},
    )


def _appoint(made: Sequence[Run]) -> None:
    teachers = timetable.teachers_of([run.copied_from for run in made if run.copied_from])
    session().add_all(
        RunInstructor(tenant_id=run.tenant_id, run_id=run.id, person_id=person)
        for run in made
        if run.copied_from
        for person in teachers.get(run.copied_from, ())
    )
    session().flush()


def _times(run: Run, new: NewDates) -> list[tuple[datetime, datetime]]:
    return meeting_times(new.starts_on, new.ends_on, run.weekdays, run.starts_at, run.ends_at)


def _others(tenant: UUID, blocks: Sequence[Block]) -> list[Block]:
    days = [dates.in_seoul(block.starts_at).date() for block in blocks]
    return [one.block for one in timetable.held(tenant, min(days), max(days), beside=blocks)]


def _copies(runs: Collection[UUID]) -> dict[UUID, list[Run]]:
    found: dict[UUID, list[Run]] = {}
    for copy in session().scalars(sa.select(Run).where(Run.copied_from.in_(runs), Run.cancelled_at.is_(None))):
        if copy.copied_from:
            found.setdefault(copy.copied_from, []).append(copy)
    return found


def _held(runs: Collection[UUID]) -> dict[UUID, int]:
    counted = sa.select(Meeting.run_id, sa.func.count()).where(Meeting.run_id.in_(runs), ~Meeting.called_off)
    return dict(session().execute(counted.group_by(Meeting.run_id)).all())


def _last_numbers(course_ids: Collection[UUID]) -> dict[UUID, int]:
    numbers = sa.select(Run.course_id, sa.func.max(Run.number)).where(Run.course_id.in_(course_ids))
    return dict(session().execute(numbers.group_by(Run.course_id)).all())
