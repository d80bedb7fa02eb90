"""From the bytes of a file to the lines below its headings."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from maru.tables.delimited import read_text
from maru.tables.findings import FileRefused, Finding
from maru.tables.sheet import LONGEST_HEADING, MOST_RECORDS, Headings, Row, Sheet, plain
from maru.tables.workbook import OLE_MARK, ZIP_MARK, read_workbook, why_not_old

MOST_BYTES = 20 * 2**20


@dataclass(frozen=True)
class Table:
    """The lines of a file under its headings."""

    positions: Mapping[str, int]
    """Where the cells of each heading stand, counted from 0; extra columns have their own names, long ones cut."""
    width: int
    """Cells of a whole line."""
    rows: Sequence[Row]
    delimited: bool
    left_out: Sequence[tuple[str, Row]] = ()
    """Further visible sheets that have the headings and lines: their names and heading rows."""

    def cells_by_heading(self, row: Row) -> dict[str, str]:
        """The cells of a line; what is missing at its end is empty."""
        cells = row.cells
        return {heading: cells[at] if at < len(cells) else "" for heading, at in self.positions.items()}

    def misfit(self, row: Row) -> Finding | None:
        """What is odd about how many cells a line has: too few, or something beyond the last heading."""
        beyond = len(row.cells) - self.width
        if any(cell.strip() for cell in row.cells[self.width :]):
            return Finding.of("stray-cell" if self.delimited else "beyond-headings", count=beyond)
        if self.delimited and beyond < 0:
            return Finding.of("short-row", count=-beyond)
        return None


def open_table(data: bytes, headings: Headings) -> Table:
    """Find the table with these headings in a file; FileRefused if there is none, or more than can be imported at once."""
    if len(data) > MOST_BYTES:
        raise FileRefused("file-too-large", most_megabytes=MOST_BYTES // 2**20)
    if not data.strip():
        raise FileRefused("empty-file")
    if data.startswith(OLE_MARK):
        raise why_not_old(data)
    sheets = read_workbook(data) if data.startswith(ZIP_MARK) else [read_text(data, headings)]
    found = [(sheet, heading) for sheet in sheets if (heading := headings.row_of(sheet.rows))]
    whole = [(sheet, heading) for sheet, heading in found if not headings.missing(heading)]
    if not whole:
        raise _without_headings([heading for _, heading in found], headings)
    first, *others = [_table(sheet, heading, headings) for sheet, heading in whole]
    left_out = [(sheet.name, heading) for (sheet, heading), table in zip(whole[1:], others, strict=True) if table.rows]
    return Table(first.positions, first.width, first.rows, first.delimited, left_out)


def _without_headings(best: Sequence[Row], headings: Headings) -> FileRefused:
    if not best:
        return FileRefused("no-headings", needed=headings.told)
    fewest = min((headings.missing(row) for row in best), key=len)
    return FileRefused("missing-headings", missing=", ".join(fewest), needed=headings.told)


def _table(sheet: Sheet, heading: Row, headings: Headings) -> Table:
    repeated = [name for name, count in Counter(headings.known(heading)).items() if count > 1]
    if repeated:
        raise FileRefused("repeated-headings", repeated=", ".join(repeated))
    rows = [row for row in sheet.rows if row.line > heading.line]
    if len(rows) > MOST_RECORDS:
        raise FileRefused("too-many-records", most=MOST_RECORDS)
    named = {at: name for at, cell in enumerate(heading.cells) if (name := cell.strip())}
    positions = {headings.names.get(plain(name), name[:LONGEST_HEADING]): at for at, name in named.items()}
    return Table(positions, max(named) + 1, rows, sheet.delimited)
