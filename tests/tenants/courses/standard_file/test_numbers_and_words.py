import pytest

from maru.tables.cells import clean
from maru.tables.links import read_link
from tenants.courses.standard_file.amounts import read_capacity, read_fee
from tenants.courses.standard_file.texts import (
    read_flag,
    read_line,
    read_method,
    read_prose,
    read_reception,
    read_selection,
)


@pytest.mark.parametrize(
    ("written", "places", "note"),
    [
        ("20", 20, None),
        ("20명", 20, None),
        ("２０ 명", 20, None),
        ("1,000", 1000, None),
        ("20.0", 20, None),
        ("0", 0, "capacity-zero"),
        ("0명", 0, "capacity-zero"),
        ("20명(대기 5명)", 20, "remark-dropped"),
        ("10~20명", None, "unreadable-number"),
        ("약 20명", None, "unreadable-number"),
        ("무제한", None, "unreadable-number"),
        ("20.5", None, "unreadable-number"),
        ("10,20", None, "unreadable-number"),
        ("99999999999", None, "unreadable-number"),
        ("9" * 5000, None, "unreadable-number"),
        ("-5", None, "negative-number"),
    ],
)
def test_capacity(written: str, places: int | None, note: str | None) -> None:
    reading = read_capacity(written)
    assert (reading.value, reading.note, reading.refused) == (places, note, note == "negative-number")


@pytest.mark.parametrize(
    ("written", "won", "note"),
    [
        ("0", 0, None),
        ("무료", 0, None),
        ("전액 무료", 0, None),
        ("10,000원", 10_000, None),
        ("₩10,000", 10_000, None),
        ("5만원", 50_000, None),
        ("1.5만원", 15_000, None),
        ("1만5천원", 15_000, None),
        ("1만 5,000원", 15_000, None),
        ("3천원", 3_000, None),
        ("36000.0", 36_000, None),
        ("30,000원(재료비 별도)", 30_000, "remark-dropped"),
        ("무료(재료비 10,000원)", 0, "remark-dropped"),
        ("10,000~20,000원", None, "unreadable-number"),
        ("월 30,000원", None, "unreadable-number"),
        ("별도 문의", None, "unreadable-number"),
        ("원", None, "unreadable-number"),
        ("만원", None, "unreadable-number"),
        ("999999만원", None, "unreadable-number"),
        ("9" * 5000 + "만", None, "unreadable-number"),
        ("-10,000원", None, "negative-number"),
        ("−1", None, "negative-number"),
    ],
)
def test_fee(written: str, won: int | None, note: str | None) -> None:
    reading = read_fee(written)
    assert (reading.value, reading.note, reading.refused) == (won, note, note == "negative-number")


@pytest.mark.parametrize(
    ("written", "flag"),
    [
        *[(sign, True) for sign in ("Y", "y", "Ｙ", "예", "O", "○", "TRUE", "1", "해당", "인정")],
        *[(sign, False) for sign in ("N", "n", "아니오", "아니요", "X", "×", "false", "0", "해당 없음", "미인정")],
        ("검토중", None),
    ],
)
def test_flags(written: str, flag: bool | None) -> None:
    assert read_flag(written).value is flag
    assert (read_flag(written).note == "unreadable-flag") is (flag is None)


@pytest.mark.parametrize(
    ("written", "link", "note"),
    [
        ("https://learning.example.kr/a?b=1#c", "https://learning.example.kr/a?b=1#c", None),
        ("HTTP://learning.example.kr", "HTTP://learning.example.kr", None),
        ("http://평생학습.한국", "http://평생학습.한국", None),
        ("www.longlearn.go.kr", "http://www.longlearn.go.kr", "link-completed"),
        ("learning.example.kr:8080/a", "http://learning.example.kr:8080/a", "link-completed"),
        ("//learning.example.kr", "http://learning.example.kr", "link-completed"),
        ("없음", None, None),
        ("javascript:alert(1)", None, "link-dropped"),
        ("javascript:1", None, "link-dropped"),
        ("JaVaScRiPt://a.kr/%0aalert(1)", None, "link-dropped"),
        ("data:text/html,x", None, "link-dropped"),
        ("ftp://learning.example.kr", None, "link-dropped"),
        ("mailto:a@example.kr", None, "link-dropped"),
        ("a@example.kr", None, "link-dropped"),
        ("http://learning.example.kr@evil.example", None, "link-dropped"),
        ("http://learning.example.kr\\@evil.example", None, "link-dropped"),
        ("http:// learning.example.kr", None, "link-dropped"),
        ("http://a.kr http://b.kr", None, "link-dropped"),
        ("http://[::1", None, "link-dropped"),
        ("http://a.kr:port/", None, "link-dropped"),
        ("http://localhost/", None, "link-dropped"),
        ("http://a.kr/" + "a" * 2000, None, "link-dropped"),
        ("네이버 검색", None, "link-dropped"),
        ("http://", None, "link-dropped"),
    ],
)
def test_links(written: str, link: str | None, note: str | None) -> None:
    reading = read_link(written)
    assert (reading.value, reading.note) == (link, note)


def test_codes_are_kept_as_they_are_with_a_note_when_nobody_knows_them() -> None:
    assert read_method("온라인").note is None
    assert (read_method("대면").value, read_method("대면").note) == ("대면", "unknown-method")
    assert [read_reception(way).note for way in ("인터넷", "방문+전화", "온라인 접수", "현장접수")] == [None] * 4
    assert read_reception("담당자 문의").note == "unknown-reception"
    assert [read_selection(way).note for way in ("선착순", "선착순 접수", "전산 추첨", "서류심사")] == [None] * 4
    assert read_selection("기관 결정").note == "unknown-selection"


def test_words_keep_their_line_breaks_only_where_they_are_prose() -> None:
    assert read_line("수채화\n  첫걸음").value == "수채화 첫걸음"
    assert read_prose("첫째 주\n둘째 주").value == "첫째 주\n둘째 주"
    assert read_prose("<p>첫째 주</p>").note == "markup-in-text"
    assert read_line("1<2, 가<나>다").note is None


@pytest.mark.parametrize(
    ("written", "value", "note"),
    [
        ("  수채화\u3000\n", "수채화", None),
        ("수\x00채\x07화", "수채화", "invisible-character"),
        ("수\u200b채화\ufeff", "수채화", "invisible-character"),
        ("abc\u202edef", "abcdef", "invisible-character"),
        ("\ud800수채화", "수채화", "invisible-character"),
        ("첫째\r\n둘째\r셋째\u2028넷째", "첫째\n둘째\n셋째\n넷째", None),
        ("첫째_x000D_\n둘째", "첫째\n둘째", None),
        ("\u1109\u116e\u110e\u1162\u1112\u116a", "수채화", None),
        ("-", "", None),
        ("NULL", "", None),
        ("NaN", "", None),
        ("#REF!", "", "excel-error"),
        ("####", "", "excel-error"),
        ("# 해시", "# 해시", None),
    ],
)
def test_cells_are_cleaned(written: str, value: str, note: str | None) -> None:
    assert (clean(written).value, clean(written).note) == (value, note)
