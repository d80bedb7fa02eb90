"""Encodings, delimiters, headings, quotes: which line is which."""

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maru.tables.delimited import _odd_line, _row, _rows
from maru.tables.findings import FileRefused
from maru.tables.sheet import Row
from tenants.courses.standard_file.reading import Record, read

MakeCsv = Callable[..., bytes]
Good = dict[str, str]


def refused(data: bytes) -> FileRefused:
    with pytest.raises(FileRefused) as caught:
        read(data, "courses.csv")
    return caught.value


def titles(records: list[Record]) -> list[tuple[int, str | None]]:
    return [(record.line, record.course and record.course.title) for record in records]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "cp949", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_encodings_and_delimiters(make_csv: MakeCsv, good: Good, encoding: str, delimiter: str) -> None:
    good["강좌명"] = "수채화, 첫걸음; 둘째\t걸음"
    (record,) = read(make_csv(good, encoding=encoding, delimiter=delimiter), "courses.csv")
    assert record.course
    assert record.course.title == "수채화, 첫걸음; 둘째 걸음"
    assert record.raw == good


def test_cp949_has_more_syllables_than_euc_kr(make_csv: MakeCsv, good: Good) -> None:
    data = make_csv({**good, "강좌명": "똠방각하 읽기"}, encoding="cp949")
    with pytest.raises(UnicodeDecodeError):
        data.decode("euc-kr")
    assert titles(list(read(data, "courses.csv"))) == [(2, "똠방각하 읽기")]


def test_headings_in_any_order_with_extra_columns(make_csv: MakeCsv, good: Good) -> None:
    headings = ["제공기관명", *reversed(good), "", "비고"]
    line = {**good, "제공기관명": "경기도 수원시", "비고": "신규"}
    (record,) = read(make_csv(line, headings=headings), "courses.csv")
    assert record.course
    assert record.course.title == good["강좌명"]
    assert (record.raw["제공기관명"], record.raw["비고"]) == ("경기도 수원시", "신규")


def test_headings_are_compared_without_blanks_forms_and_marks(make_csv: MakeCsv, good: Good) -> None:
    odd = {"강좌명": "\ufeff 강좌 명 *", "학점은행제평가(학점)인정여부": "학점은행제평가（학점）\n인정여부"}
    line = {odd.get(heading, heading): cell for heading, cell in good.items()}
    (record,) = read(make_csv(line, headings=line), "courses.csv")
    assert record.course
    assert record.raw == good


def test_titles_before_the_headings_and_empty_lines(make_csv: MakeCsv, good: Good) -> None:
    preamble = "2026년 4분기 평생학습강좌\r\n\r\n작성: 평생학습과,,\r\n"
    empty = dict.fromkeys(good, "")
    data = make_csv(good, empty, {**good, "강좌명": "서예"}, preamble=preamble) + b"\r\n\r\n"
    assert titles(list(read(data, "courses.csv"))) == [(5, "처음 만나는 수채화"), (7, "서예")]


def test_line_numbers_are_those_of_an_editor(make_csv: MakeCsv, good: Good) -> None:
    long = {**good, "강좌내용": "첫째 주\r\n둘째 주\n\n넷째 주\r다섯째 주"}
    records = list(read(make_csv(long, {**good, "강좌명": "서예"}), "courses.csv"))
    assert [record.line for record in records] == [2, 7]
    assert records[0].course
    assert records[0].course.content == "첫째 주\n둘째 주\n\n넷째 주\n다섯째 주"


def test_an_open_quote_costs_its_own_line_only(make_csv: MakeCsv, good: Good) -> None:
    lines = make_csv(good, good, good, good).decode("utf-8-sig").split("\r\n")
    lines[2] = lines[2].replace("물의", '"물의')
    records = list(read("\r\n".join(lines).encode(), "courses.csv"))
    assert [record.line for record in records if record.course] == [2, 4, 5]
    assert [finding.code for finding in records[1].refusals] == ["broken-quotes"]


def test_two_open_quotes_do_not_swallow_the_line_between(make_csv: MakeCsv, good: Good) -> None:
    lines = make_csv(good, good, good, good).decode("utf-8-sig").split("\r\n")
    lines[2] = lines[2].replace("물의", '"물의')
    lines[4] = lines[4].replace("물의", '"물의')
    records = list(read("\r\n".join(lines).encode(), "courses.csv"))
    assert [record.line for record in records if record.course] == [2, 4]
    assert [record.line for record in records if not record.course] == [3, 5]


def test_quotes_that_fit_where_they_were_not_meant_are_warned_of(make_csv: MakeCsv, good: Good) -> None:
    lines = make_csv(good, good, good).decode("utf-8-sig").split("\r\n")
    lines[1] = lines[1].replace("물의", '"물의')
    lines[2] = lines[2].replace("시작합니다.", '시작합니다."')
    first, last = read("\r\n".join(lines).encode(), "courses.csv")
    assert [finding.code for finding in first.warnings] == ["line-in-cell"]
    assert (last.line, last.warnings) == (4, ())


def test_stray_quotes_inside_a_line_are_text(make_csv: MakeCsv, good: Good) -> None:
    text = make_csv(good).decode().replace("물의 양", '"물"의 양').replace("한소연", '한"소연')
    (record,) = read(text.encode(), "courses.csv")
    assert record.course
    assert (record.course.content, record.course.instructor) == ("물의 양을 조절하는 연습부터 시작합니다.", '한"소연')


class Counted(list[str]):
    """Lines that count how often one of them is read."""

    reads = 0

    def __getitem__(self, index: Any) -> Any:
        self.reads += 1
        return super().__getitem__(index)


def every_line_anew(lines: Sequence[str]) -> Iterator[Row]:
    """What `_rows` gives, said without any care for time: each line is tried to the end of the file."""
    position = 0
    while position < len(lines):
        reader = csv.reader(lines[position:], strict=True)
        try:
            yield from _row(position, next(reader))
            position += reader.line_num
        except csv.Error:
            yield from _odd_line(position, lines[position], ",")
            position += 1


@pytest.mark.parametrize(
    "line", ['x",",y\n', '"\n', ',"\n', 'x,"y\n', '"a""b\n', '"x","y,\n', 'x",",y\r', "x,y\n", "\n"]
)
@pytest.mark.parametrize("last", ["", '"', '"x" y', '"x"'])
def test_no_line_is_read_more_than_three_times(line: str, last: str) -> None:
    lines = Counted([*[line] * 2_000, last])
    list(_rows(lines, ","))
    assert lines.reads <= 3 * len(lines)


@given(st.text('ab",\n ', max_size=60) | st.lists(st.sampled_from(['"', '""', ",", "\n", "\r\n", "a"])).map("".join))
@settings(max_examples=500)
def test_few_readings_find_the_same_rows(text: str) -> None:
    lines = list(io.StringIO(text, newline=""))
    assert list(_rows(lines, ",")) == list(every_line_anew(lines))


def test_more_cells_than_any_table_has_cost_their_own_line_only(make_csv: MakeCsv, good: Good) -> None:
    headings, line = make_csv(good).decode("utf-8-sig").splitlines()
    text = "\n".join([headings, line + "," * 20_000, line + ",x" * 1_000, line])
    first, second, third = read(text.encode(), "courses.csv")
    assert (first.warnings, third.warnings) == ((), ())
    assert [finding.code for finding in second.refusals] == ["too-many-cells"]


def test_missing_headings_are_listed(make_csv: MakeCsv, good: Good) -> None:
    refusal = refused(make_csv(good, headings=[heading for heading in good if heading not in ("운영요일", "수강료")]))
    assert refusal.code == "missing-headings"
    assert refusal.message == "표의 제목이 모자랍니다: 운영요일, 수강료. 표준 제목 25개가 있는 파일을 올리세요."
    assert refusal.details == {"missing": "운영요일, 수강료", "needed": "표준 제목 25개가", "filename": "courses.csv"}


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty-file"),
        (b" \r\n ", "empty-file"),
        ("강좌를 모은 글입니다.".encode(), "no-headings"),
        (b'{"courses": []}', "no-headings"),
        ("<html><table><tr><td>강좌명</td></tr></table></html>".encode(), "web-page"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "not-text"),
        (b"a,b\0c", "not-text"),
        ("강좌명,강사명".encode("utf-16-le"), "not-text"),
        (b"\xff\xfe\x00", "undecodable"),
        (b"\xff\xfe\x00\x00a\x00\x00\x00", "not-text"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 100, "old-workbook"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
        (b"a" * (20 * 2**20 + 1), "file-too-large"),
        (b"\n\r" * 500_001 + b"a", "too-many-records"),
    ],
)
def test_refused_files(data: bytes, code: str) -> None:
    assert refused(data).code == code


def test_the_place_of_a_letter_that_cannot_be_read_is_told(make_csv: MakeCsv, good: Good) -> None:
    data = make_csv(good, good).replace(b"031-555", b"\xff\xfe", 1)
    refusal = refused(data)
    assert refusal.code == "undecodable"
    assert refusal.details["line"] == 2
    assert refusal.details["byte"] == data.index(b"\xff\xfe") + 1
    assert refusal.message.startswith("2줄(")


def test_repeated_headings(make_csv: MakeCsv, good: Good) -> None:
    assert refused(make_csv(good, headings=[*good, "수강료", "비고", "비고"])).details["repeated"] == "수강료"
    assert len(list(read(make_csv(good, headings=[*good, "비고", "비고"]), "courses.csv"))) == 1


def test_at_most_twenty_thousand_records(make_csv: MakeCsv, good: Good) -> None:
    headings, line = make_csv({**good, "강좌내용": ""}).decode("utf-8-sig").splitlines()
    assert refused("\n".join([headings, *[line] * 20_001]).encode()).code == "too-many-records"
    records = read("\n".join([headings, *[line] * 20_000]).encode(), "courses.csv")
    assert next(records).line == 2


def test_a_file_with_headings_alone_has_no_records(make_csv: MakeCsv) -> None:
    assert list(read(make_csv(), "courses.csv")) == []
