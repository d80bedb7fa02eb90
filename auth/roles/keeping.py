"""Forgetting what was kept long enough: grants, visits and approvals, three years after they ended (PRV 7.4)."""

import sqlalchemy as sa
import structlog

from maru.db import session
from maru.jobs import job

FORGET = sa.text("SELECT engine.forget_grants()")
log = structlog.get_logger()


@job("roles.forget", daily=True)
def forget() -> None:
    """Delete what ended longer ago than the limit `ended-grant-days`; nothing younger can be deleted."""
    log.info("grants forgotten", grants=session().scalar(FORGET))
