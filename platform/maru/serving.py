"""Serving the web: one process a core, two threads each, figures of all of them on the port after."""

import os
from pathlib import Path
from tempfile import gettempdir

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from maru import metrics
from maru.config import Config

THREADS = 2
"""Blocking threads of a process, and its connections to the database: on a hot run more of them halve the rate."""
RESPAWN_SECONDS = 0.5


def serve(config: Config) -> None:
    """Run until a signal comes. `WEB_CONCURRENCY` sets the number of processes, `MARU_BIND` the address."""
    folder = config.home if config.development else Path(gettempdir()) / "maru"
    metrics.prepare(folder / "metrics")
    address = os.environ.get("MARU_BIND", "127.0.0.1")
    figures = metrics.serve(config.port + 1, address)
    try:
        Granian(
            "maru.wsgi:app",
            address=address,
            port=config.port,
            interface=Interfaces.WSGI,
            workers=int(os.environ.get("WEB_CONCURRENCY", os.cpu_count() or 1)),
            blocking_threads=THREADS,
            backlog=2048,
            backpressure=512,
            websockets=False,
            respawn_failed_workers=True,
            respawn_interval=RESPAWN_SECONDS,
            workers_kill_timeout=5,
            log_level=LogLevels.warning,
        ).serve()
    finally:
        figures.shutdown()
