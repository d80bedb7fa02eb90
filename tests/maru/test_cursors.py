"""What a cursor may hold, and that nothing else comes out of one."""

import base64
import json
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maru import cursors
from maru.cursors import Kind
from maru.errors import Invalid

ID = UUID("01977f20-0000-7000-8000-000000000000")
NOW = datetime.now(UTC)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


def forged(*values: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).rstrip(b"=").decode()


@given(st.integers(-(2**31) + 1, 2**31 - 1), st.floats(-1e15, 1e15), st.text(st.characters(codec="utf-8")), st.dates())
def test_what_went_in_comes_out(whole: int, number: float, word: str, day: date) -> None:
    word = word.replace("\0", "")[:20]
    kinds = (cursors.whole, cursors.number, cursors.word, cursors.day, cursors.identity)
    assert cursors.decode(cursors.encode(whole, number, word, day, ID), *kinds) == (whole, number, word, day, ID)


def test_a_moment_is_one_of_these_days() -> None:
    assert cursors.decode(cursors.encode(NOW.timestamp()), cursors.recent) == (NOW,)
    for away in (timedelta(days=3), timedelta(days=-3), timedelta(days=9999)):
        with pytest.raises(Invalid):
            cursors.decode(cursors.encode((NOW + away).timestamp()), cursors.recent)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        *((cursors.whole, value) for value in (True, 2**31, -(2**63), 10**400, 1.0, "1", None, [1])),
        *((cursors.number, value) for value in (True, 1, float("nan"), float("inf"), 1e300, "1.0")),
        *((cursors.word, value) for value in ("\ud800", "a\0", 1, None, ["a"], True)),
        *((cursors.day, value) for value in ("2026-02-31", "", "zz", "0000-01-01", "10000-01-01", 20260101, None)),
        *((cursors.identity, value) for value in ("abc", "", "z" * 32, 5, None, [str(ID)])),
        *((cursors.recent, value) for value in (253402300799.0, -62135596801.0, float("nan"), True, "now")),
    ],
)
def test_what_a_list_would_not_have_written(kind: Kind, value: Any) -> None:
    with pytest.raises(Invalid) as refused:
        cursors.decode(forged(value), kind)
    assert set(refused.value.errors) == {"cursor"}


@pytest.mark.parametrize(
    "cursor", ["x", "!!", "가", "W10", forged(), forged("a", "b"), forged("a") + "!", forged("a") * 99, "W1tbW1tb" * 60]
)
def test_what_is_no_cursor_of_one_word(cursor: str) -> None:
    with pytest.raises(Invalid):
        cursors.decode(cursor, cursors.word)


@given(st.lists(anything, max_size=4))
def test_any_values_are_read_or_refused(values: list[Any]) -> None:
    kinds = (cursors.recent, cursors.whole, cursors.number, cursors.identity)
    for some in (kinds, kinds[2:], kinds[3:], (cursors.day, cursors.identity), (cursors.word,)):
        try:
            read = cursors.decode(forged(*values), *some)
        except Invalid:
            continue
        assert len(read) == len(some)
