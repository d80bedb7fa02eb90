"""Class days: every one of them on a chosen week day, none left out, in Seoul's time."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maru.web.dates import SEOUL
from tenants.courses.schedule import MOST_MEETINGS, class_days, from_bits, meeting_times, to_bits

DAYS = st.dates(date(2000, 1, 1), date(2097, 12, 31))
PERIODS = st.tuples(DAYS, st.integers(0, 400)).map(lambda period: (period[0], period[0] + timedelta(days=period[1])))
WEEKDAYS = st.integers(0, 127)


@given(st.sets(st.integers(0, 6)))
def test_week_days_survive_as_bits(days: set[int]) -> None:
    assert from_bits(to_bits(days)) == sorted(days)


def test_bits_begin_on_monday() -> None:
    assert [to_bits([day]) for day in (0, 1, 6)] == [1, 2, 64]
    assert to_bits([2, 2, 4]) == 4 + 16


@given(PERIODS, WEEKDAYS)
def test_class_days_are_all_the_chosen_week_days_of_the_period(period: tuple[date, date], weekdays: int) -> None:
    first, last = period
    found = list(class_days(first, last, weekdays))
    every = [first + timedelta(days=offset) for offset in range((last - first).days + 1)]
    chosen = [day for day in every if day.weekday() in from_bits(weekdays)]
    assert found == ([first] if first == last else chosen)


def test_a_single_day_counts_whatever_its_week_day() -> None:
    monday = date(2026, 11, 2)
    assert list(class_days(monday, monday, to_bits([6]))) == [monday]
    assert list(class_days(monday, monday, 0)) == [monday]


@pytest.mark.parametrize(("last", "weekdays"), [(date(2099, 12, 31), 127), (date(2026, 12, 31), 0)])
def test_a_period_without_an_end_or_without_week_days_has_no_class_days(last: date, weekdays: int) -> None:
    assert list(class_days(date(2026, 11, 2), last, weekdays)) == []


@given(PERIODS, WEEKDAYS, st.times(), st.times())
def test_meetings_begin_and_end_on_their_class_day_in_seoul(
    period: tuple[date, date], weekdays: int, begins: time, ends: time
) -> None:
    days = list(class_days(*period, weekdays))
    meetings = meeting_times(*period, weekdays, begins, ends)
    if begins >= ends or len(days) > MOST_MEETINGS:
        assert meetings == []
        return
    assert [(begin.date(), begin.time(), end.time()) for begin, end in meetings] == [
        (day, begins, ends) for day in days
    ]
    for begin, end in meetings:
        assert begin < end
        assert begin.tzinfo is SEOUL
        assert begin.utcoffset() == timedelta(hours=9)


@pytest.mark.parametrize(
    ("begins", "ends"), [(None, time(12)), (time(10), None), (time(12), time(10)), (time(10), time(10))]
)
def test_without_times_there_are_no_meetings(begins: time | None, ends: time | None) -> None:
    assert meeting_times(date(2026, 11, 2), date(2026, 11, 30), 127, begins, ends) == []


def test_more_meetings_than_anybody_holds_are_none() -> None:
    first = date(2026, 1, 1)
    assert len(meeting_times(first, first + timedelta(days=MOST_MEETINGS - 1), 127, time(9), time(10))) == MOST_MEETINGS
    assert meeting_times(first, first + timedelta(days=MOST_MEETINGS), 127, time(9), time(10)) == []


def test_mondays_and_wednesdays_of_november() -> None:
    meetings = meeting_times(date(2026, 11, 2), date(2026, 11, 11), to_bits([0, 2]), time(10), time(12))
    assert [begin for begin, _ in meetings] == [datetime(2026, 11, day, 10, tzinfo=SEOUL) for day in (2, 4, 9, 11)]
