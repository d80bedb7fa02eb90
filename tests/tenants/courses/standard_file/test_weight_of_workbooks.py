"""Spreadsheets that are small to send and endless to open."""

import io
import re
import zipfile
from collections.abc import Callable

import pytest
from openpyxl import Workbook

from maru.tables.findings import FileRefused
from maru.tables.weighing import (
    LONGEST_MARK,
    MOST_ELEMENTS,
    MOST_OTHERS,
    MOST_TOGETHER,
    MOST_UNPACKED,
    weigh,
)
from maru.tables.workbook import MOST_LETTERS, MOST_SHEETS
from tenants.courses.standard_file.reading import Record, read

Good = dict[str, str]
LAST_LINE = 1_048_576
SHEET, STRINGS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
STRING_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"


def saved(workbook: Workbook) -> bytes:
    data = io.BytesIO()
    workbook.save(data)
    return data.getvalue()


def edited(data: bytes, part: str, edit: Callable[[str], str]) -> bytes:
    """The archive with one of its parts rewritten."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            text = old.read(name)
            new.writestr(name, edit(text.decode()).encode() if name == part else text)
    return out.getvalue()


def with_rows(data: bytes, rows: str) -> bytes:
    return edited(data, SHEET, lambda xml: xml.replace("</sheetData>", f"{rows}</sheetData>"))


def with_texts(data: bytes, texts: str) -> bytes:
    known = f'<Override PartName="/{STRINGS}" ContentType="{STRING_TYPE}"/></Types>'
    named = io.BytesIO(edited(data, "[Content_Types].xml", lambda xml: xml.replace("</Types>", known)))
    with zipfile.ZipFile(named, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            STRINGS, f'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{texts}</sst>'
        )
    return named.getvalue()


def refused(data: bytes) -> FileRefused:
    with pytest.raises(FileRefused) as caught:
        read(data, "courses.xlsx")
    return caught.value


def only(data: bytes) -> Record:
    (record,) = read(data, "courses.xlsx")
    return record


@pytest.fixture
def plain(good: Good) -> bytes:
    workbook = Workbook()
    workbook.active.append(list(good))
    workbook.active.append(list(good.values()))
    return saved(workbook)


def test_what_is_too_large_once_unpacked_is_not_unpacked(plain: bytes) -> None:
    data = io.BytesIO(plain)
    with zipfile.ZipFile(data, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/image1.bmp", bytes(MOST_UNPACKED))
    assert len(data.getvalue()) < 2**20
    refusal = refused(data.getvalue())
    assert refusal.code == "workbook-too-large"
    assert refusal.message == ("엑셀 파일을 펼치면 너무 큽니다. 빈 줄의 서식과 그림을 지우거나 파일을 나누어 올리세요.")


def test_empty_elements_without_end(plain: bytes) -> None:
    for data in (
        with_texts(plain, "<si/>" * MOST_ELEMENTS),
        with_rows(plain, "<row/>" * MOST_ELEMENTS),
        with_rows(plain, f"<row>{'<c/>' * (MOST_TOGETHER + 1)}</row>"),
        with_texts(plain, f"<si>{'<t/>' * (MOST_TOGETHER + 1)}</si>"),
        with_rows(plain, "<x:row xmlns:x='http://example.com'/>" * 10 + "<row/>" * MOST_ELEMENTS),
    ):
        assert len(data) < 2**20
        assert refused(data).code == "workbook-too-large"
    assert only(with_rows(plain, f"<row>{'<c/>' * 16_384}</row>" * 3)).course


def test_elements_that_take_longer_than_cells_may_be_fewer(plain: bytes) -> None:
    def rules(count: int) -> bytes:
        listed = '<dataValidation sqref="A1"/>' * count
        end = f"</sheetData><dataValidations>{listed}</dataValidations>"
        return edited(plain, SHEET, lambda xml: xml.replace("</sheetData>", end))

    assert refused(rules(MOST_OTHERS)).code == "workbook-too-large"
    assert only(rules(1_000)).course


def test_no_element_is_longer_than_the_parser_bears(plain: bytes) -> None:
    long = "x" * 2 * LONGEST_MARK
    for endless in (f'<row a="{long}"/>', f"<!--{long}-->", f"<?x {long}?>", f"<row>{long}</row>"):
        assert refused(with_rows(plain, endless)).code == "workbook-too-large"


def test_what_a_document_declares_for_itself_is_not_opened(plain: bytes) -> None:
    rows = "&rows;" * 1_000
    data = edited(
        with_rows(plain, rows),
        SHEET,
        lambda xml: '<!DOCTYPE worksheet [<!ENTITY rows "<row/>">]>' + xml[xml.index("<worksheet") :],
    )
    assert refused(data).code == "broken-workbook"


def test_twenty_thousand_whole_lines_are_not_too_much() -> None:
    cells = '<c r="A20000" t="inlineStr"><is><t>가나다</t></is></c>' * 25
    line = f"<row>{cells}</row>"
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(SHEET, f"<worksheet><sheetData>{line * 20_000}</sheetData></worksheet>")
    weigh(zipfile.ZipFile(data))


def with_sheets(data: bytes, count: int, *, part: Callable[[int], str], state: str = "visible") -> bytes:
    """Further sheets, each in the part that `part` names; new parts are copies of the first."""
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    sheets = "".join(f'<sheet name="s{n}" sheetId="{n + 2}" state="{state}" r:id="more{n}"/>' for n in range(count))
    targets = "".join(
        f'<Relationship Type="{relation}/worksheet" Target="/{part(n)}" Id="more{n}"/>' for n in range(count)
    )
    data = edited(data, "xl/workbook.xml", lambda xml: xml.replace("</sheets>", f"{sheets}</sheets>"))
    related = "xl/_rels/workbook.xml.rels"
    data = edited(data, related, lambda xml: xml.replace("</Relationships>", f"{targets}</Relationships>"))
    out = io.BytesIO(data)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        first = archive.read(SHEET)
        for name in {part(n) for n in range(count)} - set(archive.namelist()):
            archive.writestr(name, first)
    return out.getvalue()


def own_part(number: int) -> str:
    return f"xl/worksheets/more{number}.xml"


def at(line: int, data: bytes) -> bytes:
    """The file with its one course in another line."""
    return edited(data, SHEET, lambda xml: re.sub(r'r="([A-Y]?)2"', rf'r="\g<1>{line}"', xml))


def test_no_part_is_two_sheets(plain: bytes) -> None:
    assert refused(with_sheets(plain, 1, part=lambda _: SHEET)).code == "broken-workbook"
    assert refused(with_sheets(plain, 2_000, part=lambda _: SHEET)).code == "too-many-sheets"
    assert refused(with_sheets(plain, 2, part=lambda _: "xl/worksheets/more.xml")).code == "broken-workbook"


def test_more_sheets_than_people_keep_in_a_file(plain: bytes) -> None:
    refusal = refused(with_sheets(plain, MOST_SHEETS, part=own_part))
    assert (refusal.code, refusal.details["most"]) == ("too-many-sheets", MOST_SHEETS)
    first, *left_out = read(with_sheets(plain, MOST_SHEETS - 1, part=own_part), "courses.xlsx")
    assert first.course
    assert len(left_out) == MOST_SHEETS - 1
    assert only(with_sheets(plain, 40, part=own_part, state="hidden")).course


def test_empty_lines_count_over_all_sheets(plain: bytes) -> None:
    far = at(LAST_LINE, plain)
    assert only(far).line == LAST_LINE
    assert refused(with_sheets(far, 4, part=own_part)).code == "workbook-too-large"
    assert len(list(read(with_sheets(far, 2, part=own_part), "courses.xlsx"))) == 3


def test_a_text_counts_wherever_it_is_shown(plain: bytes) -> None:
    data = with_texts(plain, f"<si><t>{'가' * 10_000}</t></si>")
    shown = '<row><c t="s"><v>0</v></c></row>'
    most = MOST_LETTERS // 10_000
    assert len(list(read(with_rows(data, shown * (most - 1)), "courses.xlsx"))) == most
    assert refused(with_rows(data, shown * (most + 1))).code == "workbook-too-large"
