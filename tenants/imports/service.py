"""Importing and exporting a city's courses by the 25 columns of the standard file (domain 6.2)."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any, cast
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import undefer

from auth.residence.models import Region
from maru.db import session
from maru.imports.kept import LONGEST_NAME, settle
from maru.imports.report import Report, ReportRow
from maru.jobs import job
from maru.tables.findings import FileRefused, Finding
from maru.tenancy import Tenant
from maru.web import dates
from tenants.catalogue.projection import project
from tenants.courses import service as courses
from tenants.courses.models import Run
from tenants.courses.standard_file import places, reading, writing
from tenants.courses.standard_file.course import StandardCourse
from tenants.courses.standard_file.sentences import SENTENCES
from tenants.imports.mapping import fill, schedule_of, to_standard
from tenants.imports.models import CourseImport
from tenants.imports.shelf import Shelf

OUR_FAULT = "파일을 읽다가 저희 쪽에서 멈추었습니다. 넣은 강좌는 없습니다. 도 담당자에게 이 파일과 함께 알려 주세요."
MOST_MEETINGS = 400_000
"""Class days that one file may bring: some twenty for each of the most courses that one may hold."""
UNCLEAR = (
    "이름과 기관, 시작하는 때가 같은 강좌가 이미 여럿이라 이 줄이 어느 강좌를 고치는지 알 수 없습니다. 고치는 줄이면 강사나"
    " 장소를 전과 같게 적고, 새로 여는 강좌이면 이미 있는 강좌의 줄도 함께 올려 주세요."
)


def receive(tenant: UUID, data: bytes, filename: str, by: UUID) -> UUID:
    """Take an uploaded file in; a job reads it, and its report stands under the id that is given."""
    kept = CourseImport(tenant_id=tenant, filename=filename[:LONGEST_NAME], imported_by=by, state="waiting", file=data)
    session().add(kept)
    session().flush()
    read_received.later(kept.id)
    return kept.id


@job("imports.read_received")
def read_received(import_id: UUID) -> None:
    """Import a file that was taken in; done once. What is refused as a whole changes nothing but the report."""
    waiting = sa.select(CourseImport).where(CourseImport.id == import_id, CourseImport.state == "waiting")
    kept = session().scalar(waiting.options(undefer(CourseImport.file)).with_for_update())
    if kept is None or kept.file is None:
        return
    settle(kept, partial(_read, kept.tenant_id), OUR_FAULT)


def import_file(tenant: UUID, data: bytes, filename: str, *, dry_run: bool = False) -> Report:
    """Import a standard file into the tenant here and now, and keep its report.

    Raises standard_file.FileRefused for a file that is none. A dry run reports the same and changes nothing.
    """
    trial = session().begin_nested() if dry_run else None
    report = _read(tenant, data, filename)
    if trial:
        trial.rollback()
        return report
    session().add(
        CourseImport(
            tenant_id=tenant,
            filename=filename[:LONGEST_NAME],
            state="done",
            totals=report.totals,
            rows=report.stored,
        )
    )
    session().flush()
    return report


def export(tenant: UUID) -> list[StandardCourse]:
    """Every run of the tenant as a record, oldest first."""
    return [
        to_standard(run) for run in session().scalars(sa.select(Run).where(Run.tenant_id == tenant).order_by(Run.id))
    ]


def export_csv(tenant: UUID) -> bytes:
    """The 25 columns in their order, UTF-8 with BOM."""
    return writing.write_csv(export(tenant))


def _read(tenant: UUID, data: bytes, filename: str) -> Report:
    """Read a file into the tenant's tables; two files of one city are read one after the other."""
    records = reading.read(data, filename)
    session().execute(courses.ONE_AT_A_TIME, {"what": f"imports {tenant}"})
    report = Report(list(_import(tenant, records)))
    if not report.rows:
        raise FileRefused("no-records")
    session().flush()
    return report


def _import(tenant: UUID, records: Iterator[reading.Record]) -> Iterator[ReportRow]:
    shelf = Shelf(tenant)
    lines, distinct = _new_lines(records)
    shelf.match(distinct)
    shelf.hold_changed()
    home = session().get_one(Tenant, tenant).region_code
    regions = _regions()
    changed: list[Run] = []
    rescheduled: list[Run] = []
    meetings = 0
    for line in lines:
        if isinstance(line, ReportRow):
            yield line
            continue
        course = cast(StandardCourse, line.course)
        elsewhere = places.foreign_city(course, home, regions, _provider(line)) if home else None
        known = shelf.meant.get(course)
        schedule = schedule_of(to_standard(known)) if known is not None else None
        row, run = _place(shelf, line, course, elsewhere)
        if run is not None:
            changed.append(run)
            rescheduled += [run] if schedule != schedule_of(course) else []
            meetings += len(courses.times_of(run))
            if meetings > MOST_MEETINGS:
                raise FileRefused("too-many-meetings", sentences=SENTENCES, most=MOST_MEETINGS)
        yield row
    courses.lay_out_meetings(rescheduled)  # others keep their meetings, of which some may have been moved by hand
    project([run.id for run in changed if run.published_at is not None])


def _new_lines(
    records: Iterator[reading.Record],
) -> tuple[list[reading.Record | ReportRow], Sequence[StandardCourse]]:
    """Every line in its order: a record to be placed, or the row that says why there is none; and the distinct courses."""
    lines: list[reading.Record | ReportRow] = []
    first_lines: dict[StandardCourse, int] = {}
    for record in records:
        course = record.course
        if course is None:
            finding = record.refusals[0]
            lines.append(ReportRow(record.line, "refused", finding.code, _sentences(record.refusals), _title(record)))
        elif course in first_lines:
            message = f"{first_lines[course]}줄과 똑같은 줄이라 한 번만 넣었습니다."
            lines.append(ReportRow(record.line, "unchanged", "duplicate-line", message, course.title))
        else:
            first_lines[course] = record.line
            lines.append(record)
    return lines, list(first_lines)


def _place(
    shelf: Shelf, record: reading.Record, course: StandardCourse, elsewhere: str | None
) -> tuple[ReportRow, Run | None]:
    """Put one clean record on the shelf; the run is given where something changed."""
    if course in shelf.unclear:
        return ReportRow(record.line, "refused", "unclear-line", UNCLEAR, course.title), None
    run = shelf.meant.get(course)
    if run is not None and to_standard(run) == course:
        return ReportRow(record.line, "unchanged", "unchanged", "이미 있는 강좌와 같습니다.", course.title), None
    if run is not None and (obstacle := _obstacle(shelf, run, course)):
        return ReportRow(record.line, "refused", *obstacle, course.title), None
    code, message = ("updated", "내용이 바뀐 강좌입니다.") if run is not None else ("created", "새 강좌입니다.")
    warnings = [(finding.code, finding.message) for finding in record.warnings]
    if run is None:
        run = shelf.add(course)
        fill(run, course, None)
    else:
        before = to_standard(run)
        shelf.attach(run, course)
        fill(run, course, before)
        if shelf.placed(run) and _told(before) != _told(course):
            words = f"자리가 정해진 {shelf.placed(run)}명에게 바뀐 날짜와 시각, 강사, 장소를 알려 주세요."
            warnings.insert(0, ("people-to-tell", words))
    run.elsewhere = elsewhere or ""
    if course in shelf.similar:
        warnings.insert(
            0, ("similar-line", "이름과 기관, 시작하는 때가 같은 줄이 앞에 있습니다. 두 강좌가 맞는지 확인해 주세요.")
        )
    if not run.first_come:
        warnings.insert(0, ("not-first-come", "추첨이나 심사로 뽑는 강좌라 마루에서는 안내만 합니다."))
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
    if shelf.placed(run) and run.opens_at is not None and course.opens_on is None:
        return (
            "window-of-applicants",
            "신청하신 분이 있는 강좌라 접수 기간을 비울 수 없습니다. 접수시작일자를 적어 주세요.",
        )
    if shelf.has_marks(run) and schedule_of(to_standard(run)) != schedule_of(course):
        return "attendance-recorded", "출석을 적기 시작한 강좌라 날짜와 시각을 바꿀 수 없습니다."
    return None


def _told(course: StandardCourse) -> tuple[Any, ...]:
    """What people who have a place came for."""
    return course.title, course.instructor, course.place, course.address, schedule_of(course)


def _regions() -> list[places.Region]:
    current = sa.select(Region).where(Region.valid.contains(dates.today()), Region.kind != "outside")
    return [places.Region(one.code, one.name_ko, one.parent_code) for one in session().scalars(current)]


def _sentences(findings: Sequence[Finding]) -> str:
    return " ".join(finding.message for finding in findings)


def _title(record: reading.Record) -> str:
    return record.raw.get("강좌명", "")[:200]


def _provider(record: reading.Record) -> str:
    return record.raw.get("제공기관명", "")
