"""Texts that a spreadsheet program would run as formulas."""

import re

# With what nobody sees in front, which a program may leave out before it looks.
_FORMULA = re.compile(
    r"['\s\x00-\x1f\x7f-\x9f\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]*[=+\-@＝＋－＠]"
)


def guarded(text: str) -> str:
    """The text behind an apostrophe if it begins as a formula does, after blanks and invisible signs too. So does one
    that already stands behind apostrophes, which keeps the way back exact."""
    return "'" + text if _FORMULA.match(text) else text


def unguarded(text: str) -> str:
    """What `guarded` was given."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text
