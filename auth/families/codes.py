"""Codes that people pass on: read aloud, written on paper, typed by hand; stored as digests alone."""

import re
import secrets
from uuid import UUID

from maru.security import digest

LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""Without those that are mistaken for each other on paper."""


def new_code() -> str:
    """Twelve letters, some 59 bits, in groups of four: `K7QD-9MXT-2HWB`."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(3))


def typed(code: str) -> str:
    """A code as somebody typed it, in its own form."""
    letters = re.sub(r"[^A-Z0-9]", "", code.upper())
    return "-".join(letters[at : at + 4] for at in range(0, len(letters), 4))


def digest_of(request: UUID, code: str) -> bytes:
    """What is kept of a code that proves one request."""
    return digest(f"{request}:{''.join(code.split())}")
