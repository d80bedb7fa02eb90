"""Importing and exporting a city's courses by the 25 columns of the standard file (domain 6.2)."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Literal
from uuid import UUID

import sqlalchemy as sa

from auth.residence.models import Region
from maru.db import session
from maru.tenancy import Tenant
from maru.web import dates
from tenants.catalogue.projection import project
from tenants.courses import service as courses
from tenants.courses.models import Run
from tenants.courses.standard_file import places, reading, writing
from tenants.courses.standard_file.course import StandardCourse
from tenants.courses.standard_file.findings import FileRefused, Finding
from tenants.imports.mapping import fill, schedule_of, to_standard
from tenants.imports.models import CourseImport
from tenants.imports.shelf import Shelf

Outcome = Literal["accepted", "warned", "refused", "unchanged"]
OUTCOMES: tuple[Outcome, ...] = ("accepted", "warned", "refused", "unchanged")


@dataclass(frozen=True)
class ReportRow:
    """What became of one record: the line where it begins, a stable code, and a Korean sentence."""

    line: int
    outcome: Outcome
    code: str
    message: str
    title: str = ""


@dataclass(frozen=True)
class Report:
    """All rows of a file, and how many there are of each outcome."""

    rows: Sequence[ReportRow]

    @property
    def totals(self) -> dict[str, int]:
        counted = Counter(row.outcome for row in self.rows)
        return {"records": len(self.rows), **{outcome: counted[outcome] for outcome in OUTCOMES}}


def import_file(
    tenant: UUID, data: bytes, filename: str, *, by: UUID | None = None, dry_run: bool = False
) -> tuple[Report, UUID | None]:
    """Import a standard file into the tenant; gives the report and the id under which it is kept.

    Raises standard_file.FileRefused for a file that is none. A dry run reports the same and changes nothing.
    """
    records = reading.read(data, filename)
    trial = session().begin_nested() if dry_run else None
    report = Report(list(_import(tenant, records)))
    if not report.rows:
        raise FileRefused("no-records")
    session().flush()
    if trial:
        trial.rollback()
        return report, None
    kept = CourseImport(
        tenant_id=tenant,
        filename=filename[:200],
        imported_by=by,
        totals=report.totals,
        rows=[asdict(row) for row in report.rows],
    )
    session().add(kept)
    session().flush()
    return report, kept.id


def export(tenant: UUID) -> list[StandardCourse]:
    """Every run of the tenant as a record, oldest first."""
    return [
        to_standard(run) for run in session().scalars(sa.select(Run).where(Run.tenant_id == tenant).order_by(Run.id))
    ]


def export_csv(tenant: UUID) -> bytes:
    """The 25 columns in their order, UTF-8 with BOM."""
    return writing.write_csv(export(tenant))


def _import(tenant: UUID, records: Iterator[reading.Record]) -> Iterator[ReportRow]:
    shelf = Shelf(tenant)
    home = session().get_one(Tenant, tenant).region_code
    regions = _regions()
    first_lines: dict[StandardCourse, int] = {}
    changed: list[Run] = []
    for record in records:
        course = record.course
        if course is None:
            finding = record.refusals[0]
            yield ReportRow(record.line, "refused", finding.code, _sentences(record.refusals), _title(record))
            continue
        if course in first_lines:
            message = f"{first_lines[course]}줄과 똑같은 줄이라 한 번만 넣었습니다."
            yield ReportRow(record.line, "unchanged", "duplicate-line", message, course.title)
            continue
        first_lines[course] = record.line
        elsewhere = places.foreign_city(course, home, regions, _provider(record)) if home else None
        row, run = _place(shelf, record, course, elsewhere)
        if run is not None:
            changed.append(run)
        yield row
    courses.lay_out_meetings(changed)
    project([run.id for run in changed if run.published_at is not None])


def _place(
    shelf: Shelf, record: reading.Record, course: StandardCourse, elsewhere: str | None
) -> tuple[ReportRow, Run | None]:
    """Put one clean record on the shelf; the run is given where something changed."""
    key = shelf.key(course)
    run = shelf.runs.get(key)
    if run is not None and to_standard(run) == course:
        return ReportRow(record.line, "unchanged", "unchanged", "이미 있는 강좌와 같습니다.", course.title), None
    if run is not None and (obstacle := _obstacle(shelf, run, course)):
        return ReportRow(record.line, "refused", *obstacle, course.title), None
    code, message = ("updated", "고쳤습니다.") if run is not None else ("created", "새로 넣었습니다.")
    if run is None:
        run = shelf.add(key, course)
        fill(run, course, None)
    else:
        before = to_standard(run)
        shelf.attach(run, course)
        fill(run, course, before)
    run.elsewhere = elsewhere or ""
    warnings = [(finding.code, finding.message) for finding in record.warnings]
    if "#" in key:
        warnings.insert(
            0, ("similar-line", "이름과 기관, 시작하는 때가 같은 줄이 앞에 있습니다. 두 강좌가 맞는지 확인해 주세요.")
        )
    if elsewhere:
        warnings.insert(
            0, ("other-city", f"{elsewhere}의 기관이나 주소로 보입니다. 우리 시군의 강좌가 맞는지 확인해 주세요.")
        )
    if not warnings:
        return ReportRow(record.line, "accepted", code, message, course.title), run
    return ReportRow(
        record.line, "warned", warnings[0][0], " ".join([message, *(w for _, w in warnings)]), course.title
    ), run


def _obstacle(shelf: Shelf, run: Run, course: StandardCourse) -> tuple[str, str] | None:
    """Why an existing run must not become what the record says."""
    if run.settled_at is not None:
        return "run-settled", "수료 처리를 마친 강좌라 고칠 수 없습니다."
    if shelf.placed(run) > (course.capacity or 0):
        return "capacity-below-placed", f"이미 {shelf.placed(run)}명의 자리가 정해져 정원을 그보다 줄일 수 없습니다."
    if shelf.has_marks(run) and schedule_of(to_standard(run)) != schedule_of(course):
        return "attendance-recorded", "출석을 적기 시작한 강좌라 날짜와 시각을 바꿀 수 없습니다."
    return None


def _regions() -> list[places.Region]:
    current = sa.select(Region).where(Region.valid.contains(dates.today()))
    return [places.Region(one.code, one.name_ko, one.parent_code) for one in session().scalars(current)]


def _sentences(findings: Sequence[Finding]) -> str:
    return " ".join(finding.message for finding in findings)


def _title(record: reading.Record) -> str:
    return record.raw.get("강좌명", "")[:200]


def _provider(record: reading.Record) -> str:
    return record.raw.get("제공기관명", "")
