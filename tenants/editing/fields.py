"""A course and a run as a form writes them, and back: every field is read, and what is wrong says how to mend it; pure."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

from maru.errors import N_
from maru.web import dates
from records.classification import CATEGORIES
from tenants.courses.models import Run
from tenants.courses.schedule import class_days, from_bits, to_bits

NEW = "new"
"""Chosen instead of an institution or venue that is there: its name is written beside."""
COURSE_TEXTS = ("title", "title_en", "summary", "summary_en", "content", "category")
RUN_TEXTS = (
    "term",
    "room",
    "instructor",
    "method",
    "target",
    "fee_note",
    "reception",
    "selection",
    "homepage",
)
PLACES = ("institution_name", "institution_phone", "venue_name", "venue_address")
NUMBERS = {
    "capacity": 10_000,
    "waiting_limit": 10_000,
    "fee": 100_000_000,
    "min_age": 150,
    "max_age": 150,
}
"""With the most that is believed."""
SHARES = {"threshold": 1, "late_weight": 0, "left_early_weight": 0, "excused_weight": 0}
"""In percent, with the least."""
SWITCHES = ("resident_only", "verified_only")
SCHEDULE = ("starts_on", "ends_on", "weekdays", "starts_at", "ends_at")
LONGEST, LONGEST_PROSE = 200, 20_000
FIRST, LAST = date(2000, 1, 1), date(2099, 12, 31)
LINK = re.compile(r"https?://[^\s/]+\S*", re.IGNORECASE)
NO_DAY = N_("날짜로 적어 주세요. 예: 2026-11-22")
NO_TIME = N_("시각으로 적어 주세요. 예: 19:00")
REQUIRED = {
    "title": N_("강좌 이름을 적어 주세요."),
    "starts_on": N_("시작하는 날을 적어 주세요."),
    "ends_on": N_("끝나는 날을 적어 주세요. 하루 강좌이면 시작하는 날과 같게 적습니다."),
}


@dataclass(frozen=True)
class Fault:
    """What is wrong with a field, and what to do; a message with its values."""

    message: str
    values: Mapping[str, Any] = field(default_factory=dict)


class Given:
    """What a form sent: one text for a name, or several."""

    def __init__(self, texts: Mapping[str, str], several: Callable[[str], Sequence[str]]) -> None:
        self.texts, self.several = texts, several

    def text(self, name: str) -> str:
        return self.texts.get(name, "").replace("\r\n", "\n").strip()


@dataclass
class Sheet:
    """What was read: values by the names of columns, and faults by the names of fields."""

    values: dict[str, Any] = field(default_factory=dict)
    faults: dict[str, Fault] = field(default_factory=dict)

    def keep(self, name: str, read: Callable[[str], Any], written: str) -> None:
        """Read one field, or say what is wrong with it."""
        try:
            self.values[name] = read(written)
        except _Wrong as wrong:
            self.faults[name] = wrong.fault


class _Wrong(Exception):  # never leaves this module
    def __init__(self, message: str, **values: Any) -> None:
        self.fault = Fault(message, values)


def read(given: Given) -> Sheet:
    """Every field of the form."""
    sheet = Sheet()
    for name in (*COURSE_TEXTS, *RUN_TEXTS, *PLACES):
        sheet.keep(name, _prose if name == "content" else _line, given.text(name))
    for name, most in NUMBERS.items():
        sheet.keep(name, partial(_number, most=most), given.text(name))
    for name, least in SHARES.items():
        sheet.keep(name, partial(_share, least=least), given.text(name))
    for name in ("starts_on", "ends_on"):
        sheet.keep(name, _day, given.text(name))
    for name in ("starts_at", "ends_at"):
        sheet.keep(name, _clock, given.text(name))
    sheet.values["weekdays"] = to_bits(int(day) for day in given.several("weekdays") if day in set("0123456"))
    if sheet.values.get("starts_on") and sheet.values["starts_on"] == sheet.values.get("ends_on"):
        sheet.values["weekdays"] = to_bits([sheet.values["starts_on"].weekday()])  # whatever was ticked
    for name in SWITCHES:
        sheet.values[name] = given.text(name) == "1"
    sheet.values["teachers"] = {UUID(one) for one in given.several("teachers") if _is_id(one)}
    for name in ("institution", "venue"):
        _choose(sheet, name, given.text(name))
    _window(sheet, given)
    _check(sheet)
    return sheet


def _choose(sheet: Sheet, name: str, chosen: str) -> None:
    sheet.values[name] = chosen if chosen == NEW or _is_id(chosen) else ""
    if chosen == NEW and not sheet.values.get(f"{name}_name"):
        words = {
            "institution": N_("새 운영기관의 이름을 적거나, 목록에서 골라 주세요."),
            "venue": N_("새 교육장의 이름을 적거나, 목록에서 골라 주세요."),
        }
        sheet.faults.setdefault(f"{name}_name", Fault(words[name]))


def _window(sheet: Sheet, given: Given) -> None:
    """A window opens at a clock time, midnight where none is written, and closes at one, or as its last day ends."""
    for name, at_the_end in (("opens", False), ("closes", True)):
        sheet.keep(f"{name}_on", _day, given.text(f"{name}_on"))
        sheet.keep(f"{name}_time", _clock, given.text(f"{name}_time"))
        day, clock = sheet.values.get(f"{name}_on"), sheet.values.get(f"{name}_time")
        if day is None and clock is not None:
            sheet.faults.setdefault(f"{name}_on", Fault(N_("시각만 적으셨습니다. 날짜도 적어 주세요.")))
        ending = at_the_end and clock is None
        sheet.values[f"{name}_at"] = moment(day + timedelta(days=ending), clock or time()) if day else None


def moment(day: date, clock: time) -> datetime:
    """A clock time in Seoul."""
    return datetime.combine(day, clock, dates.SEOUL)


def _check(sheet: Sheet) -> None:
    """What only several fields together show."""
    values = sheet.values
    for name, words in REQUIRED.items():
        if not values.get(name):
            sheet.faults.setdefault(name, Fault(words))
    if values.get("category") not in ("", *CATEGORIES):
        sheet.faults["category"] = Fault(N_("목록에서 골라 주세요."))
    if values.get("homepage") and not LINK.fullmatch(values["homepage"]):
        sheet.faults["homepage"] = Fault(N_("https://로 시작하는 주소를 적어 주세요."))
    _in_order(sheet, "starts_on", "ends_on", N_("끝나는 날이 시작하는 날보다 앞입니다. 두 날짜를 확인해 주세요."))
    _in_order(sheet, "min_age", "max_age", N_("나이의 위아래가 바뀌었습니다. 두 나이를 확인해 주세요."))
    opens, closes = values.get("opens_at"), values.get("closes_at")
    if opens and closes and closes <= opens:
        sheet.faults.setdefault("closes_on", Fault(N_("접수가 끝나는 때가 시작하는 때보다 뒤여야 합니다.")))
    if closes and not opens and "opens_on" not in sheet.faults:
        sheet.faults["opens_on"] = Fault(N_("접수를 시작하는 날도 적어 주세요."))
    _check_hours(sheet)


def _in_order(sheet: Sheet, first: str, last: str, words: str) -> None:
    begin, end = sheet.values.get(first), sheet.values.get(last)
    if begin is not None and end is not None and end < begin:
        sheet.faults.setdefault(last, Fault(words))


def _check_hours(sheet: Sheet) -> None:
    values = sheet.values
    begins, ends = values.get("starts_at"), values.get("ends_at")
    if (begins is None) != (ends is None):
        missing = "starts_at" if begins is None else "ends_at"
        sheet.faults.setdefault(missing, Fault(N_("시작과 끝 시각을 둘 다 적거나 둘 다 비워 주세요.")))
    if begins is None or ends is None:
        return
    if ends <= begins:
        sheet.faults.setdefault("ends_at", Fault(N_("끝나는 시각이 시작하는 시각보다 뒤여야 합니다.")))
    if SCHEDULE[0] in sheet.faults or SCHEDULE[1] in sheet.faults:
        return
    if values["starts_on"] != values["ends_on"] and not values["weekdays"]:
        sheet.faults["weekdays"] = Fault(N_("수업하는 요일을 골라 주세요."))
    elif values["ends_on"].year < LAST.year and not any(
        class_days(values["starts_on"], values["ends_on"], values["weekdays"])
    ):
        sheet.faults["weekdays"] = Fault(N_("이 기간에는 고르신 요일이 없습니다. 기간이나 요일을 고쳐 주세요."))


def written(run: Run, teachers: Sequence[UUID]) -> dict[str, Any]:
    """A run as the form shows it: texts, and lists where several can be chosen."""
    shown: dict[str, Any] = {name: getattr(run.course, name) for name in COURSE_TEXTS}
    shown |= {name: getattr(run, name) for name in RUN_TEXTS}
    shown |= {name: _text(getattr(run, name)) for name in (*NUMBERS, "starts_on", "ends_on", "starts_at", "ends_at")}
    shown |= {name: _text((getattr(run, name) * 100).normalize()) for name in SHARES}
    shown |= dict.fromkeys(PLACES, "")
    shown["weekdays"] = [str(day) for day in from_bits(run.weekdays)]
    shown |= {name: "1" if getattr(run, name) else "" for name in SWITCHES}
    shown["teachers"] = sorted(str(one) for one in teachers)
    shown["institution"], shown["venue"] = _text(run.institution_id), _text(run.venue_id)
    opens, closes = run.opens_at, run.closes_at
    shown["opens_on"] = dates.in_seoul(opens).date().isoformat() if opens else ""
    shown["opens_time"] = f"{dates.in_seoul(opens):%H:%M}" if opens else ""
    shown["closes_on"] = (dates.in_seoul(closes) - timedelta(microseconds=1)).date().isoformat() if closes else ""
    at_midnight = closes is None or dates.in_seoul(closes).time() == time()
    shown["closes_time"] = "" if at_midnight or closes is None else f"{dates.in_seoul(closes):%H:%M}"
    return shown


BLANK: Mapping[str, Any] = {
    **dict.fromkeys((*COURSE_TEXTS, *RUN_TEXTS, *PLACES, *NUMBERS, *SCHEDULE), ""),
    **dict.fromkeys(("institution", "venue", "opens_on", "opens_time", "closes_on", "closes_time", *SWITCHES), ""),
    "weekdays": [],
    "teachers": [],
    "method": "오프라인",
    "selection": "선착순",
    "target": "누구나",
    "threshold": "80",
    "late_weight": "100",
    "left_early_weight": "100",
    "excused_weight": "100",
}
"""The form of a new course."""


def _text(value: Any) -> str:
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, Decimal):
        return f"{value:f}"
    return "" if value is None else str(value)


def _line(text: str) -> str:
    if len(text) > LONGEST:
        raise _Wrong(N_("%(most)s자까지 적을 수 있습니다."), most=LONGEST)
    return " ".join(text.split())


def _prose(text: str) -> str:
    if len(text) > LONGEST_PROSE:
        raise _Wrong(N_("%(most)s자까지 적을 수 있습니다."), most=LONGEST_PROSE)
    return text


def _number(text: str, most: int) -> int | None:
    figures = text.replace(",", "")
    if not figures:
        return None
    if not re.fullmatch(r"[0-9]{1,12}", figures):
        raise _Wrong(N_("숫자로 적어 주세요."))
    if int(figures) > most:
        raise _Wrong(N_("%(least)s부터 %(most)s까지의 수로 적어 주세요."), least=0, most=f"{most:,}")
    return int(figures)


def _share(text: str, least: int) -> Decimal:
    if not re.fullmatch(r"[0-9]{1,3}(\.[0-9])?", text) or not least <= Decimal(text) <= 100:
        raise _Wrong(N_("%(least)s부터 %(most)s까지의 수로 적어 주세요."), least=least, most=100)
    return Decimal(text) / 100


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise _Wrong(NO_DAY) from error
    if not FIRST <= day <= LAST:
        raise _Wrong(NO_DAY)
    return day


def _clock(text: str) -> time | None:
    if not text:
        return None
    if not re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9](:00)?", text):
        raise _Wrong(NO_TIME)
    return time.fromisoformat(text[:5])


def read_day(text: str) -> date | None:
    """A day as a form sends it; None for anything else."""
    try:
        return _day(text.strip())
    except _Wrong:
        return None


def read_clock(text: str) -> time | None:
    """A clock time as a form sends it; None for anything else."""
    try:
        return _clock(text.strip())
    except _Wrong:
        return None


def _is_id(text: str) -> bool:
    return re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", text) is not None
