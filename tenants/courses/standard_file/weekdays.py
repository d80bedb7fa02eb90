"""운영요일: the days of the week on which a class meets.

Understood text becomes the days joined by "+", as in the standard's own example (화+목). What says more than days,
such as "격주 토요일", is kept as it is; its days can still be found.
"""

import re

from maru.tables.cells import Reading, compact

DAYS = "월화수목금토일"
"""The day at index n has the bit 2 ** n: Monday 1 to Sunday 64."""

_GROUPS = {"평일": "월화수목금", "주중": "월화수목금", "주말": "토일", "매일": DAYS}
_TOKEN = re.compile(
    r"(?P<group>평일|주중|주말|매일)"
    r"|(?P<alternate>격주)"
    r"|(?P<to>부터|[~\-–∼〜])"
    r"|(?P<filler>매주|마다|까지|및|와|과|[+,/·ᆞ・‧•、.&;|()])"
    r"|(?P<typo>[월화수목금토일](?:(?![월화수목금토일및와과요욜주])[가-힣]일|요(?![월화수목금토일])[가-힣]))"
    r"|(?P<day>[월화수목금토일])(?:요일|욜|요)?"
)
_KINDS = {"day": "d", "typo": "d", "group": "g", "to": "t", "alternate": "a"}
_SENTENCE = re.compile("(?:d(?:td)*|g|a)*")
_SPELT_OUT = re.compile(r"([월화수목금토일])(?:요일|욜)")


def read_weekdays(text: str) -> Reading[str]:
    """The days in the order of the week, such as "화+목"; text that is more or other than days is kept, with a note."""
    written = " ".join(text.split())
    tokens = _tokens(compact(written))
    if tokens is None or any(token.lastgroup == "alternate" for token in tokens):
        return Reading(written, "weekdays-as-text")
    is_misspelt = any(token.lastgroup == "typo" for token in tokens)
    return Reading(days_of(_bits(tokens)), "weekday-typo" if is_misspelt else None)


def bits_of(text: str) -> int:
    """The days that a text names, as a set of bits; 0 if none was understood."""
    words = compact(text)
    tokens = _tokens(words)
    if tokens is None:
        return sum(1 << DAYS.index(day) for day in set(_SPELT_OUT.findall(words)))
    return _bits(tokens)


def days_of(bits: int) -> str:
    """A set of bits as the standard writes it: 10 is "화+목"."""
    return "+".join(day for index, day in enumerate(DAYS) if bits >> index & 1)


def _tokens(words: str) -> list[re.Match[str]] | None:
    """The text cut into words about days; None if there is any other word, no day, or half a range."""
    tokens: list[re.Match[str]] = []
    position = 0
    while position < len(words):
        token = _TOKEN.match(words, position)
        if token is None:
            return None
        if token.lastgroup != "filler":
            tokens.append(token)
        position = token.end()
    sentence = "".join(_KINDS[str(token.lastgroup)] for token in tokens)
    return tokens if _SENTENCE.fullmatch(sentence) and re.search("[dg]", sentence) else None


def _bits(tokens: list[re.Match[str]]) -> int:
    bits, first, in_range = 0, 0, False
    for token in tokens:
        if token.lastgroup == "to":
            in_range = True
        elif token.lastgroup == "group":
            bits |= sum(1 << DAYS.index(day) for day in _GROUPS[token[0]])
        elif token.lastgroup in ("day", "typo"):
            last = DAYS.index(token[0][0])
            days = range(first, first + (last - first) % 7 + 1) if in_range else (last,)
            bits |= sum(1 << day % 7 for day in days)
            first, in_range = last, False
    return bits
