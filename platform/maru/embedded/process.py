"""Programs that `maru up` runs beside itself: their start, log, readiness, end, and what an earlier run left behind.

A program carries a mark in its environment (part and home), so that the next start recognises and ends what survived
a kill -9, and touches no process that it cannot prove to be its own. On Linux the kernel also sends each program its
stop signal when `maru up` dies (`setpriv --pdeathsig`).
"""

import os
import pwd
import random
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Protocol

import psutil

Report = Callable[[str], None]
"""Told what happens, one sentence at a time."""

MARK = "MARU_PART"
LOG_LIMIT = 5_000_000
KILL_SECONDS = 5
PORTS = range(20_000, 32_000)  # below the range that outgoing connections take theirs from

_spawner = ThreadPoolExecutor(1, thread_name_prefix="spawner")
"""Starts every program: the kernel's parent death signal follows the *thread* that forked, and this one never ends."""


class PartError(Exception):
    """A part could not be started; the message says which, why, and where its log is."""


class Part(Protocol):
    """One program of `make up`. `start` may be called again after `stop` or a crash."""

    @property
    def name(self) -> str: ...

    def start(self) -> None:
        """Return when the part answers; end what an earlier run left of it first. Raises PartError."""

    def alive(self) -> bool: ...

    def stop(self) -> None:
        """Return when nothing of it runs any more; also interrupts a `start` in another thread."""


@dataclass
class Child:
    """The program behind a part, with its log in `home/logs/<name>.log`.

    `grace` is in seconds; `user` is the OS user to run as (only root can choose); `also_ours` recognises processes of
    this program that do not show their environment.
    """

    name: str
    home: Path
    stop_signal: signal.Signals = signal.SIGTERM
    grace: float = 5.0
    user: pwd.struct_passwd | None = None
    also_ours: Callable[[psutil.Process], bool] | None = None
    _popen: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def log(self) -> Path:
        return self.home / "logs" / f"{self.name}.log"

    def start(self, command: Sequence[str | Path], *, env: Mapping[str, str] | None = None, cwd: Path) -> None:
        """Run `command` with `env` added to our environment, after ending what was left of it."""
        self.end_leftovers()
        private_folder(self.log.parent)
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT:
            self.log.replace(self.log.with_suffix(".log.1"))
        self._popen = _spawner.submit(self._spawn, command, env or {}, cwd).result()

    def run(self, command: Sequence[str | Path], *, env: Mapping[str, str] | None = None, cwd: Path) -> str:
        """Run a command to its end, in a new log; gives what it printed. Raises PartError unless it succeeds."""
        self.log.unlink(missing_ok=True)
        self.start(command, env=env, cwd=cwd)
        if self._popen is not None and (status := self._popen.wait()):
            raise self.failure(f"it ended with status {status}")
        return self.log.read_text("utf-8", "replace")

    def wait_until(self, ready: Callable[[], bool], seconds: float) -> None:
        """Ask `ready` until it says yes; raises PartError when the program ends or the time is up before."""
        deadline = time.monotonic() + seconds
        while not ready():
            if not self.alive():
                raise self.failure("it ended while starting")
            if time.monotonic() > deadline:
                raise self.failure(f"no answer within {seconds:.0f} s")
            time.sleep(0.05)

    def alive(self) -> bool:
        return self._popen is not None and self._popen.poll() is None

    def stop(self) -> None:
        """Send the stop signal, after the grace SIGKILL; then end whatever it left running."""
        popen = self._popen
        if popen is not None and popen.poll() is None:
            popen.send_signal(self.stop_signal)
            with suppress(subprocess.TimeoutExpired):
                popen.wait(self.grace)
        self.end_leftovers()

    def processes(self) -> list[psutil.Process]:
        """Everything of this part and home that runs, whoever started it; the dead who wait for their parent do not."""
        return [process for process in psutil.process_iter() if self._is_ours(process)]

    def end_leftovers(self) -> None:
        """SIGKILL every process of this part and home, of this run or an earlier one."""
        if self._popen is not None:
            self._popen.kill()
            self._popen.wait()
        deadline = time.monotonic() + KILL_SECONDS
        while (leftovers := self.processes()) and time.monotonic() < deadline:
            for process in leftovers:
                with suppress(psutil.NoSuchProcess):
                    process.kill()
            psutil.wait_procs(leftovers, timeout=1)  # a dying process shows no mark, yet may hold its port still

    def failure(self, reason: str) -> PartError:
        """The error to raise: what happened, and the last lines of the log."""
        lines = self.log.read_text("utf-8", "replace").splitlines() if self.log.exists() else []
        return PartError(
            f"{self.name}: {reason}. Log: {self.log}\n" + "\n".join(f"    {line[:200]}" for line in lines[-5:])
        )

    @property
    def _mark(self) -> str:
        return f"{self.name}@{self.home.resolve()}"

    def _is_ours(self, process: psutil.Process) -> bool:
        try:
            marked = process.environ().get(MARK) == self._mark
            return marked or (self.also_ours is not None and self.also_ours(process))
        except (psutil.Error, OSError):
            return False

    def _spawn(self, command: Sequence[str | Path], env: Mapping[str, str], cwd: Path) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            return subprocess.Popen(  # noqa: S603  # our own programs, no shell
                [*_leash(self.stop_signal), *map(str, command)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=cwd,
                env={**os.environ, **env, MARK: self._mark},
                start_new_session=True,  # Ctrl-C reaches `maru up` alone, which stops its parts in order
                user=self.user.pw_uid if self.user else None,
                group=self.user.pw_gid if self.user else None,
                extra_groups=[] if self.user else None,
            )


@cache
def _leash(stop_signal: signal.Signals) -> Sequence[str]:
    """What to put before a command so that the kernel ends it with us; nothing where the system cannot."""
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        return []
    leash = [setpriv, "--pdeathsig", stop_signal.name.removeprefix("SIG")]
    tried = subprocess.run([*leash, "true"], check=False, stderr=subprocess.DEVNULL)  # noqa: S603
    return leash if tried.returncode == 0 else []


def private_folder(path: Path) -> Path:
    """Make a folder that only its owner may look into."""
    path.mkdir(parents=True, exist_ok=True)
    path.chmod(0o700)
    return path


def free_port(preferred: int | None = None, avoid: Collection[int] = ()) -> int:
    """A port of 127.0.0.1 that nobody listens on: `preferred` if that is free, else one by chance."""
    candidates = [preferred] if preferred else []
    for port in [*candidates, *random.sample(PORTS, 200)]:
        if port not in avoid and port_is_free(port):
            return port
    raise PartError(f"No free port between {PORTS.start} and {PORTS.stop}.")


def port_is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
