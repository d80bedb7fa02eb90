"""What a spreadsheet would cost to open, counted before it is opened: small archives can hold a great deal.

The figures leave room above 20,000 lines of 25 cells whose CSV has 20 MiB: 41 MiB and 1.3 million elements as we write
them, 47 MiB and 1.5 million as Excel does. Reading those takes 5 to 10 s, and the worst that is let in twice as long.
"""

import zipfile
from contextlib import suppress
from xml.parsers import expat

from maru.tables.findings import FileRefused

MOST_UNPACKED = 50 * 2**20
"""Bytes of all parts together."""
MOST_ELEMENTS = 2_000_000
MOST_OTHERS = 100_000
"""Elements that are no cells: formats, links, rules for entering. Each takes as long as twenty cells."""
MOST_TOGETHER = 60_000
"""Elements of one row or one text: a sheet has at most 16,384 columns."""
LONGEST_MARK = 2**20
"""Bytes from the beginning of one element to the next: the parser reads an unfinished one again and again."""

_CELLS = {"c", "v", "f", "is", "t", "phoneticPr"}
_BYTES = 2**16


def weigh(archive: zipfile.ZipFile) -> None:
    """Refuse what takes too long, or too much memory, to open. Which part is read as what, other parts decide."""
    if sum(part.file_size for part in archive.infolist()) > MOST_UNPACKED:
        raise FileRefused("workbook-too-large")
    scales = _Scales()
    for part in archive.infolist():
        scales.put(archive, part)


class _Scales:
    """Counts elements over all parts."""

    def __init__(self) -> None:
        self._elements = self._others = self._together = self._latest = 0

    def put(self, archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
        """Count one part as far as it is XML: what is not is not read as such either."""
        parser = expat.ParserCreate()
        parser.ordered_attributes = True
        parser.StartDoctypeDeclHandler = _refuse_doctype
        parser.StartElementHandler = lambda name, _attributes: self._count(name, parser.CurrentByteIndex)
        self._latest = self._together = read = 0
        with archive.open(part) as data, suppress(expat.ExpatError):
            while chunk := data.read(_BYTES):
                read += len(chunk)
                parser.Parse(chunk)
                if read - self._latest > LONGEST_MARK:
                    raise FileRefused("workbook-too-large")

    def _count(self, name: str, position: int) -> None:
        self._latest = position
        self._elements += 1
        kind = name.rpartition(":")[2]
        if kind in ("row", "si"):
            self._together = 0
        elif kind in _CELLS:
            self._together += 1
        else:
            self._others += 1
        if self._elements > MOST_ELEMENTS or self._others > MOST_OTHERS or self._together > MOST_TOGETHER:
            raise FileRefused("workbook-too-large")


def _refuse_doctype(*_declaration: object) -> None:
    """No program writes one, and what it declares is not counted here."""
    raise FileRefused("broken-workbook")
