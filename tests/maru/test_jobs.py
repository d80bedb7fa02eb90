"""Work for later: in the same transaction, for the same tenant and person, tried again when it fails."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from maru import jobs, worker
from maru.config import ROOT, Config
from maru.db import Database, OutsideTransactionError, Scope, session
from maru.errors import N_, Refused, Unavailable
from maru.jobs import Job, tools
from maru.migrating import owner_connection
from maru.worker import run_worker
from tests.conftest import Maker

seen: list[dict[str, Any]] = []
WHO = sa.text("SELECT walls.tenant() AS tenant, walls.person() AS person, walls.scope() AS scope")


def note(row: UUID, words: str, count: int = 1) -> None:
    """Write down who the job is, and leave a row behind that a rollback takes back."""
    who = session().execute(WHO).one()
    seen.append({"row": row, "words": words, "count": count, **who._mapping, "config": tools().config})
    session().execute(sa.text("INSERT INTO queue.procrastinate_workers DEFAULT VALUES"))
    if words == "refused":
        raise Refused(N_("안 됩니다"))
    if words == "broken" or (words == "broken once" and len(seen) == 1):
        raise Unavailable("not now")


@pytest.fixture
def noting(monkeypatch: pytest.MonkeyPatch, config: Config) -> Iterator[Job[[UUID, str, int]]]:
    seen.clear()
    monkeypatch.setattr(jobs, "registered", {})
    monkeypatch.setattr(worker, "registered", jobs.registered)
    monkeypatch.setattr(worker, "rounds", {})
    _queue(config, "DELETE FROM queue.procrastinate_jobs")
    made: Any = jobs.job("test.note")(note)
    yield made
    _queue(config, "DELETE FROM queue.procrastinate_jobs")


def _queue(config: Config, statement: str) -> list[Any]:
    with owner_connection(config.database_url) as connection, connection.begin():
        result = connection.execute(sa.text(statement))
        return list(result.mappings()) if result.returns_rows else []


def queued(config: Config) -> list[Any]:
    return _queue(config, "SELECT status::text, attempts, scheduled_at > now() AS waits FROM queue.procrastinate_jobs")


def problems(config: Config) -> list[str]:
    """Why the jobs that are left have failed."""
    return [
        row["problem"] for row in _queue(config, "SELECT args ->> 'problem' AS problem FROM queue.procrastinate_jobs")
    ]


def test_runs_for_the_tenant_and_the_person_who_asked(
    config: Config, database: Database, make: Maker, noting: Job[...]
) -> None:
    city, person, row = make.city(), make.person(), uuid4()
    with database.transaction(Scope.PERSON, tenant=city, person=person):
        noting.later(row, "걷기", count=3)
    run_worker(config, until_empty=True)
    assert seen == [
        {"row": row, "words": "걷기", "count": 3, "tenant": city, "person": person, "scope": "job", "config": config}
    ]
    assert queued(config) == []


def test_runs_for_another_tenant_when_told_so(
    config: Config, database: Database, make: Maker, noting: Job[...]
) -> None:
    here, there = make.city(), make.city()
    with database.transaction(Scope.JOB, tenant=here):
        noting.later_in(there, uuid4(), "")
    run_worker(config, until_empty=True)
    assert (seen[0]["tenant"], seen[0]["person"]) == (there, None)


def test_a_refusal_takes_the_queued_job_back(config: Config, database: Database, make: Maker, noting: Job[...]) -> None:
    def refuse() -> None:
        with database.transaction(Scope.JOB, tenant=make.city()):
            noting.later(uuid4(), "")
            raise Refused(N_("안 됩니다"))

    with pytest.raises(Refused):
        refuse()
    assert queued(config) == []


def test_outside_a_transaction_nothing_is_queued(noting: Job[...]) -> None:
    with pytest.raises(OutsideTransactionError):
        noting.later(uuid4(), "")


def test_a_failed_job_is_rolled_back_and_tried_again(
    config: Config, database: Database, noting: Job[...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "FIRST_WAIT", 0)
    rows = "SELECT id FROM queue.procrastinate_workers"
    before = {row["id"] for row in _queue(config, rows)}
    with database.transaction(Scope.JOB):
        noting.later(uuid4(), "broken once")
    run_worker(config, until_empty=True)
    run_worker(config, until_empty=True)
    assert len(seen) == 2
    assert len({row["id"] for row in _queue(config, rows)} - before) == 1


def test_waits_longer_each_time_and_gives_up_in_the_end(
    config: Config, database: Database, noting: Job[...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "FIRST_WAIT", 60)
    with database.transaction(Scope.JOB):
        noting.later(uuid4(), "broken")
    run_worker(config, until_empty=True)
    assert queued(config) == [{"status": "todo", "attempts": 1, "waits": True}]
    assert problems(config) == ["unavailable"]
    delay = "SELECT extract(epoch FROM scheduled_at - now())::int AS seconds FROM queue.procrastinate_jobs"
    waits = []
    for attempts in range(1, worker.MOST_ATTEMPTS):
        _queue(config, f"UPDATE queue.procrastinate_jobs SET scheduled_at = now(), attempts = {attempts}")
        run_worker(config, until_empty=True)
        waits += _queue(config, delay)
    threefold = [min(60 * 3**attempts, worker.LONGEST_WAIT) for attempts in range(1, worker.MOST_ATTEMPTS - 1)]
    assert [wait["seconds"] for wait in waits[:-1]] == pytest.approx(threefold, abs=30)
    assert queued(config)[0]["status"] == "failed"


def test_what_a_rule_refuses_is_not_tried_again(config: Config, database: Database, noting: Job[...]) -> None:
    with database.transaction(Scope.JOB):
        noting.later(uuid4(), "refused")
    run_worker(config, until_empty=True)
    assert [job["status"] for job in queued(config)] == ["failed"]
    assert problems(config) == ["refused"]


def test_arguments_are_ids_words_and_numbers() -> None:
    def takes_a_row(row: dict[str, str]) -> None: ...

    with pytest.raises(TypeError, match="ids, words and numbers"):
        Job("test.row", takes_a_row)


def test_the_worker_knows_every_job_of_the_house() -> None:
    """A job is known once its service is imported, which is up to the composition root."""
    rooms = [ROOT / name for name in ("auth", "contentlib", "tenants", "platform")]
    sources = [path.read_text("utf-8") for room in rooms for path in room.rglob("*.py")]
    stated = {name for source in sources for name in re.findall(r'^@job\("([^"]+)"', source, re.MULTILINE)}
    program = "import maru.commands.worker, maru.jobs; print(*maru.jobs.registered)"
    environ = {"PATH": os.environ["PATH"], "PYTHONPATH": f"{ROOT}:{ROOT / 'platform'}"}
    known = subprocess.run([sys.executable, "-c", program], env=environ, capture_output=True, text=True, check=True)
    assert set(known.stdout.split()) == stated


def test_two_jobs_cannot_share_a_name(noting: Job[...]) -> None:
    with pytest.raises(ValueError, match=r"test\.note"):
        jobs.job("test.note")(note)


SLOW = """
import sys, time
from maru import jobs, logs, worker
from maru.config import Config
from maru.db import session
import sqlalchemy as sa

@jobs.job("test.slow")
def slow(seconds: int) -> None:
    session().execute(sa.text("INSERT INTO queue.procrastinate_workers (last_heartbeat) VALUES ('2000-01-01')"))
    print("begun", flush=True)
    time.sleep(seconds)

worker.HEARTBEAT, worker.SILENT, worker.POLL, worker.GRACE = 0.5, 1, 0.5, 2
logs.configure()
worker.run_worker(Config.load())
print("ended", flush=True)
"""


@pytest.fixture
def slow(config: Config, database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Job[[int]]]:
    def sleep(seconds: int) -> None: ...

    monkeypatch.setattr(jobs, "registered", {})
    _queue(config, "DELETE FROM queue.procrastinate_jobs")
    _queue(config, "DELETE FROM queue.procrastinate_workers")
    yield jobs.job("test.slow")(sleep)
    _queue(config, "DELETE FROM queue.procrastinate_jobs")


Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def start(config: Config) -> Iterator[Start]:
    """Starts a worker in a process of its own, by default one of slow jobs."""
    environ = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": f"{ROOT}:{ROOT / 'platform'}",
        "MARU_HOME": str(config.home),
        "DATABASE_APP_URL": config.database_app_url,
        "S3_URL": config.s3_url,
    }
    with ExitStack() as started:

        def begin(*given: str) -> "subprocess.Popen[str]":
            command, pipe = [sys.executable, *(given or ("-c", SLOW))], subprocess.PIPE
            process = subprocess.Popen(command, env=environ, stdout=pipe, stderr=pipe, text=True)
            started.enter_context(process)
            started.callback(process.kill)
            return process

        yield begin


def read(process: "subprocess.Popen[str]", word: str) -> None:
    assert process.stdout is not None
    assert process.stdout.readline().strip() == word


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_stopped_it_lets_the_running_job_end(
    config: Config, database: Database, slow: Job[[int]], start: Start, number: signal.Signals
) -> None:
    with database.transaction(Scope.JOB):
        slow.later(1)
    process = start()
    read(process, "begun")
    process.send_signal(number)
    read(process, "ended")
    assert process.wait(5) == 0
    assert queued(config) == []


def test_stopped_it_does_not_wait_for_a_long_job_which_another_worker_takes_up(
    database: Database, slow: Job[[int]], start: Start
) -> None:
    with database.transaction(Scope.JOB):
        slow.later(30)
    first = start()
    read(first, "begun")
    began = time.monotonic()
    first.terminate()
    first.wait(10)
    assert time.monotonic() - began < 9
    second = start()
    read(second, "begun")
    second.kill()
    second.wait(5)


def test_the_job_of_a_killed_worker_is_run_by_the_next(
    config: Config, database: Database, slow: Job[[int]], start: Start
) -> None:
    with database.transaction(Scope.JOB):
        slow.later(1)
    first = start()
    read(first, "begun")
    first.kill()
    first.wait(5)
    second = start()
    read(second, "begun")
    second.terminate()
    read(second, "ended")
    assert second.wait(5) == 0
    left = "SELECT count(*) AS n FROM queue.procrastinate_workers WHERE last_heartbeat = '2000-01-01'"
    assert _queue(config, left) == [{"n": 1}], "the killed attempt left nothing behind"


FAILING = """
from maru import jobs, logs, worker
from maru.config import Config

@jobs.job("test.fails")
def fails(words: str) -> None:
    raise ValueError(words)

worker.MOST_ATTEMPTS = 1
logs.configure()
worker.run_worker(Config.load(), until_empty=True)
"""


def test_a_job_that_is_given_up_is_logged_without_its_arguments(
    config: Config, database: Database, make: Maker, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(words: str) -> None: ...

    monkeypatch.setattr(jobs, "registered", {})
    _queue(config, "DELETE FROM queue.procrastinate_jobs")
    person = make.person()
    with database.transaction(Scope.PERSON, person=person):
        jobs.job("test.fails")(fails).later("김하늘")
    output, errors = start("-c", FAILING).communicate(timeout=20)
    left = _queue(config, "SELECT status::text, args ->> 'problem' AS problem FROM queue.procrastinate_jobs")
    assert left == [{"status": "failed", "problem": "ValueError"}]
    lines = [json.loads(line) for line in errors.splitlines()]
    assert [(line["event"], line["job"]) for line in lines] == [("job failed", "test.fails"), ("job", "test.fails")]
    assert [word for word in ("김하늘", str(person)) if word in errors + output] == []
    _queue(config, "DELETE FROM queue.procrastinate_jobs")


@pytest.mark.parametrize("program", [(), ("-m", "maru.cli", "worker")], ids=["module", "command"])
def test_an_idle_worker_stops_at_once_and_logs_json(config: Config, start: Start, program: tuple[str, ...]) -> None:
    _queue(config, "DELETE FROM queue.procrastinate_workers")
    process = start(*program)
    while not _queue(config, "SELECT id FROM queue.procrastinate_workers"):
        assert process.poll() is None
        time.sleep(0.1)
    process.terminate()
    _, errors = process.communicate(timeout=10)
    assert process.returncode == 0, "it ended by itself, not by its last resort"
    assert "worker stops" in [json.loads(line)["event"] for line in errors.splitlines()]
