"""Number and verification code of a certificate: how they are made, and how typed ones are read (CAM-6.10).

The number is public and countable; the code is what makes a certificate impossible to guess. Residents type both from
paper, so reading is generous: case, spaces, dashes and other signs do not matter, nor O for 0, I or L for
1, full-width letters, `제 ... 호`.
"""

import re
import secrets
import unicodedata
from typing import NamedTuple

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: five bits a character, without the letters that are read as others."""
CODE_LENGTH = 20
"""19 random characters (95 bits) and one check character."""
LONGEST_TYPED = 64
"""Signs of a number or code, with room for a space after each; more is neither, and is not looked into."""

_LOOKALIKES = str.maketrans("OIL", "011")
_NUMBER = re.compile(r"(?P<tenant>[0-9]{5})(?P<year>[0-9]{4})(?P<sequence>[0-9]{6})")


class Number(NamedTuple):
    """`41110-2026-000123`: region code of the issuing tenant, year of issue, place in that tenant's year from 1."""

    tenant_code: str
    year: int
    sequence: int

    def __str__(self) -> str:
        return f"{self.tenant_code}-{self.year:04}-{self.sequence:06}"


def number(tenant_code: str, year: int, sequence: int) -> Number:
    """The number of a new certificate; ValueError when it would not fit the printed form."""
    made = Number(tenant_code, year, sequence)
    if sequence < 1 or read_number(str(made)) != made:
        raise ValueError(f"{made} is no certificate number")
    return made


def read_number(typed: str) -> Number | None:
    """What a person typed, as a number; None when it cannot be one."""
    compact = _compact(typed.replace("제", "").replace("호", ""))
    match = _NUMBER.fullmatch(compact)
    return Number(match["tenant"], int(match["year"]), int(match["sequence"])) if match else None


def new_code() -> str:
    """An unguessable code in the form in which it is stored: 20 characters without hyphens."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH - 1))
    return body + _check_character(body)


def read_code(typed: str) -> str | None:
    """What a person typed, as a stored code; None when a character is missing, wrong or in another place."""
    code = _compact(typed)
    well_formed = len(code) == CODE_LENGTH and set(code) <= set(ALPHABET)
    return code if well_formed and code[-1] == _check_character(code[:-1]) else None


def grouped(code: str) -> str:
    """For paper and pages: `K7QF-9M2X-W4TD-8HJN-3RPA`."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def _compact(typed: str) -> str:
    """The letters and figures alone, in one form; none of a text that is too long."""
    if len(typed) > LONGEST_TYPED:
        return ""
    letters = unicodedata.normalize("NFKC", typed).upper()
    return "".join(letter for letter in letters if letter.isalnum()).translate(_LOOKALIKES)


def _check_character(body: str) -> str:
    """A weighted sum in the field of 32 elements, weights being powers of a generator.

    Any one wrong character and any two exchanged ones (not only neighbours) change it.
    """
    total = 0
    for character in body:
        total = _times_generator(total ^ ALPHABET.index(character))
    return ALPHABET[total]


def _times_generator(value: int) -> int:
    doubled = value << 1
    return doubled ^ 0b100101 if doubled & 0b100000 else doubled
