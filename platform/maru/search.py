"""Search words in Korean: every two neighbouring letters of every word must be there (design.md, section 4)."""

import re
import unicodedata
from collections.abc import Iterator

import sqlalchemy as sa

WORD = re.compile(r"[^\W_]+")
MOST_LETTERS = 100
TEACHING = re.compile(r"(?<=\w\w)(강좌|강의|수업|교실|배우기|프로그램|클래스)$")
"""Ends of words that say only that something is taught."""
SHARED = 4
"""One piece of this many must be in a name: a wrong letter in a word of three leaves one of its three."""


def to_tsquery(text: str) -> str | None:
    """A query for the column that `bigrams()` fills; None when the text holds no letter or digit.

    A word of one letter matches any word part that begins with it.
    """
    parts = [part for word in words_of(text) for part in _parts(word)]
    return " & ".join(dict.fromkeys(parts)) or None


def words_of(text: str) -> list[str]:
    """The words of a text as the index holds them."""
    return WORD.findall(unicodedata.normalize("NFKC", text[:MOST_LETTERS]).lower())


def key(text: str) -> str:
    """Words as titles are compared with them: without blanks, in small letters of the usual width."""
    return unicodedata.normalize("NFKC", text[:MOST_LETTERS]).lower().replace(" ", "")


def _parts(word: str) -> Iterator[str]:
    if len(word) == 1:
        yield f"'{word}':*"
    for pair in _pairs(word):
        yield f"'{pair}'"


def pieces_of(text: str) -> list[str]:
    """What a text written almost like this one has some of, as patterns of LIKE.

    Of Korean words pairs of letters, and pairs around one; three letters of words in Latin, which has fewer of them.
    """
    return list(dict.fromkeys(piece for word in words_of(text) for piece in _pieces(word)))


def _pieces(word: str) -> Iterator[str]:
    if word.isascii() and len(word) > 2:  # three
        yield from (word[index : index + 3] for index in range(len(word) - 2))
    else:
        yield from _pairs(word)
        yield from _around_one(word)


def told_pieces_of(text: str) -> list[str]:
    """The pieces of what a search tells: 요가강좌 looks for 요가."""
    return pieces_of(" ".join(TEACHING.sub("", word) for word in words_of(text)))


def likeness(name: sa.SQLColumnExpression[str], pieces: list[str]) -> sa.ColumnElement[int]:
    """How many of these pieces a name has."""
    return sum((sa.cast(sa.func.lower(name).like(f"%{piece}%"), sa.Integer) for piece in pieces), sa.literal(0))


def to_near_tsquery(pieces: list[str]) -> str:
    """A query that finds every text with any of these pieces, and others."""
    return " | ".join(map(_near, pieces))


def _near(piece: str) -> str:
    if "_" in piece:
        return f"('{piece[0]}':* & '{piece[-1]}':*)"
    return "(" + " & ".join(f"'{pair}'" for pair in _pairs(piece)) + ")"


def _pairs(word: str) -> list[str]:
    return [word[index : index + 2] for index in range(len(word) - 1)]


def _around_one(word: str) -> list[str]:
    return [f"{word[index]}_{word[index + 2]}" for index in range(len(word) - 2)]
