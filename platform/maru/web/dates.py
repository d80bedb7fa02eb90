"""Days, times, week days, hours and money as people read them (LOOK.md, section 2).

Three registers: residents (`10월 29일(목) 오후 7:00~9:00`), staff, tables and files (`2026. 10. 29.(목) 19:00~21:00`),
documents (`2026년 7월 10일`). Everything is pure: "today" is handed in. Instants carry their zone and are shown in
Asia/Seoul; days and clock times are plain. `language` is "ko" or "en".
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import NamedTuple
from zoneinfo import ZoneInfo

SEOUL = ZoneInfo("Asia/Seoul")
WEEKDAYS = {
    "ko": tuple("월화수목금토일"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
MONTHS = tuple(date(2000, month, 1).strftime("%B") for month in range(1, 13))
NOON = time(12)


class Span(NamedTuple):
    """The two ends of a period in words, and the sign between them; the last end leaves out what it shares."""

    first: str
    sign: str
    last: str

    def __str__(self) -> str:
        return "".join(self)


def in_seoul(instant: datetime) -> datetime:
    """The same instant on the clock of Seoul; an instant without a zone is a mistake of the caller."""
    if instant.tzinfo is None:
        raise ValueError(f"{instant!r} has no zone")
    return instant.astimezone(SEOUL)


def today(now: datetime | None = None) -> date:
    """The day in Seoul, whatever the clock of the server or the database says."""
    return in_seoul(now or datetime.now(UTC)).date()


# Residents


def clock(at: time, language: str) -> str:
    """`오후 7:00`, `낮 12:00`, `오전 0:05`; `7:00 pm`, `12:00 noon`, `12:05 am`."""
    hour = at.hour if language == "ko" and at.hour == 0 else (at.hour + 11) % 12 + 1
    half, figures = _half(at, language), f"{hour}:{at:%M}"
    return f"{figures} {half}" if language == "en" else f"{half} {figures}"


def clock_span(first: time, last: time, language: str) -> Span:
    """`오후 7:00~9:00`, `오전 10:00~낮 12:00`; `7:00 to 9:00 pm`."""
    begin, end = clock(first, language), clock(last, language)
    half = _half(first, language)
    if half == _half(last, language):
        if language == "en":
            begin = begin.removesuffix(f" {half}")
        else:
            end = end.removeprefix(f"{half} ")
    return Span(begin, _sign(language), end)


def day(on: date, today: date, language: str) -> str:
    """`10월 29일(목)`, `2027년 1월 5일(화)`; `Thursday 29 October`. The year only when it is not this one."""
    if language == "en":
        return f"{WEEKDAYS['en'][on.weekday()]} {_plain_day(on, on.year != today.year, language)}"
    return f"{_plain_day(on, on.year != today.year, language)}({weekday(on)})"


def day_span(first: date, last: date, today: date, language: str) -> Span:
    """`10월 29일(목)~12월 17일(목)`; a year that both share stands once, at the start (in English at the end)."""
    if first.year == last.year and language == "ko":
        return Span(day(first, today, language), "~", day(last, last, language))
    if first.year == last.year:
        return Span(day(first, first, language), " to ", day(last, today, language))
    return Span(day(first, last, language), _sign(language), day(last, first, language))


def short_span(first: date, last: date, today: date, language: str) -> Span:
    """For lists: `10. 29.~12. 17.`, `29 Oct to 17 Dec`; with years when one of them is not this year's."""
    years = not first.year == last.year == today.year
    if language == "en":
        return Span(_short_english(first, years), " to ", _short_english(last, years))
    return Span(_dotted(first, years), "~", _dotted(last, years and first.year != last.year))


def moment(at: datetime, today: date, language: str) -> str:
    """`10월 19일(월) 오전 10:00`; `Monday 19 October, 10:00 am`."""
    local = in_seoul(at)
    return f"{day(local.date(), today, language)}{_gap(language)}{clock(local.timetz(), language)}"


def moment_span(first: datetime, last: datetime, today: date, language: str) -> Span:
    """`10월 29일(목) 오후 7:00~9:00` within a day, else both moments in full; `밤 12:00` of the day that it ends."""
    begin, last_day = in_seoul(first), _day_of_end(last)
    if begin.date() == in_seoul(last).date():
        times = clock_span(begin.timetz(), in_seoul(last).timetz(), language)
        return times._replace(first=f"{day(begin.date(), today, language)}{_gap(language)}{times.first}")
    ending = _closing(last, language)
    if begin.date() != last_day:
        ending = f"{day(last_day, today, language)}{_gap(language)}{ending}"
    return Span(moment(first, today, language), _sign(language), ending)


def deadline(at: datetime, today: date, language: str) -> str:
    """`내일(10월 16일) 오후 6:00`: 오늘 or 내일 stands beside the day and the clock time, never instead of them."""
    on, closing = _day_of_end(at), _closing(at, language)
    near = {today: ("오늘", "today "), today + timedelta(days=1): ("내일", "tomorrow ")}.get(on)
    if near is None:
        return f"{day(on, today, language)}{_gap(language)}{closing}"
    word = near[1] if language == "en" else near[0]
    return f"{word}({_plain_day(on, on.year != today.year, language)}){_gap(language)}{closing}"


# Staff, tables and files


def staff_day(on: date, language: str) -> str:
    """`2026. 10. 29.(목)`; `Thu 29 Oct 2026`."""
    if language == "en":
        return f"{WEEKDAYS['en'][on.weekday()][:3]} {_short_english(on, True)}"
    return f"{_dotted(on, True)}({weekday(on)})"


def staff_date(on: date, language: str) -> str:
    """`1956. 3. 2.`, where nobody asks for the week day, as of a birth; `2 Mar 1956`."""
    return _short_english(on, True) if language == "en" else _dotted(on, True)


def staff_clock(at: datetime, language: str) -> str:  # noqa: ARG001  # words of a kind take the same
    """`19:00`, where the day is known."""
    return f"{in_seoul(at):%H:%M}"


def staff_closing(at: datetime, language: str) -> str:
    """`21:00까지`, `24:00까지`; `until 21:00`."""
    return f"until {_staff_closing(at)}" if language == "en" else f"{_staff_closing(at)}까지"


def staff_moment(at: datetime, language: str) -> str:
    """`2026. 10. 29.(목) 19:00`; `Thu 29 Oct 2026, 19:00`."""
    local = in_seoul(at)
    return f"{staff_day(local.date(), language)}{_gap(language)}{local:%H:%M}"


def staff_span(first: datetime, last: datetime, language: str) -> Span:
    """`2026. 10. 29.(목) 19:00~21:00` within a day, else both moments in full."""
    same_day = in_seoul(first).date() == _day_of_end(last)
    return Span(
        staff_moment(first, language),
        _sign(language),
        _staff_closing(last) if same_day else staff_deadline(last, language),
    )


def staff_deadline(at: datetime, language: str) -> str:
    """`2026. 10. 29.(목) 19:00`, `2026. 10. 29.(목) 24:00`; `Thu 29 Oct 2026, 19:00`."""
    return f"{staff_day(_day_of_end(at), language)}{_gap(language)}{_staff_closing(at)}"


SINCE = ("오늘", "하루", "이틀", "사흘", "나흘", "닷새", "엿새", "이레", "여드레", "아흐레", "열흘")


def overdue(on: date, today: date, language: str) -> str:
    """How long ago something was due: `열흘 지났습니다`, `24일 지났습니다`; `10 days overdue`."""
    days = (today - on).days
    if language == "en":
        return f"{days} day overdue" if days == 1 else f"{days} days overdue"
    return f"{SINCE[days] if 0 < days < len(SINCE) else f'{days}일'} 지났습니다"


# Documents


def document_day(on: date, language: str) -> str:
    """`2026년 7월 10일`; `10 July 2026`."""
    return _plain_day(on, True, language)


def document_span(first: date, last: date, language: str) -> Span:
    """`2026년 6월 2일~7월 9일`; `2 June to 9 July 2026`."""
    same = first.year == last.year
    begin = _plain_day(first, not same or language == "ko", language)
    return Span(begin, _sign(language), _plain_day(last, not same or language == "en", language))


# Week days and money


def weekday(on: date) -> str:
    """One Hangul letter: `목`."""
    return WEEKDAYS["ko"][on.weekday()]


def month(on: date, language: str) -> str:
    """`10월`; `Oct`."""
    return MONTHS[on.month - 1][:3] if language == "en" else f"{on.month}월"


def weekday_name(on: date, language: str) -> str:
    """`목요일`; `Thursday`."""
    return WEEKDAYS["en"][on.weekday()] if language == "en" else f"{weekday(on)}요일"


def weekdays(days: Iterable[int], language: str) -> str:
    """0 is Monday: `화·목`; `Tue, Thu`."""
    chosen = sorted(set(days))
    if language == "en":
        return ", ".join(WEEKDAYS["en"][n][:3] for n in chosen)
    return "·".join(WEEKDAYS["ko"][n] for n in chosen)


def every_week(days: Iterable[int], language: str) -> str:
    """As it is read aloud: `매주 화, 목요일`; `every Tuesday and Thursday`."""
    chosen = sorted(set(days))
    if not chosen:
        return ""
    if language == "ko":
        return f"매주 {', '.join(WEEKDAYS['ko'][n] for n in chosen)}요일"
    *others, final = (WEEKDAYS["en"][n] for n in chosen)
    return f"every {', '.join(others)} and {final}" if others else f"every {final}"


def money(won: int, language: str) -> str:
    """`40,000원`, `무료`; `40,000 won`, `Free`."""
    if won == 0:
        return "Free" if language == "en" else "무료"
    return f"{won:,} won" if language == "en" else f"{won:,}원"


def hours(amount: Decimal | float, language: str) -> str:
    """`8시간`, `1.5시간`; `8 hours`, `1 hour`, `1.5 hours`."""
    figures = f"{amount:.2f}".rstrip("0").rstrip(".")
    if language == "en":
        return f"{figures} hour" if figures == "1" else f"{figures} hours"
    return f"{figures}시간"


def duration(seconds: int, language: str) -> str:
    """`1시간 2분`, `12분 30초`, `45초`; `1 h 2 min`, `12 min 30 s`: the two largest units that are not zero."""
    units = ("h", "min", "s") if language == "en" else ("시간", "분", "초")
    parts = [(seconds // 3600, units[0]), (seconds // 60 % 60, units[1]), (seconds % 60, units[2])]
    told = [f"{number} {unit}" if language == "en" else f"{number}{unit}" for number, unit in parts if number][:2]
    return " ".join(told) or (f"0 {units[2]}" if language == "en" else f"0{units[2]}")


def _day_of_end(at: datetime) -> date:
    """Midnight belongs to the day that it ends, so that the last day of a file is read again."""
    return in_seoul(at - timedelta(microseconds=1)).date()


def _ends_at_midnight(at: datetime) -> bool:
    return _day_of_end(at) != in_seoul(at).date()


def _closing(at: datetime, language: str) -> str:
    if _ends_at_midnight(at):
        return "12:00 midnight" if language == "en" else "밤 12:00"
    return clock(in_seoul(at).timetz(), language)


def _staff_closing(at: datetime) -> str:
    return "24:00" if _ends_at_midnight(at) else f"{in_seoul(at):%H:%M}"


def _half(at: time, language: str) -> str:
    if at.replace(second=0, microsecond=0, tzinfo=None) == NOON:
        return "noon" if language == "en" else "낮"
    if language == "en":
        return "am" if at.hour < 12 else "pm"
    return "오전" if at.hour < 12 else "오후"


def _plain_day(on: date, with_year: bool, language: str) -> str:
    if language == "en":
        return f"{on.day} {MONTHS[on.month - 1]}" + (f" {on.year}" if with_year else "")
    return (f"{on.year}년 " if with_year else "") + f"{on.month}월 {on.day}일"


def _short_english(on: date, with_year: bool) -> str:
    return f"{on.day} {MONTHS[on.month - 1][:3]}" + (f" {on.year}" if with_year else "")


def _dotted(on: date, with_year: bool) -> str:
    return (f"{on.year}. " if with_year else "") + f"{on.month}. {on.day}."


def _sign(language: str) -> str:
    return " to " if language == "en" else "~"


def _gap(language: str) -> str:
    return ", " if language == "en" else " "
