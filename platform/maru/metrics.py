"""Counters and timings for Prometheus, shared by all processes of an installation through files."""

import os
from pathlib import Path
from wsgiref.simple_server import WSGIServer

from prometheus_client import CollectorRegistry, Counter, Histogram, multiprocess, start_http_server, values

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


def prepare(directory: Path) -> None:
    """Make an empty folder for this run's figures; processes started afterwards write into it."""
    directory.mkdir(parents=True, exist_ok=True)
    for old in directory.glob("*.db"):
        old.unlink()
    os.environ[DIRECTORY] = str(directory)
    values.ValueClass = values.get_value_class()  # type: ignore[no-untyped-call]  # chosen at import, when the folder was not known yet


def serve(port: int, address: str) -> WSGIServer:
    """Answer `/metrics` for all processes."""
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # untyped in prometheus-client
    server, _ = start_http_server(port, addr=address, registry=registry)
    return server
