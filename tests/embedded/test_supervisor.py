"""`maru up` as people use it: started, crashed, crowded, killed and stopped."""

import os
import random
import re
import signal
import stat
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from maru.config import ROOT, read_env_file
from maru.embedded.process import MARK, PORTS, free_port, port_is_free

NOBODYS_ISSUER = "http://localhost:9/realms/maru"
"""Stands in for Keycloak, which has its own tests: what is tried here must work while sign-in does not."""


class Up:
    """One `maru up` with its output."""

    def __init__(self, home: Path, port: int) -> None:
        self.home, self.port = home, port
        self.output = home.parent / f"{home.name}.txt"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        given = {"MARU_HOME": str(self.home), "MARU_PORT": str(self.port), "OIDC_ISSUER": NOBODYS_ISSUER}
        paths = {"PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "platform")])}
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "maru.cli", "up"],
                cwd=ROOT,
                env={**os.environ, **paths, **given},
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def said(self) -> str:
        return self.output.read_text("utf-8")

    def wait_for(self, sentence: str, times: int = 1) -> None:
        wait_for(lambda: self.said().count(sentence) >= times or self.ended(), f"{sentence!r} in\n{self.said()}")
        assert self.said().count(sentence) >= times, self.said()

    def ended(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def programs(self) -> dict[str, list[psutil.Process]]:
        """What runs for this home, by part; PostgreSQL's backends do not show."""
        found: dict[str, list[psutil.Process]] = {}
        for process in psutil.process_iter():
            part, _, home = mark_of(process).partition("@")
            if home == str(self.home.resolve()):
                found.setdefault(part, []).append(process)
        return found

    def answers(self) -> int:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5) as answer:
                return answer.status
        except OSError:
            return 0


def mark_of(process: psutil.Process) -> str:
    try:
        return process.environ().get(MARK, "")
    except psutil.Error:
        return ""


def wait_for(condition: Callable[[], object], what: str, seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        time.sleep(0.1)


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory):
    """A running Maru; the tests of this module follow each other on it."""
    below_those_of_the_parts = random.sample(range(10_000, PORTS.start, 2), 200)
    port = next(port for port in below_those_of_the_parts if port_is_free(port) and port_is_free(port + 1))
    maru = Up(tmp_path_factory.mktemp("up") / "home", port)
    maru.start()
    maru.wait_for("Public pages are open")
    yield maru
    if maru.process is not None:
        maru.process.kill()
        maru.process.wait()
    subprocess.run(
        [sys.executable, "-m", "maru.embedded.reset"],
        input=b"yes\n",
        env={**os.environ, "MARU_HOME": str(maru.home), "PYTHONPATH": str(ROOT / "platform")},
        check=True,
    )


def test_the_addresses_are_kept_private(up: Up):
    path = up.home / "runtime.env"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    values = read_env_file(path)
    assert values["OIDC_ISSUER"] == NOBODYS_ISSUER
    assert values["DATABASE_URL"].startswith("postgresql://maru_owner:")
    assert values["DATABASE_APP_URL"].startswith("postgresql://maru_app:")
    assert values["MARU_PORT"] == str(up.port)


def test_it_says_where_to_go_and_who_may_sign_in(up: Up):
    up.wait_for("Ctrl-C stops Maru.")
    assert f"http://localhost:{up.port}" in up.said()
    assert f"http://suwon.localhost:{up.port}" in up.said()
    assert re.search(r"username +password +roles +host", up.said())


def test_nothing_listens_beyond_loopback(up: Up):
    ours = {process.pid for processes in up.programs().values() for process in processes}
    listening = [c for c in psutil.net_connections("inet") if c.status == psutil.CONN_LISTEN and c.pid in ours]
    assert up.port in {c.laddr.port for c in listening}
    assert {c.laddr.ip for c in listening} == {"127.0.0.1"}


def test_a_second_one_on_the_same_home_is_refused(up: Up):
    second = Up(up.home, free_port())
    second.output = up.output.with_name("second.txt")
    second.start()
    wait_for(second.ended, "the second ends")
    assert second.process.returncode == 1
    assert f"Maru is already running in {up.home} (process {up.process.pid})" in second.said()
    assert up.answers() == 200


def test_a_port_that_is_taken_is_named(up: Up, tmp_path: Path):
    second = Up(tmp_path / "home", up.port)
    second.start()
    wait_for(second.ended, "the second ends")
    assert second.process.returncode == 1
    assert f"Port {up.port} is taken by " in second.said()


@pytest.mark.parametrize(
    ("part", "name"), [("serve", "Web"), ("worker", "Worker"), ("s3", "S3"), ("postgres", "PostgreSQL")]
)
def test_a_killed_part_is_started_again(up: Up, part: str, name: str):
    before = up.programs()[part]
    before[0].kill()
    up.wait_for(f"{name} has ended unexpectedly")
    up.wait_for(f"{name} is up.", 2)
    assert up.answers() == 200
    assert not {process.pid for process in before} & {process.pid for process in up.programs()[part]}


def test_after_a_kill_of_everything_it_starts_again(up: Up):
    everything = [process for processes in up.programs().values() for process in processes]
    up.process.kill()
    for process in everything:
        with suppress(psutil.NoSuchProcess):  # the kernel was faster
            process.kill()
    up.process.wait()
    up.start()
    up.wait_for("Public pages are open")
    assert "The sample province is loaded" not in up.said()
    assert up.answers() == 200


def test_after_a_kill_of_its_own_process_it_starts_again(up: Up):
    up.process.kill()
    up.process.wait()
    up.start()
    up.wait_for("Public pages are open")
    assert up.answers() == 200


def test_impatient_people_stop_it_cleanly(up: Up):
    began = time.monotonic()
    for number in (signal.SIGINT, signal.SIGINT, signal.SIGTERM):
        up.process.send_signal(number)
    up.process.wait(30)
    assert time.monotonic() - began < 10
    assert up.process.returncode == 0
    assert not up.programs()
    assert up.answers() == 0
