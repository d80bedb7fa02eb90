"""Looking for IDs that may be of one human, every night among the newer ones."""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
import structlog

from maru.db import session
from maru.jobs import job

SINCE = timedelta(days=3)
"""How far back a nightly round looks: longer than a worker may have been away over a weekend."""
log = structlog.get_logger()


@job("merging.find", daily=True)
def find_lately() -> None:
    """Propose what was made lately and looks like somebody who was there before."""
    log.info("likenesses found", pairs=find(datetime.now(UTC) - SINCE))


def find(since: datetime) -> int:
    """Note every pair of IDs that a rule finds, one of which was made since; how many are new. In the scope of a job.

    The rules (PRV-06): same birth date, and the same name but for blanks and marks, the same telephone, or both.
    """
    return int(session().scalar(sa.select(sa.func.engine.find_likenesses(since))) or 0)
