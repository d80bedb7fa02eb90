"""Whom a course is for, as far as the words of its target say: for finding courses, never for refusing anybody."""

import re
from collections.abc import Iterator, Mapping

BITS: Mapping[str, int] = {"child": 1, "youth": 2, "adult": 4, "senior": 8}
AGE_RANGES: Mapping[str, tuple[int, int]] = {
    "child": (0, 13),
    "youth": (14, 18),
    "adult": (19, 64),
    "senior": (65, 150),
}
"""Full years, both ends included."""
WORDS: tuple[tuple[re.Pattern[str], set[str]], ...] = (
    (re.compile("영아|영유아|유아|어린이|아동|초등|키즈"), {"child"}),
    (re.compile("청소년|중학|고등학|중고|중·고"), {"youth"}),
    (re.compile("미성년"), {"child", "youth"}),
    (re.compile("(?<!미)성인"), {"adult", "senior"}),
    (re.compile("청년|직장인|대학생|주부|중장년|신중년|학부모|가정"), {"adult"}),
    (re.compile("어르신|노인|시니어|실버|고령|노년"), {"senior"}),
)
# Each reads a text in steps that grow as the text does: a word is not begun again in its middle, nor a run of blanks.
EXCLUDED = re.compile(r"(?:(?<![^\s,+/(])|(?<=제외))[^\s,+/(]+\s*(?:[은는]\s*)?제외")
BETWEEN = re.compile(r"(\d{1,3})\s*(?:세\s*)?[~∼-]\s*(\d{1,3})\s*세")
FROM = re.compile(r"(\d{1,3})\s*세\s*(?:이상|부터)")
UNTIL = re.compile(r"(\d{1,3})\s*세\s*(?:이하|까지)")


def ages_in(target: str) -> set[str]:
    """The age groups that a target names; empty where it names none ("지역주민", "누구나", ""), which is everybody."""
    words = EXCLUDED.sub("", target)
    named = [ages for pattern, ages in WORDS if pattern.search(words)]
    return set[str]().union(*named, *(_overlapping(*years) for years in _years(words)))


def audience_of(target: str) -> int:
    """The same as a set of bits: child 1, youth 2, adult 4, senior 8."""
    return sum(BITS[age] for age in ages_in(target))


def _years(words: str) -> Iterator[tuple[int, int]]:
    for found in BETWEEN.finditer(words):
        yield int(found[1]), int(found[2])
    for found in FROM.finditer(words):
        yield int(found[1]), 150
    for found in UNTIL.finditer(BETWEEN.sub("", words)):
        yield 0, int(found[1])


def _overlapping(youngest: int, oldest: int) -> set[str]:
    return {age for age, (first, last) in AGE_RANGES.items() if youngest <= last and oldest >= first}
