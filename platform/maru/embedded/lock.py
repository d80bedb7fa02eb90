"""One `maru up` for each home: a locked file that the kernel frees when its holder dies, however it dies."""

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from maru.errors import ConfigurationError

FILE = "up.lock"
RUNNING, STOPPING = "running", "stopping"
PATIENCE = 15.0
"""Seconds to wait for a holder that says it is stopping."""


@contextmanager
def only_one(home: Path) -> Iterator[Callable[[], None]]:
    """Hold the lock of `home`; raises ConfigurationError when another `maru up` has it.

    Gives a function to call when stopping begins: whoever comes then waits instead of being refused.
    """
    home.mkdir(parents=True, exist_ok=True)
    with (home / FILE).open("a+", encoding="ascii") as file:
        deadline = time.monotonic() + PATIENCE
        while not _locked(file.fileno()):
            holder = (home / FILE).read_text("ascii")
            if RUNNING in holder or time.monotonic() > deadline:
                raise ConfigurationError(
                    f"Maru is already running in {home} (process {holder.partition(' ')[0]})."
                    " Stop it with Ctrl-C there, or choose another MARU_HOME and MARU_PORT."
                )
            time.sleep(0.1)

        def say(state: str) -> None:
            file.truncate(0)
            file.write(f"{os.getpid()} {state}\n")
            file.flush()

        say(RUNNING)
        yield lambda: say(STOPPING)
        file.truncate(0)


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
