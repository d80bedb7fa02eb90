"""Figures: of every process that shares a home on the web's port, and of a worker alone on a port of its own."""

import http.client
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from http import HTTPStatus
from itertools import count

import psutil
import pytest

from maru.config import ROOT, Config
from maru.db import Database, Scope
from maru.embedded.process import free_port, port_is_free
from tenants.attendance.ledger import enter_kept
from tests.conftest import Maker

WEB = ["-m", "maru.cli", "serve"]
WORKER = ["-m", "maru.cli", "worker"]
DONE = 'maru_jobs_total{outcome="done",task="attendance.enter_kept"}'
ASKED = 'maru_requests_total{method="GET",route="/healthz",status="200"}'
Start = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture
def start(config: Config) -> Iterator[Start]:
    """Starts a program of this home."""
    known = {
        "PATH": os.environ["PATH"], "PYTHONPATH": f"{ROOT}:{ROOT / 'platform'}", "MARU_HOME": str(config.home),
        "DATABASE_APP_URL": config.database_app_url, "S3_URL": config.s3_url, "WEB_CONCURRENCY": "1",
    }  # fmt: skip
    with ExitStack() as started:

        def begin(*arguments: str, **environ: str) -> "subprocess.Popen[bytes]":
            process = subprocess.Popen([sys.executable, *arguments], env=known | environ, stderr=subprocess.DEVNULL)
            started.enter_context(process)
            started.callback(end, process)
            return process

        yield begin


def end(process: "subprocess.Popen[bytes]") -> None:
    """With the children that answer for it."""
    if process.poll() is None:
        for child in psutil.Process(process.pid).children(recursive=True):
            child.kill()
        process.kill()


def get(port: int, path: str) -> str:
    """What a port answers, nothing while it does not or cannot: files of figures come and go under whoever reads them."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.read().decode() if answer.status == HTTPStatus.OK else ""
    except OSError:
        return ""
    finally:
        connection.close()


def figures(port: int) -> dict[str, float]:
    """What `/metrics` on a port says, by name and labels."""
    lines = [line for line in get(port, "/metrics").splitlines() if not line.startswith("#")]
    return {name: float(number) for name, _, number in (line.rpartition(" ") for line in lines)}


def wait_until(said: Callable[[], bool]) -> None:
    until = time.monotonic() + 30
    while not said():
        assert time.monotonic() < until
        time.sleep(0.1)


@pytest.fixture
def job(database: Database, make: Maker) -> Callable[[], None]:
    def queue() -> None:
        with database.transaction(Scope.JOB, tenant=make.city()):
            enter_kept.later(make.person())

    return queue


def test_the_web_shows_the_jobs_of_the_worker_beside_it(start: Start, job: Callable[[], None]) -> None:
    port = next(port for port in (free_port() for _ in count()) if port_is_free(port + 1))
    start(*WEB, MARU_PORT=str(port))
    wait_until(lambda: "up" in get(port, "/healthz"))
    job()
    worker = start(*WORKER)
    wait_until(lambda: {DONE, ASKED} <= figures(port + 1).keys())
    worker.kill()
    worker.wait()
    start(*WORKER)
    wait_until(lambda: DONE not in (said := figures(port + 1)) and ASKED in said)


def test_a_worker_shows_its_jobs_itself_where_it_is_told_a_port(start: Start, job: Callable[[], None]) -> None:
    port = free_port()
    job()
    start(*WORKER, MARU_METRICS_PORT=str(port))
    wait_until(lambda: DONE in figures(port))
