"""Sealing the access log, some seconds after its looks were written, and forgetting what was kept long enough (PRV 7.4).

A look is written in its own transaction and waits for nobody. It is sealed when that transaction is over: what commits
late gets a later place, what is rolled back never had one. One worker seals at a time; others find nothing to do.
"""

import sqlalchemy as sa
import structlog

from maru import jobs
from maru.db import session
from maru.jobs import every, job

MOST = 500
"""Looks in one seal."""
SEAL = sa.text("SELECT number, looks, hash FROM engine.seal_looks(:most)")
FORGET = sa.text("SELECT engine.forget_looks()")
log = structlog.get_logger()


@every("access_log.seal", seconds=5)
def seal() -> None:
    """Seal all that waits. Each seal is said in the log: a hash that stands outside the database proves what is in it."""
    while not jobs.tools().stopping():
        with jobs.tools().transaction():
            made = session().execute(SEAL, {"most": MOST}).one()
        if made.number is None:
            return
        log.info("access log sealed", number=made.number, looks=made.looks, hash=made.hash.hex())


@job("access_log.forget", daily=True)
def forget() -> None:
    """Delete the looks that are older than the limit `look-kept-days`, by whole seals; the seals stay."""
    log.info("access log forgotten", looks=session().scalar(FORGET))
