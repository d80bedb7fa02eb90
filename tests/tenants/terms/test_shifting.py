"""New dates from old ones."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tenants.terms.shifting import next_start, whole_weeks

DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))


@given(DAYS, DAYS)
def test_a_term_moves_by_whole_weeks_into_the_week_of_its_new_first_day(old: date, new: date) -> None:
    days = whole_weeks(old, new)
    assert days % 7 == 0
    moved = old + timedelta(days=days)
    assert moved.weekday() == old.weekday()
    assert moved.isocalendar()[:2] == new.isocalendar()[:2]


@given(DAYS, st.integers(0, 200), DAYS)
def test_the_next_run_begins_on_the_same_week_day_after_the_last_and_not_in_the_past(
    first: date, length: int, today: date
) -> None:
    last = first + timedelta(days=length)
    start = next_start(first, last, today)
    assert start.weekday() == first.weekday()
    assert max(last, today) < start <= max(last, today) + timedelta(days=7)


def test_what_never_ends_can_be_copied_too() -> None:
    assert next_start(date(2026, 3, 2), date(2099, 12, 31), date(2026, 3, 3)) == date(2026, 3, 9)
