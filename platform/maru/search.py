"""Search words in Korean: every two neighbouring letters of every word must be there (design.md, section 4)."""

import re
import unicodedata

WORD = re.compile(r"[^\W_]+")
MOST_LETTERS = 100


def to_tsquery(text: str) -> str | None:
    """A query for the column that `bigrams()` fills; None when the text holds no letter or digit.

    A word of one letter matches any word part that begins with it.
    """
    words = WORD.findall(unicodedata.normalize("NFKC", text[:MOST_LETTERS]).lower())
    parts = [part for word in words for part in _parts(word)]
    return " & ".join(dict.fromkeys(parts)) or None


def _parts(word: str) -> list[str]:
    if len(word) == 1:
        return [f"'{word}':*"]
    return [f"'{word[index : index + 2]}'" for index in range(len(word) - 1)]
