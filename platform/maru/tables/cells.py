"""One cell: the text a person typed, made clean, and what was understood of it."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, time
from typing import Generic, TypeVar

T = TypeVar("T")

LONGEST = 20_000
"""Characters of one cell; a spreadsheet holds 32,767."""
MOST_MARKS = 30
"""On one letter, as in the stream-safe text of Unicode (UAX #15); no language has ten."""

_LINE_BREAK = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f"
    "\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]"
)
_ESCAPED_BREAK = re.compile("_x000[aAdD]_\n?")
_ESCAPED_CONTROL = re.compile("_x00[01][0-9a-fA-F]_")
_EXCEL_ERROR = re.compile(r"#(?:REF!|N/A|NAME\?|VALUE!|DIV/0!|NULL!|NUM!|#+)", re.IGNORECASE)
# What normalising sorts or joins to the sign before: the last five combine once they are taken apart.
_MARK = "".join(filter(unicodedata.combining, map(chr, range(0x300, 0x20000)))) + "\u0f73\u0f75\u0f81\uff9e\uff9f"
# Looks for what is neither Latin nor Hangul first, which takes a tenth of the time.
_MARKS_TOO_MANY = re.compile(f"([^\0-\u02ff가-힣](?<=[{_MARK}])[{_MARK}]{{{MOST_MARKS - 1}}})[{_MARK}]+")
_NOTHING = {"-", "--", "―", "–", "null", "none", "nan", "nat", "n/a"}


@dataclass(frozen=True)
class Reading(Generic[T]):
    """What was understood of a cell: `note` is the code of what a person should know about it."""

    value: T | None = None
    note: str | None = None
    refused: bool = False
    """The line must not be imported with this cell."""


def clean(written: str) -> Reading[str]:
    """The text without control characters, outer blanks and signs for "nothing"; composed (NFC), lines end in LF.

    `_x000D_` and its like are control characters that a spreadsheet program left in the text. What comes out of here
    is normalised again at a cost that grows as its length does.
    """
    text = _LINE_BREAK.sub("\n", written)
    visible = _INVISIBLE.sub("", text)
    unescaped = _ESCAPED_CONTROL.sub(" ", _ESCAPED_BREAK.sub("\n", visible))
    legible = _legible(unescaped)
    value = _legible(unicodedata.normalize("NFC", legible)).strip()
    if _EXCEL_ERROR.fullmatch(value):
        return Reading("", "excel-error")
    if value.casefold() in _NOTHING:
        return Reading("")
    if legible != unescaped:
        return Reading(value, "marks-dropped")
    return Reading(value, "invisible-character" if visible != text else None)


def _legible(text: str) -> str:
    """The text without what is more than MOST_MARKS on one letter: normalising sorts them in quadratic time."""
    return _MARKS_TOO_MANY.sub(r"\1", text) if len(text) > MOST_MARKS else text


def unified(text: str) -> str:
    """Clean text for understanding, not for keeping: compatibility forms and case unified, single blanks."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def compact(text: str) -> str:
    """As `unified`, without any blanks."""
    return unified(text).replace(" ", "")


def quoted(text: str) -> str:
    """A written value as messages show it, never longer than a line."""
    line = " ".join(text.split())
    return f"‘{line[:29]}…’" if len(line) > 30 else f"‘{line}’"


def as_text(value: str | date | time | int | bool | None) -> str:
    """A value as the standard writes it: 2026-10-29, 19:00, Y or N, and nothing for None."""
    match value:
        case None:
            return ""
        case bool():
            return "Y" if value else "N"
        case time():
            return f"{value:%H:%M}"
    return str(value)
