"""Cursors of lists: where the last page ended, opaque to callers and worthless to forge.

Anybody can write one, so what comes back is read by kinds (`whole`, `day`, ...): a function from any value of JSON to
what the query compares with, which raises ValueError for what the list itself would never have written.
"""

import base64
import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from maru.errors import N_, Invalid

MOST_LETTERS = 500
MOST_WHOLE = 2**31 - 1
MOST_NUMBER = 1e15
LASTS = timedelta(days=2)
"""How far from now the moment may be for which a list was ordered."""

Kind = Callable[[object], Any]


def encode(*values: float | str | date | UUID) -> str:
    """A cursor that holds `values`."""
    return base64.urlsafe_b64encode(json.dumps(values, default=str).encode()).rstrip(b"=").decode()


def decode(cursor: str, *kinds: Kind) -> tuple[Any, ...]:
    """The values of a cursor, one for each of `kinds`; Invalid for anything else."""
    try:
        if len(cursor) > MOST_LETTERS:
            raise ValueError
        padded = cursor + "=" * (-len(cursor) % 4)
        values = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        return tuple(kind(value) for kind, value in zip(kinds, _several(values), strict=True))
    except (ValueError, RecursionError) as error:
        wrong = N_("이어 보기 주소가 맞지 않습니다. 목록을 처음부터 다시 열어 주세요.")
        raise Invalid(wrong, {"cursor": wrong}) from error


def whole(value: object) -> int:
    """A number that a column of integers could hold."""
    if type(value) is int and abs(value) <= MOST_WHOLE:
        return value
    raise ValueError


def number(value: object) -> float:
    """A finite number with a fraction."""
    if type(value) is float and abs(value) <= MOST_NUMBER:
        return value
    raise ValueError


def word(value: object) -> str:
    """Text that the database can hold."""
    if isinstance(value, str) and "\0" not in value:
        value.encode()
        return value
    raise ValueError


def day(value: object) -> date:
    return date.fromisoformat(word(value))


def instant(value: object) -> datetime:
    found = datetime.fromisoformat(word(value))
    if found.tzinfo is None:
        raise ValueError
    return found


def identity(value: object) -> UUID:
    return UUID(word(value))


def recent(value: object) -> datetime:
    """An instant not far from now, of seconds since 1970."""
    seconds, now = number(value), datetime.now(UTC)
    if abs(seconds - now.timestamp()) <= LASTS.total_seconds():
        return datetime.fromtimestamp(seconds, UTC)
    raise ValueError


def _several(values: object) -> list[object]:
    if isinstance(values, list):
        return values
    raise ValueError
