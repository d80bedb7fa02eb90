"""Numbers and codes as people type them."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.certificates import numbering
from records.certificates.numbering import ALPHABET, LONGEST_TYPED, Number

codes = st.builds(lambda _: numbering.new_code(), st.integers())
places = st.integers(0, numbering.CODE_LENGTH - 1)


def test_a_number_reads_as_printed() -> None:
    assert str(numbering.number("41110", 2026, 123)) == "41110-2026-000123"


@pytest.mark.parametrize(
    "typed",
    [
        "41110-2026-000123",
        " 제 41110-2026-000123 호 ",
        "41110 2026 000123",
        "411102026000123",
        "41110–2026−000123",
        "４１１１０-２０２６-０００１２３",
        "4111O-2O26-OOO123",
        "4lIl0-2026-000123",
    ],
)
def test_a_number_is_read_as_people_type_it(typed: str) -> None:
    assert numbering.read_number(typed) == Number("41110", 2026, 123)


@pytest.mark.parametrize(
    "typed", ["", "수원", "41110-2026-00123", "41110-2026-0000123", "4111A-2026-000123", "' OR 1=1"]
)
def test_what_is_no_number_is_none(typed: str) -> None:
    assert numbering.read_number(typed) is None


@pytest.mark.parametrize(
    "parts", [("41110", 2026, 0), ("41110", 2026, 1_000_000), ("4111", 2026, 1), ("41110", 26, -1), ("suwon", 2026, 1)]
)
def test_a_number_that_would_not_fit_is_never_made(parts: tuple[str, int, int]) -> None:
    with pytest.raises(ValueError, match="no certificate number"):
        numbering.number(*parts)


@given(
    tenant=st.from_regex("[0-9]{5}", fullmatch=True, alphabet="0123456789"),
    year=st.integers(2000, 2999),
    sequence=st.integers(1, 999_999),
)
def test_every_number_is_read_back(tenant: str, year: int, sequence: int) -> None:
    made = numbering.number(tenant, year, sequence)
    assert numbering.read_number(str(made)) == made


def test_codes_are_long_and_do_not_repeat() -> None:
    made = {numbering.new_code() for _ in range(2_000)}
    assert len(made) == 2_000
    assert all(re.fullmatch(f"[{ALPHABET}]{{20}}", code) for code in made)
    assert all({code[place] for code in made} == set(ALPHABET) for place in range(20))


@given(code=codes)
def test_a_printed_code_is_read_back_however_it_is_typed(code: str) -> None:
    printed = numbering.grouped(code)
    assert re.fullmatch(r"\w{4}(-\w{4}){4}", printed)
    careless = printed.lower().replace("-", " – ").replace("0", "o").replace("1", "l")
    wide = "".join(chr(ord(letter) + 0xFEE0) for letter in printed)
    assert [numbering.read_code(typed) for typed in (code, printed, careless, wide)] == [code] * 4


@given(code=codes, place=places, letter=st.sampled_from(ALPHABET))
def test_one_wrong_character_is_seen(code: str, place: int, letter: str) -> None:
    typed = code[:place] + letter + code[place + 1 :]
    assert numbering.read_code(typed) == (code if letter == code[place] else None)


@given(code=codes, first=places, second=places)
def test_two_exchanged_characters_are_seen(code: str, first: int, second: int) -> None:
    letters = list(code)
    letters[first], letters[second] = letters[second], letters[first]
    assert numbering.read_code("".join(letters)) == (code if letters == list(code) else None)


def test_a_text_that_is_too_long_is_not_normalised(monkeypatch: pytest.MonkeyPatch) -> None:
    normalised: list[str] = []
    monkeypatch.setattr(unicodedata, "normalize", lambda _form, text: normalised.append(text) or text)
    number, code = "41110-2026-000123", numbering.new_code()
    for read, typed, most in (
        (numbering.read_number, number, Number("41110", 2026, 123)),
        (numbering.read_code, code, code),
    ):
        assert read(typed.ljust(LONGEST_TYPED)) == most
        assert read(typed.ljust(LONGEST_TYPED + 1)) is None
        assert read(typed + "\u0300\u0316" * 15_500) is None
    assert {len(text) for text in normalised} == {LONGEST_TYPED}


@given(typed=st.text())
def test_nothing_typed_makes_reading_fail(typed: str) -> None:
    assert numbering.read_code(typed) is None or len(typed) >= numbering.CODE_LENGTH
    numbering.read_number(typed)
