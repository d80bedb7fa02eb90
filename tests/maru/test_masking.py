"""The one rule of showing personal data in part."""

import re
import time
from datetime import date
from unicodedata import normalize

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from maru import masking

HANGUL = st.text(alphabet=st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3), min_size=1, max_size=30)


@pytest.mark.parametrize(
    ("full", "shown"),
    [
        ("김가용", "김*용"),
        ("김용", "김*"),
        ("남궁민수", "남**수"),
        ("황보 관", "황* 관"),
        ("김", "*"),
        ("陳大文", "陳*文"),
        ("마리아 과달루페 산토스", "마** **** **스"),
        ("John Smith", "J*** S***"),
        ("Nguyễn Thị Ánh", "N*** T*** Á***"),
        ("J Smith", "*** S***"),
        ("Иванов Сергей", "И*** С***"),
        ("김 John", "*** J***"),
        ("  김가용 ", "김*용"),
        (normalize("NFD", "김가용"), "김*용"),
        ("", ""),
    ],
)
def test_names(full: str, shown: str) -> None:
    assert masking.name(full) == shown


@given(full=HANGUL)
def test_a_hangul_name_shows_at_most_two_letters(full: str) -> None:
    shown = masking.name(full)
    assert len(shown) == len(full)
    assert "*" in shown
    assert sum(letter != "*" for letter in shown) <= 2
    assert all(letter in ("*", original) for letter, original in zip(shown, full, strict=True))


@given(full=st.text(max_size=60))
def test_no_name_is_shown_whole_and_none_fails(full: str) -> None:
    assume(full.strip() and "*" not in full)
    assert "*" in masking.name(full)


@given(first=st.text("abcdefghij", min_size=2), last=st.text("abcdefghij", min_size=2))
def test_a_name_in_an_alphabet_tells_no_length(first: str, last: str) -> None:
    assert masking.name(f"{first} {last}") == f"{first[0]}*** {last[0]}***"


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("010-1234-2847", "010-****-2847"),
        ("01012342847", "010-****-2847"),
        ("+82 10-1234-2847", "010-****-2847"),
        ("+82 (0)10 1234 2847", "010-****-2847"),
        ("031-123-4567", "031-****-4567"),
        ("02-123-4567", "02-****-4567"),
        ("0212345678", "02-****-5678"),
        ("010-0012-3400", "010-****-3400"),
        ("1588-1234", "****-1234"),
        ("+1 212 555 0100", "****-0100"),
        ("112", "****"),
        ("전화 없음", "****"),
        ("", "****"),
    ],
)
def test_telephones(number: str, shown: str) -> None:
    assert masking.phone(number) == shown


@given(middle=st.from_regex("[0-9]{4}", fullmatch=True), last=st.from_regex("[0-9]{4}", fullmatch=True))
def test_a_mobile_number_never_shows_its_middle(middle: str, last: str) -> None:
    assert masking.phone(f"010{middle}{last}") == masking.phone(f"010-0000-{last}")


@given(number=st.text())
def test_no_telephone_fails_or_shows_more_than_its_ends(number: str) -> None:
    assert re.fullmatch(r"(0[0-9]{1,2}-)?\*{4}(-[0-9]{4})?", masking.phone(number))


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("youngsook@example.com", "yo***@example.com"),
        ("kim@example.kr", "k***@example.kr"),
        ("a@example.kr", "***@example.kr"),
        ("'a@b'@example.kr", "'a***@example.kr"),
        ("@example.kr", "***@example.kr"),
        ("주소 없음", "***"),
        ("", "***"),
    ],
)
def test_addresses(address: str, shown: str) -> None:
    assert masking.email(address) == shown


@given(local=st.text("abcdefgh.+-", min_size=1, max_size=64))
def test_an_address_shows_at_most_half_of_its_name(local: str) -> None:
    shown = masking.email(f"{local}@example.kr").removesuffix("***@example.kr")
    assert local.startswith(shown)
    assert len(shown) <= min(2, len(local) / 2)


@pytest.mark.parametrize("on", [date(1954, 1, 31), date(1954, 12, 1)])
def test_of_a_birth_date_the_year_is_shown(on: date) -> None:
    assert masking.birth_date(on) == "1954-**-**"
    assert masking.birth_date_words(on) == "1954년 **월 **일"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("010-1234-5678로 주세요", "010-****-5678로 주세요"),
        ("01012345678, 02 123 4567", "010-****-5678, 02-****-4567"),
        ("+82 10 1234 5678", "010-****-5678"),
        ("메일은 kim@example.com.", "메일은 k***@example.com."),
        ("900101-1234567", "***"),
        ("계좌 123-456-789012", "계좌 ***"),
        ("2026-11-30 19:00에 302호로", "2026-11-30 19:00에 302호로"),
        ("2026. 11. 30.(월) 19:00", "2026. 11. 30.(월) 19:00"),
        ("40,000원, 12회, 1,234,567명", "40,000원, 12회, 1,234,567명"),
        ("김영숙입니다. 김영숙 드림", "김*숙입니다. 김*숙 드림"),
    ],
)
def test_a_text_for_the_public_points_at_nobody(written: str, shown: str) -> None:
    assert masking.words(written, ["김영숙", "숙"]) == shown


@pytest.mark.parametrize(
    "text",
    [
        "900101-1234567",
        "번호 900101 - 2234567 끝",
        "주민번호9001011234567입니다",
        "９００１０１-１２３４５６７",
        "880101ㅡ1234567",
        "880101.1234567",
        "880101—1234567",
        "880101–1234567",
        "880101·1234567",
        "880101/1234567",
        "880101 1234567",
        "880101\u200b-\u200b1234567",
        "880101~5234567",
        "030101-3234567",
        "RRN880101-1234567",
        "880101：2026, 880101－1234567",
    ],
)
def test_a_resident_number_is_recognised(text: str) -> None:
    assert masking.names_a_resident_number(text)


@pytest.mark.parametrize(
    "text",
    [
        "010-1234-5678",
        "900101-9234567",
        "901301-1234567",
        "123-456-789012",
        "19900101-1234567890",
        "900230-1234567",
        "880101-3234567",
        "2026-11-23 19:00",
        "20261123-1",
        "010 1234 5678",
        "031-228-1234~1235",
        "수원-2026-000123",
        "2026-09-0012345",
        "9788901234567",
        "0f9001011234567a",
        "01a20000-0000-7000-8000-000000000000",
        "1,234,567,890,123원",
    ],
)
def test_other_numbers_are_none(text: str) -> None:
    assert not masking.names_a_resident_number(text)


@pytest.mark.parametrize("text", ["a." * 50_000, "1-" * 50_000, "w" * 100_000, "a@" * 50_000, "90010112345678" * 5_000])
def test_a_long_text_is_masked_in_time(text: str) -> None:
    begun = time.process_time()
    masking.words(text, ["김영숙"])
    assert time.process_time() - begun < 2


@given(
    born=st.dates(date(1900, 1, 1), date(1999, 12, 31)),
    century=st.sampled_from("1256"),
    rest=st.integers(0, 999_999),
    sign=st.sampled_from(["", "-", "–", "—", "ㅡ", ".", "·", "/", " ", " - ", "−", "－", "．"]),
    full_width=st.booleans(),
)
def test_every_resident_number_is_recognised(born: date, century: str, rest: int, sign: str, full_width: bool) -> None:
    digits = str.maketrans("0123456789", "０１２３４５６７８９" if full_width else "0123456789")
    number = f"{born:%y%m%d}{sign}{century}{rest:06}".translate(digits)
    assert masking.names_a_resident_number(f"번호는 {number}입니다")
    assert number not in masking.words(f"번호는 {number}입니다")


@given(
    prefix=st.sampled_from(["010", "02", "031", "070", "+82 10", "1588"]),
    middle=st.integers(100, 9999),
    last=st.integers(0, 9999),
    sign=st.sampled_from(["-", " ", ".", ""]),
    day=st.dates(date(1900, 1, 1), date(2099, 12, 31)),
    place=st.integers(1, 999_999),
)
def test_telephones_days_and_numbers_of_courses_are_none(
    prefix: str, middle: int, last: int, sign: str, day: date, place: int
) -> None:
    for text in (f"{prefix}{sign}{middle}{sign}{last:04}", f"{day} {prefix}{sign}{middle}{sign}{last:04}",
                 f"{day:%Y. %m. %d.}", f"{day:%Y%m%d}", f"수원-{day:%Y}-{place:06}", f"{day:%Y%m%d}-{place:06}"):  # fmt: skip
        assert not masking.names_a_resident_number(text), text
