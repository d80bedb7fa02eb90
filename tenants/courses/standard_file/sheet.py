"""A table of text, before anything in it is understood, and the line in it that has the headings."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from tenants.courses.standard_file.columns import COLUMNS
from tenants.courses.standard_file.findings import Finding

MOST_RECORDS = 20_000
MOST_LINES = 1_000_000
"""Of a text file: a record may have many, but a file of nothing but line breaks must not fill the memory."""
LONGEST_HEADING = 200
"""Characters; the standard's longest has 19."""
HEADINGS_WITHIN = 20
"""Rows that are not empty; before the headings there may be a title or two."""


@dataclass(frozen=True)
class Row:
    """A row that is not empty; `line` counts from 1 as an editor or a spreadsheet program shows it."""

    line: int
    cells: tuple[str, ...]
    fault: Finding | None = None
    """Why the row could not be cut into cells."""


@dataclass(frozen=True)
class Sheet:
    """All rows of one sheet, at most MOST_RECORDS + HEADINGS_WITHIN + 1 of them."""

    name: str
    rows: Sequence[Row]
    delimited: bool
    """The cells were cut at commas: a cell too many means that a comma was not meant."""


def plain(heading: str) -> str:
    """A heading for comparison: letters and figures only; nothing of a text that is too long for one."""
    if len(heading) > LONGEST_HEADING:
        return ""
    return "".join(sign for sign in unicodedata.normalize("NFKC", heading).casefold() if sign.isalnum())


STANDARD = {plain(column.heading): column.heading for column in COLUMNS}


def known_headings(row: Row) -> list[str]:
    """The standard's headings that stand in a row, in its order, repeated if they are."""
    return [STANDARD[name] for cell in row.cells if (name := plain(cell)) in STANDARD]


def heading_row(rows: Sequence[Row]) -> Row | None:
    """The first of the rows with the most standard headings; None where there is not even one."""
    best = max(rows[:HEADINGS_WITHIN], key=lambda row: len(set(known_headings(row))), default=None)
    return best if best and known_headings(best) else None
