"""Ten days as the Civil Act counts them: §157 the first day is not counted, §159 the last one is whole, §161 no holiday."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auth.rights.clock import last_day

CHRISTMAS, SEOLLAL = {date(2026, 12, 25)}, {date(2027, 2, 6), date(2027, 2, 7), date(2027, 2, 8), date(2027, 2, 9)}
DAYS = st.dates(date(2020, 1, 1), date(2040, 1, 1))


@pytest.mark.parametrize(
    ("received", "due", "holidays"),
    [
        (date(2026, 11, 23), date(2026, 12, 3), set()),
        (date(2026, 11, 25), date(2026, 12, 7), set()),  # a Saturday, to Monday
        (date(2026, 11, 26), date(2026, 12, 7), set()),  # a Sunday
        (date(2026, 12, 15), date(2026, 12, 28), CHRISTMAS),  # Friday the 25th is one, then a weekend
        (date(2027, 1, 27), date(2027, 2, 10), SEOLLAL),
        (date(2028, 2, 19), date(2028, 2, 29), set()),  # a leap day
    ],
)
def test_by_example(received: date, due: date, holidays: set[date]) -> None:
    assert last_day(received, 10, holidays) == due


@given(DAYS, st.integers(1, 60), st.sets(DAYS, max_size=30))
def test_always(received: date, days: int, holidays: set[date]) -> None:
    due = last_day(received, days, holidays)
    assert due >= received + timedelta(days=days), "nobody loses a day"
    assert due.weekday() < 5
    assert due not in holidays
    between = [received + timedelta(days=days + n) for n in range((due - received).days - days)]
    assert all(day.weekday() >= 5 or day in holidays for day in between), "it moves no further than it must"
