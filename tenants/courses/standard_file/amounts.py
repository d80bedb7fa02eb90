"""Cells of numbers: places and won."""

import re
from collections.abc import Callable

from maru.tables.cells import Reading, compact

LARGEST = 100_000_000

_REMARK = re.compile(r"(.+?)\([^()]*\)")
_NEGATIVE = re.compile(r"[-−–][₩\\]?\d")
_DIGITS = r"(?:\d{1,3}(?:,\d{3}){1,3}|\d{1,12})"
_PEOPLE = re.compile(rf"({_DIGITS})(?:\.0+)?[명인석]?")
_WON = re.compile(
    r"[₩\\]?(?=\d)(?:(?P<ten_thousands>\d{1,6}(?:\.\d{1,4})?)만)?(?:(?P<thousands>\d{1,6})천)?"
    rf"(?P<ones>{_DIGITS})?(?:\.0+)?원?"
)
_FREE = {"무료", "전액무료", "무료강좌", "수강료없음", "없음"}


def read_capacity(text: str) -> Reading[int]:
    """Places of a run; 0 is kept, with the hint that nobody can apply."""
    reading = _amount(text, _people)
    return Reading(0, "capacity-zero") if reading == Reading(0) else reading


def read_fee(text: str) -> Reading[int]:
    """Won for the whole run; "무료" is 0."""
    return _amount(text, _won)


def _amount(text: str, understand: Callable[[str], int | None]) -> Reading[int]:
    written = compact(text)
    if _NEGATIVE.match(written):
        return Reading(None, "negative-number", refused=True)
    value, note = understand(written), None
    if value is None and (remark := _REMARK.fullmatch(written)):
        value, note = understand(remark[1]), "remark-dropped"
    if value is None or value > LARGEST:
        return Reading(None, "unreadable-number")
    return Reading(value, note)


def _people(written: str) -> int | None:
    found = _PEOPLE.fullmatch(written)
    return int(found[1].replace(",", "")) if found else None


def _won(written: str) -> int | None:
    if written in _FREE:
        return 0
    found = _WON.fullmatch(written)
    if not found:
        return None
    ten_thousands = round(float(found["ten_thousands"] or 0) * 10_000)
    thousands = int(found["thousands"] or 0) * 1_000
    return ten_thousands + thousands + int((found["ones"] or "0").replace(",", ""))
