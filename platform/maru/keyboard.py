"""Korean that was typed while the keyboard was set to English: "tmakxmvhs" is 스마트폰 (KS X 5002)."""

import re

_VOWELS = "k o i O j p u P h hk ho hl y n nj np nl b m ml l"
_FINALS = "r R rt s sw sg e f fr fa fq ft fx fv fg a q qt t T d w c z x v g"
LEADS, VOWELS, FINALS = list("rRseEfaqQtTdwWczxvg"), _VOWELS.split(), ["", *_FINALS.split()]
"""Keys in the order in which Unicode counts the letters of a syllable."""
FIRST = ord("가")


def _any(keys: list[str]) -> str:
    return "|".join(sorted(filter(None, keys), key=len, reverse=True))


SYLLABLE = re.compile(f"({_any(LEADS)})({_any(VOWELS)})((?:{_any(FINALS)})(?!{_any(VOWELS)}))?")
SHIFTED = set("REQTWOP")


def as_korean(typed: str) -> str | None:
    """The same keys as Korean; None where they do not make whole syllables throughout."""
    keys = "".join(key if key in SHIFTED else key.lower() for key in typed)
    whole = keys.strip() and not SYLLABLE.sub("", keys).strip()
    return SYLLABLE.sub(_syllable, keys) if whole else None


def _syllable(found: re.Match[str]) -> str:
    lead, vowel, final = LEADS.index(found[1]), VOWELS.index(found[2]), FINALS.index(found[3] or "")
    return chr(FIRST + (lead * len(VOWELS) + vowel) * len(FINALS) + final)
