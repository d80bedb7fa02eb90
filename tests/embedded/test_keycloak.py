"""The embedded Keycloak as a program: killed, started again, bound to loopback."""

import os
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest

from maru.config import ROOT
from maru.embedded.keycloak import REALM, Distribution, Keycloak, has_administrator, jdbc_url
from maru.embedded.postgres import Postgres
from maru.embedded.process import MARK, PartError

pytestmark = pytest.mark.xdist_group("keycloak")

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
    return [process for process in psutil.process_iter() if _environment(process).get(MARK) == mark]


def _environment(process):
    try:
        return process.environ()
    except psutil.Error:
        return {}


def wait_until(condition, seconds=30):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "in vain"
        time.sleep(0.05)


def answers(part):
    with urllib.request.urlopen(part.issuer.replace(REALM, "master"), timeout=10) as answer:
        return answer.status == 200


def test_everything_killed_in_the_midst_of_the_first_start_then_started_again(home, database_url, part):
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "platform")])}
    supervisor = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", SUPERVISOR, str(home), database_url],
        env=environment,
        stdout=subprocess.DEVNULL,
    )
    log = home / "logs" / "keycloak.log"
    wait_until(lambda: log.exists() and "Initializing database schema" in log.read_text())
    for process in [psutil.Process(supervisor.pid), *programs(home)]:
        process.send_signal(signal.SIGKILL)
    supervisor.wait()
    assert not has_administrator(database_url)
    part.start()
    assert answers(part)
    assert has_administrator(database_url)


def test_it_listens_on_loopback_only(home, part):
    [program] = programs(home)
    listening = {socket.laddr for socket in program.net_connections() if socket.status == psutil.CONN_LISTEN}
    assert {address.ip for address in listening} == {"127.0.0.1"}
    assert int(part.issuer.split(":")[2].split("/")[0]) in {address.port for address in listening}


def test_its_issuer_does_not_follow_the_host_header(part):
    address = f"{part.issuer.replace(REALM, 'master')}/.well-known/openid-configuration"
    request = urllib.request.Request(address, headers={"Host": "evil.example.com"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        assert b"evil" not in answer.read()


def test_no_secret_stands_in_its_command_line(home, part, database_url):
    [program] = programs(home)
    line = " ".join(program.cmdline())
    assert part.admin.partition(":")[2] not in line
    assert database_url.split(":")[2].partition("@")[0] not in line


def test_killed_it_comes_back_at_the_same_address(home, part):
    issuer = part.issuer
    [program] = programs(home)
    program.kill()
    wait_until(lambda: not part.alive())
    part.start()
    assert part.issuer == issuer
    assert answers(part)
    assert "KC_BOOTSTRAP_ADMIN_PASSWORD" not in _environment(programs(home)[0])


def test_a_later_run_keeps_the_address_and_ends_what_is_left(home, part, database_url):
    [left_behind] = programs(home)
    later = Keycloak(home, database_url, report=print)
    assert later.issuer == part.issuer
    assert not left_behind.is_running() or left_behind.status() == psutil.STATUS_ZOMBIE


def test_a_stop_ends_a_start_that_is_under_way(home, part):
    with ThreadPoolExecutor(1) as threads:
        starting = threads.submit(part.start)
        wait_until(lambda: programs(home))
        begun = time.monotonic()
        part.stop()
        with pytest.raises(PartError):
            starting.result(10)
    assert time.monotonic() - begun < 8
    assert programs(home) == []


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
