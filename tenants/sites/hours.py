"""When a desk answers: a city writes it in Korean, in a form that is read well enough to be said in English."""

import re
from datetime import time

from maru.web import dates

DAYS = {"평일": "weekdays", "매일": "every day", "토요일": "Saturday", "일요일": "Sunday", "주말": "weekends"}
PART = re.compile(rf"({'|'.join(DAYS)}) (오전|오후|낮) (\d{{1,2}}):(\d\d)~(오전|오후|낮)? ?(\d{{1,2}}):(\d\d)")


def in_english(written: str) -> str:
    """`평일 오전 9:00~오후 6:00` as `weekdays 9:00 am to 6:00 pm`; what is written otherwise stays as it is."""
    parts = [PART.fullmatch(part.strip()) for part in written.split(",")]
    return ", ".join(_said(part) for part in parts if part) if all(parts) else written


def _said(part: re.Match[str]) -> str:
    days, half, hour, minute, last_half, last_hour, last_minute = part.groups()
    span = dates.clock_span(_clock(half, hour, minute), _clock(last_half or half, last_hour, last_minute), "en")
    return f"{DAYS[days]} {span}"


def _clock(half: str, hour: str, minute: str) -> time:
    return time(int(hour) % 12 + (0 if half == "오전" else 12), int(minute))
