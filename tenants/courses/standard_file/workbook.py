"""Spreadsheets (.xlsx): what may be opened, and its visible sheets as text."""

import io
import warnings
import zipfile
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from itertools import islice
from typing import Any

from openpyxl import load_workbook

from tenants.courses.standard_file.cells import as_text
from tenants.courses.standard_file.findings import FileRefused
from tenants.courses.standard_file.sheet import HEADINGS_WITHIN, MOST_RECORDS, Row, Sheet

ZIP_MARK = b"PK\x03\x04"
OLE_MARK = bytes.fromhex("d0cf11e0a1b11ae1")
"""The container of the old .xls, and of every encrypted file of an office program."""

MOST_UNPACKED = 100 * 2**20
"""Bytes. 20,000 long records take about half of it."""
MOST_COLUMNS = 100
_LAST_LINE = 1_048_576


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
    """Refuse what should not be unpacked, by the directory of the archive alone."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = archive.infolist()
    if any(entry.flag_bits & 1 for entry in entries):
        raise FileRefused("encrypted")
    if not any(entry.filename.endswith("workbook.xml") for entry in entries):
        raise FileRefused("not-a-workbook")
    if sum(entry.file_size for entry in entries) > MOST_UNPACKED:
        raise FileRefused("workbook-too-large")


def _sheets(data: bytes) -> Iterator[Sheet]:
    workbook = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    for worksheet in workbook.worksheets:
        if worksheet.sheet_state == "visible":
            worksheet.reset_dimensions()  # the size that a file declares may be far off
            values = worksheet.iter_rows(max_col=MOST_COLUMNS, values_only=True)
            rows = islice(_rows(values), MOST_RECORDS + HEADINGS_WITHIN + 1)
            yield Sheet(worksheet.title, list(rows), delimited=False)


def _rows(values: Iterator[tuple[object, ...]]) -> Iterator[Row]:
    for line, row in enumerate(values, start=1):
        if line > _LAST_LINE:
            raise FileRefused("broken-workbook")
        if row.count(None) < len(row):
            cells = tuple(_written(value) for value in row)
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
