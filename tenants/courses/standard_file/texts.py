"""Cells of words: names, descriptions, codes that are kept as text, and yes-or-no."""

import re

from maru.tables.cells import Reading, compact
from tenants.courses.methods import METHODS

_METHOD = re.compile("|".join(METHODS))

# Official lists of these two are not published: words that are seen and understood.
_RECEPTION = re.compile(
    ".*(?:인터넷|온라인|홈페이지|누리집|모바일|방문|현장|오프라인|전화|우편|팩스|이메일|문자|기타).*"
)
_SELECTION = re.compile(".*(?:선착|추첨|심사|면접|서류|선발|기타).*")

_MARKUP = re.compile(
    r"</?(?:p|br|b|div|span|a|img|font|table|tr|td|ul|ol|li|strong|em|h[1-6]|script|style)\b[^<>]*>", re.IGNORECASE
)
_YES = {"y", "yes", "예", "네", "여", "o", "○", "true", "1", "해당", "인정", "지원", "있음", "유"}
_NO = {
    *("n", "no", "아니오", "아니요", "부", "x", "×", "false", "0", "비해당", "해당없음", "미해당"),
    *("미인정", "불인정", "미지원", "없음", "무"),
}


def read_line(text: str) -> Reading[str]:
    """Words on one line: every run of blanks is one blank."""
    return read_prose(" ".join(text.split()))


def read_prose(text: str) -> Reading[str]:
    """Words that keep their line breaks."""
    return Reading(text, "markup-in-text" if _MARKUP.search(text) else None)


def read_method(text: str) -> Reading[str]:
    """교육방법구분: one of the standard's five codes; anything else is kept as it is."""
    return _code(text, _METHOD, "unknown-method")


def read_reception(text: str) -> Reading[str]:
    """접수방법구분, such as 인터넷 or 방문+전화; anything else is kept as it is."""
    return _code(text, _RECEPTION, "unknown-reception")


def read_selection(text: str) -> Reading[str]:
    """선정방법구분, such as 선착순; anything else is kept as it is."""
    return _code(text, _SELECTION, "unknown-selection")


def _code(text: str, known: re.Pattern[str], otherwise: str) -> Reading[str]:
    return Reading(" ".join(text.split()), None if known.fullmatch(compact(text)) else otherwise)


def read_flag(text: str) -> Reading[bool]:
    """Y or N, in the spellings that are seen."""
    sign = compact(text)
    return Reading(sign in _YES) if sign in _YES | _NO else Reading(None, "unreadable-flag")
