"""Regions from a file, the province's own door in production: legal-dong codes with their days and successors (domain 1.6).

Every line gets a report row. Regions speak of each other, so a file goes in whole or not at all.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import Range

from auth.residence.models import Region
from maru.db import session
from maru.imports.report import Outcome, Report, ReportRow
from maru.tables.sheet import Headings, Row
from maru.tables.table import Table, open_table

CODE = re.compile("[1-9][0-9]{4}")
KINDS: Mapping[str, str] = {
    **{kind: kind for kind in ("city", "county", "district")}, "시": "city", "군": "county", "구": "district",
}  # fmt: skip
HEADINGS = Headings.of(
    [
        ("code", ["code", "코드", "법정동코드"]),
        ("name_ko", ["name_ko", "이름", "지역이름"]),
        ("name_en", ["name_en", "영어 이름", "로마자"]),
        ("kind", ["kind", "종류"]),
        ("parent_code", ["parent_code", "상위 코드"]),
        ("since", ["since", "생긴 날"]),
        ("until", ["until", "없어진 날"]),
        ("successor_code", ["successor_code", "이어받은 코드"]),
    ],
    ["code", "name_ko", "name_en", "kind", "since"],
    "코드, 이름, 영어 이름, 종류, 생긴 날(code, name_ko, name_en, kind, since)이",
)
WORDS: Mapping[str, str] = {
    "added": "새로 넣었습니다.",
    "changed": "고쳤습니다.",
    "unchanged": "이미 이렇게 되어 있습니다.",
    "held-back": "이 줄은 맞지만, 다른 줄에 틀린 곳이 있어 파일의 아무 줄도 넣지 않았습니다.",
    "odd-row": "칸의 수가 제목과 다릅니다. 이 줄의 쉼표를 확인해 주세요.",
    "bad-code": "코드는 법정동코드 앞 다섯 자리입니다. 예: 41590",
    "bad-name": "이름과 영어 이름을 적어 주세요.",
    "bad-kind": "종류는 시, 군, 구(city, county, district) 가운데 하나입니다.",
    "bad-day": "날은 2026-02-01처럼 적어 주세요. 없어진 날은 생긴 날보다 뒤입니다.",
    "repeated": "같은 코드와 생긴 날이 파일에 두 번 있습니다.",
    "no-parent": "구의 상위 코드는 그때 있는 시의 코드여야 하고, 시와 군에는 없습니다.",
    "no-successor": "이어받은 코드는 없어진 날부터 있는 다른 지역이어야 하고, 없어진 날과 함께 적습니다.",
    "overlap": "같은 코드가 같은 때에 둘이 됩니다. 앞의 것에 없어진 날을 먼저 적어 주세요.",
}


@dataclass(frozen=True)
class Line:
    """One line as it was read; `fault` is what is wrong with it."""

    line: int
    code: str
    name_ko: str = ""
    name_en: str = ""
    kind: str = ""
    parent_code: str | None = None
    since: date = date.min
    until: date | None = None
    successor_code: str | None = None
    fault: str = ""

    @property
    def key(self) -> tuple[str, date]:
        return self.code, self.since

    def stands_on(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day < self.until)


def import_file(data: bytes, *, dry_run: bool = False) -> Report:
    """Put the regions of a file in, as the province. FileRefused for a file that is none."""
    table = open_table(data, HEADINGS)
    lines, known = [_read(table, row) for row in table.rows], _known()
    after = {**known, **{line.key: line for line in lines if not line.fault}}
    seen: set[tuple[str, date]] = set()
    judged = []
    for line in lines:
        fault = line.fault or ("repeated" if line.key in seen else _fault(line, after))
        seen.add(line.key)
        judged.append(replace(line, fault=fault))
    if any(line.fault for line in judged):
        return Report([_row(line, line.fault or "held-back", refused=True) for line in judged])
    rows = [_row(line, _outcome(line, known)) for line in judged]
    if not dry_run:
        _write([line for line, row in zip(judged, rows, strict=True) if row.code != "unchanged"], known)
    return Report(rows)


def _read(table: Table, row: Row) -> Line:
    cells = {name: cell.strip() for name, cell in table.cells_by_heading(row).items()}
    code = cells["code"].removesuffix("00000") if len(cells["code"]) == TEN_DIGITS else cells["code"]
    since, until = _day(cells["since"]), _day(cells.get("until", ""))
    read = Line(
        row.line,
        code,
        cells["name_ko"],
        cells["name_en"],
        KINDS.get(cells["kind"], ""),
        cells.get("parent_code") or None,
        since or date.min,
        until,
        cells.get("successor_code") or None,
    )
    bad_day = (
        since is None or (bool(cells.get("until")) and until is None) or (until is not None and until <= read.since)
    )
    fault = (
        "odd-row" if row.fault or table.misfit(row)
        else "bad-code" if not CODE.fullmatch(code)
        else "bad-name" if not (read.name_ko and read.name_en)
        else "bad-kind" if not read.kind
        else "bad-day" if bad_day
        else ""
    )  # fmt: skip
    return replace(read, fault=fault)


TEN_DIGITS = 10
"""Of a legal-dong code as the ministry writes it."""


def _known() -> dict[tuple[str, date], Line]:
    found = session().scalars(sa.select(Region).where(Region.kind != "outside"))
    lines = [_line_of(region) for region in found]
    return {line.key: line for line in lines}


def _line_of(region: Region) -> Line:
    return Line(
        0,
        region.code,
        region.name_ko,
        region.name_en,
        region.kind,
        region.parent_code,
        region.valid.lower or date.min,
        region.valid.upper,
        region.successor_code,
    )


def _fault(line: Line, after: Mapping[tuple[str, date], Line]) -> str:
    """What is wrong with a line beside all that there will be."""
    others = [one for one in after.values() if one.key != line.key]
    cities = {one.code for one in others if one.kind == "city" and one.stands_on(line.since)}
    if (line.kind == "district") != (line.parent_code in cities) or (line.kind != "district" and line.parent_code):
        return "no-parent"
    if any(one.code == line.code and _overlap(one, line) for one in others):
        return "overlap"
    if line.successor_code is None:
        return ""
    follows = line.until and any(
        one.code == line.successor_code and one.code != line.code and one.stands_on(line.until) for one in others
    )
    return "" if follows else "no-successor"


def _overlap(one: Line, other: Line) -> bool:
    return one.since < (other.until or date.max) and other.since < (one.until or date.max)


def _outcome(line: Line, known: Mapping[tuple[str, date], Line]) -> str:
    before = known.get(line.key)
    if before is None:
        return "added"
    return "unchanged" if replace(before, line=line.line) == line else "changed"


def _write(lines: Sequence[Line], known: Mapping[tuple[str, date], Line]) -> None:
    """Those that are there first, which may make room for the others."""
    for line in sorted(lines, key=lambda line: line.key not in known):
        said = {
            "name_ko": line.name_ko,
            "name_en": line.name_en,
            "kind": line.kind,
            "parent_code": line.parent_code,
            "valid": Range(line.since, line.until, bounds="[)"),
            "successor_code": line.successor_code,
        }
        if line.key in known:
            held = (Region.code == line.code, sa.func.lower(Region.valid) == line.since)
            session().execute(sa.update(Region).where(*held).values(said))
        else:
            session().execute(sa.insert(Region).values(code=line.code, **said))


def _row(line: Line, code: str, *, refused: bool = False) -> ReportRow:
    outcome: Outcome = "refused" if refused else "unchanged" if code == "unchanged" else "accepted"
    return ReportRow(line.line, outcome, code, WORDS[code], f"{line.code} {line.name_ko}".strip())


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None
