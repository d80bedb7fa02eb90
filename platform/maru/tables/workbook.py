"""Spreadsheets (.xlsx): what may be opened, and its visible sheets as text."""

import io
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import islice
from typing import Any

from openpyxl.reader.excel import ExcelReader
from openpyxl.workbook.defined_name import DefinedNameList

from maru.tables.cells import as_text
from maru.tables.findings import FileRefused
from maru.tables.sheet import HEADINGS_WITHIN, MOST_RECORDS, Row, Sheet
from maru.tables.weighing import weigh

ZIP_MARK = b"PK\x03\x04"
OLE_MARK = bytes.fromhex("d0cf11e0a1b11ae1")
"""The container of the old .xls, and of every encrypted file of an office program."""

MOST_SHEETS = 20
"""Visible ones."""
MOST_COLUMNS = 100
_LAST_LINE = 1_048_576
MOST_LINES = 4 * _LAST_LINE
"""Of all sheets together, with the empty ones above a line that stands far below."""
MOST_LETTERS = 20 * 2**20
"""Of all cells together, as in the largest text file: a workbook writes a text once and may show it a million times."""
_MOST_ROWS = MOST_RECORDS + HEADINGS_WITHIN + 1


def why_not_old(data: bytes) -> FileRefused:
    """Why a file with the OLE mark cannot be read."""
    return FileRefused("encrypted" if "EncryptedPackage".encode("utf-16-le") in data else "old-workbook")


def read_workbook(data: bytes) -> list[Sheet]:
    """The visible sheets of an .xlsx; FileRefused with the reason if it cannot be opened."""
    try:
        _inspect(data)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of styles and extensions, which do not matter here
            return list(_sheets(data))
    except FileRefused:
        raise
    except Exception as error:  # a broken file fails anywhere in zipfile, expat and openpyxl, with almost any exception
        raise FileRefused("broken-workbook") from error


def _inspect(data: bytes) -> None:
    """Refuse what should not be opened, by what the archive has in it."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = archive.infolist()
        if any(entry.flag_bits & 1 for entry in entries):
            raise FileRefused("encrypted")
        if not any(entry.filename.endswith("workbook.xml") for entry in entries):
            raise FileRefused("not-a-workbook")
        weigh(archive)


class _Reader(ExcelReader):
    """Opens the visible sheets alone, if they are not too many, and no part of the archive twice."""

    def read_worksheets(self) -> None:
        found = [(sheet, part) for sheet, part in self.parser.find_sheets() if "chartsheet" not in part.Type]
        shown = [(sheet, part.target) for sheet, part in found if sheet.state == "visible"]
        if len(shown) > MOST_SHEETS:
            raise FileRefused("too-many-sheets", most=MOST_SHEETS)
        if len({target for _, target in shown}) < len(shown):
            raise FileRefused("broken-workbook")
        self.parser.sheets = [sheet for sheet, _ in shown]
        # Names are of no use here, and count the sheets that are left out.
        self.parser.defined_names = DefinedNameList()  # type: ignore[attr-defined]  # its stubs do not know it
        super().read_worksheets()


@dataclass
class _Seen:
    """What was read of the sheets up to now."""

    lines: int = 0
    letters: int = 0

    def add(self, cells: Sequence[str]) -> None:
        """One more line."""
        self.lines += 1
        self.letters += sum(map(len, cells))
        if self.lines > MOST_LINES or self.letters > MOST_LETTERS:
            raise FileRefused("workbook-too-large")


def _sheets(data: bytes) -> Iterator[Sheet]:
    reader = _Reader(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    reader.read()
    seen = _Seen()
    for worksheet in reader.wb.worksheets:
        worksheet.reset_dimensions()  # the size that a file declares may be far off
        values = worksheet.iter_rows(max_col=MOST_COLUMNS, values_only=True)
        yield Sheet(worksheet.title, list(islice(_rows(values, seen), _MOST_ROWS)), delimited=False)


def _rows(values: Iterator[tuple[object, ...]], seen: _Seen) -> Iterator[Row]:
    """The rows that are not empty."""
    for line, row in enumerate(values, start=1):
        if line > _LAST_LINE:
            raise FileRefused("broken-workbook")
        cells = tuple(_written(value) for value in row) if row.count(None) < len(row) else ()
        seen.add(cells)
        if any(cell.strip() for cell in cells):
            yield Row(line, cells)


def _written(value: Any) -> str:
    """A native cell as a person would have typed it."""
    match value:
        case datetime():
            rounded = (value + timedelta(milliseconds=500)).replace(microsecond=0)
            return as_text(rounded.date()) if rounded.time() == time() else rounded.isoformat(" ")
        case time():
            return _clock(value.hour * 3600 + value.minute * 60 + value.second + value.microsecond / 1e6)
        case timedelta():
            return _clock(value.total_seconds())
        case float() if value.is_integer():
            return str(int(value))
    return as_text(value)


def _clock(since_midnight: float) -> str:
    """Seconds as a time of day; hours may pass 24."""
    minutes, seconds = divmod(round(since_midnight), 60)
    return f"{minutes // 60:02}:{minutes % 60:02}" + (f":{seconds:02}" if seconds else "")
