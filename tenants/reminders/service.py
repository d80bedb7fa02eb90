"""Asking for a reminder, taking it back, and telling who asked in time.

A round looks every minute which reminders are due: the times are computed from the runs as they are, so that nothing
has to be moved when a window moves, and nothing is lost with a worker.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from auth.messages import service as messages
from auth.rights import service as rights
from maru import jobs
from maru.db import session
from maru.errors import N_, Refused
from maru.jobs import every
from maru.tenancy import SERVED
from tenants.catalogue import service as catalogue
from tenants.reminders.messages import OPENING
from tenants.reminders.models import Reminder

HOURS = (24, 1)
"""How long before the opening one may be told."""
MOST = sa.text("SELECT value FROM limits WHERE name = 'reminders-a-person' AND valid @> walls.today()")
DUE = sa.text("""
    SELECT r.tenant_id, array_agg(r.telling) AS tellings
    FROM reminders r JOIN listings l ON l.tenant_id = r.tenant_id AND l.run_id = r.run_id
    WHERE l.opens_at > now() AND l.opens_at <= now() + r.hours * interval '1 hour'
      AND l.cancelled_at IS NULL AND r.told_of IS DISTINCT FROM l.opens_at
      AND EXISTS (SELECT FROM tenants t WHERE t.id = r.tenant_id AND t.state = ANY (:served))
    GROUP BY r.tenant_id
""")
"""Nobody is called to a site that rests; who has not been told when it opens again is told then."""
TELL = sa.text("""
    UPDATE reminders r SET told_of = l.opens_at, telling = uuidv7()
    FROM listings l
    WHERE l.tenant_id = r.tenant_id AND l.run_id = r.run_id AND r.telling = ANY (:tellings)
      AND l.opens_at > now() AND l.cancelled_at IS NULL AND r.told_of IS DISTINCT FROM l.opens_at
    RETURNING r.person_id, r.telling, r.asked_at
""")


@dataclass(frozen=True)
class Asked:
    """A reminder, whether its word has gone out, and the public row of its run."""

    hours: int
    told: bool
    run: Any


def ask(run: Any, person: UUID, hours: int) -> None:
    """Remind a person of the opening of a public row; asking again changes when. Refused once it has opened."""
    if run.opens_at is None or run.cancelled_at is not None or run.opens_at <= datetime.now(UTC):
        raise Refused(
            N_("접수가 이미 시작되어 알려 드릴 것이 없습니다. 지금 신청하실 수 있습니다."), slug="already-open"
        )
    mine = sa.select(sa.func.count()).select_from(Reminder).where(Reminder.person_id == person)
    if (session().scalar(mine.where(Reminder.run_id != run.run_id)) or 0) >= session().scalars(MOST).one():
        raise Refused(
            N_("알림이 너무 많습니다. 내 학습에서 지난 알림을 거두고 다시 눌러 주세요."), slug="too-many-reminders"
        )
    asked = insert(Reminder).values(person_id=person, run_id=run.run_id, tenant_id=run.tenant_id, hours=hours)
    session().execute(asked.on_conflict_do_update(index_elements=["person_id", "run_id"], set_={"hours": hours}))


def drop(run_id: UUID, person: UUID) -> None:
    """Remind no more; one that is gone already is no error."""
    session().execute(sa.delete(Reminder).where(Reminder.person_id == person, Reminder.run_id == run_id))


def of_run(run_id: UUID, person: UUID) -> Reminder | None:
    """What a person has asked for about one run."""
    return session().get(Reminder, (person, run_id))


def mine(person: UUID) -> Sequence[Asked]:
    """A person's reminders whose openings are still to come, the next first."""
    kept = session().scalars(sa.select(Reminder).where(Reminder.person_id == person)).all()
    rows = catalogue.several([(one.tenant_id, one.run_id) for one in kept])
    now = datetime.now(UTC)
    asked = [_asked(one, rows[one.run_id]) for one in kept if one.run_id in rows]
    to_come = [one for one in asked if one.run.opens_at and one.run.opens_at > now and not one.run.cancelled_at]
    return sorted(to_come, key=lambda one: one.run.opens_at)


def _asked(reminder: Reminder, run: Any) -> Asked:
    return Asked(reminder.hours, reminder.told_of is not None and reminder.told_of == run.opens_at, run)


@every("reminders.tell", seconds=60)
def tell() -> None:
    """Write to everybody whose hour has come, each city's in a transaction of its own."""
    with jobs.tools().transaction():
        due = session().execute(DUE, {"served": list(SERVED)}).all()
    for tenant, tellings in due:
        with jobs.tools().transaction(tenant=tenant):
            stopped = {who: at for who, at in session().execute(rights.stopped_in(tenant)) if at}
            for person, telling, asked_at in session().execute(TELL, {"tellings": tellings}).all():
                if person not in stopped or asked_at > stopped[person]:
                    messages.send(OPENING, person, {}, about=telling, tenant=tenant)
