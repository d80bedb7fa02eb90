"""Progress reports of players, each of another stretch of one long item; and what a bare insert of as much costs."""

import json
from collections.abc import Iterator, Sequence
from uuid import UUID

from maru.db import CONNECTIONS
from maru.serving import processes
from tenants.sample.making import Resident
from tests import films
from tests.bench.applications import make_residents
from tests.bench.baselines import pgbench
from tests.bench.load import ask_all, request
from tests.bench.report import Measure, Watch
from tests.bench.stage import Stage

WATCHERS = 64
SECONDS = 36_000
"""Of the item: so long that nobody comes to its end."""
EACH = 15
"""Seconds that one report speaks of, as the player's do."""
BARE = """
CREATE SCHEMA IF NOT EXISTS bench;
CREATE TABLE bench.reports (
    id uuid PRIMARY KEY DEFAULT uuidv7(), person uuid NOT NULL, item uuid NOT NULL, seen int4multirange NOT NULL,
    reported_at timestamptz NOT NULL DEFAULT now());
"""
INSERT = "INSERT INTO bench.reports (person, item, seen) VALUES (uuidv7(), uuidv7(), '{[0,15)}');\n"


def watching(stage: Stage, quick: bool) -> list[Measure]:
    """Everybody watches the same item, as an hour after a notice to all; over as many connections as the web holds."""
    with stage.superuser() as connection:
        connection.execute(BARE)
    connections = processes() * CONNECTIONS
    bare = pgbench(stage, INSERT, connections, 2 if quick else 5)
    residents = make_residents(stage, 200)
    item = films.published(stage.database, residents[0].person_id, stage.city().id, seconds=SECONDS)
    ask_all(stage.address, _reports(stage, residents, item, 2), connections=WATCHERS)
    requests = list(_reports(stage, residents, item, 5 if quick else 50))
    watch = Watch(stage)
    crowd = ask_all(stage.address, requests, connections=WATCHERS)
    note = f"{crowd.rate / bare:.0%} of the insert, {crowd.unlike(200)} refused"
    return [
        Measure("pgbench, an insert", bare, note=f"{connections} connections"),
        watch.measure("progress reports", crowd, aim="2,000", note=note),
    ]


def _reports(stage: Stage, residents: Sequence[Resident], item: UUID, rounds: int) -> Iterator[bytes]:
    for turn in range(rounds):
        told = {"intervals": [[turn * EACH, (turn + 1) * EACH]], "at": (turn + 1) * EACH}
        for one in residents:
            sent = {"Cookie": one.cookie, "X-CSRF-Token": one.csrf, "Content-Type": "application/json"}
            yield request("POST", stage.host(), f"/api/v1/items/{item}/progress", sent, body=json.dumps(told).encode())
