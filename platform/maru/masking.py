"""One rule for showing personal data in part, the same on every page, export and API (domain: 7.4 masking practice).

What is hidden shows as `*`; how many stars stand for a word or a block of digits never tells how long it was, except in
names of Hangul or Hanja, where readers count letters. All functions take what is stored and never fail on odd input:
what cannot be understood is hidden whole.
"""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date

from maru.web.dates import today

HIDDEN = "***"
EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PARTED = r"[ \t]{0,2}[-‐‑‒–—―−_~./:·•‧∙ーㅡ\u1173\u119e一][ \t]{0,2}|[ \t]{1,2}"
RESIDENT_NUMBER = re.compile(
    rf"(?<![0-9])([0-9]{{6}})(?:{_PARTED})([1-8])[0-9]{{6}}(?![0-9])|(?<![0-9A-Za-z])([0-9]{{6}})([1-8])[0-9]{{6}}(?![0-9A-Za-z])"
)
"""Six digits of a birth date, seven more of which the first says the century; parted, or in one piece that no code holds."""
DIGITS = re.compile(r"(?<!\d)\+?\d(?:[ .()-]{0,2}\d){7,}")
"""Eight digits or more, however they are parted: telephones, accounts, cards."""
DAY = re.compile(r"(?:19|20)\d\d[-. ]{1,2}(?:0?[1-9]|1[0-2])[-. ]{1,2}\d")
_SYLLABIC = ("HANGUL", "CJK", "HIRAGANA", "KATAKANA")


def name(full: str) -> str:
    """`김*용`, `김*`, `남**수`, `마** *** **스`; in an alphabet the initials: `N*** T*** A***`."""
    words = unicodedata.normalize("NFC", full).split()
    letters = "".join(words)
    if all(unicodedata.name(letter, "").startswith(_SYLLABIC) for letter in letters):
        return _outer_letters(words)
    return " ".join(word[0] + HIDDEN if len(word) > 1 else HIDDEN for word in words)


def phone(number: str) -> str:
    """`010-****-2847`, `02-****-4567`; a number without a Korean prefix keeps its last four digits: `****-1234`."""
    digits = re.sub(r"[^0-9]", "", number)
    if number.strip().startswith("+82"):
        digits = re.sub(r"^820?", "0", digits)
    if len(digits) < 8:
        return "****"
    prefix = re.match(r"02|0[1-9][0-9]", digits)
    return f"{prefix[0]}-****-{digits[-4:]}" if prefix and len(digits) > 8 else f"****-{digits[-4:]}"


def email(address: str) -> str:
    """First two letters and the domain: `yo***@example.com`; of a short name the first only, of one letter none."""
    local, at, domain = address.strip().rpartition("@")
    shown = local[: min(2, len(local) // 2)]
    return f"{shown}{HIDDEN}@{domain}" if at else HIDDEN


def birth_date(on: date) -> str:
    """The year only: `1954-**-**`."""
    return f"{on.year:04}-**-**"


def birth_date_words(on: date) -> str:
    """The year only, as documents write days: `1954년 **월 **일`."""
    return f"{on.year}년 **월 **일"


def names_a_resident_number(text: str) -> bool:
    """Whether a text holds what looks like a resident registration number, which is kept nowhere (PRV-04)."""
    return any(map(_is_resident_number, RESIDENT_NUMBER.finditer(_plain(text))))


def words(text: str, names: Iterable[str] = ()) -> str:
    """A text for the public: without addresses of e-mail, telephone and other long numbers, and with `names` masked."""
    text = EMAIL.sub(lambda found: email(found[0]), text)
    if names_a_resident_number(text):
        text = RESIDENT_NUMBER.sub(lambda found: HIDDEN if _is_resident_number(found) else found[0], _plain(text))
    text = DIGITS.sub(lambda found: _digits(found[0]), text)
    for one in names:
        if len(one) > 1:
            text = text.replace(one, name(one))
    return text


def _plain(text: str) -> str:
    """With digits and signs of full width as the usual ones, and without letters that nobody sees."""
    normal = unicodedata.normalize("NFKC", text)
    return "".join(letter for letter in normal if letter.isascii() or unicodedata.category(letter) != "Cf")


def _is_resident_number(found: re.Match[str]) -> bool:
    """Whether the first six digits are a day of the century that the seventh names, until today."""
    day, century = found[1] or found[3], "20" if (found[2] or found[4]) in "3478" else "19"
    try:
        return date.fromisoformat(f"{century}{day}") <= today()
    except ValueError:
        return False


def _outer_letters(words: list[str]) -> str:
    """First and last letter of the whole name, spaces kept; of two letters the first, of one none."""
    last = sum(map(len, words)) - 1
    shown = {0, last} if last > 1 else {0} if last == 1 else set()
    letters = iter(range(last + 1))
    return " ".join("".join(letter if next(letters) in shown else "*" for letter in word) for word in words)


def _digits(found: str) -> str:
    if DAY.match(found):
        return found
    return phone(found) if found.startswith(("0", "+82")) else HIDDEN
