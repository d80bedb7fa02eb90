"""Children of `maru up`: their logs, their end, and what a kill -9 of their parent leaves behind."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest

from maru.embedded.keeper import Keeper
from maru.embedded.keys import kept_port, load_secrets
from maru.embedded.process import MARK, Child, PartError, free_port, port_is_free

SLEEP = [sys.executable, "-c", "import time; print('ready', flush=True); time.sleep(60)"]
STUBBORN = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('ready', flush=True); time.sleep(60)",
]


def wait_for(condition, seconds=10.0):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def pid_of(child: Child) -> int:
    wait_for(child.processes)  # a process that is just becoming another program shows no environment
    return child.processes()[0].pid


def runs(pid: int) -> bool:
    """Whether it does; the dead whose parent died before them stay until somebody looks after them."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_a_failure_names_the_log_and_shows_its_end(tmp_path: Path):
    child = Child("talker", tmp_path)
    with pytest.raises(PartError, match=r"(?s)ended with status 3\. Log: .*talker\.log.*alas") as raised:
        child.run([sys.executable, "-c", "print('alas'); raise SystemExit(3)"], cwd=tmp_path)
    assert str(child.log) in str(raised.value)
    assert child.log.parent.stat().st_mode & 0o077 == 0


def test_waiting_ends_when_the_program_does(tmp_path: Path):
    child = Child("brief", tmp_path)
    child.start([sys.executable, "-c", ""], cwd=tmp_path)
    with pytest.raises(PartError, match="ended while starting"):
        child.wait_until(lambda: False, 30)


def test_waiting_ends_when_the_time_is_up(tmp_path: Path):
    child = Child("slow", tmp_path)
    child.start(SLEEP, cwd=tmp_path)
    with pytest.raises(PartError, match="no answer within 0 s"):
        child.wait_until(lambda: False, 0.1)
    child.stop()
    assert not child.alive()


def test_who_does_not_heed_the_signal_is_killed_after_the_grace(tmp_path: Path):
    child = Child("stubborn", tmp_path, grace=0.3)
    child.start(STUBBORN, cwd=tmp_path)
    wait_for(lambda: "ready" in child.log.read_text())
    pid, began = pid_of(child), time.monotonic()
    child.stop()
    assert 0.3 <= time.monotonic() - began < 5
    assert not runs(pid)


def test_stopping_interrupts_a_run_in_another_thread(tmp_path: Path):
    child, raised = Child("long", tmp_path), []

    def run() -> None:
        try:
            child.run(SLEEP, cwd=tmp_path)
        except PartError as problem:
            raised.append(problem)

    thread = threading.Thread(target=run)
    thread.start()
    wait_for(child.alive)
    child.stop()
    thread.join(5)
    assert raised


PARENT = """
import os, pathlib, sys
from maru.embedded.process import Child
child = Child("orphan", pathlib.Path(sys.argv[1]), grace=1)
child.start([sys.executable, "-c", sys.argv[2]], cwd=pathlib.Path(sys.argv[1]))
print(child._popen.pid, flush=True)
sys.stdin.read()
"""


@pytest.fixture
def parent(tmp_path: Path):
    """Starts a process that starts the child `orphan`; gives the parent and the child's pid."""
    started: list[subprocess.Popen[str]] = []

    def start(code: str) -> tuple[subprocess.Popen[str], int]:
        process = subprocess.Popen(
            [sys.executable, "-c", PARENT, str(tmp_path), code],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )
        started.append(process)
        return process, int(process.stdout.readline())

    yield start
    for process in started:
        process.kill()
        process.communicate()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux signals the children of a dead process")
def test_the_kernel_ends_a_child_whose_parent_was_killed(parent, tmp_path: Path):
    process, orphan = parent(SLEEP[-1])
    log = tmp_path / "logs" / "orphan.log"
    wait_for(lambda: "ready" in log.read_text())
    process.kill()
    wait_for(lambda: not runs(orphan))


def test_the_next_run_ends_a_child_that_outlived_its_parent(parent, tmp_path: Path):
    process, orphan = parent(STUBBORN[-1])
    log = tmp_path / "logs" / "orphan.log"
    wait_for(lambda: "ready" in log.read_text())
    process.kill()
    process.wait()
    assert runs(orphan), "it ignores the kernel's signal"
    Child("orphan", tmp_path).end_leftovers()
    assert not runs(orphan)


@pytest.mark.parametrize("mark", ["orphan@/elsewhere", "another@{home}", "orphan@{home}x", ""])
def test_nobody_else_is_touched(tmp_path: Path, mark: str):
    environment = {**os.environ, MARK: mark.format(home=tmp_path)}
    with subprocess.Popen(SLEEP, env=environment, cwd=tmp_path) as stranger:
        Child("orphan", tmp_path).end_leftovers()
        assert stranger.poll() is None
        stranger.kill()


def test_a_log_that_has_grown_is_set_aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("maru.embedded.process.LOG_LIMIT", 3)
    child = Child("talker", tmp_path)
    for text in ("first", "second"):
        child.start([sys.executable, "-c", f"print('{text}')"], cwd=tmp_path)
        wait_for(lambda: not child.alive())
    assert child.log.read_text() == "second\n"
    assert child.log.with_suffix(".log.1").read_text() == "first\n"


def test_a_command_gives_what_it_printed_this_time(tmp_path: Path):
    child = Child("talker", tmp_path)
    for text in ("first", "second"):
        assert child.run([sys.executable, "-c", f"print('{text}')"], cwd=tmp_path) == f"{text}\n"


class Flaky:
    """A part that lives for a moment, or does not start at all."""

    name = "Flaky"

    def __init__(self, *, starts: bool = True) -> None:
        self.started, self.stopped, self._starts = 0, 0, starts

    def start(self) -> None:
        self.started += 1
        if not self._starts:
            raise PartError("no")

    def alive(self) -> bool:
        return self.started >= 3

    def stop(self) -> None:
        self.stopped += 1


def test_a_crashed_part_is_started_again(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("maru.embedded.keeper.FIRST_PAUSE", 0.01)
    closing, said, part = threading.Event(), [], Flaky()
    keeper = Keeper(part, closing=closing, report=said.append)
    keeper.start()
    wait_for(lambda: part.started == 3 and said[-1] == "Flaky is up.")
    closing.set()
    keeper.end()
    assert part.stopped
    assert said.count("Flaky has ended unexpectedly; it is started again.") == 2


def test_a_part_that_never_came_up_can_be_given_up():
    closing = threading.Event()
    keeper = Keeper(Flaky(starts=False), closing=closing, report=lambda _: None, give_up=closing.set)
    keeper.start()
    assert closing.wait(5)
    keeper.end()


def test_ports_are_kept_until_somebody_takes_them(tmp_path: Path):
    port = kept_port(tmp_path, "one")
    assert kept_port(tmp_path, "one") == port
    assert kept_port(tmp_path, "two") != port
    listener = subprocess.Popen(
        [
            sys.executable,
            "-c",
            f"import socket; s = socket.create_server(('127.0.0.1', {port})); print(flush=True); s.accept()",
        ],
        stdout=subprocess.PIPE,
    )
    with listener:
        listener.stdout.readline()
        assert not port_is_free(port)
        assert kept_port(tmp_path, "one") != port
        listener.kill()


def test_a_port_in_use_elsewhere_is_avoided():
    port = free_port()
    assert free_port(port) == port
    assert free_port(port, avoid=[port]) != port


def test_secrets_are_made_once_and_kept_private(tmp_path: Path):
    secrets = load_secrets(tmp_path)
    assert load_secrets(tmp_path) == secrets
    assert len(set(secrets.values())) == len(secrets)
    assert (tmp_path / "secrets.env").stat().st_mode & 0o777 == 0o600


def test_a_secret_that_a_later_version_needs_is_added(tmp_path: Path):
    (tmp_path / "secrets.env").write_text("POSTGRES_PASSWORD=old\n")
    secrets = load_secrets(tmp_path)
    assert secrets["POSTGRES_PASSWORD"] == "old"
    assert secrets["MARU_SECRET_KEY"]
    assert (tmp_path / "secrets.env").stat().st_mode & 0o777 == 0o600


def test_a_child_is_not_in_the_terminal_s_group(tmp_path: Path):
    """Ctrl-C goes to the whole group of a terminal; the parts must wait for their turn."""
    child = Child("apart", tmp_path, stop_signal=signal.SIGKILL)
    child.start(SLEEP, cwd=tmp_path)
    assert os.getpgid(pid_of(child)) != os.getpgid(0)
    child.stop()
