"""The embedded Keycloak as a program: killed at its worst moments, and started again."""

import os
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import psutil
import psycopg
import pytest

from maru.config import ROOT
from maru.embedded.keycloak import REALM, START_LIMIT, Distribution, Keycloak
from maru.embedded.keycloak_database import has_administrator, jdbc_url
from maru.embedded.keys import PORTS
from maru.embedded.postgres import Postgres
from maru.embedded.process import MARK, PartError

SUPERVISOR = """
import sys, time
from pathlib import Path
from maru.embedded.keycloak import Keycloak
part = Keycloak(Path(sys.argv[1]), sys.argv[2], report=print)
part.start()
time.sleep(600)
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def database_url(home):
    postgres = Postgres(home, durable=False)
    with postgres.running():
        yield postgres.url("keycloak", "keycloak")


@pytest.fixture(scope="module")
def part(home, database_url):
    part = Keycloak(home, database_url, report=print)
    yield part
    part.stop()


def programs(home):
    """Every process of this home's Keycloak, whoever started it."""
    mark = f"keycloak@{home.resolve()}"
    return [process for process in psutil.process_iter() if mark_of(process) == mark]


def mark_of(process):
    try:
        return process.environ().get(MARK)
    except psutil.Error:
        return None


def program_of(home):
    [program] = programs(home)
    return program


def wait_until(condition, seconds=30):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "in vain"
        time.sleep(0.05)


def port_of(home, name):
    return int((home / PORTS / name).read_text("ascii"))


def answers(part):
    with urllib.request.urlopen(part.issuer.replace(REALM, "master"), timeout=10) as answer:
        return answer.status == 200


def test_whatever_is_killed_it_starts_again(home, database_url, part):
    """One life of the program, in order: a first start costs 15 s, so it is lived once."""
    everything_is_killed_in_the_midst_of_the_first_start(home, database_url)
    part.start()
    assert answers(part)
    assert has_administrator(database_url)

    issuer = part.issuer
    program_of(home).kill()
    wait_until(lambda: not part.alive())
    with (
        socket.create_server(("127.0.0.1", port_of(home, "keycloak"))),
        pytest.raises(PartError, match="another program took port"),
    ):
        part.start()
    with socket.create_server(("127.0.0.1", port_of(home, "keycloak-management"))):
        part.start()
    assert part.issuer == issuer
    assert answers(part)
    assert "KC_BOOTSTRAP_ADMIN_PASSWORD" not in program_of(home).environ()

    later = Keycloak(home, database_url, report=print)
    assert later.issuer == issuer
    assert programs(home) == []

    a_stop_ends_a_start_that_is_under_way(home, later)


def everything_is_killed_in_the_midst_of_the_first_start(home, database_url):
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "platform")])}
    command = [sys.executable, "-W", "ignore", "-c", SUPERVISOR, str(home), database_url]
    supervisor = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    log = home / "logs" / "keycloak.log"
    wait_until(lambda: log.exists() and "Initializing database schema" in log.read_text(), START_LIMIT)
    for process in [psutil.Process(supervisor.pid), program_of(home)]:
        process.kill()
    supervisor.wait()
    assert not has_administrator(database_url)
    with psycopg.connect(database_url) as database:
        database.execute("CREATE TABLE IF NOT EXISTS realm (half_made text)")


def a_stop_ends_a_start_that_is_under_way(home, part):
    with ThreadPoolExecutor(1) as threads:
        starting = threads.submit(part.start)
        wait_until(lambda: programs(home))
        begun = time.monotonic()
        part.stop()
        with pytest.raises(PartError):
            starting.result(10)
    assert time.monotonic() - begun < 8
    assert programs(home) == []


def test_a_database_that_is_down_is_named(tmp_path):
    part = Keycloak(tmp_path, "postgresql://keycloak:secret@127.0.0.1:1/keycloak", report=print)
    with pytest.raises(PartError, match="its database does not answer"):
        part.start()


def test_a_preparation_waits_for_another_and_can_be_stopped_meanwhile(tmp_path, monkeypatch):
    monkeypatch.setattr("maru.embedded.keycloak.BUILT", "keycloak-not-yet")
    monkeypatch.setattr("maru.embedded.keycloak.ROOT", tmp_path)
    first, second = (Distribution(tmp_path, print) for _ in range(2))
    (tmp_path / ".cache").mkdir()
    with first._alone(), ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(second.ready)
        threading.Event().wait(0.5)
        assert not waiting.done()
        second.stop()
        with pytest.raises(PartError, match="stopped"):
            waiting.result(5)


@pytest.mark.parametrize(
    ("database_url", "jdbc"),
    [
        ("postgresql://k:s@127.0.0.1:5433/keycloak", "jdbc:postgresql://127.0.0.1:5433/keycloak"),
        ("postgresql://k@db.internal/idp", "jdbc:postgresql://db.internal:5432/idp"),
        ("postgresql://k@db/idp?sslmode=require&connect_timeout=3", "jdbc:postgresql://db:5432/idp?sslmode=require"),
    ],
)
def test_the_database_address_in_javas_words(database_url, jdbc):
    assert jdbc_url(database_url) == jdbc
