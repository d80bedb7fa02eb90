"""Writing the file: exactly the 25 columns in the standard's order, so that reading it again changes nothing."""

import csv
import io
from collections.abc import Iterable
from datetime import date, time

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from maru.tables.cells import as_text
from maru.tables.formulas import guarded
from tenants.courses.standard_file.columns import COLUMNS
from tenants.courses.standard_file.course import StandardCourse

Value = str | date | time | int | bool | None


def write_csv(courses: Iterable[StandardCourse]) -> bytes:
    """RFC 4180 in UTF-8 with BOM and CRLF. A text that a spreadsheet program would run as a formula gets an
    apostrophe in front (`guarded`); the reader takes exactly that one away again (`unguarded`)."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(column.heading for column in COLUMNS)
    writer.writerows(map(written_row, courses))
    return text.getvalue().encode("utf-8-sig")


def written_row(course: StandardCourse) -> list[str]:
    """The cells of one line, in the standard's order."""
    return [_written(getattr(course, column.field)) for column in COLUMNS]


def write_xlsx(courses: Iterable[StandardCourse]) -> bytes:
    """One sheet with native dates, times and numbers; texts are text cells, which no program runs."""
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet("강좌")
    sheet.freeze_panes = "B2"
    headings = [WriteOnlyCell(sheet, column.heading) for column in COLUMNS]
    for heading in headings:
        heading.font = Font(bold=True)
    sheet.append(headings)
    for course in courses:
        sheet.append([_native(sheet, getattr(course, column.field)) for column in COLUMNS])
    data = io.BytesIO()
    workbook.save(data)
    return data.getvalue()


def _written(value: Value) -> str:
    return guarded(value) if isinstance(value, str) else as_text(value)


def _native(sheet: WriteOnlyWorksheet, value: Value) -> object:
    match value:
        case str():
            cell = WriteOnlyCell(sheet, value)
            cell.data_type = "s"
        case date() | time():
            cell = WriteOnlyCell(sheet)
            cell.value = value
            cell.number_format = "hh:mm" if isinstance(value, time) else "yyyy-mm-dd"
        case _:
            return as_text(value) if isinstance(value, bool) else value
    return cell
