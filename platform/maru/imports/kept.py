"""Files that were sent and their reports: waiting to be read, done with a row per record, or refused as a whole.

The file itself is kept until it has been read; the report for good, so that people can come back to it.
"""

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
import structlog
from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from maru.columns import Recorded, Words
from maru.db import session
from maru.errors import N_, NotFound, Unavailable
from maru.imports.report import OUTCOMES, Outcome, Report, ReportRow
from maru.tables.findings import FileRefused
from maru.tables.formulas import guarded

PAGE = 200
"""Lines of a report."""
LISTED = 20
LONGEST_NAME = 200
log = structlog.get_logger()


class KeptImport:
    """The columns of a table of imported files; `id` is the feature's own. `problem` says why a file was refused."""

    id: Mapped[UUID]
    filename: Mapped[str] = mapped_column(Text)
    imported_at: Mapped[Recorded]
    imported_by: Mapped[UUID | None] = mapped_column(
        ForeignKey("people.id"), index=True, info={"personal": "identifier"}
    )
    state: Mapped[str] = mapped_column(Text)
    problem: Mapped[Words]
    file: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    totals: Mapped[dict[str, int]] = mapped_column(JSONB, server_default="{}", default=dict)
    rows: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default="[]", default=list, deferred=True)

    @staticmethod
    def checks() -> tuple[CheckConstraint, ...]:
        """What the database asks of them."""
        return (
            CheckConstraint("state IN ('waiting', 'done', 'refused')"),
            CheckConstraint("(state = 'waiting') = (file IS NOT NULL)"),
        )


Kind = type[KeptImport]


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


def settle(kept: KeptImport, read: Callable[[bytes, str], Report], our_fault: str) -> None:
    """Read a file that waits and keep its report. What is refused as a whole changes nothing else.

    `our_fault` is what people are told when it was not the file's.
    """
    assert kept.file is not None
    try:
        with session().begin_nested():
            report = read(kept.file, kept.filename)
    except FileRefused as refused:
        kept.state, kept.problem, kept.file = "refused", refused.message, None
        return
    except (sa.exc.OperationalError, Unavailable):
        raise  # the database was away or busy: the job is tried again
    except Exception:
        log.exception("a file could not be read")
        kept.state, kept.problem, kept.file = "refused", our_fault, None
        return
    kept.state, kept.totals, kept.rows, kept.file = "done", report.totals, report.stored, None


def latest(kind: Kind) -> Sequence[Any]:
    """The newest reports: id, file name, moment, sender, state, problem and totals."""
    return session().execute(_shown(kind).order_by(kind.id.desc()).limit(LISTED)).all()


def get(kind: Kind, import_id: UUID) -> Any:
    """One report, without its rows."""
    found = session().execute(_shown(kind).where(kind.id == import_id)).one_or_none()
    if found is None:
        raise NotFound(N_("찾으시는 올리기 결과가 없습니다."))
    return found


def page(kind: Kind, report: Any, outcome: Outcome | None, number: int) -> Page:
    """A page of a report, counted from 1, of one outcome or of all; the nearest one that there is."""
    total = report.totals.get(outcome or "records", 0)
    number = max(1, min(number, -(-total // PAGE)))
    before = (number - 1) * PAGE
    return Page(_rows(kind, report.id, outcome, limit=PAGE, offset=before), number, before, total)


def write_csv(kind: Kind, report: Any, what: str) -> bytes:
    """All rows of a report about `what`, UTF-8 with BOM; what a spreadsheet program would run is guarded."""
    if report.state != "done":
        raise NotFound(N_("아직 결과가 없는 파일입니다."))
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(("줄", "결과", "코드", what, "말"))
    writer.writerows(
        (str(row.line), OUTCOMES[row.outcome], row.code, guarded(row.title), guarded(row.message))
        for row in _rows(kind, report.id, None)
    )
    return text.getvalue().encode("utf-8-sig")


def read_outcome(written: str | None) -> Outcome | None:
    """An outcome as it stands in an address; what is none means all."""
    return next((outcome for outcome in OUTCOMES if outcome == written), None)


def _shown(kind: Kind) -> Any:
    columns = (kind.id, kind.filename, kind.imported_at, kind.imported_by, kind.state, kind.problem, kind.totals)
    return sa.select(*columns)


def _rows(
    kind: Kind, import_id: UUID, outcome: Outcome | None, *, limit: int | None = None, offset: int = 0
) -> list[ReportRow]:
    """Rows out of the stored list, cut by the database: a whole one has megabytes."""
    entry = sa.func.jsonb_array_elements(kind.rows, type_=JSONB)
    line = entry.table_valued(sa.column("said", JSONB), with_ordinality="place").render_derived(name="line")
    chosen = sa.select(line.c.said).select_from(kind).join(line, sa.true())
    chosen = chosen.where(kind.id == import_id).order_by(line.c.place).limit(limit).offset(offset)
    if outcome:
        chosen = chosen.where(line.c.said["outcome"].astext == outcome)
    return [ReportRow(**said) for said in session().scalars(chosen)]
