"""Writing and reading who looked at whom."""

from collections.abc import Collection, Iterable, Sequence
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa

from auth.access_log.models import Look
from auth.people.service import belongs
from maru.db import session


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


def looks_at(person: UUID, limit: int = 50) -> Sequence[Look]:
    """Who looked at a person, newest first; in that person's own scope."""
    return (
        session()
        .scalars(sa.select(Look).where(belongs(Look.person_id, person)).order_by(Look.id.desc()).limit(limit))
        .all()
    )


def people_seen(actor: UUID, tenant: UUID | None, tasks: Collection[str], within: timedelta) -> set[UUID]:
    """Whom somebody has looked at lately while doing one of these tasks, as far as the caller reads the log."""
    lately = sa.select(Look.person_id).where(Look.actor_id == actor, Look.task.in_(tasks))
    here = lately.where(Look.tenant_id.is_not_distinct_from(tenant), Look.at > sa.func.now() - within)
    return set(session().scalars(here.distinct()))
