"""Cursors of lists: where the last page ended, opaque to callers and worthless to forge."""

import base64
import json
import math
from typing import Any

from maru.errors import N_, Invalid

MOST_LETTERS = 500


def encode(values: list[Any]) -> str:
    """A cursor that holds `values` (numbers and strings)."""
    return base64.urlsafe_b64encode(json.dumps(values, separators=(",", ":")).encode()).rstrip(b"=").decode()


def decode(cursor: str, kinds: tuple[type, ...]) -> tuple[Any, ...]:
    """The values of a cursor, which must be of `kinds`; anything else is refused."""
    try:
        padded = cursor[:MOST_LETTERS] + "=" * (-len(cursor[:MOST_LETTERS]) % 4)
        values = json.loads(base64.urlsafe_b64decode(padded.encode("ascii")))
        if not isinstance(values, list) or len(values) != len(kinds):
            raise TypeError
        if not all(isinstance(value, kind) and _storable(value) for value, kind in zip(values, kinds, strict=True)):
            raise TypeError
    except (ValueError, TypeError, RecursionError) as error:
        wrong = N_("이어 보기 주소가 맞지 않습니다. 목록을 처음부터 다시 열어 주세요.")
        raise Invalid(wrong, {"cursor": wrong}) from error
    return tuple(values)


def _storable(value: Any) -> bool:
    """Neither "not a number" nor text with a NUL, which the database refuses."""
    return not (isinstance(value, float) and math.isnan(value)) and not (isinstance(value, str) and "\0" in value)
