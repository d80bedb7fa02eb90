"""Three hundred people press at once, through HTTP, on the web as it runs in production."""

import asyncio
import json
import os
import socket
import sys
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import psutil
import pytest

from maru.config import ROOT, Config
from maru.db import Database
from maru.embedded.process import Child, free_port, port_is_free
from maru.embedded.programs import web_answers
from maru.migrating import owner_connection
from tenants.sample import making
from tenants.sample.making import Resident
from tests.bench.load import Answer, connected, request
from tests.conftest import Maker

pytestmark = pytest.mark.xdist_group("rush")
PEOPLE, SEATS = 300, 20
FORM = "application/x-www-form-urlencoded"
PATIENCE = 60
"""Seconds within which everybody has an answer, also on a machine that is busy with other tests."""


@dataclass(frozen=True)
class Web:
    """A running `maru serve`."""

    port: int
    program: Child

    async def apply(self, slug: str, who: Resident, run: UUID, **headers: str) -> Answer:
        sent = {"Cookie": who.cookie, "X-CSRF-Token": who.csrf, **headers}
        path = f"/api/v1/runs/{run}/applications"
        async with connected(("127.0.0.1", self.port)) as connection:
            return await connection.ask(request("POST", f"{slug}.localhost:{self.port}", path, sent))

    def workers(self) -> list[psutil.Process]:
        """The processes that answer; their parent only looks after them."""
        running = self.program.processes()
        parents = {process.ppid() for process in running}
        return [process for process in running if process.pid not in parents and process.ppid() != os.getpid()]


@pytest.fixture(scope="module")
def web(config: Config, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    port = next(port for port in iter(free_port, None) if port_is_free(port + 1))
    home: Path = tmp_path_factory.mktemp("web")
    given = {
        "MARU_HOME": str(home),
        "MARU_PORT": str(port),
        "DATABASE_URL": config.database_url,
        "DATABASE_APP_URL": config.database_app_url,
        "S3_URL": config.s3_url,
        "MARU_SECRET_KEY": config.secret_key,
        "WEB_CONCURRENCY": "2",
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "platform")]),
    }
    program = Child("serve", home, grace=8)
    try:
        program.start([sys.executable, "-m", "maru.cli", "serve"], env=given, cwd=ROOT)
        program.wait_until(lambda: web_answers(port), PATIENCE)
        yield Web(port, program)
    finally:
        program.stop()


@dataclass(frozen=True)
class Opening:
    """People who wait for runs of a city to open."""

    slug: str
    tenant: UUID
    people: Sequence[Resident]


@pytest.fixture
def opening(config: Config, make: Maker) -> Opening:
    city = make.city()
    slug = make.slug(city)
    people = making.make_people(config.database_url, PEOPLE + 1)
    return Opening(slug, city, making.open_sessions(config, people, f"{slug}.localhost"))


def all_at_once(asking: Sequence[Awaitable[dict[str, Any]]]) -> list[dict[str, Any]]:
    async def work() -> list[dict[str, Any]]:
        async with asyncio.timeout(PATIENCE):
            return await asyncio.gather(*asking)

    return asyncio.run(work())


def placed(answer: Answer) -> dict[str, Any]:
    assert answer.status in (200, 201), answer.body.decode()  # 200 for a key whose first answer was lost
    application: dict[str, Any] = json.loads(answer.body)
    return application


def kept(config: Config, run: UUID) -> list[tuple[str, int, str]]:
    """What the tables say of a run: (id, number, state) in the order of receipt."""
    with owner_connection(config.database_url) as connection, connection.begin():
        connection.exec_driver_sql("SET LOCAL ROLE maru_engine")
        rows = connection.exec_driver_sql(
            "SELECT id::text, number, state FROM applications WHERE run_id = %s ORDER BY number", (run,)
        )
        return [(row.id, row.number, row.state) for row in rows]


def check(config: Config, run: UUID, answers: Sequence[dict[str, Any]], seats: int) -> None:
    """Exactly so many seats are taken, the rest wait in the order of receipt, and what was answered is what is kept."""
    in_order = sorted(answers, key=lambda one: one["number"])
    assert [one["number"] for one in in_order] == list(range(1, len(answers) + 1))
    assert [one["state"] for one in in_order] == ["placed"] * seats + ["waiting"] * (len(answers) - seats)
    assert [one["position"] for one in in_order] == [None] * seats + list(range(1, len(answers) - seats + 1))
    assert kept(config, run) == [(one["id"], one["number"], one["state"]) for one in in_order]


def test_on_one_run(web: Web, config: Config, database: Database, opening: Opening) -> None:
    run = making.make_runs(database, opening.tenant, SEATS)[0]
    *people, late = opening.people

    async def apply(who: Resident) -> dict[str, Any]:
        return placed(await web.apply(opening.slug, who, run))

    answers = all_at_once([apply(who) for who in people])
    check(config, run, answers, SEATS)
    assert all_at_once([apply(late)])[0]["position"] == PEOPLE - SEATS + 1


def test_over_a_hundred_runs(web: Web, config: Config, database: Database, opening: Opening) -> None:
    runs = making.make_runs(database, opening.tenant, 2, count=100)

    async def apply(who: Resident, run: UUID) -> dict[str, Any]:
        return placed(await web.apply(opening.slug, who, run))

    answers = all_at_once([apply(who, runs[n % 100]) for n, who in enumerate(opening.people[:PEOPLE])])
    by_run = defaultdict(list)
    for answer in answers:
        by_run[UUID(answer["run_id"])].append(answer)
    assert set(by_run) == set(runs)
    for run, its_own in by_run.items():
        check(config, run, its_own, seats=2)


async def kill_at_work(worker: psutil.Process, port: int) -> None:
    """Kill a process of the web while somebody waits for its answer: stopped for a moment, it owes what it has accepted.

    Whoever had an answer on the way reads it and closes meanwhile; who is there at both looks has none.
    """

    def owed() -> set[int]:
        open_ones = (one for one in worker.net_connections() if one.status == psutil.CONN_ESTABLISHED)
        return {one.raddr.port for one in open_ones if one.laddr.port == port}

    try:
        while True:
            worker.suspend()
            await asyncio.sleep(0.1)
            waiting = owed()
            await asyncio.sleep(0.05)
            if waiting & owed():
                worker.kill()
                return
            worker.resume()
            await asyncio.sleep(0.03)
    finally:
        with suppress(psutil.NoSuchProcess):
            worker.resume()


def test_while_web_processes_are_killed(web: Web, config: Config, database: Database, opening: Opening) -> None:
    """Who gets no answer asks again with the same key, and has one place in the end."""
    run = making.make_runs(database, opening.tenant, SEATS)[0]
    before = web.workers()
    tries: defaultdict[UUID, int] = defaultdict(int)
    answered: list[UUID] = []
    deadly = {20 + 40 * number: worker for number, worker in enumerate(before)}
    kills: list[asyncio.Task[None]] = []

    async def apply(who: Resident) -> dict[str, Any]:
        while True:
            tries[who.person_id] += 1
            with suppress(OSError):
                answer = await web.apply(opening.slug, who, run, **{"Idempotency-Key": f"key of {who.person_id}"})
                if answer.status < 500:
                    answered.append(who.person_id)
                    if len(answered) in deadly:
                        kills.append(asyncio.create_task(kill_at_work(deadly[len(answered)], web.port)))
                    return placed(answer)
            await asyncio.sleep(0.05)

    asking: Callable[[Resident], Awaitable[dict[str, Any]]] = apply
    answers = all_at_once([*map(asking, opening.people[:PEOPLE])])
    check(config, run, answers, SEATS)
    assert len(before) == 2
    assert not all(worker.is_running() for worker in before)
    assert max(tries.values()) > 1, "nobody was in a killed process: the test has shown nothing"
    web.program.wait_until(lambda: len(web.workers()) == len(before) and web_answers(web.port), PATIENCE)


def test_slow_senders_keep_nobody_waiting(web: Web, config: Config, opening: Opening) -> None:
    """Forms that never arrive whole hold no connection to the database, and leave threads for everybody else."""
    who, host = opening.people[0], f"{opening.slug}.localhost:{web.port}"
    head = request("POST", host, "/my/language", {"Cookie": who.cookie, "Content-Type": FORM}).partition(b"\r\n\r\n")[0]
    with ExitStack() as slow:
        for _ in range(24):
            sender = slow.enter_context(socket.create_connection(("127.0.0.1", web.port)))
            sender.sendall(head.replace(b"Content-Length: 0", b"Content-Length: 1000") + b"\r\n\r\na=1")
        time.sleep(1)
        with owner_connection(config.database_url) as connection:
            idle = connection.exec_driver_sql(
                "SELECT count(*) FROM pg_stat_activity WHERE usename = 'maru_app' AND state = 'idle in transaction'"
            )
            assert idle.scalar() == 0
        answer = asyncio.run(_ask(web, request("GET", host, "/courses", {"Cookie": who.cookie})))
    assert answer.status == 200


async def _ask(web: Web, asked: bytes) -> Answer:
    async with asyncio.timeout(PATIENCE / 4), connected(("127.0.0.1", web.port)) as connection:
        return await connection.ask(asked)
