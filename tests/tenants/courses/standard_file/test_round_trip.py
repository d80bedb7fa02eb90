"""Reading what was written changes nothing."""

import csv
import io
from collections.abc import Callable
from datetime import date, time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from maru.tables.formulas import guarded, unguarded
from tenants.courses.standard_file.columns import COLUMNS
from tenants.courses.standard_file.course import StandardCourse
from tenants.courses.standard_file.moments import ALWAYS_OPEN, FIRST_DAY
from tenants.courses.standard_file.reading import Record, read
from tenants.courses.standard_file.weekdays import days_of
from tenants.courses.standard_file.writing import write_csv, write_xlsx

# What is said of a course as it stands; all other codes say that something was read otherwise than it was written.
STANDING = {
    *(
        "no-time",
        "half-time",
        "time-order",
        "no-window",
        "half-window",
        "window-after-end",
        "no-capacity",
        "capacity-zero",
        "no-fee",
    ),
    *("no-institution", "unknown-method", "unknown-reception", "unknown-selection", "weekdays-as-text"),
    *("markup-in-text", "line-in-cell"),
}

words = st.text(max_size=40) | st.text("=+-@'\"＝,;\t\r\n _x000D가나a1<b>", max_size=12)
optional_words = st.none() | words
days = st.dates(FIRST_DAY, ALWAYS_OPEN)
moments = st.none() | st.times()
amounts = st.none() | st.integers(0, 100_000_000)
flags = st.none() | st.booleans()
links = st.none() | words | words.map(lambda path: f"www.example.kr/{path}") | st.just("https://learning.example.kr")
weekdays = st.none() | st.integers(0, 127).map(days_of) | words | st.sampled_from(["격주 토", "목용일", "월~금"])


@st.composite
def courses(draw: st.DrawFn) -> StandardCourse:
    starts_on, ends_on = sorted((draw(days), draw(days)))
    window = sorted((draw(days), draw(days)))
    values = {
        "title": "수채화 " + draw(words),
        "starts_on": starts_on,
        "ends_on": ends_on,
        "opens_on": draw(st.sampled_from([None, window[0]])),
        "closes_on": draw(st.sampled_from([None, window[1]])),
        "reference_date": draw(st.none() | days),
        "weekdays": draw(weekdays),
        "homepage": draw(links),
    }
    kinds = {"starts_at": moments, "ends_at": moments, "capacity": amounts, "fee": amounts}
    kinds |= dict.fromkeys(("vocational", "credit_bank", "learning_account"), flags)
    for column in COLUMNS:
        if column.field not in values:
            values[column.field] = draw(kinds.get(column.field, optional_words))
    return StandardCourse(**values)


def minimal(**values: object) -> StandardCourse:
    day = date(2026, 10, 29)
    return StandardCourse(**{"title": "수채화", "starts_on": day, "ends_on": day, **values})


@pytest.mark.parametrize("write", [write_csv, write_xlsx])
@given(written=st.lists(courses(), max_size=5))
@example([minimal(title=sign + "수채화", phone="'" * n + sign + "82") for sign in "=+-@＝＋－＠" for n in range(3)])
@example([minimal(title=lead + "=1+1", content=f"'{lead}'-1") for lead in ("\u200c", "\u200d\u200d", "\u180e")])
@example([minimal(title="'0'=1", place="가'=1")])
@example([minimal(title="_x0041_ x005F_", content="_x005F_x000D_ \t끝", place="'빛'")])
@example([minimal(content=", " * 30 + "\n" + ", " * 30)])
@example([minimal(starts_at=time(*divmod(minute, 60))) for minute in range(24 * 60)])
@example([minimal(title="TRUE", instructor="00123", place="2026-10-29", target="1e5", address="#N/A 아님")])
@settings(deadline=None, max_examples=150)
def test_reading_what_was_written_gives_the_same_courses(
    write: Callable[[list[StandardCourse]], bytes], written: list[StandardCourse]
) -> None:
    records = list(read(write(written), "courses"))
    assert [record.course for record in records] == written
    assert {finding.code for record in records for finding in record.warnings} <= STANDING


def test_a_whole_course_comes_back_without_a_word(read_line: Callable[..., object], good: dict[str, str]) -> None:
    course = read_line({}).course
    for write in (write_csv, write_xlsx):
        (record,) = read(write([course]), "courses")
        assert (record.course, record.refusals, record.warnings) == (course, (), ())
        assert record.raw == good


def test_csv_is_as_spreadsheet_programs_expect_it() -> None:
    data = write_csv([minimal(title='"물", 색', instructor="=1+1", starts_at=time(9), capacity=20, vocational=False)])
    assert data.startswith(b"\xef\xbb\xbf")
    headings, line = data.decode("utf-8-sig").removesuffix("\r\n").split("\r\n")
    assert headings == ",".join(column.heading for column in COLUMNS)
    assert line == '"""물"", 색",\'=1+1,2026-10-29,2026-10-29,09:00,,,,,,,20,,,,,,,,,,N,,,'
    (cells,) = csv.reader(io.StringIO(line))
    assert len(cells) == 25


BEFORE_FORMULAS = (
    "",
    "\t",
    "\r",
    "\n",
    "\r\n",
    " ",
    "\u3000",
    "\xa0",
    "\u200b",
    "\ufeff",
    "\u200c\u2060",
    "\x00",
    "' ",
)


@pytest.mark.parametrize("lead", BEFORE_FORMULAS)
@pytest.mark.parametrize("sign", "=+-@＝＋－＠")
def test_formulas_are_guarded_behind_what_nobody_sees(lead: str, sign: str) -> None:
    assert guarded(f"{lead}{sign}1+1") == f"'{lead}{sign}1+1"
    assert guarded(f"{lead}수채화 {sign}1") == f"{lead}수채화 {sign}1"


@given(text=st.text() | st.text("'=+-@＝ \t\r\n\u200b가", max_size=8))
@settings(deadline=None)
def test_a_guard_is_taken_away_exactly(text: str) -> None:
    assert unguarded(guarded(text)) == text


@pytest.mark.parametrize("title", ['\t=HYPERLINK("http://a.kr")', " =1+1", "\r=1+1", "\u200b=1+1"])
def test_the_title_of_a_refused_line_is_guarded_as_it_was_written(read_line: Callable[..., Record], title: str) -> None:
    record = read_line({"강좌명": title, "교육시작일자": "미정"})
    assert record.course is None
    assert guarded(record.raw["강좌명"]) == f"'{title}"


def test_xlsx_has_native_cells_and_no_formulas() -> None:
    data = write_xlsx([minimal(instructor="=1+1", starts_at=time(9), capacity=20, vocational=True)])
    sheet = load_workbook(io.BytesIO(data)).active
    assert sheet
    assert [cell.value for cell in sheet[1]] == [column.heading for column in COLUMNS]
    assert {cell.data_type for cell in sheet[2] if cell.value is not None} == {"s", "d", "n"}
    assert (sheet["B2"].value, sheet["B2"].data_type) == ("=1+1", "s")
    assert (sheet["C2"].number_format, sheet["E2"].number_format) == ("yyyy-mm-dd", "hh:mm")
