"""Korean typed on English keys, compared with Unicode's own composition."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maru.keyboard import FINALS, LEADS, VOWELS, as_korean

WORDS = st.lists(st.text(st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3), min_size=1), min_size=1)


def keys_of(word: str) -> str:
    """What is pressed for Korean: its letters in the order in which they are written."""
    jamo = [ord(letter) for letter in unicodedata.normalize("NFD", word)]
    return "".join(
        LEADS[one - 0x1100] if one < 0x1161 else VOWELS[one - 0x1161] if one < 0x11A8 else FINALS[one - 0x11A7]
        for one in jamo
    )


@given(WORDS)
def test_every_syllable_is_read_back(words: list[str]) -> None:
    assert as_korean(" ".join(map(keys_of, words))) == " ".join(words)


@pytest.mark.parametrize("typed", ["", "  ", "excel", "smartphone", "스마트폰", "rk!", "rkr1", "ekf-", "watercolour"])
def test_what_is_no_korean_is_left_alone(typed: str) -> None:
    assert as_korean(typed) is None


def test_shift_counts_only_where_it_makes_another_letter() -> None:
    assert as_korean("GkSrmf") == as_korean("gksrmf") == "한글"
    assert as_korean("gkTrmf") == "핬글"
