"""The worker: takes jobs from the queue in PostgreSQL and runs each in a transaction of its own, and makes its rounds.

A job that fails is rolled back and tried again, later each time; one that a rule refuses is not. Jobs of a worker that
was killed are taken up by the others as soon as its heart has not beaten for a while.
"""

import asyncio
import logging
import os
import signal
import threading
import time
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from functools import partial
from typing import Any
from uuid import UUID

import sqlalchemy as sa
import structlog
from procrastinate import App, BaseRetryStrategy, JobContext, PsycopgConnector, RetryDecision
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job as Queued
from procrastinate.jobs import Status

from maru import metrics
from maru.config import Config
from maru.db import Database, Scope, session
from maru.errors import MaruError
from maru.failures import problem_of
from maru.jobs import CALLS_OUT, LONG_WORK, QUEUE, Job, Leaving, Round, Tools, having, registered, rounds
from maru.storage import connect

log = structlog.get_logger()
QUEUES = (QUEUE, LONG_WORK, CALLS_OUT)
"""Served side by side, each one job at a time."""
MOST_ATTEMPTS = 8
FIRST_WAIT, LONGEST_WAIT = 5, 3600
"""Seconds; each wait is three times the one before: the last try comes some two hours after the first."""
HEARTBEAT, SILENT = 5, 20
"""Seconds between two signs of life, and after how many without one a worker counts as dead."""
POLL = 5
"""Seconds after which a job that is to be tried again is noticed at the latest; new ones are noticed at once."""
DAILY = "30 19 * * *"
"""In UTC: half past four in the morning in Seoul."""
KEEP = sa.text("""
    UPDATE queue.procrastinate_jobs SET args = args || jsonb_build_object('problem', CAST(:problem AS text)) WHERE id = :job
""")
"""What went wrong stands beside the arguments of a job, for as long as the job does."""
GRACE = 5
"""Seconds that a running job has to end when the worker is stopped; what it did not commit is undone and done again."""


class LaterEachTime(BaseRetryStrategy):
    """When a failed job is tried again; never where a rule said no."""

    def get_retry_decision(self, *, exception: BaseException, job: Queued) -> RetryDecision | None:
        refused = isinstance(exception, MaruError) and exception.status < 500
        if refused or job.attempts + 1 >= MOST_ATTEMPTS:
            return None
        return RetryDecision(retry_in={"seconds": min(FIRST_WAIT * 3**job.attempts, LONGEST_WAIT)})


def run_worker(config: Config, *, until_empty: bool = False) -> None:
    """Run the registered jobs and rounds until SIGTERM or SIGINT; when `until_empty`, only until no job is due, and then
    each round once.
    """
    database = Database(config.database_app_url, size=len(QUEUES) + len(rounds))
    stopping = threading.Event()
    tools = partial(Tools, config, connect(config.s3), stopping=stopping.is_set)
    app = App(connector=_connector(config))
    for job in registered.values():
        _mount(app, job, database, tools)
    logging.getLogger("procrastinate.worker").addFilter(_is_news)
    going = [
        partial(_go_round, one, tools(transaction=partial(database.transaction, Scope.JOB))) for one in rounds.values()
    ]
    try:
        asyncio.run(_work(app, going, stopping, until_empty))
    finally:
        database.engine.dispose()


def _connector(config: Config) -> PsycopgConnector:
    url = sa.make_url(config.database_app_url).set(drivername="postgresql").render_as_string(hide_password=False)
    options = {"options": "-c search_path=queue", "application_name": "maru worker", "connect_timeout": 5}
    return PsycopgConnector(conninfo=url, kwargs=options, min_size=1, max_size=2 * len(QUEUES))


def _mount(app: App, job: Job[...], database: Database, tools: Callable[..., Tools]) -> None:
    @app.task(name=job.name, queue=job.queue, retry=LaterEachTime(), pass_context=True)
    def run(
        context: JobContext,
        tenant: str | None = None,
        person: str | None = None,
        arguments: dict[str, Any] | None = None,
        timestamp: int = 0,  # noqa: ARG001  # of the day, in daily work
        problem: str = "",  # noqa: ARG001  # of the try before
    ) -> None:
        who = {"tenant": UUID(tenant) if tenant else None, "person": UUID(person) if person else None}
        transaction = partial(database.transaction, Scope.JOB, **who)
        with (
            structlog.contextvars.bound_contextvars(job=job.name, job_id=context.job.id, tenant=tenant),
            _watched(database, context.job),
            having(tools(transaction=transaction)),
            nullcontext() if job.long else transaction(),
        ):
            job.run(arguments or {})

    if job.daily:
        app.periodic(cron=DAILY)(run)  # type: ignore[arg-type]  # it is given `timestamp` by name


def _is_news(record: logging.LogRecord) -> bool:
    """Whether procrastinate logs something else than the end of a job, which we log without the job's arguments."""
    return not getattr(record, "action", "").startswith("job_")


@contextmanager
def _watched(database: Database, job: Queued) -> Iterator[None]:
    began, outcome, attempt = time.perf_counter(), "failed", job.attempts + 1
    try:
        yield
        outcome = "done"
    except Leaving:
        raise
    except Exception as error:
        log.warning("job failed", attempt=attempt, exc_info=True)
        _write_down(database, job, problem_of(error))
        raise
    finally:
        metrics.jobs.labels(job.task_name, outcome).inc()
        log.info("job", outcome=outcome, attempt=attempt, seconds=round(time.perf_counter() - began, 4))


def _write_down(database: Database, job: Queued, problem: str) -> None:
    """Keep why a job failed; where even that fails, the queue goes on without it."""
    try:
        with database.transaction(Scope.JOB):
            session().execute(KEEP, {"job": job.id, "problem": problem})
    except sa.exc.SQLAlchemyError:
        log.warning("the reason was not kept", exc_info=True)


Going = Callable[[bool], Coroutine[Any, Any, None]]
"""Makes a round, once or again and again."""


async def _work(app: App, rounds: Sequence[Going], stopping: threading.Event, until_empty: bool) -> None:
    async with app.open_async():
        reclaiming = asyncio.create_task(_reclaim(app))
        working = asyncio.create_task(_serve_all(app, rounds, until_empty))
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, _stop, working, stopping)
        try:
            with suppress(asyncio.CancelledError):
                await working
        finally:
            reclaiming.cancel()


async def _go_round(round_: Round, tools: Tools, once: bool) -> None:
    """Make a round, and again some time after its end; one that fails is made again like any other."""
    while True:
        await asyncio.to_thread(_once_around, round_, tools)
        if once:
            return
        await asyncio.sleep(round_.seconds)


def _once_around(round_: Round, tools: Tools) -> None:
    with structlog.contextvars.bound_contextvars(job=round_.name), having(tools):
        try:
            round_.work()
        except Exception:
            metrics.jobs.labels(round_.name, "failed").inc()
            log.warning("round failed", exc_info=True)


async def _serve_all(app: App, rounds: Sequence[Going], until_empty: bool) -> None:
    """Cancelled, it ends when the running jobs of all queues have."""
    async with asyncio.TaskGroup() as group:
        for queue in QUEUES:
            group.create_task(_serve(app, queue, until_empty))
        for go in [] if until_empty else rounds:
            group.create_task(go(False))
    for go in rounds if until_empty else []:
        await go(True)


async def _serve(app: App, queue: str, until_empty: bool) -> None:
    """Run the jobs of one queue, one after the other."""
    await app.run_worker_async(
        queues=[queue],
        wait=not until_empty,
        delete_jobs="successful",
        install_signal_handlers=False,
        fetch_job_polling_interval=POLL,
        update_heartbeat_interval=HEARTBEAT,
        stalled_worker_timeout=SILENT,
    )


def _stop(working: asyncio.Task[None], stopping: threading.Event) -> None:
    """Take no more jobs, and let the running one end within the grace period; a thread cannot be ended otherwise."""
    log.info("worker stops")
    stopping.set()
    last_resort = threading.Timer(GRACE, os._exit, (1,))
    last_resort.daemon = True
    last_resort.start()
    working.cancel()


async def _reclaim(app: App) -> None:
    """Put back what dead workers had begun."""
    while True:
        try:
            for stalled in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=SILENT):
                await _put_back(app, stalled)
        except ConnectorException as error:
            log.warning("reclaiming failed", exc_info=error)
        await asyncio.sleep(HEARTBEAT)


async def _put_back(app: App, stalled: Queued) -> None:
    log.warning("job of a dead worker", job=stalled.task_name, job_id=stalled.id, attempt=stalled.attempts + 1)
    if stalled.attempts + 1 < MOST_ATTEMPTS:
        await app.job_manager.retry_job(stalled)
    else:
        await app.job_manager.finish_job(stalled, Status.FAILED, delete_job=False)
