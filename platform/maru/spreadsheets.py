"""Spreadsheets (.xlsx) for people: native days and numbers, and texts that no program runs as a formula."""

import io
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from maru.web import dates

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WIDTH = 18
FORMATS = {datetime: "yyyy-mm-dd hh:mm", date: "yyyy-mm-dd", time: "hh:mm"}
NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
LONGEST_CELL = 32_767
SPECIAL = re.compile(r"^[=#+\-@\t\r]|[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|^.{32768}", re.DOTALL)
"""Texts that are not written just as they are: a formula, a sign of an error, what no file may hold, too much."""


def write(title: str, headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """One sheet with a bold first line that stays; rows are written as they come, and never held all at once."""
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet(re.sub(r"[\\/*?:\[\]]", " ", title)[:31])
    sheet.freeze_panes = "A2"
    for number in range(1, len(headings) + 1):
        sheet.column_dimensions[get_column_letter(number)].width = WIDTH
    bold = [WriteOnlyCell(sheet, heading) for heading in headings]
    for cell in bold:
        cell.font = Font(bold=True)
    sheet.append(bold)
    for row in rows:
        sheet.append([_native(sheet, value) for value in row])
    data = io.BytesIO()
    workbook.save(data)
    return data.getvalue()


def _native(sheet: Any, value: Any) -> Any:
    """Instants are shown on Seoul's clock."""
    if isinstance(value, datetime):
        value = dates.in_seoul(value).replace(tzinfo=None, second=0, microsecond=0)
    if isinstance(value, str):
        if not SPECIAL.search(value):
            return value
        cell = WriteOnlyCell(sheet, NOT_IN_XML.sub("", value)[:LONGEST_CELL])
        cell.data_type = "s"
        return cell
    number_format = FORMATS.get(type(value))
    if number_format is None:
        return value
    cell = WriteOnlyCell(sheet)
    cell.value, cell.number_format = value, number_format
    return cell
