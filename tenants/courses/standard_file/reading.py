"""Reading a file: every line below the headings becomes one record, accepted, warned or refused."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from maru.tables.cells import LONGEST, clean
from maru.tables.delimited import DELIMITERS
from maru.tables.findings import FileRefused, Finding
from maru.tables.sheet import Row
from maru.tables.table import Table, open_table
from tenants.courses.standard_file.columns import COLUMNS, HEADINGS
from tenants.courses.standard_file.course import StandardCourse
from tenants.courses.standard_file.findings import finding_of


@dataclass(frozen=True)
class Record:
    """What became of one line of the file."""

    line: int
    """Where the record begins, from 1: the line in a text editor, the row in a spreadsheet program."""
    raw: dict[str, str]
    """Cells by heading as they were written, columns beyond the standard's too; empty if the line has no cells."""
    course: StandardCourse | None
    """None: the line is refused."""
    refusals: tuple[Finding, ...]
    warnings: tuple[Finding, ...]


def read(data: bytes, filename: str) -> Iterator[Record]:
    """One record per line that is not empty. Content alone decides what kind of file it is.

    Raises FileRefused before the first record; `filename` stands in its details.
    """
    try:
        table = open_table(data, HEADINGS)
    except FileRefused as refusal:
        refusal.details["filename"] = filename
        raise
    return _records(table)


def _records(table: Table) -> Iterator[Record]:
    for row in table.rows:
        yield _record(row, table)
    for sheet, heading in table.left_out:
        yield Record(heading.line, {}, None, (finding_of("other-sheet", sheet=sheet),), ())


def _record(row: Row, table: Table) -> Record:
    if row.fault:
        return Record(row.line, {}, None, (row.fault,), ())
    raw = table.cells_by_heading(row)
    misfit = table.misfit(row) or _line_in_cell(row, table)
    if misfit and misfit.code == "stray-cell":
        return Record(row.line, raw, None, (misfit,), ())
    if too_long := [heading for heading, cell in raw.items() if len(cell) > LONGEST]:
        findings = tuple(finding_of("cell-too-long", heading, most=LONGEST) for heading in too_long)
        return Record(row.line, raw, None, findings, ())
    cells = {column.field: column.read(raw[column.heading]) for column in COLUMNS}
    values = {field: cell.value for field, cell in cells.items()}
    refusals = [finding for cell in cells.values() if cell.refused for finding in cell.findings]
    warnings = [finding for cell in cells.values() if not cell.refused for finding in cell.findings]
    if values["starts_on"] and values["ends_on"] and values["starts_on"] > values["ends_on"]:
        refusals.append(finding_of("end-before-start", "교육종료일자"))
    oddities = [misfit, _times(values, raw), _window(values, raw)]
    warnings += [finding for finding in oddities if finding]
    course = None if refusals else StandardCourse(**values)
    return Record(row.line, raw, course, tuple(refusals), tuple(warnings))


def _line_in_cell(row: Row, table: Table) -> Finding | None:
    """Two quotes too many make one cell of the end of a line and the beginning of the next."""
    whole = any(
        "\n" in cell and any(cell.count(delimiter) >= len(COLUMNS) - 1 for delimiter in DELIMITERS)
        for cell in row.cells
    )
    return finding_of("line-in-cell") if table.delimited and whole else None


def _times(values: Mapping[str, Any], raw: Mapping[str, str]) -> Finding | None:
    empty = _empty(raw, "교육시작시각", "교육종료시각")
    if empty:
        return finding_of("no-time" if len(empty) == 2 else "half-time", empty[0])
    if values["starts_at"] and values["ends_at"] and values["starts_at"] >= values["ends_at"]:
        return finding_of("time-order", "교육종료시각")
    return None


def _window(values: dict[str, Any], raw: Mapping[str, str]) -> Finding | None:
    """Look at the application window. One that ends before it begins cannot be known, so it is left out of `values`."""
    empty = _empty(raw, "접수시작일자", "접수종료일자")
    if empty:
        return finding_of("no-window" if len(empty) == 2 else "half-window", empty[0])
    if values["opens_on"] and values["closes_on"] and values["opens_on"] > values["closes_on"]:
        values["opens_on"] = values["closes_on"] = None
        return finding_of("window-order", "접수종료일자")
    if values["closes_on"] and values["ends_on"] and values["closes_on"] > values["ends_on"]:
        return finding_of("window-after-end", "접수종료일자")
    return None


def _empty(raw: Mapping[str, str], *headings: str) -> list[str]:
    return [heading for heading in headings if not clean(raw[heading]).value]
