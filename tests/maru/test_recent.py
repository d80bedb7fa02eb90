"""What may be a moment old: used again within its seconds, made anew after them, and never more than so many."""

import time

from maru.recent import Recent


def test_a_value_is_used_again_for_its_seconds_and_no_longer() -> None:
    recent: Recent[int] = Recent(seconds=0.05, most=10)
    numbers = iter(range(10))
    assert [recent.get("key", lambda: next(numbers)) for _ in range(3)] == [0, 0, 0]
    time.sleep(0.06)
    assert recent.get("key", lambda: next(numbers)) == 1


def test_the_oldest_leaves_when_there_are_too_many() -> None:
    recent: Recent[str] = Recent(seconds=60, most=2)
    for key in ("one", "two", "three"):
        recent.get(key, lambda: "first")
    assert recent.get("two", lambda: "again") == "first"
    assert recent.get("three", lambda: "again") == "first"
    assert recent.get("one", lambda: "again") == "again"


def test_what_could_not_be_made_is_not_remembered() -> None:
    recent: Recent[int] = Recent(seconds=60, most=2)

    def fail() -> int:
        raise ValueError

    for attempt in (fail, lambda: 7):
        try:
            assert recent.get("key", attempt) == 7
        except ValueError:
            continue
    assert recent.get("key", fail) == 7
