"""Keeping one part running: started in a thread of its own, watched, started again after a crash."""

import threading
import time
from collections.abc import Callable

from maru.embedded.process import Part, Report

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0
STEADY_SECONDS = 60.0
"""A part that ran this long is started again after the first pause, not a longer one."""


class Keeper(threading.Thread):
    """One part from `start()` until `closing` is set and `end()` was called.

    `give_up` is called when the very first start fails; without it the part is tried again and again.
    """

    def __init__(
        self, part: Part, *, closing: threading.Event, report: Report, give_up: Callable[[], None] | None = None
    ) -> None:
        super().__init__(name=part.name, daemon=True)
        self.part = part
        self.up = threading.Event()
        """Set when the part has answered for the first time."""
        self._closing = closing
        self._report = report
        self._give_up = give_up

    def run(self) -> None:
        pause = FIRST_PAUSE
        while not self._closing.is_set():
            began = time.monotonic()
            if self._start():
                self._watch()
            pause = FIRST_PAUSE if time.monotonic() - began > STEADY_SECONDS else pause
            self._closing.wait(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    def end(self) -> None:
        """Return when neither the part nor this thread runs any more; `closing` must be set."""
        self.join(0.1)
        while self.is_alive():  # in the middle of a start
            self.part.stop()
            self.join(0.1)
        self.part.stop()

    def _start(self) -> bool:
        try:
            self.part.start()
        except Exception as problem:  # whatever it was: nobody else watches this part
            if not self._closing.is_set():
                self._report(f"{self.part.name} does not start: {problem}")
                if self._give_up is not None and not self.up.is_set():
                    self._give_up()
            return False
        if not self._closing.is_set():
            self._report(f"{self.part.name} is up.")
        self.up.set()
        return True

    def _watch(self) -> None:
        while not self._closing.wait(0.3):
            if not self.part.alive():
                self._report(f"{self.part.name} has ended unexpectedly; it is started again.")
                return
