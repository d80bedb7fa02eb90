"""Queued work that did not get done, of the cities and of the province itself, and trying it once more."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from maru.db import session
from maru.errors import N_, Refused

STUCK_MINUTES = 10
FAILED_DAYS = 7
UNDONE = sa.text(f"""
    SELECT j.id, CAST(j.args ->> 'tenant' AS uuid) AS tenant_id, j.task_name AS task, j.status::text = 'failed' AS failed,
           j.attempts, coalesce(j.args ->> 'problem', '') AS problem, coalesce(max(e.at), min(j.scheduled_at)) AS at
    FROM queue.procrastinate_jobs j LEFT JOIN queue.procrastinate_events e ON e.job_id = j.id
    WHERE j.status IN ('failed', 'todo')
      AND (CAST(:tenant AS text) IS NULL OR j.args ->> 'tenant' = CAST(:tenant AS text))
    GROUP BY j.id
    HAVING (j.status = 'failed' AND max(e.at) > now() - interval '{FAILED_DAYS} days')
        OR (j.status = 'todo' AND coalesce(j.scheduled_at, min(e.at)) < now() - interval '{STUCK_MINUTES} minutes'
            AND NOT EXISTS (SELECT FROM queue.procrastinate_jobs busy
                WHERE busy.queue_name = j.queue_name AND busy.status = 'doing'))
    ORDER BY at DESC NULLS LAST
""")  # noqa: S608  # our own figures
"""What failed for good lately, and what nobody has taken up in time although its queue has nothing else to do."""
AGAIN = sa.text("""
    SELECT queue.procrastinate_retry_job_v2(j.id, now(), NULL, NULL, NULL) FROM queue.procrastinate_jobs j
    WHERE j.id = :job AND j.status = 'failed'
""")
ANEW = sa.text("UPDATE queue.procrastinate_jobs SET attempts = 0 WHERE id = :job")
"""Tried again by hand, it has all its tries again: what was away may be away a moment longer."""


@dataclass(frozen=True)
class Work:
    """A queued job that did not get done; the province's own has no tenant."""

    id: int
    tenant_id: UUID | None
    task: str
    failed: bool
    attempts: int
    problem: str
    """Why it failed (maru/failures.py); empty where it was cut off."""
    at: datetime | None


def undone(tenant: UUID | None = None) -> Sequence[Work]:
    """Of everybody or of one city, the latest first."""
    found = session().execute(UNDONE, {"tenant": str(tenant) if tenant else None})
    return [Work(**row._mapping) for row in found]


def by_city(found: Iterable[Work]) -> Mapping[UUID, Sequence[Work]]:
    """The cities' own, for each of them."""
    works: dict[UUID, list[Work]] = {}
    for one in found:
        if one.tenant_id:
            works.setdefault(one.tenant_id, []).append(one)
    return works


def try_again(job: int) -> None:
    """Queue a job once more that failed for good. Refused where it did not, as when somebody else was quicker."""
    if session().execute(AGAIN, {"job": job}).first() is None:
        words = N_("이 작업은 이미 다시 하고 있거나 끝났습니다.")
        raise Refused(words, slug="job-not-failed", rule=N_("실패한 작업만 다시 합니다."))
    session().execute(ANEW, {"job": job})
