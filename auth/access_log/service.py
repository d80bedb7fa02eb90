"""Writing and reading who looked at whom."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by

from auth.access_log.models import Look
from auth.people.service import belongs
from maru import cursors
from maru.db import session

PAGE = 50


def look(
    actor: UUID,
    people: Iterable[UUID],
    *,
    tenant: UUID | None,
    task: str,
    purpose: str,
    fields: Sequence[str],
    address: str | None,
    request_id: str | None,
) -> None:
    """Write that `actor` looks at `people`: call it before reading them, in the same transaction (PRV 7.4)."""
    rows = [
        {
            "actor_id": actor,
            "person_id": person,
            "tenant_id": tenant,
            "task": task,
            "purpose": purpose,
            "fields": list(fields),
            "address": address,
            "request_id": request_id,
        }
        for person in people
    ]
    if rows:
        session().execute(sa.insert(Look), rows)


@dataclass(frozen=True)
class Looks:
    """What one member of staff did with a person on one day in Seoul: the same task, purpose and fields, `count` times.

    `last` is the id of the latest of them.
    """

    tenant_id: UUID | None
    actor_id: UUID
    task: str
    purpose: str
    fields: Sequence[str]
    count: int
    first_at: datetime
    last_at: datetime
    last: UUID


def looks_at(person: UUID, cursor: str | None = None, limit: int = PAGE) -> tuple[Sequence[Looks], str | None]:
    """Who looked at a person, newest first, equal looks of a day as one; and the cursor of the next page.

    In that person's own scope. Whoever opens a page a hundred times pushes nothing else away.
    """
    day = sa.cast(sa.func.timezone("Asia/Seoul", Look.at), sa.Date)
    equal = (Look.tenant_id, Look.actor_id, Look.task, Look.purpose, Look.fields)
    last = sa.func.array_agg(aggregate_order_by(Look.id, Look.id.desc()), type_=ARRAY(sa.Uuid))[1].label("last")
    seen = (
        sa.select(*equal, sa.func.count(), sa.func.min(Look.at), sa.func.max(Look.at), last)
        .where(belongs(Look.person_id, person))
        .group_by(*equal, day)
        .order_by(sa.desc("last"))
    )
    if cursor:
        seen = seen.having(last.element < cursors.decode(cursor, cursors.identity)[0])
    found = [Looks(*row) for row in session().execute(seen.limit(limit + 1))]
    return found[:limit], cursors.encode(found[limit - 1].last) if len(found) > limit else None


def people_seen(actor: UUID, tenant: UUID | None, tasks: Collection[str], within: timedelta) -> set[UUID]:
    """Whom somebody has looked at lately while doing one of these tasks, as far as the caller reads the log."""
    lately = sa.select(Look.person_id).where(Look.actor_id == actor, Look.task.in_(tasks))
    here = lately.where(Look.tenant_id.is_not_distinct_from(tenant), Look.at > sa.func.now() - within)
    return set(session().scalars(here.distinct()))
