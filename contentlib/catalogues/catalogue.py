"""A catalogue as a table: what each record says, and which records are runs of one course."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlsplit

from contentlib.catalogues.kinds import category_of, level_of
from contentlib.catalogues.sentences import SENTENCES
from contentlib.items.service import LONGEST
from maru.tables.cells import LONGEST as LONGEST_CELL
from maru.tables.cells import clean, compact, quoted, unified
from maru.tables.findings import FileRefused, Finding
from maru.tables.links import read_link
from maru.tables.sheet import Headings, Row
from maru.tables.table import Table, open_table

TITLE, LINK, PROVIDER, TEXT = "제목", "주소", "제공 기관", "내용"
SUMMARY, KIND, LEVEL, CONDITION = "한 줄 소개", "분야", "수준", "상태"
SPELLINGS: Mapping[str, Sequence[str]] = {
    TITLE: (TITLE, "강좌명", "콘텐츠명", "title"),
    LINK: (LINK, "링크", "홈페이지주소", "url", "link"),
    PROVIDER: (PROVIDER, "제공기관명", "운영기관", "운영기관명", "기관", "agency", "college", "provider"),
    TEXT: (TEXT, "강좌내용", "소개", "introduce", "description"),
    SUMMARY: (SUMMARY, "summary"),
    KIND: (KIND, "kind", "category"),
    LEVEL: (LEVEL, "level"),
    CONDITION: (CONDITION, "condition"),
}
HEADINGS = Headings.of(SPELLINGS.items(), [TITLE], "‘제목’ 칸이")
NEARNESS = {"진행중": 0, "개강예정": 1, "종료(청강가능)": 2, "종료": 4}
"""Of a run: the nearer one can join, the better it speaks for its course; `ENDED` cannot be joined any more."""
UNKNOWN, ENDED = 3, 4
SUMMARY_LETTERS = 150
_SENTENCE_END = re.compile(r"(?<=[.!?])\s")
_BULLET = re.compile(r"^[\W_]+")
finding_of = partial(Finding.of, sentences=SENTENCES)


@dataclass(frozen=True)
class Entry:
    """One record: `said` are the values of an item, `condition` whether its run can be joined."""

    line: int
    said: Mapping[str, str]
    condition: str
    warnings: tuple[Finding, ...] = ()

    @property
    def key(self) -> str:
        """The same for all runs of a course: where it is, its title, and who gives it."""
        host = urlsplit(self.said["link"]).hostname or ""
        return "|".join([host, unified(self.said["title"]), unified(self.said["licence_source"])])

    @property
    def nearness(self) -> int:
        return NEARNESS.get(compact(self.condition), UNKNOWN)


@dataclass(frozen=True)
class Unread:
    """A record that cannot become anything."""

    line: int
    title: str
    findings: tuple[Finding, ...]


def read(data: bytes, filename: str) -> Iterator[Entry | Unread]:
    """Every record of a catalogue; FileRefused where there is none in the file."""
    try:
        table = open_table(data, HEADINGS)
    except FileRefused as refusal:
        refusal.details["filename"] = filename
        raise
    if not table.rows:
        raise FileRefused("no-records")
    for row in table.rows:
        yield _record(row, table)
    for sheet, heading in table.left_out:
        yield Unread(heading.line, "", (finding_of("other-sheet", sheet=sheet),))


def fold(entries: Sequence[Entry]) -> Mapping[str, Sequence[Entry]]:
    """Runs of one course by its key; first the one that speaks for all, as the nearest to join, then as they stand."""
    courses: defaultdict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        courses[entry.key].append(entry)
    return {key: sorted(runs, key=lambda one: one.nearness) for key, runs in courses.items()}


def _record(row: Row, table: Table) -> Entry | Unread:
    if row.fault:
        return Unread(row.line, "", (row.fault,))
    cells = {name: table.cells_by_heading(row).get(name, "") for name in SPELLINGS}
    misfit = table.misfit(row)
    too_long = [name for name, cell in cells.items() if len(cell) > LONGEST_CELL]
    refusals = [finding_of("cell-too-long", name, most=LONGEST_CELL) for name in too_long]
    if misfit and misfit.code == "stray-cell":
        refusals.insert(0, misfit)
    if refusals:
        return Unread(row.line, cells[TITLE][: LONGEST["title"]], tuple(refusals))
    written = {name: clean(cell).value or "" for name, cell in cells.items()}
    title = " ".join(written[TITLE].split())
    if not title or len(title) > LONGEST["title"]:
        code = "title-too-long" if title else "no-title"
        return Unread(row.line, title[: LONGEST["title"]], (finding_of(code, most=LONGEST["title"]),))
    return _entry(row.line, title, written)


def _entry(line: int, title: str, written: Mapping[str, str]) -> Entry:
    link = read_link(written[LINK]) if written[LINK] else None
    said = {
        "title": title,
        "summary": (" ".join(written[SUMMARY].split()) or summary_of(written[TEXT]))[: LONGEST["summary"]],
        "description": written[TEXT],
        "category": category_of(written[KIND]),
        "level": level_of(written[LEVEL]),
        "licence_source": " ".join(written[PROVIDER].split())[: LONGEST["licence_source"]],
        "link": (link.value if link else None) or "",
    }
    warnings = []
    if link and link.note:
        warnings.append(finding_of(link.note, LINK, written=quoted(written[LINK])))
    if not said["licence_source"]:
        warnings.append(finding_of("no-provider"))
    if written[KIND] and not said["category"]:
        warnings.append(finding_of("unknown-kind", written=quoted(written[KIND])))
    return Entry(line, said, " ".join(written[CONDITION].split()), tuple(warnings))


def summary_of(text: str) -> str:
    """The first sentence of a description, or as much of it as fits on a line of a list."""
    paragraph = " ".join(text.split("\n\n", 1)[0].split())
    sentence = _SENTENCE_END.split(_BULLET.sub("", paragraph), maxsplit=1)[0]
    return sentence if len(sentence) <= SUMMARY_LETTERS else sentence[: SUMMARY_LETTERS - 1].rstrip() + "…"
