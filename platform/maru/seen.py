"""Marks of what a form was opened with, which it sends back: nobody overwrites unread what a colleague has saved meanwhile."""

import hashlib
import json
from collections.abc import Sequence
from typing import Any


def mark(said: Any) -> str:
    """The same for the same content only: whatever JSON can say, and moments and ids."""
    return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()[:16]


def mark_of(row: object, names: Sequence[str]) -> str:
    """The mark of some columns of a row."""
    return mark([getattr(row, name) for name in names])


def outdated(row: object, names: Sequence[str], sent: str) -> bool:
    """Whether a row says something else than when the form was opened; one that was sent without a mark protects nothing."""
    return sent not in ("", mark_of(row, names))
