"""What a catalogue calls a subject or a level, in the words of the national classification (domain 6.11)."""

from contentlib.items.words import LEVELS
from maru.tables.cells import compact
from records.classification import CATEGORIES

BY_NAME = {name: code for code, name in CATEGORIES.items()} | {code: code for code in CATEGORIES}
BY_SUBJECT = {
    "사회과학(경영": "03",
    "사회과학": "05",
    "인문": "05",
    "자연과학": "05",
    "공학": "03",
    "교육": "05",
    "의료": "05",
    "의약": "05",
    "예체능": "04",
    "융ㆍ복합": "05",
}
"""Subjects as universities group them, the narrower before the wider."""
BY_LEVEL = {name: code for code, name in LEVELS.items()} | {"초급": "first", "기초": "first", "고급": "deep"}


def category_of(kind: str) -> str:
    """The code of the category that a subject belongs to, else ""."""
    written = compact(kind)
    subject = (code for begin, code in BY_SUBJECT.items() if written.startswith(compact(begin)))
    return BY_NAME.get(written) or next(subject, "")


def level_of(level: str) -> str:
    """The code of a level, else ""."""
    return BY_LEVEL.get(compact(level), "")
