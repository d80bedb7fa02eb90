"""A worker that is killed while it sends: every message comes once, or is said to be in doubt."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from maru.config import ROOT, Config
from maru.migrating import engine_connection, owner_connection
from tests.auth.messages.conftest import Writing
from tests.conftest import Maker
from tests.post import PostOffice

WORKER = """
import sys, time
import maru.commands.worker
from auth.messages import delivery
from maru import jobs, worker
from maru.config import Config

delivery.HOLD_SECONDS = 8
jobs.rounds = {name: one for name, one in jobs.rounds.items() if name == "messages.deliver"}
worker.HEARTBEAT, worker.SILENT, worker.POLL, worker.rounds = 0.5, 1, 0.5, jobs.rounds
mark = delivery.mark
def slowly(row):
    time.sleep(float(sys.argv[1]))
    mark(row)
delivery.mark = slowly
worker.run_worker(Config.load())
"""
Start = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture(autouse=True)
def nothing_left(config: Config) -> None:
    """Letters and invitations that other tests of this run have left would be sent by our workers too."""
    with engine_connection(config.database_url) as engine:
        engine.exec_driver_sql("UPDATE messages SET state = 'kept' WHERE state IN ('waiting', 'handing')")
    with owner_connection(config.database_url) as owner, owner.begin():
        owner.exec_driver_sql("UPDATE queue.procrastinate_jobs SET status = 'cancelled' WHERE status = 'todo'")


@pytest.fixture
def start(config: Config, post: PostOffice) -> Iterator[Start]:
    """Starts a worker, which waits some seconds before each last word."""
    environ = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": f"{ROOT}:{ROOT / 'platform'}",
        "MARU_HOME": str(config.home),
        "DATABASE_APP_URL": config.database_app_url,
        "S3_URL": config.s3_url,
        "MAIL_URL": post.url,
    }
    with ExitStack() as started:

        def begin(seconds: float = 0) -> "subprocess.Popen[bytes]":
            quiet = subprocess.DEVNULL
            process = subprocess.Popen([sys.executable, "-c", WORKER, str(seconds)], env=environ, stderr=quiet)
            started.enter_context(process)
            started.callback(process.kill)
            return process

        yield begin


def kill(process: "subprocess.Popen[bytes]") -> None:
    process.kill()
    process.wait(5)


def wait_for(reached: Callable[[], bool], seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_killed_before_the_last_word_it_is_sent_by_the_next(
    writing: Writing, post: PostOffice, make: Maker, start: Start
) -> None:
    person, city = writing.person(), make.city()
    writing.apply(person, city, make.run(city))
    first = start(60)
    wait_for(lambda: writing.rows(person)[0].body is not None)
    time.sleep(0.5)  # by now the letter is on the line, and its last word is not
    kill(first)
    assert post.letters == []
    start()
    post.wait(1)
    wait_for(lambda: writing.told(person) == [("applications.placed", "sent", "")])
    assert len(post.to(f"{person}@example.kr")) == 1


def test_killed_after_the_last_word_it_is_in_doubt_and_does_not_come_twice(
    writing: Writing, post: PostOffice, make: Maker, start: Start
) -> None:
    person, other, city = writing.person(), writing.person(), make.city()
    writing.apply(person, city, make.run(city))
    post.slow = 60
    first = start()
    post.wait(1)
    assert writing.told(person) == [("applications.placed", "handing", "")]
    kill(first)
    post.slow = 0
    writing.apply(other, city, make.run(city))
    start()
    wait_for(lambda: writing.told(person) == [("applications.placed", "unsure", "unsure")])
    post.wait(2)
    assert len(post.to(f"{person}@example.kr")) == 1
    assert len(post.to(f"{other}@example.kr")) == 1


def test_two_workers_that_are_killed_again_and_again_send_each_once(
    writing: Writing, post: PostOffice, make: Maker, start: Start
) -> None:
    city, people = make.city(), [writing.person() for _ in range(20)]
    run = make.run(city, capacity=20)
    for person in people:
        writing.apply(person, city, run)
    for _ in range(2):
        before = len(post.letters)
        pair = [start(0.05), start(0.05)]
        post.wait(before + 4)
        for process in pair:
            kill(process)
    start()
    wait_for(lambda: {state for one in people for _, state, _ in writing.told(one)} <= {"sent", "unsure"})
    came = [len(post.to(f"{person}@example.kr")) for person in people]
    assert max(came) == 1, "nobody gets a message twice"
    doubts = [(one, state) for one in people for _, state, _ in writing.told(one) if state == "unsure"]
    assert len(doubts) <= 4, "at most the one message that each killed worker had in its hand"
    assert all(count or (person, "unsure") in doubts for person, count in zip(people, came, strict=True))
