"""The kept reports of imports: which there are, and what became of each line, a page at a time."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from maru.db import session
from maru.errors import N_, NotFound
from tenants.courses.standard_file.writing import guarded
from tenants.imports.models import CourseImport
from tenants.imports.service import OUTCOMES, Outcome, ReportRow

PAGE = 200
"""Lines of a report."""
LISTED = 20
WORDS: dict[Outcome, str] = {
    "accepted": N_("넣음"),
    "warned": N_("확인 필요"),
    "refused": N_("넣지 못함"),
    "unchanged": N_("그대로"),
}
HEADINGS = ("줄", "결과", "코드", "강좌", "말")
_SHOWN = (
    CourseImport.id,
    CourseImport.filename,
    CourseImport.imported_at,
    CourseImport.state,
    CourseImport.problem,
    CourseImport.totals,
)


@dataclass(frozen=True)
class Page:
    """Some rows of a report, in the order of the file; `before` of the `total` that are asked for stand on earlier pages."""

    rows: Sequence[ReportRow]
    number: int
    before: int
    total: int

    @property
    def last(self) -> bool:
        """Whether no page follows."""
        return self.before + len(self.rows) >= self.total


def latest() -> Sequence[Any]:
    """The tenant's newest reports: id, file name, moment, state, problem and totals."""
    return session().execute(sa.select(*_SHOWN).order_by(CourseImport.id.desc()).limit(LISTED)).all()


def get(import_id: UUID) -> Any:
    """One report of the tenant, without its rows."""
    found = session().execute(sa.select(*_SHOWN).where(CourseImport.id == import_id)).one_or_none()
    if found is None:
        raise NotFound(N_("찾으시는 올리기 결과가 없습니다."))
    return found


def page(report: Any, outcome: Outcome | None, number: int) -> Page:
    """A page of a report, counted from 1, of one outcome or of all; the nearest one that there is."""
    total = report.totals.get(outcome or "records", 0)
    number = max(1, min(number, -(-total // PAGE)))
    before = (number - 1) * PAGE
    return Page(_rows(report.id, outcome, limit=PAGE, offset=before), number, before, total)


def write_csv(report: Any) -> bytes:
    """All rows of a report, UTF-8 with BOM; what a spreadsheet program would run is guarded as in an export."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(HEADINGS)
    writer.writerows(_cells(_rows(report.id, None)))
    return text.getvalue().encode("utf-8-sig")


def read_outcome(written: str | None) -> Outcome | None:
    """An outcome as it stands in an address; what is none means all."""
    return next((outcome for outcome in OUTCOMES if outcome == written), None)


def _rows(import_id: UUID, outcome: Outcome | None, *, limit: int | None = None, offset: int = 0) -> list[ReportRow]:
    """Rows out of the stored list, cut by the database: a whole one has megabytes."""
    entry = sa.func.jsonb_array_elements(CourseImport.rows, type_=JSONB)
    line = entry.table_valued(sa.column("said", JSONB), with_ordinality="place").render_derived(name="line")
    chosen = sa.select(line.c.said).select_from(CourseImport).join(line, sa.true())
    chosen = chosen.where(CourseImport.id == import_id).order_by(line.c.place).limit(limit).offset(offset)
    if outcome:
        chosen = chosen.where(line.c.said["outcome"].astext == outcome)
    return [ReportRow(**said) for said in session().scalars(chosen)]


def _cells(rows: Iterable[ReportRow]) -> Iterable[Sequence[str]]:
    return ((str(row.line), WORDS[row.outcome], row.code, guarded(row.title), guarded(row.message)) for row in rows)
