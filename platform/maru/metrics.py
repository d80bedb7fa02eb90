"""Counters and timings for Prometheus, shared by all processes of a home through files."""

import os
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from tempfile import gettempdir
from wsgiref.simple_server import WSGIServer

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, multiprocess, start_http_server, values

from maru.config import Config

WEB, WORKER = "web", "worker"
"""Kinds of processes. Each has a folder of its own, so that the figures of one go on when the other starts anew."""
DIRECTORY = "PROMETHEUS_MULTIPROC_DIR"
requests = Counter("maru_requests_total", "Requests answered", ["method", "route", "status"])
seconds = Histogram(
    "maru_request_seconds",
    "Time to answer",
    ["route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
jobs = Counter("maru_jobs_total", "Jobs run", ["task", "outcome"])


def observe(method: str, route: str, status: int, elapsed: float) -> None:
    """Count one answered request."""
    requests.labels(method, route, status).inc()
    seconds.labels(route).observe(elapsed)


@cache
def state(name: str, about: str) -> Gauge:
    """A figure of the installation that goes up and down, as whichever process saw it last says.

    It is made when it is first written: one without labels chooses then, for good, where it writes.
    """
    return Gauge(f"maru_{name}", about, multiprocess_mode="mostrecent")


def prepare(config: Config, kind: str) -> None:
    """Make an empty folder for the figures of `kind`; this process and those it starts write into it.

    One process of each kind (the parent of the web's) prepares it for a home.
    """
    folder = _folder(config, kind)
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.db"):
        old.unlink()
    os.environ[DIRECTORY] = str(folder)
    values.ValueClass = values.get_value_class()  # type: ignore[no-untyped-call]  # chosen at import, when the folder was not known yet


def serve(config: Config, kinds: Iterable[str], port: int, address: str) -> WSGIServer:
    """Answer `/metrics` for the processes of these kinds that share the home."""
    registry = CollectorRegistry()
    for kind in kinds:
        folder = _folder(config, kind)
        folder.mkdir(parents=True, exist_ok=True)
        multiprocess.MultiProcessCollector(registry, str(folder))  # type: ignore[no-untyped-call]  # untyped in prometheus-client
    server, _ = start_http_server(port, addr=address, registry=registry)
    return server


def _folder(config: Config, kind: str) -> Path:
    home = config.home if config.development else Path(gettempdir()) / "maru"
    return home / "metrics" / kind
