"""Cells of dates and times of day, in the ways that people and spreadsheet programs write them."""

import re
from datetime import date, time, timedelta

from maru.tables.cells import Reading, compact, unified

FIRST_DAY, ALWAYS_OPEN = date(1990, 1, 1), date(2099, 12, 31)
"""What a date may be; the last one stands for a course that is always open."""

_SERIAL_ZERO = date(1899, 12, 30)
"""The day numbers of spreadsheet programs count from here."""

_DATE = re.compile(
    r"'?(?P<year>\d{4}|\d\d) ?[-./년] ?(?P<month>\d{1,2}) ?[-./월] ?(?P<day>\d{1,2})(?!\d) ?[일.]? ?"
    r"(?:\([월화수목금토일](?:요일)?\)|[월화수목금토일]요일)? ?t?(?P<clock>.*)"
)
_EIGHT_DIGITS = re.compile(r"(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)(?P<clock>)")
_SERIAL = re.compile(r"(\d{5})(?:\.\d+)?")
_UNENDING = re.compile(r"(?:연중)?상시(?:운영|모집)?|연중|무기한|제한없음|9999[-./]?12[-./]?31")

_DATE_BEFORE = re.compile(r"\d{4}[-./]\d{1,2}[-./]\d{1,2}[t ]")
_HALF = r"오전|아침|오후|낮|저녁|[ap]\.?m\.?"
_CLOCK = re.compile(
    rf"(?P<half>{_HALF})?(?P<hour>\d{{1,2}})"
    rf"(?:(?P<minute>:\d\d)(?::\d\d(?:\.\d+)?)?|시(?:(?P<spoken>\d{{1,2}})분|(?P<thirty>반))?)?(?P<after>{_HALF})?"
)
_DIGITS_ONLY = re.compile(r"(\d{1,2})(\d\d)|(\d\d)(\d\d)\d\d")
_SHARE_OF_DAY = re.compile(r"0?\.\d+")
_MINUTES_A_DAY = 24 * 60


def read_date(text: str) -> Reading[date]:
    """A day between FIRST_DAY and ALWAYS_OPEN; a time of day beside it is dropped with a note."""
    written = unified(text)
    if serial := _SERIAL.fullmatch(written):
        return _in_range(_SERIAL_ZERO + timedelta(days=int(serial[1])), "date-from-serial")
    parts = _EIGHT_DIGITS.fullmatch(written) or _DATE.fullmatch(written)
    clock = read_time(parts["clock"]).value if parts and parts["clock"] else time()
    if parts is None or clock is None:
        return Reading(None, "unreadable-date")
    short_year = len(parts["year"]) == 2
    try:
        day = date(int(parts["year"]) + 2000 * short_year, int(parts["month"]), int(parts["day"]))
    except ValueError:
        return Reading(None, "impossible-date")
    return _in_range(day, "two-digit-year" if short_year else "time-in-date" if clock != time() else None)


def read_last_day(text: str) -> Reading[date]:
    """As `read_date`; "상시" and 9999-12-31 also mean always open."""
    return Reading(ALWAYS_OPEN, "always-open") if _UNENDING.fullmatch(compact(text)) else read_date(text)


def _in_range(day: date, note: str | None) -> Reading[date]:
    return Reading(day, note) if FIRST_DAY <= day <= ALWAYS_OPEN else Reading(None, "date-out-of-range")


def read_time(text: str) -> Reading[time]:
    """A time of day to the minute. Midnight at the end of a day (24:00) becomes 23:59, the last minute there is."""
    clock = compact(_DATE_BEFORE.sub("", unified(text), count=1))
    minutes = _minutes(clock)
    if minutes is None or minutes > _MINUTES_A_DAY:
        return Reading(None, "unreadable-time")
    if minutes == _MINUTES_A_DAY:
        return Reading(time(23, 59), "end-of-day")
    hour_alone = clock.isdecimal() and len(clock) < 3
    return Reading(time(*divmod(minutes, 60)), "time-guessed" if hour_alone else None)


def _minutes(clock: str) -> int | None:
    """Minutes since midnight, 24 * 60 and more where so written; None if it is no time of day."""
    if _SHARE_OF_DAY.fullmatch(clock):
        return round(float(clock) * _MINUTES_A_DAY)
    if digits := _DIGITS_ONLY.fullmatch(clock):
        hour, minute = (int(part) for part in digits.groups() if part)
        return hour * 60 + minute if minute < 60 else None
    parts = _CLOCK.fullmatch(clock)
    if parts is None:
        return None
    minute = 30 if parts["thirty"] else int(parts["spoken"] or (parts["minute"] or ":0")[1:])
    hour_of_day = _hour_of_day(int(parts["hour"]), parts["half"] or parts["after"] or "")
    return hour_of_day * 60 + minute if hour_of_day is not None and minute < 60 else None


def _hour_of_day(hour: int, half: str) -> int | None:
    """오후 2 is 14; 오전 14 is nothing."""
    if half.startswith(("오전", "아침", "a")):
        return None if hour > 12 else hour % 12
    return hour + 12 if half and hour < 12 else hour
