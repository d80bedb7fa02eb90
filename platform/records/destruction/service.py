"""Running the schedule, reading what was destroyed, and confirming it."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

import sqlalchemy as sa
import structlog

from auth.people import service as people
from auth.rights.models import RightsRequest
from maru.db import session
from maru.errors import N_, NotFound, Refused
from maru.jobs import job
from maru.web import dates
from records.destruction.models import DestructionLine, DestructionRun, Fate, Removal, RetentionPeriod, Tombstone

log = structlog.get_logger()


@job("destruction.destroy_due", daily=True)
def destroy_due() -> None:
    """Destroy what is past its period; a run that found nothing leaves nothing."""
    run = session().execute(sa.select(sa.func.engine.destroy_due())).scalar_one()
    log.info("destruction", run=str(run) if run else None)


def schedule() -> Sequence[RetentionPeriod]:
    """The periods in force today."""
    today = sa.select(RetentionPeriod).where(RetentionPeriod.valid.contains(dates.today()))
    return session().scalars(today.order_by(RetentionPeriod.kind)).all()


def kept() -> Sequence[Fate]:
    """What stays of somebody destroyed, why and how long; not the columns that name staff by what they did."""
    stays = sa.select(Fate).where(Fate.valid.contains(dates.today()), Fate.fate == "kept", Fate.table_name != "*")
    return session().scalars(stays.order_by(Fate.citation, Fate.table_name)).all()


def runs() -> Sequence[tuple[DestructionRun, int]]:
    """Runs with how many rows each destroyed, the latest first."""
    total = sa.select(sa.func.sum(DestructionLine.count)).where(DestructionLine.run_id == DestructionRun.id)
    found = sa.select(DestructionRun, total.scalar_subquery()).order_by(DestructionRun.id.desc()).limit(100)
    return [(row[0], int(row[1] or 0)) for row in session().execute(found)]


def get(run: UUID) -> DestructionRun:
    """A run that the caller may see."""
    found = session().get(DestructionRun, run)
    if found is None:
        raise NotFound(N_("찾으시는 파기 기록이 없습니다."))
    return found


def lines(run: UUID) -> Sequence[DestructionLine]:
    """What a run destroyed."""
    return session().scalars(
        sa.select(DestructionLine).where(DestructionLine.run_id == run).order_by(DestructionLine.kind)
    ).all()  # fmt: skip


def tombstones(run: UUID) -> Sequence[Tombstone]:
    """The people whose data a run destroyed."""
    return session().scalars(sa.select(Tombstone).where(Tombstone.run_id == run).order_by(Tombstone.id)).all()


def removals(run: UUID) -> Sequence[Removal]:
    """What the run has left outside the database, gone or not."""
    return session().scalars(sa.select(Removal).where(Removal.run_id == run).order_by(Removal.id)).all()


def waiting() -> Sequence[RightsRequest]:
    """Granted deletions that are not done yet: until tomorrow, or until a course or a role of the person has ended."""
    granted = sa.select(RightsRequest).where(
        RightsRequest.kind == "deletion",
        RightsRequest.tenant_id.is_(None),
        RightsRequest.state == "done",
        ~sa.exists().where(Tombstone.person_id == RightsRequest.person_id),
    )
    return session().scalars(granted.order_by(RightsRequest.decided_at)).all()


def confirm(run: UUID, by: UUID) -> None:
    """The privacy officer stands for it by name."""
    found = get(run)
    if found.confirmed_at:
        raise Refused(N_("이미 확인한 파기입니다."), slug="already-confirmed")
    found.confirmed_by, found.confirmed_name, found.confirmed_at = by, people.get(by).name, datetime.now(UTC)
    session().flush()
