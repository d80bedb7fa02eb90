"""Days, times and free text as people enter them: read in one way, with bounds, or not at all.

A day or time that cannot be understood gives None, for the caller to name its field; nothing is guessed, cut or replaced.
Free text never holds a resident registration number (PRV-04): services refuse it at the field with `flaw` or `words`, and
`refuse_numbers` stands behind them for every form and every program (maru/dispatch.py).
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from maru.errors import N_, Invalid
from maru.masking import names_a_resident_number
from maru.web.dates import SEOUL

TOO_LONG = N_("너무 깁니다. 줄여서 적어 주세요.")
RESIDENT_NUMBER = N_("주민등록번호로 보이는 숫자가 있습니다. 주민등록번호는 받지 않으니 지워 주세요.")
GO_BACK = N_(
    "적으신 글에 주민등록번호로 보이는 숫자가 있어 저장하지 않았습니다. 앞 화면으로 돌아가 지우고 다시 보내 주세요."
)
NOT_A_NAME = N_("이름에는 글자와 띄어쓰기, 점, 작은따옴표, 붙임표, 괄호만 쓸 수 있습니다. 이름만 적어 주세요.")
NAME_MARKS = frozenset(" .,'’‘ʼ`·・･ㆍ‧-‐‑()（）")
"""What stands in people's names beside letters: O'Brien, Jean-Luc, 마이클·리, 김영숙(金英淑), Nguyen Jr."""
FILLERS = frozenset("\u115f\u1160\u3164\uffa0")
"""Letters of Hangul that nobody sees."""
NO_PURPOSE = N_("까닭을 알아볼 수 있게 글로 적어 주세요. 예: 접수 문의 확인")
FEWEST_LETTERS = 2
"""Different letters of the shortest purpose: 점검."""
LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
EMAIL = re.compile(rf"(?=.{{1,64}}@)[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*@(?:{LABEL}\.)+[A-Za-z]{LABEL}")
"""Addresses that mail servers and the identity provider take alike: letters, figures and . _ + - before the @."""
LONGEST_EMAIL = 254
"""Letters of an address that mail can be sent to (RFC 5321)."""
LONGEST = 50_000
"""Letters of one field of a form, where nothing less is said of it."""

BEGINS = date(2026, 1, 1)
"""No installation is older: the first rows of `limits` hold from this day."""
FIRST, LAST = date(1880, 1, 1), date(2200, 12, 31)
"""Birth dates of the oldest, ends of the longest terms."""


def day(text: str, first: date = FIRST, last: date = LAST) -> date | None:
    """A calendar day as `2026-11-30`, from `first` to `last`."""
    try:
        found = date.fromisoformat(text.strip())
    except ValueError:
        return None
    return found if first <= found <= last else None


def moment(text: str, first: date = BEGINS, last: date = LAST) -> datetime | None:
    """A day and a clock time as `2026-11-30T09:00`, in Seoul; an offset that is written is understood.

    `first` and `last` are days in Seoul.
    """
    try:
        found = datetime.fromisoformat(text.strip())
        found = found.astimezone(SEOUL) if found.tzinfo else found.replace(tzinfo=SEOUL)
    except (ValueError, OverflowError):
        return None
    return found if first <= found.date() <= last else None


def flaw(text: str, most: int) -> str:
    """What is wrong with free text of up to `most` letters, as a sentence for its field; empty where nothing is."""
    if len(text) > most:
        return TOO_LONG
    return RESIDENT_NUMBER if names_a_resident_number(text) else ""


def name_flaw(text: str, most: int, missing: str = "") -> str:
    """What is wrong with the name of a person of up to `most` letters, as a sentence for its field; empty where nothing is.

    Letters of any script with up to two marks each, figures beside them (회원2), and NAME_MARKS; of nothing but figures or marks no name is made
    (PRV-04: a number is never asked for). `missing` is said where nothing was written.
    """
    said = " ".join(text.split())
    if not said:
        return missing or NOT_A_NAME
    if wrong := flaw(said, most):
        return wrong
    kinds = Counter(
        "?" if letter in FILLERS else unicodedata.category(letter)[0] for letter in said if letter not in NAME_MARKS
    )
    return "" if kinds["L"] and kinds["M"] <= 2 * kinds["L"] and set(kinds) <= {"L", "M", "N"} else NOT_A_NAME


def is_email(text: str) -> bool:
    """Whether this can be the address of one mailbox."""
    return len(text) <= LONGEST_EMAIL and bool(EMAIL.fullmatch(text))


def words(field: str, text: str, most: int, missing: str = "") -> str:
    """Free text in one line. Raises Invalid at `field`: with `missing` where that is given and nothing was written."""
    said = " ".join(text.split())
    wrong = missing if missing and not said else flaw(said, most)
    if wrong:
        raise Invalid(wrong, {field: wrong})
    return said


def purpose_flaw(text: str, most: int, missing: str) -> str:
    """What is wrong with the stated purpose of a look, an export or a request; empty where nothing is.

    It is read by whoever was looked at or decides: a dot or one letter over and over says nothing (PRV 7.4).
    """
    said = " ".join(text.split())
    if not said:
        return missing
    letters = {letter for letter in said.casefold() if unicodedata.category(letter)[0] == "L"}
    return flaw(said, most) or (NO_PURPOSE if len(letters) < FEWEST_LETTERS else "")


def purpose(field: str, text: str, most: int, missing: str) -> str:
    """A stated purpose in one line. Raises Invalid at `field` where `purpose_flaw` finds something."""
    if wrong := purpose_flaw(text, most, missing):
        raise Invalid(wrong, {field: wrong})
    return " ".join(text.split())


def refuse_numbers(entered: Any) -> None:
    """Refuse a form or a program's JSON of which any text holds a resident registration number, or of which one is endless.

    Raises Invalid with each such field.
    """
    wrong = {field: words for field, text in _texts("", entered) if (words := flaw(text, LONGEST))}
    if wrong:
        raise Invalid(GO_BACK if RESIDENT_NUMBER in wrong.values() else TOO_LONG, wrong)


def _texts(field: str, entered: Any) -> Iterator[tuple[str, str]]:
    if isinstance(entered, str):
        yield field, entered
    elif isinstance(entered, dict):
        for name, value in entered.items():
            yield from _texts(str(name), value)
    elif isinstance(entered, list):
        for value in entered:
            yield from _texts(field, value)
