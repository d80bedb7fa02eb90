"""What was measured, as one table."""

import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

import psutil

from maru.embedded.process import Child
from tests.bench.load import Crowd
from tests.bench.stage import Stage, called


@dataclass(frozen=True)
class Spent:
    """Seconds of processor time so far, by whom."""

    web: float
    database: float
    load: float


@dataclass(frozen=True)
class Measure:
    """One line of the table; times in milliseconds, processor times in milliseconds a request."""

    name: str
    per_second: float
    p50: float = 0
    p95: float = 0
    p99: float = 0
    web: float = 0
    database: float = 0
    load: float = 0
    note: str = ""
    aim: str = ""


def spent(stage: Stage, server: Child) -> Spent:
    """Processor time of a server, of PostgreSQL and of this process."""
    databases = called("postgres")
    return Spent(seconds_of(server.processes()), seconds_of(databases), time.process_time())


def seconds_of(running: Sequence[psutil.Process]) -> float:
    """Of processor time, with what their ended children used: PostgreSQL's helpers come and go."""
    seconds = 0.0
    for process in running:
        with suppress(psutil.NoSuchProcess):
            seconds += sum(process.cpu_times()[:4])
    return seconds


class Watch:
    """Notes the processor time that passes while a crowd is served."""

    def __init__(self, stage: Stage, server: Child | None = None) -> None:
        self._stage, self._server = stage, server or stage.web
        self._before = spent(stage, self._server)

    def measure(self, name: str, crowd: Crowd, *, note: str = "", aim: str = "") -> Measure:
        after, count = spent(self._stage, self._server), len(crowd.answers)
        before = self._before
        return Measure(
            name,
            crowd.rate,
            *(crowd.percentile(share) for share in (0.5, 0.95, 0.99)),
            web=1000 * (after.web - before.web) / count,
            database=1000 * (after.database - before.database) / count,
            load=1000 * (after.load - before.load) / count,
            note=note,
            aim=aim,
        )


HEADINGS = (
    "measure",
    "per second",
    "aim",
    "p50",
    "p95",
    "p99",
    "web",
    "database",
    "load",
    "of pgbench",
    "of empty",
    "",
)


def table(measures: Sequence[Measure]) -> str:
    """A Markdown table; rates also as shares of the two baselines where these were measured."""
    bases = {one.name: one.per_second for one in measures}
    rows = [HEADINGS, *(_cells(one, bases) for one in measures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in rows
    ]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)


PGBENCH = {True: "pgbench, 1 run", False: "pgbench, 1,000 runs"}
"""The name of the baseline on a hot run, and over many."""
EMPTY = "empty route"


def _cells(one: Measure, bases: dict[str, float]) -> tuple[str, ...]:
    hot = PGBENCH["1,000" not in one.name]
    return (
        one.name,
        f"{one.per_second:,.0f}" if one.per_second else "",
        one.aim,
        *(f"{value:,.1f}" if value else "" for value in (one.p50, one.p95, one.p99)),
        *(f"{value:.2f}" if value else "" for value in (one.web, one.database, one.load)),
        f"{one.per_second / bases[hot]:.0%}" if "applications" in one.name and hot in bases else "",
        f"{one.per_second / bases[EMPTY]:.0%}" if one.web and one.name != EMPTY and EMPTY in bases else "",
        one.note,
    )
