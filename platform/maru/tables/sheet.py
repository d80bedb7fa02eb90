"""A table of text, before anything in it is understood, and the line in it that has the headings."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from maru.tables.findings import Finding

MOST_RECORDS = 20_000
MOST_LINES = 1_000_000
"""Of a text file: a record may have many, but a file of nothing but line breaks must not fill the memory."""
LONGEST_HEADING = 200
"""Characters; the longest of the course standard has 19."""
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


@dataclass(frozen=True)
class Headings:
    """The headings by which a kind of table is known."""

    names: Mapping[str, str]
    """From a heading as `plain` leaves it to the name under which its cells are read."""
    needed: Sequence[str]
    """Names that must be there."""
    told: str
    """How a sentence names what must be there, as its subject."""

    @classmethod
    def of(cls, spellings: Iterable[tuple[str, Iterable[str]]], needed: Sequence[str], told: str) -> Self:
        """By the spellings of each name."""
        return cls({plain(one): name for name, written in spellings for one in written}, needed, told)

    def known(self, row: Row) -> list[str]:
        """The names that stand in a row, in its order, repeated if they are."""
        return [self.names[heading] for cell in row.cells if (heading := plain(cell)) in self.names]

    def row_of(self, rows: Sequence[Row]) -> Row | None:
        """The first of the rows with the most known headings; None where there is not even one."""
        best = max(rows[:HEADINGS_WITHIN], key=lambda row: len(set(self.known(row))), default=None)
        return best if best and self.known(best) else None

    def missing(self, row: Row) -> list[str]:
        """What a row of headings lacks."""
        known = set(self.known(row))
        return [name for name in self.needed if name not in known]


def plain(heading: str) -> str:
    """A heading for comparison: letters and figures only; nothing of a text that is too long for one."""
    if len(heading) > LONGEST_HEADING:
        return ""
    return "".join(sign for sign in unicodedata.normalize("NFKC", heading).casefold() if sign.isalnum())
