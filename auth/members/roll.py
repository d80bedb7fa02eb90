"""A city's list of members as a table: what each line says of somebody, and what is wrong with it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from auth.members.sentences import SENTENCES
from maru import forms
from maru.masking import names_a_resident_number
from maru.tables.cells import LONGEST as LONGEST_CELL
from maru.tables.cells import clean, quoted
from maru.tables.findings import FileRefused, Finding
from maru.tables.sheet import Headings, Row
from maru.tables.table import Table, open_table
from maru.web import dates

NUMBER, NAME, BORN, PHONE, EMAIL = "회원번호", "이름", "생년월일", "휴대전화", "이메일"
SPELLINGS: Mapping[str, Sequence[str]] = {
    NUMBER: (NUMBER, "번호", "아이디", "member", "id"),
    NAME: (NAME, "성명", "회원명", "name"),
    BORN: (BORN, "생일", "birth date", "birthdate"),
    PHONE: (PHONE, "휴대폰", "전화번호", "전화", "연락처", "phone", "mobile"),
    EMAIL: (EMAIL, "전자우편", "메일", "email", "e-mail"),
}
HEADINGS = Headings.of(SPELLINGS.items(), [NUMBER, NAME, BORN], "‘회원번호’, ‘이름’, ‘생년월일’ 칸이")
LONGEST_NAME, LONGEST_NUMBER, LONGEST_EMAIL = 100, 60, 200
OLDEST = 1880
_DAY = re.compile(r"(\d{4})\s?[-./년]?\s?(\d{1,2})\s?[-./월]?\s?(\d{1,2})\s?[일.]?")
_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(?:\.[^@\s.]+)+")
finding_of = partial(Finding.of, sentences=SENTENCES)


@dataclass(frozen=True)
class Member:
    """One line that can be taken over."""

    line: int
    number: str
    name: str
    birth_date: date
    phone: str | None
    email: str | None
    warnings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Unread:
    """A line that cannot; the name of nobody stands in it."""

    line: int
    finding: Finding


def read(data: bytes, filename: str) -> Iterator[Member | Unread]:
    """Every line of a list; FileRefused where there is none in the file."""
    try:
        table = open_table(data, HEADINGS)
    except FileRefused as refusal:
        refusal.details["filename"] = filename
        raise
    if not table.rows:
        raise FileRefused("no-records")
    first: dict[str, int] = {}
    for row in table.rows:
        said = _member(row, table)
        if isinstance(said, Member) and first.setdefault(said.number, said.line) != said.line:
            said = Unread(row.line, finding_of("repeated", NUMBER, first=first[said.number]))
        yield said
    for sheet, heading in table.left_out:
        yield Unread(heading.line, finding_of("other-sheet", sheet=sheet))


def _member(row: Row, table: Table) -> Member | Unread:
    fault = _fault(row, table)
    if fault:
        return Unread(row.line, fault)
    cells = table.cells_by_heading(row)
    said = {name: " ".join((clean(cells.get(name, "")).value or "").split()) for name in SPELLINGS}
    born = day_of(said[BORN])
    if not said[NUMBER] or len(said[NUMBER]) > LONGEST_NUMBER:
        fault = finding_of("no-number", NUMBER)
    elif not said[NAME] or len(said[NAME]) > LONGEST_NAME:
        fault = finding_of("no-name", NAME)
    elif forms.name_flaw(said[NAME], LONGEST_NAME):
        fault = finding_of("no-person", NAME)
    elif born is None:
        fault = finding_of("no-birth-date", BORN, written=quoted(said[BORN]))
    if fault:
        return Unread(row.line, fault)
    assert born is not None
    phone, email = phone_of(said[PHONE]), said[EMAIL] if _EMAIL.fullmatch(said[EMAIL][:LONGEST_EMAIL]) else None
    warnings = [
        *([finding_of("bad-phone", PHONE, written=quoted(said[PHONE]))] if said[PHONE] and not phone else []),
        *([finding_of("bad-email", EMAIL, written=quoted(said[EMAIL]))] if said[EMAIL] and not email else []),
    ]
    return Member(row.line, said[NUMBER], said[NAME], born, phone, email, tuple(warnings))


def _fault(row: Row, table: Table) -> Finding | None:
    """What is wrong with a line before anything in it is understood."""
    if row.fault:
        return row.fault
    if any(names_a_resident_number(cell) for cell in row.cells):
        return finding_of("resident-number")
    if any(len(cell) > LONGEST_CELL for cell in row.cells):
        return finding_of("cell-too-long", NAME, most=LONGEST_CELL)
    misfit = table.misfit(row)
    return misfit if misfit and misfit.code == "stray-cell" else None


def day_of(written: str) -> date | None:
    """A birth date with four figures of the year; two would leave open which century is meant."""
    found = _DAY.fullmatch(written.removesuffix(" 00:00:00"))
    try:
        day = date(*(int(part) for part in found.groups())) if found else None
    except ValueError:
        return None
    return day if day and day.year >= OLDEST and day <= dates.today() else None


def phone_of(written: str) -> str | None:
    """The figures of a Korean number; a spreadsheet may have lost its first 0."""
    figures = re.sub(r"[^0-9]", "", written.replace("+82", "0"))
    if figures.startswith("10") and len(figures) == 10:
        figures = f"0{figures}"
    return figures if re.fullmatch(r"0(?:2|[1-9][0-9])[0-9]{7,8}", figures) else None
