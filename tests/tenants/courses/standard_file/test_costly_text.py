"""Texts that are made to take long: what normalising would sort in quadratic time never gets there."""

import sys
import unicodedata
from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from maru.tables.cells import LONGEST, MOST_MARKS, clean
from maru.tables.sheet import LONGEST_HEADING
from tenants.courses.standard_file.columns import COLUMNS
from tenants.courses.standard_file.course import StandardCourse, identity_key
from tenants.courses.standard_file.places import Region, foreign_city
from tenants.courses.standard_file.reading import Record, read
from tenants.courses.standard_file.writing import write_csv, write_xlsx

Good = dict[str, str]
MakeCsv = Callable[..., bytes]
ReadLine = Callable[[Good], Record]

MARKS = "\u0300\u0316"
"""Above and below: sorting puts the lower ones first."""
PILE, TOO_LONG = "a" + MARKS * (LONGEST // 2 - 1), "a" + MARKS * LONGEST


def longest_pile(text: str) -> int:
    """The most signs in a row that normalising would sort."""
    longest = pile = 0
    for sign in text:
        pile = pile + 1 if combines(sign) else 0
        longest = max(longest, pile)
    return longest


def combines(sign: str) -> bool:
    return unicodedata.combining(decomposed("NFKD", sign)[0]) > 0


decomposed = unicodedata.normalize


@pytest.fixture
def normalised(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every text that is normalised during the test."""
    texts: list[str] = []

    def noted(form: str, text: str) -> str:
        texts.append(text)
        return decomposed(form, text)

    monkeypatch.setattr(unicodedata, "normalize", noted)
    return texts


@pytest.mark.parametrize("heading", [column.heading for column in COLUMNS[1:]])
def test_marks_too_many_are_dropped_before_a_cell_is_understood(
    read_line: ReadLine, normalised: list[str], heading: str
) -> None:
    record = read_line({heading: PILE})
    if record.course:
        identity_key(record.course)
    (said,) = (finding for finding in record.refusals + record.warnings if finding.code == "marks-dropped")
    assert said.message == f"{heading}에 적힌 글에서 한 글자에 서른 개 넘게 겹친 부호를 뺐습니다. 글을 확인하세요."
    assert max(map(longest_pile, normalised)) <= MOST_MARKS


def test_what_is_kept_reads_the_same_again(read_line: ReadLine) -> None:
    course = read_line({"강사명": PILE, "강좌내용": "\u0f40" + "\u0f73" * 100}).course
    assert course
    for write in (write_csv, write_xlsx):
        (record,) = read(write([course]), "courses")
        assert (record.course, record.warnings) == (course, ())


def test_letters_with_a_few_marks_stay(read_line: ReadLine) -> None:
    title = "Tiếng Việt ́, ก็, 1️⃣, हिन्दी, שָׁלוֹם"
    record = read_line({"강좌명": title})
    assert record.course
    assert record.course.title == decomposed("NFC", title)
    assert record.warnings == ()


@pytest.mark.parametrize("heading", ["교육시작시각", "교육종료시각", "접수시작일자", "접수종료일자", "제공기관명"])
def test_a_cell_that_is_too_long_is_not_looked_into(
    make_csv: MakeCsv, good: Good, normalised: list[str], heading: str
) -> None:
    line = {**good, heading: TOO_LONG}
    (record,) = read(make_csv(line, headings=line), "courses.csv")
    assert [(finding.code, finding.column) for finding in record.refusals] == [("cell-too-long", heading)]
    assert max(map(len, normalised)) <= LONGEST_HEADING


def test_a_heading_that_is_too_long_is_none(make_csv: MakeCsv, good: Good, normalised: list[str]) -> None:
    piles = ",".join([TOO_LONG] * 20)
    (record,) = read(make_csv(good, preamble=f"{piles}\r\n"), "courses.csv")
    assert record.course
    line = {**good, TOO_LONG: "신규", "강좌명" + " " * LONGEST_HEADING + "!": "딴 이름"}
    (record,) = read(make_csv(line, headings=line), "courses.csv")
    assert record.raw[TOO_LONG[:LONGEST_HEADING]] == "신규"
    assert record.raw["강좌명"] == good["강좌명"]
    assert max(map(len, normalised)) <= LONGEST_HEADING


def test_the_provider_is_cleaned_too(normalised: list[str]) -> None:
    day = date(2026, 10, 29)
    course = StandardCourse(title="수채화", starts_on=day, ends_on=day)
    regions = [Region("41110", "수원시"), Region("41130", "성남시")]
    assert foreign_city(course, "41110", regions, f"성남시 {PILE}") == "성남시"
    assert max(map(longest_pile, normalised)) <= MOST_MARKS


piles = st.text("a가क\u0958\u0300\u0316\u0344\u0f73\u0f75\u0f81\uff9e\uff9f\u3099\u20dd\u200b ", max_size=6)


@given(text=st.lists(piles.map(lambda pile: pile * 20), max_size=4).map("".join))
@example("\u0f40" + "\u0f73" * MOST_MARKS)
@example("\u0958" + MARKS * MOST_MARKS)
@example("\uff76" + "\uff9e\u0300" * MOST_MARKS)
@settings(deadline=None)
def test_clean_text_is_clean_and_cheap_to_normalise(text: str) -> None:
    value = clean(text).value
    assert value is not None
    assert clean(value).value == value
    assert longest_pile(value) <= MOST_MARKS
    assert longest_pile(decomposed("NFKC", value)) <= 2 * MOST_MARKS + 3


def test_every_sign_that_combines_is_known() -> None:
    signs = (chr(code) for code in range(sys.maxunicode + 1) if not 0xD800 <= code < 0xE000)
    kept = [sign for sign in signs if combines(sign) and longest_pile(clean("a" + sign * 99).value or "") > MOST_MARKS]
    assert kept == []
