"""Text files: which encoding, which delimiter, and rows with the line numbers that an editor shows."""

import codecs
import csv
import io
import re
from collections.abc import Iterator, Sequence
from itertools import islice

from maru.tables.findings import FileRefused, Finding
from maru.tables.formulas import unguarded
from maru.tables.sheet import HEADINGS_WITHIN, MOST_LINES, MOST_RECORDS, Headings, Row, Sheet

DELIMITERS = (",", "\t", ";")
MOST_CELLS = 1_000
"""Of one line; a spreadsheet program may add many thousand empty ones, which do not count."""
_MARKUP = re.compile(r"\s*<(?:!doctype|\?xml|html|head|meta|table|style)", re.IGNORECASE)


def read_text(data: bytes, headings: Headings) -> Sheet:
    """Any text file as a sheet, cut where most of the headings appear; FileRefused if it is no text."""
    text = decode(data)
    if _MARKUP.match(text):
        raise FileRefused("web-page")
    if text.count("\n") + text.count("\r") > MOST_LINES:
        raise FileRefused("too-many-records", most=MOST_RECORDS)
    lines = list(io.StringIO(text, newline=""))
    delimiter = max(DELIMITERS, key=lambda sign: _known_with(sign, lines, headings))
    return Sheet("", list(islice(_rows(lines, delimiter), MOST_RECORDS + HEADINGS_WITHIN + 1)), delimited=True)


def decode(data: bytes) -> str:
    """UTF-16 by its mark, else UTF-8 with or without one, else CP949 (which has EUC-KR in it)."""
    marked = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    if b"\0" in data and not marked:
        raise FileRefused("not-text")
    failures = []
    for encoding in ("utf-16",) if marked else ("utf-8", "cp949"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError as error:
            failures.append(error.start)
            continue
        if "\0" in text:
            raise FileRefused("not-text")
        return text.removeprefix("\ufeff")
    position = max(failures)
    raise FileRefused("undecodable", line=data.count(b"\n", 0, position) + 1, byte=position + 1)


def _known_with(delimiter: str, lines: Sequence[str], headings: Headings) -> int:
    row = headings.row_of(list(islice(_rows(lines, delimiter), HEADINGS_WITHIN)))
    return len(headings.known(row)) if row else 0


def _rows(lines: Sequence[str], delimiter: str) -> Iterator[Row]:
    """The rows that are not empty. Where quotes do not fit, one line is given up or taken leniently, never more.

    A cell that is open at the end of a line is read on in one way, wherever it began: if one came to nothing, so does
    any other that is open on the way there. Hence no line is read more than three times.
    """
    position = vain = 0
    while position < len(lines):
        end = position + 1 if position < vain else len(lines)
        reader = csv.reader((lines[n] for n in range(position, end)), delimiter=delimiter, strict=True)
        try:
            yield from _row(position, next(reader))
            position += reader.line_num
        except csv.Error:
            vain = max(vain, position + reader.line_num - 1)
            yield from _odd_line(position, lines[position], delimiter)
            position += 1


def _odd_line(index: int, line: str, delimiter: str) -> Iterator[Row]:
    """A line whose quotes do not fit: stray ones are text, but a cell that does not end is a fault."""
    try:
        cells = next(csv.reader([line.rstrip("\r\n") + "\n"], delimiter=delimiter))
        ends = not cells[-1].endswith("\n")
    except csv.Error:
        ends = False
    if ends:
        yield from _row(index, cells)
    else:
        yield Row(index + 1, (line.strip(),), Finding.of("broken-quotes"))


def _row(index: int, cells: Sequence[str]) -> Iterator[Row]:
    if any(cell.strip() for cell in cells[MOST_CELLS:]):
        yield Row(index + 1, (), Finding.of("too-many-cells", most=MOST_CELLS))
    elif any(cell.strip() for cell in cells):
        yield Row(index + 1, tuple(map(unguarded, cells[:MOST_CELLS])))
