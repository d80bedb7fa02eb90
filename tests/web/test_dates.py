"""Days, times, hours and money in words: the examples of LOOK.md, section 2, and what must hold for every value."""

import re
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from maru.web import dates
from maru.web.dates import SEOUL

TODAY = date(2026, 10, 15)
languages = st.sampled_from(["ko", "en"])
days = st.dates(date(1990, 1, 1), date(2060, 12, 31))
clocks = st.times().map(lambda at: at.replace(second=0, microsecond=0))
instants = st.builds(datetime.combine, days, clocks, st.just(UTC))


def at(month: int, day: int, hour: int, minute: int = 0, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=SEOUL)


@pytest.mark.parametrize(
    ("clock", "korean", "english"),
    [
        (time(0, 5), "오전 0:05", "12:05 am"),
        (time(9), "오전 9:00", "9:00 am"),
        (time(11, 59), "오전 11:59", "11:59 am"),
        (time(12), "낮 12:00", "12:00 noon"),
        (time(12, 30), "오후 12:30", "12:30 pm"),
        (time(19), "오후 7:00", "7:00 pm"),
    ],
)
def test_clock(clock: time, korean: str, english: str) -> None:
    assert dates.clock(clock, "ko") == korean
    assert dates.clock(clock, "en") == english


@pytest.mark.parametrize(
    ("first", "last", "korean", "english"),
    [
        (time(19), time(21), "오후 7:00~9:00", "7:00 to 9:00 pm"),
        (time(10), time(11, 30), "오전 10:00~11:30", "10:00 to 11:30 am"),
        (time(10), time(12), "오전 10:00~낮 12:00", "10:00 am to 12:00 noon"),
        (time(12), time(14), "낮 12:00~오후 2:00", "12:00 noon to 2:00 pm"),
        (time(11), time(13), "오전 11:00~오후 1:00", "11:00 am to 1:00 pm"),
    ],
)
def test_clock_span(first: time, last: time, korean: str, english: str) -> None:
    assert str(dates.clock_span(first, last, "ko")) == korean
    assert str(dates.clock_span(first, last, "en")) == english


@pytest.mark.parametrize(
    ("words", "arguments", "korean", "english"),
    [
        (dates.day, (date(2026, 10, 29), TODAY), "10월 29일(목)", "Thursday 29 October"),
        (dates.day, (date(2027, 1, 5), TODAY), "2027년 1월 5일(화)", "Tuesday 5 January 2027"),
        (dates.moment, (at(10, 19, 10), TODAY), "10월 19일(월) 오전 10:00", "Monday 19 October, 10:00 am"),
        (dates.deadline, (at(10, 15, 18), TODAY), "오늘(10월 15일) 오후 6:00", "today (15 October), 6:00 pm"),
        (dates.deadline, (at(10, 16, 18), TODAY), "내일(10월 16일) 오후 6:00", "tomorrow (16 October), 6:00 pm"),
        (dates.deadline, (at(10, 17, 18), TODAY), "10월 17일(토) 오후 6:00", "Saturday 17 October, 6:00 pm"),
        (dates.deadline, (at(10, 17, 0), TODAY), "내일(10월 16일) 밤 12:00", "tomorrow (16 October), 12:00 midnight"),
        (dates.deadline, (at(10, 18, 0), TODAY), "10월 17일(토) 밤 12:00", "Saturday 17 October, 12:00 midnight"),
        (dates.staff_day, (date(2026, 10, 29),), "2026. 10. 29.(목)", "Thu 29 Oct 2026"),
        (dates.staff_moment, (at(10, 29, 9, 5),), "2026. 10. 29.(목) 09:05", "Thu 29 Oct 2026, 09:05"),
        (dates.staff_deadline, (at(10, 30, 0),), "2026. 10. 29.(목) 24:00", "Thu 29 Oct 2026, 24:00"),
        (dates.staff_deadline, (at(10, 29, 18),), "2026. 10. 29.(목) 18:00", "Thu 29 Oct 2026, 18:00"),
        (dates.staff_clock, (at(10, 29, 9, 5),), "09:05", "09:05"),
        (dates.staff_closing, (at(10, 29, 21),), "21:00까지", "until 21:00"),
        (dates.staff_closing, (at(10, 30, 0),), "24:00까지", "until 24:00"),
        (dates.document_day, (date(2026, 7, 10),), "2026년 7월 10일", "10 July 2026"),
        (dates.month, (date(2026, 7, 10),), "7월", "Jul"),
        (dates.weekday_name, (date(2026, 7, 10),), "금요일", "Friday"),
        (dates.overdue, (date(2026, 10, 14), date(2026, 10, 15)), "하루 지났습니다", "1 day overdue"),
        (dates.overdue, (date(2026, 10, 5), date(2026, 10, 15)), "열흘 지났습니다", "10 days overdue"),
        (dates.overdue, (date(2026, 9, 21), date(2026, 10, 15)), "24일 지났습니다", "24 days overdue"),
    ],
)
def test_one_day_or_instant(words: Any, arguments: tuple[Any, ...], korean: str, english: str) -> None:
    assert words(*arguments, "ko") == korean
    assert words(*arguments, "en") == english


@pytest.mark.parametrize(
    ("words", "arguments", "korean", "english"),
    [
        (dates.day_span, (date(2026, 10, 29), date(2026, 12, 17), TODAY), "10월 29일(목)~12월 17일(목)",
         "Thursday 29 October to Thursday 17 December"),
        (dates.day_span, (date(2027, 1, 5), date(2027, 2, 2), TODAY), "2027년 1월 5일(화)~2월 2일(화)",
         "Tuesday 5 January to Tuesday 2 February 2027"),
        (dates.day_span, (date(2026, 12, 17), date(2027, 1, 7), TODAY), "2026년 12월 17일(목)~2027년 1월 7일(목)",
         "Thursday 17 December 2026 to Thursday 7 January 2027"),
        (dates.short_span, (date(2026, 10, 29), date(2026, 12, 17), TODAY), "10. 29.~12. 17.", "29 Oct to 17 Dec"),
        (dates.short_span, (date(2026, 12, 3), date(2027, 1, 28), TODAY), "2026. 12. 3.~2027. 1. 28.",
         "3 Dec 2026 to 28 Jan 2027"),
        (dates.short_span, (date(2027, 1, 3), date(2027, 1, 28), TODAY), "2027. 1. 3.~1. 28.",
         "3 Jan 2027 to 28 Jan 2027"),
        (dates.moment_span, (at(10, 29, 19), at(10, 29, 21), TODAY), "10월 29일(목) 오후 7:00~9:00",
         "Thursday 29 October, 7:00 to 9:00 pm"),
        (dates.moment_span, (at(10, 5, 10), at(10, 16, 18), TODAY), "10월 5일(월) 오전 10:00~10월 16일(금) 오후 6:00",
         "Monday 5 October, 10:00 am to Friday 16 October, 6:00 pm"),
        (dates.moment_span, (at(10, 5, 0), at(10, 17, 0), TODAY), "10월 5일(월) 오전 0:00~10월 16일(금) 밤 12:00",
         "Monday 5 October, 12:00 am to Friday 16 October, 12:00 midnight"),
        (dates.moment_span, (at(10, 29, 19), at(10, 30, 0), TODAY), "10월 29일(목) 오후 7:00~밤 12:00",
         "Thursday 29 October, 7:00 pm to 12:00 midnight"),
        (dates.staff_span, (at(10, 29, 19), at(10, 29, 21)), "2026. 10. 29.(목) 19:00~21:00",
         "Thu 29 Oct 2026, 19:00 to 21:00"),
        (dates.staff_span, (at(10, 5, 0), at(10, 17, 0)), "2026. 10. 5.(월) 00:00~2026. 10. 16.(금) 24:00",
         "Mon 5 Oct 2026, 00:00 to Fri 16 Oct 2026, 24:00"),
        (dates.document_span, (date(2026, 6, 2), date(2026, 7, 9)), "2026년 6월 2일~7월 9일", "2 June to 9 July 2026"),
        (dates.document_span, (date(2026, 12, 2), date(2027, 1, 9)), "2026년 12월 2일~2027년 1월 9일",
         "2 December 2026 to 9 January 2027"),
    ],
)  # fmt: skip
def test_periods(words: Any, arguments: tuple[Any, ...], korean: str, english: str) -> None:
    assert str(words(*arguments, "ko")) == korean
    assert str(words(*arguments, "en")) == english


def test_week_days() -> None:
    assert dates.weekdays([3, 1], "ko") == "화·목"
    assert dates.weekdays([3, 1], "en") == "Tue, Thu"
    assert dates.every_week([1, 3], "ko") == "매주 화, 목요일"
    assert dates.every_week([3], "ko") == "매주 목요일"
    assert dates.every_week([0, 2, 4], "en") == "every Monday, Wednesday and Friday"
    assert dates.every_week([3], "en") == "every Thursday"
    assert dates.every_week([], "ko") == dates.every_week([], "en") == ""


@pytest.mark.parametrize(
    ("won", "korean", "english"),
    [(0, "무료", "Free"), (500, "500원", "500 won"), (40_000, "40,000원", "40,000 won")],
)
def test_money(won: int, korean: str, english: str) -> None:
    assert dates.money(won, "ko") == korean
    assert dates.money(won, "en") == english


@pytest.mark.parametrize(
    ("amount", "korean", "english"),
    [
        (1, "1시간", "1 hour"), (Decimal("1.00"), "1시간", "1 hour"), (8, "8시간", "8 hours"), (0, "0시간", "0 hours"),
        (Decimal("1.50"), "1.5시간", "1.5 hours"), (0.5, "0.5시간", "0.5 hours"), (10_000, "10000시간", "10000 hours"),
    ],
)  # fmt: skip
def test_hours(amount: float | Decimal, korean: str, english: str) -> None:
    assert dates.hours(amount, "ko") == korean
    assert dates.hours(amount, "en") == english


def test_the_day_is_seouls_wherever_the_server_stands() -> None:
    just_after_midnight = datetime(2026, 10, 14, 15, 0, tzinfo=UTC)
    assert dates.today(just_after_midnight) == TODAY
    assert dates.today(just_after_midnight - timedelta(seconds=1)) == date(2026, 10, 14)


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        dates.moment(at(10, 15, 10).replace(tzinfo=None), TODAY, "ko")


@given(instants, st.integers(-14, 14), languages)
def test_the_zone_of_an_instant_changes_nothing(instant: datetime, hours: int, language: str) -> None:
    elsewhere = instant.astimezone(timezone(timedelta(hours=hours)))
    assert dates.moment(elsewhere, TODAY, language) == dates.moment(instant, TODAY, language)
    assert dates.staff_moment(elsewhere, language) == dates.staff_moment(instant, language)


@given(clocks, languages)
def test_a_clock_can_be_read_back(clock: time, language: str) -> None:
    words = dates.clock(clock, language)
    figures = re.search(r"(\d+):(\d\d)", words)
    assert figures is not None
    hour, minute = int(figures[1]), int(figures[2])
    afternoon = any(word in words for word in ("오후", "낮", "pm", "noon"))
    assert 0 <= hour <= 12
    assert time(hour % 12 + (12 if afternoon else 0), minute) == clock


@given(days, days, languages)
def test_the_year_stands_exactly_when_it_is_not_this_one(on: date, today: date, language: str) -> None:
    assert (str(on.year) in dates.day(on, today, language)) == (on.year != today.year)


@given(instants, instants, days, languages)
def test_the_last_end_of_a_period_leaves_out_only_what_it_shares(
    one: datetime, other: datetime, today: date, language: str
) -> None:
    first, last = sorted((one, other))
    assume(dates.in_seoul(last).time() != time(0))
    span = dates.moment_span(first, last, today, language)
    same_day = dates.in_seoul(first).date() == dates.in_seoul(last).date()
    assert dates.moment(last, today, language).endswith(span.last)
    assert (span.last == dates.moment(last, today, language)) == (not same_day)


@given(st.integers(0, 10**9), languages)
def test_money_can_be_read_back(won: int, language: str) -> None:
    figures = re.sub(r"\D", "", dates.money(won, language))
    assert int(figures or 0) == won


@given(st.sets(st.integers(0, 6)), languages)
def test_week_days_stand_once_and_in_order(chosen: set[int], language: str) -> None:
    names = [name[:3] for name in dates.WEEKDAYS[language]]
    said = [names.index(word) for word in re.split("·|, ", dates.weekdays(chosen, language)) if word]
    assert said == sorted(chosen)
