"""A row of the report for every record, and no course twice."""

import pytest

from maru.db import session
from maru.imports import kept as reports
from maru.imports.report import Report
from maru.tables.findings import FileRefused
from tenants.imports import service as imports
from tenants.imports.models import CourseImport
from tests.conftest import Maker
from tests.tenants.imports.conftest import Desk
from tests.tenants.imports.files import HEADINGS, csv_of, line, xlsx_of


def outcomes(report: Report) -> list[tuple[str, str]]:
    return [(row.outcome, row.code) for row in report.rows]


def test_every_record_has_its_row_and_its_line(desk: Desk) -> None:
    report = desk.put(
        line("수채화"),
        line("서예", 수강료=""),
        line("", 강사명="이름 없는 강좌"),
        line("수채화"),
        line("끝이 앞선 강좌", 교육종료일자="2020-01-01"),
    )
    assert [row.line for row in report.rows] == [2, 3, 4, 5, 6]
    assert outcomes(report) == [
        ("accepted", "created"),
        ("warned", "no-fee"),
        ("refused", "no-title"),
        ("unchanged", "duplicate-line"),
        ("refused", "end-before-start"),
    ]
    assert report.totals == {"records": 5, "accepted": 1, "warned": 1, "refused": 2, "unchanged": 1}
    assert all(row.message for row in report.rows)
    assert [run.course.title for run in desk.runs()] == ["수채화", "서예"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "cp949"])
def test_every_encoding_says_the_same(desk: Desk, encoding: str) -> None:
    assert desk.put_file(csv_of(line("한글 서예"), encoding=encoding)).totals["accepted"] == 1
    assert [run.course.title for run in desk.runs()] == ["한글 서예"]
    assert desk.put_file(xlsx_of(line("한글 서예")), "courses.xlsx").totals["unchanged"] == 1


def test_importing_again_changes_nothing(desk: Desk) -> None:
    courses = [line("수채화"), line("서예"), line("합창", 수강료="")]
    desk.put(*courses)
    before = desk.runs()
    assert desk.put(*courses).totals == {"records": 3, "accepted": 0, "warned": 0, "refused": 0, "unchanged": 3}
    assert [(run.id, run.updated_at) for run in desk.runs()] == [(run.id, run.updated_at) for run in before]


def test_a_changed_record_changes_its_run(desk: Desk) -> None:
    desk.put(line("수채화"))
    (before,) = desk.runs()
    report = desk.put(line("수채화", weeks=6, 강좌정원수="25", 교육장소="마루홀"))
    assert outcomes(report) == [("accepted", "updated")]
    (after,) = desk.runs()
    assert (after.id, after.capacity, after.venue and after.venue.name) == (before.id, 25, "마루홀")
    assert (len(before.meetings), len(after.meetings)) == (4, 6)


def test_lines_that_look_alike_stay_two_runs_of_one_course(desk: Desk) -> None:
    morning = line("수채화")
    afternoon = line("수채화", 강사명="이도담")
    report = desk.put(morning, afternoon)
    assert outcomes(report) == [("accepted", "created"), ("warned", "similar-line")]
    first, second = desk.runs()
    assert (first.course.id, first.number, second.number) == (second.course.id, 1, 2)
    assert desk.put(morning, afternoon).totals["unchanged"] == 2


def test_a_name_that_is_written_otherwise_is_the_same_run(desk: Desk) -> None:
    desk.put(line("처음 만나는 수채화(기초)"))
    report = desk.put(line("처음만나는 수채화 (기초)"))
    assert outcomes(report) == [("accepted", "updated")]
    assert [run.course.title for run in desk.runs()] == ["처음만나는 수채화 (기초)"]


def test_a_file_that_is_none_changes_nothing(desk: Desk) -> None:
    headings = [heading for heading in HEADINGS if heading != "강좌정원수"]
    with pytest.raises(FileRefused) as refused:
        desk.put_file(csv_of(line("수채화"), headings=headings))
    assert refused.value.code == "missing-headings"
    assert "강좌정원수" in refused.value.message
    assert desk.runs() == []


def test_a_dry_run_says_the_same_and_keeps_nothing(desk: Desk) -> None:
    desk.put(line("수채화"))
    lines = line("수채화", 강좌정원수="30"), line("서예"), line("")
    told = desk.put(*lines, dry_run=True)
    assert [run.capacity for run in desk.runs()] == [20]
    with desk.working():
        assert len(reports.latest(CourseImport)) == 1
    assert outcomes(told) == outcomes(desk.put(*lines))


def test_the_report_is_kept(desk: Desk) -> None:
    with desk.working():
        report = imports.import_file(desk.tenant, csv_of(line("수채화"), line("")), "가을 강좌.csv")
    with desk.working():
        (found,) = reports.latest(CourseImport)
        assert (found.filename, found.totals) == ("가을 강좌.csv", report.totals)
        assert reports.page(CourseImport, found, None, 1).rows == report.rows


def test_a_draw_is_told_in_the_report(desk: Desk) -> None:
    (row,) = desk.put(line("수채화", 선정방법구분="추첨")).rows
    assert (row.outcome, row.code) == ("warned", "not-first-come")
    assert "안내만 합니다" in row.message


def test_a_line_without_institution_or_place_is_taken_and_mended(desk: Desk) -> None:
    """And one that loses them later, as an export of such a run has them."""
    bare = {"운영기관명": "", "운영기관전화번호": "", "교육장소": "", "교육장도로명주소": ""}
    assert desk.put(line("수채화", **bare), line("서예")).totals["refused"] == 0
    first, second = desk.runs()
    assert (first.institution, first.venue) == (None, None)
    assert second.institution is not None
    assert desk.put(line("수채화"), line("서예", 교육장소="", 교육장도로명주소="")).totals["refused"] == 0
    assert desk.put_file(desk.take()).totals["unchanged"] == len(desk.runs())


def test_two_cities_with_the_same_file_stay_apart(desk: Desk, make: Maker) -> None:
    neighbour = Desk(desk.database, make.city())
    courses = [line("수채화"), line("서예")]
    for one in (desk, neighbour):
        assert one.put(*courses).totals["accepted"] == 2
    desk.put(line("수채화", 강좌정원수="7"))
    assert [run.capacity for run in desk.runs()] == [7, 20]
    assert [run.capacity for run in neighbour.runs()] == [20, 20]


def test_nothing_is_public_before_it_is_published(desk: Desk) -> None:
    desk.put(line("수채화"))
    (run,) = desk.runs()
    assert run.published_at is None
    with desk.working():
        assert session().connection().exec_driver_sql(
            "SELECT count(*) FROM listings WHERE run_id = %s", (run.id,)
        ).scalar() == 0  # fmt: skip


def test_a_file_with_headings_alone_says_that_it_has_no_rows(desk: Desk) -> None:
    with pytest.raises(FileRefused, match="내용이 한 줄도 없습니다"):
        desk.put()
