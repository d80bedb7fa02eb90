"""Telling the people of a run that it has changed: after some minutes, and once for all that is changed until then."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import sqlalchemy as sa

from auth.messages import service as messages
from auth.messages.models import Message
from maru.db import session
from maru.limits import limit
from maru.web import dates
from tenants.courses.models import Run
from tenants.enrolments.messages import CHANGED
from tenants.enrolments.models import Application


def tell_of_change(run: Run) -> int:
    """Have everybody told who has a place or waits for one, unless the run is over; gives how many."""
    people = _people(run) if run.ends_on >= dates.today() else []
    if not people:
        return 0
    if run.telling is None or not _is_to_come(run.telling):
        run.telling = uuid4()
    at = datetime.now(UTC) + timedelta(minutes=limit("change-told-minutes"))
    messages.send_to_all(CHANGED, people, about=run.telling, tenant=run.tenant_id, at=at)
    return len(people)


def _people(run: Run) -> list[UUID]:
    applied = sa.select(Application.person_id).where(
        Application.tenant_id == run.tenant_id, Application.run_id == run.id, Application.state != "cancelled"
    )
    return list(session().scalars(applied))


def _is_to_come(telling: UUID) -> bool:
    """Whether nobody has begun to write out the letters of a telling: what they say is read when they are."""
    due = sa.select(sa.func.min(Message.since)).where(Message.about == telling, Message.kind == CHANGED.name)
    first = session().scalars(due).one()
    return first is not None and first > datetime.now(UTC)
