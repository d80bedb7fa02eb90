"""Spreadsheets as people send them."""

import io
import re
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time, timedelta

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.chart import BarChart
from openpyxl.worksheet.worksheet import Worksheet

from maru.tables.findings import FileRefused
from tenants.courses.standard_file.reading import Record, read

Good = dict[str, str]
NATIVE = {
    "교육시작일자": datetime.combine(date(2026, 10, 29), time()),
    "교육종료일자": date(2026, 12, 17),
    "교육시작시각": time(19, 0),
    "교육종료시각": timedelta(hours=21),
    "강좌정원수": 20,
    "수강료": 40_000.0,
    "접수시작일자": 46_307,
    "직업능력개발훈련비지원강좌여부": False,
    "평생학습계좌제평가인정여부": True,
}


def saved(workbook: Workbook) -> bytes:
    data = io.BytesIO()
    workbook.save(data)
    return data.getvalue()


def filled(sheet: Worksheet, *lines: dict[str, object]) -> None:
    sheet.append(list(lines[0]))
    for line in lines:
        sheet.append(list(line.values()))


def edited(data: bytes, part: str, edit: Callable[[str], str]) -> bytes:
    """The archive with one of its parts rewritten."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            text = old.read(name)
            new.writestr(name, edit(text.decode()).encode() if name == part else text)
    return out.getvalue()


def refused(data: bytes) -> FileRefused:
    with pytest.raises(FileRefused) as caught:
        read(data, "courses.xlsx")
    return caught.value


@pytest.fixture
def plain(good: Good) -> bytes:
    workbook = Workbook()
    filled(workbook.active, good)
    return saved(workbook)


def only(data: bytes) -> Record:
    (record,) = read(data, "그냥 이름.csv")
    return record


def test_native_cells_are_read_as_a_person_would_have_typed_them(good: Good) -> None:
    workbook = Workbook()
    filled(workbook.active, {**good, **NATIVE})
    record = only(saved(workbook))
    assert record.course
    assert [finding.code for finding in record.warnings] == ["date-from-serial"]
    assert record.raw == {**good, "접수시작일자": "46307"}
    assert (record.course.starts_on, record.course.starts_at) == (date(2026, 10, 29), time(19))
    assert (record.course.opens_on, record.course.learning_account) == (date(2026, 10, 12), True)


def test_titles_merged_cells_remarks_and_empty_rows(good: Good) -> None:
    workbook = Workbook()
    sheet = workbook.active
    assert isinstance(sheet, Worksheet)
    sheet.append(["2026년 4분기 평생학습강좌"])
    sheet.merge_cells("A1:Y1")
    sheet.append([])
    sheet.append([*good, None, " "])
    sheet.append([*good.values()])
    sheet.append([])
    sheet.append([*good.values(), None, "확인 필요"])
    sheet.append([*good.values()][:20])
    records = list(read(saved(workbook), "courses.xlsx"))
    assert [(record.line, record.course is not None) for record in records] == [(4, True), (6, True), (7, True)]
    assert [[finding.code for finding in record.warnings] for record in records] == [[], ["beyond-headings"], []]


def test_the_first_visible_sheet_with_the_headings_is_read_and_the_others_are_reported(good: Good) -> None:
    workbook = Workbook()
    workbook.active.title = "안내"
    hidden = workbook.create_sheet("숨김")
    filled(hidden, {**good, "강좌명": "숨은 강좌"})
    hidden.sheet_state = "hidden"
    workbook.create_chartsheet("그래프").add_chart(BarChart())
    filled(workbook.create_sheet("강좌"), good)
    filled(workbook.create_sheet("서식"), good)
    workbook["서식"].delete_rows(2)
    filled(workbook.create_sheet("하반기"), good)
    first, left_out = read(saved(workbook), "courses.xlsx")
    assert first.course
    assert first.course.title == "처음 만나는 수채화"
    assert left_out.course is None
    assert [finding.code for finding in left_out.refusals] == ["other-sheet"]
    assert "하반기" in left_out.refusals[0].message


def test_formulas_are_read_by_their_last_value(plain: bytes) -> None:
    def with_formula(xml: str) -> str:
        typed = '<c r="M2" t="inlineStr"><is><t>40000</t></is></c>'
        return xml.replace(typed, '<c r="M2"><f>2*20000</f><v>40000</v></c>')

    data = edited(plain, "xl/worksheets/sheet1.xml", with_formula)
    assert load_workbook(io.BytesIO(data)).active["M2"].value == "=2*20000"
    record = only(data)
    assert record.course
    assert record.course.fee == 40_000


def test_a_declared_size_is_not_believed(plain: bytes) -> None:
    def with_size(size: str) -> bytes:
        return edited(plain, "xl/worksheets/sheet1.xml", lambda xml: re.sub('ref="A1:Y2"', f'ref="{size}"', xml))

    for size in ("A1", "A1:XFD1048576"):
        data = with_size(size)
        assert data != plain
        assert only(data).course


def test_a_row_far_below_has_its_own_number(plain: bytes) -> None:
    def at(row: int) -> bytes:
        return edited(plain, "xl/worksheets/sheet1.xml", lambda xml: re.sub(r'r="([A-Y]?)2"', rf'r="\g<1>{row}"', xml))

    assert only(at(90_000)).line == 90_000
    assert refused(at(2_000_000_000)).code == "broken-workbook"


def test_entities_do_not_grow(plain: bytes) -> None:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 20 if n else "x"}">' for n in range(12))
    doctype = f"<!DOCTYPE worksheet [{entities}]>"

    def bomb(xml: str) -> str:
        start = xml.index("<worksheet")
        return xml[:start] + doctype + xml[start:].replace("한소연", "&e11;")

    assert refused(edited(plain, "xl/worksheets/sheet1.xml", bomb)).code == "broken-workbook"


def test_other_archives_and_broken_ones(plain: bytes) -> None:
    other = io.BytesIO()
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    assert refused(other.getvalue()).code == "not-a-workbook"
    assert refused(plain[: len(plain) // 2]).code == "broken-workbook"
    assert refused(edited(plain, "xl/workbook.xml", lambda xml: xml[:-20])).code == "broken-workbook"
    assert refused(edited(plain, "xl/worksheets/sheet1.xml", lambda xml: xml[:-200])).code == "broken-workbook"


def test_an_archive_with_a_password(plain: bytes) -> None:
    entry = plain.index(b"PK\x01\x02")
    locked = plain[: entry + 8] + bytes([plain[entry + 8] | 1]) + plain[entry + 9 :]
    assert refused(locked).code == "encrypted"


def test_a_workbook_without_the_headings(good: Good) -> None:
    workbook = Workbook()
    filled(workbook.active, {"강의명": "수채화", "교육시작일": "2026-10-29"})
    assert refused(saved(workbook)).code == "no-headings"
    workbook.active.append(["강좌명", "수강료"])
    assert refused(saved(workbook)).code == "missing-headings"


def test_too_many_rows(plain: bytes) -> None:
    rows = '<row><c t="inlineStr"><is><t>수채화</t></is></c></row>' * 20_000
    data = edited(plain, "xl/worksheets/sheet1.xml", lambda xml: xml.replace("</sheetData>", f"{rows}</sheetData>"))
    assert refused(data).code == "too-many-records"
