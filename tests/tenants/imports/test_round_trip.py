"""Importing an export changes nothing, and courses of other cities are pointed out."""

import pytest

from maru.db import Database
from maru.imports.report import Report
from tests.tenants.imports.conftest import Desk, desk_of
from tests.tenants.imports.files import HEADINGS, line, lines_of


def unchanged(report: Report, records: int) -> bool:
    return report.totals == {"records": records, "accepted": 0, "warned": 0, "refused": 0, "unchanged": records}


def test_an_export_of_imported_courses(desk: Desk) -> None:
    courses = [
        line("수채화"),
        line("영어 회화, 처음부터", 강좌내용="=1+1\n둘째 줄", 수강료=""),
        line("늘 여는 강좌", 교육종료일자="2099-12-31", 운영요일="", 교육시작시각="", 교육종료시각=""),
        line("야간 별 보기", 교육시작시각="22:00", 교육종료시각="01:00", 강좌정원수=""),
        line("수채화", 강사명="이도담"),
    ]
    desk.put(*courses)
    exported = desk.take()
    assert tuple(lines_of(exported)[0]) == HEADINGS
    assert lines_of(exported)[0] == courses[0]
    assert unchanged(desk.put_file(exported), 5)
    assert desk.take() == exported


@pytest.mark.parametrize("slug", ["suwon", "seongnam", "yongin", "goyang", "ansan", "gapyeong"])
def test_an_export_of_the_sample_courses(sample: Database, slug: str) -> None:
    desk = desk_of(sample, slug)
    exported = desk.take()
    before = desk.runs()
    assert len(before) >= 20
    assert unchanged(desk.put_file(exported), len(before))
    assert desk.take() == exported
    assert [run.opens_at for run in desk.runs()] == [run.opens_at for run in before]


def test_another_citys_institution_is_pointed_out_and_kept(sample: Database) -> None:
    desk = desk_of(sample, "suwon")
    report = desk.put(
        line("이웃 시의 강좌", 운영기관명="성남시 평생학습관", 교육장도로명주소="경기도 성남시 분당구 배움로 1"),
        line("서울의 강좌", 운영기관명="배움터", 교육장도로명주소="서울특별시 강남구 배움로 1"),
        line("우리 구의 강좌", 운영기관명="영통구 배움터"),
        dry_run=True,
    )
    assert [(row.outcome, row.code) for row in report.rows] == [
        ("warned", "other-city"), ("warned", "other-city"), ("accepted", "created"),
    ]  # fmt: skip
    assert "성남시" in report.rows[0].message
    assert "서울특별시 강남구" in report.rows[1].message
