"""What a form was opened with: nobody overwrites unread what a colleague has saved meanwhile."""

import hashlib
from collections.abc import Sequence

from flask import request

FIELD = "seen"
"""The hidden field that carries the mark; a form that was sent without it protects nothing."""


def mark(row: object, names: Sequence[str]) -> str:
    """The same for the same values of a row only."""
    return hashlib.sha256(repr([getattr(row, name) for name in names]).encode()).hexdigest()[:16]


def outdated(row: object, names: Sequence[str]) -> bool:
    """Whether the row says something else than when the form that is sent was opened."""
    return request.form.get(FIELD, "") not in ("", mark(row, names))
