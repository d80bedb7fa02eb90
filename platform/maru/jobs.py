"""Work for later: queued inside the transaction that asks for it, run by the worker in a transaction of its own.

Long work, such as making a video's ladder, opens a short transaction for each thing that it has to say, so that others
see how far it is and nothing is held meanwhile.

A service function becomes a job by `@job("certificates.make_paper")`. The name stands in the queue, so it stays when
the function moves. Arguments are ids, words and numbers, never rows: the job reads again what it needs. Tenant and
person of the asking transaction travel along; whoever refuses or fails takes the queued job back with everything else.

A job may run twice (a killed worker, a lost answer), so it must find out what is done already. Importing a service
registers its jobs: the composition root imports every room before it calls `maru.worker.run_worker`.

What is to be done again and again stands in no queue: `@every("messages.deliver", seconds=2)` makes a round, which every
worker makes from time to time, several at once where there are several workers. Its transactions are its own.
"""

import inspect
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Generic, ParamSpec, get_type_hints
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from maru.config import Config
from maru.db import session
from maru.storage import Storage

P = ParamSpec("P")
QUEUE, LONG_WORK, CALLS_OUT = "default", "long", "calls-out"
"""Work of seconds; work that takes a core for minutes; and work that waits for the identity provider, which may be stuck.
Neither of the last two may keep anybody else waiting.
"""
READERS: Mapping[Any, Callable[[Any], Any]] = {UUID: UUID, str: str, int: int}
"""Types that an argument of a job may have, and how each is read back from the queue."""

DEFER = sa.text("""
    SELECT queue.procrastinate_defer_jobs_v1(CAST(ARRAY[ROW(
        CAST(:queue AS varchar), CAST(:name AS varchar), CAST(:priority AS integer), NULL, NULL,
        jsonb_build_object(
            'tenant', coalesce(CAST(:tenant AS text), nullif(current_setting('maru.tenant', true), '')),
            'person', nullif(current_setting('maru.person', true), ''),
            'arguments', CAST(:arguments AS jsonb)),
        NULL)] AS queue.procrastinate_job_to_defer_v1[]))
""")


@dataclass(frozen=True)
class Tools:
    """What a job may use. `transaction` opens one in the name of the job; only long work and rounds open their own.

    A round, which nobody has asked for, names the `tenant` and the `person` that it works for. `stopping` says that the
    worker is to end: work that can be taken up later is left then.
    """

    config: Config
    storage: Storage
    transaction: Callable[..., AbstractContextManager[Session]]
    stopping: Callable[[], bool] = lambda: False


class Job(Generic[P]):
    """A service function that can also run later; calling it runs it now, in the current transaction.

    `long` work runs in a queue of its own, and outside of any transaction; work that `calls_out` in another one; `idle` work
    when its queue has no other. `daily` work also runs by itself, for no tenant and without arguments.
    """

    def __init__(
        self,
        name: str,
        work: Callable[P, None],
        *,
        long: bool = False,
        idle: bool = False,
        daily: bool = False,
        calls_out: bool = False,
    ) -> None:
        self.name, self.long, self.idle, self.daily, self.calls_out = name, long, idle, daily, calls_out
        self._work = work
        self._signature = inspect.signature(work)
        hints = get_type_hints(work)
        self._readers = {argument: READERS.get(hints[argument]) for argument in self._signature.parameters}
        if None in self._readers.values():
            raise TypeError(f"{name} takes something else than ids, words and numbers")

    @property
    def queue(self) -> str:
        if self.long:
            return LONG_WORK
        return CALLS_OUT if self.calls_out else QUEUE

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> None:
        self._work(*args, **kwargs)

    def later(self, *args: P.args, **kwargs: P.kwargs) -> None:
        """Queue it for the tenant and the person of the current transaction."""
        self._queue(None, args, kwargs)

    def later_in(self, tenant: UUID, *args: P.args, **kwargs: P.kwargs) -> None:
        """Queue it for another tenant, and the person of the current transaction."""
        self._queue(tenant, args, kwargs)

    def run(self, stored: Mapping[str, Any]) -> None:
        """Run it with arguments from the queue."""
        self._work(**{name: self._readers[name](value) for name, value in stored.items()})  # type: ignore[misc, call-arg]

    def _queue(self, tenant: UUID | None, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        arguments = self._signature.bind(*args, **kwargs).arguments
        values = {
            "queue": self.queue,
            "name": self.name,
            "priority": -1 if self.idle else 0,
            "tenant": str(tenant) if tenant else None,
            "arguments": json.dumps(arguments, default=str),
        }
        session().execute(DEFER, values)


registered: dict[str, Job[...]] = {}


def job(
    name: str, *, long: bool = False, idle: bool = False, daily: bool = False, calls_out: bool = False
) -> Callable[[Callable[P, None]], Job[P]]:
    """Make a service function a job under a name that the queue keeps."""

    def register(work: Callable[P, None]) -> Job[P]:
        if name in registered:
            raise ValueError(f"two jobs are called {name}")
        made = Job(name, work, long=long, idle=idle, daily=daily, calls_out=calls_out)
        registered[name] = made
        return made

    return register


@dataclass(frozen=True)
class Round:
    """Work that a worker does every few seconds, beside its queues."""

    name: str
    seconds: float
    work: Callable[[], None]


rounds: dict[str, Round] = {}


def every(name: str, *, seconds: float) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Make a service function a round."""

    def register(work: Callable[[], None]) -> Callable[[], None]:
        if name in rounds:
            raise ValueError(f"two rounds are called {name}")
        rounds[name] = Round(name, seconds, work)
        return work

    return register


_tools: ContextVar[Tools] = ContextVar("maru_tools")


def tools() -> Tools:
    """Settings and file store, inside a job."""
    return _tools.get()


class Leaving(Exception):
    """Long work that was left because the worker is to end; another takes it up where it stands."""


def leave_if_stopping() -> None:
    """Inside long work, from time to time: Leaving where the worker is to end, which otherwise waits for its grace."""
    if tools().stopping():
        raise Leaving


@contextmanager
def having(tools: Tools) -> Iterator[None]:
    """Give `tools` to the jobs that run inside."""
    token = _tools.set(tools)
    try:
        yield
    finally:
        _tools.reset(token)
