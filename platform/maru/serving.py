"""Serving the web: one process a core, figures of all of them, and of a worker beside them, on the port after."""

import gc
import os
from typing import Any

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server.common import AbstractServer

from maru import metrics
from maru.config import Config

THREADS = 32
"""Blocking threads of a process: some wait for slow senders, no more than two work (`maru.db.CONNECTIONS`)."""
RESPAWN_SECONDS = 0.5


def serve(config: Config) -> None:
    """Run until a signal comes. `WEB_CONCURRENCY` sets the number of processes, `MARU_BIND` the address."""
    metrics.prepare(config, metrics.WEB)
    address = os.environ.get("MARU_BIND", "127.0.0.1")
    figures = metrics.serve(config, (metrics.WEB, metrics.WORKER), config.port + 1, address)
    gc.freeze()  # the processes share what is loaded by now, as long as nothing walks through it
    try:
        server("maru.wsgi:app", address, config.port).serve()
    finally:
        figures.shutdown()


def server(application: str, address: str, port: int) -> "AbstractServer[Any]":
    """The server that answers with `application` (module:name)."""
    return Granian(
        application,
        address=address,
        port=port,
        interface=Interfaces.WSGI,
        workers=processes(),
        blocking_threads=THREADS,
        backlog=2048,
        backpressure=512,
        websockets=False,
        respawn_failed_workers=True,
        respawn_interval=RESPAWN_SECONDS,
        workers_kill_timeout=5,
        log_level=LogLevels.warning,
    )


def processes() -> int:
    """How many processes answer requests."""
    return int(os.environ.get("WEB_CONCURRENCY", os.cpu_count() or 1))
