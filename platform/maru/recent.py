"""What was made a moment ago and is still good enough: figures of the public that may be a second old, nothing of a person."""

import threading
import time
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Recent(Generic[Value]):
    """Values that are used again for `seconds`, at most `most` of them. Safe between threads: one is made twice at worst."""

    def __init__(self, seconds: float, most: int) -> None:
        self._seconds = seconds
        self._most = most
        self._made: dict[Hashable, tuple[float, Value]] = {}
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """The value of `key`, made anew when there is none or when it is too old."""
        now = time.monotonic()
        known = self._made.get(key)
        if known and now - known[0] < self._seconds:
            return known[1]
        return self.put(key, make())

    def put(self, key: Hashable, value: Value) -> Value:
        """Use `value` from now on."""
        with self._lock:
            self._made.pop(key, None)
            self._made[key] = (time.monotonic(), value)
            if len(self._made) > self._most:
                del self._made[next(iter(self._made))]
        return value

    def drop(self, key: Hashable) -> None:
        """Make the value of `key` anew when it is asked for next."""
        with self._lock:
            self._made.pop(key, None)

    def clear(self) -> None:
        """Make everything anew from now on."""
        with self._lock:
            self._made.clear()
