"""A city's operator fills the catalogue from a standard file, and takes it out again."""

import re
import secrets
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.house import House
from tests.e2e.visiting import Visitor, Visitors
from tests.tenants.imports.files import HEADINGS, Line, csv_of, line, lines_of, xlsx_of

REPORT = re.compile(r"/console/imports/[0-9a-f-]{36}$")


@pytest.fixture
def clerk(house: House, visitors: Visitors) -> Visitor:
    """The operator of a city of its own, which has no courses yet."""
    city, person = house.make.city(), house.make.person()
    house.make.grant(person, "course_operator", city)
    slug = house.make.slug(city)
    visitor = visitors.resident(house.make.session(person, city), slug)
    return visitor.goes(slug, "/console")


def uploads(visitor: Visitor, data: bytes, name: str = "강좌.csv") -> Visitor:
    visitor.follows("파일로 올리기")
    visitor.page.get_by_label("전국평생학습강좌 표준 파일").set_input_files(
        {"name": name, "mimeType": "application/octet-stream", "buffer": data}
    )
    visitor.presses("올리기")
    read = re.compile("^(?!.*올린 파일을 읽고 있습니다)", re.DOTALL)
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text(read, timeout=30_000)
    return visitor


def totals(visitor: Visitor) -> list[int]:
    """Records, accepted, warned, refused, unchanged."""
    expect(visitor.page).to_have_url(REPORT)
    figures = visitor.page.locator(".figures .v")
    expect(figures).to_have_count(5)
    return [int(figure) for figure in figures.all_inner_texts()]


def test_from_signing_in_to_a_course_on_the_site(signed_in_house: House, visitors: Visitors) -> None:
    name = f"시험 삼아 여는 강좌 {secrets.token_hex(3)}"
    clerk = (
        visitors.person()
        .goes("suwon", "/console")
        .signs_in("heo.junyoung", staff=True)
        .is_at("/console", "suwon")
        .looks()
    )
    uploads(clerk.looks(), csv_of(line(name), line(f"{name} 둘째", 수강료=""), line("", 강사명="제목 없음")))
    assert totals(clerk) == [3, 1, 1, 1, 0]
    clerk.reads(name, "새 강좌입니다", "수강료가 비어 있습니다", "강좌명이 비어 있습니다").looks()
    clerk.follows("넣지 못함").reads("강좌명이 비어 있습니다").reads_not("새 강좌입니다")

    clerk.follows("강좌 보고 공개하기")
    clerk.page.get_by_role("searchbox").fill(name)
    clerk.page.get_by_role("searchbox").press("Enter")
    clerk.reads("작성 중").looks().follows(re.compile(f"^{name}$")).looks()
    stranger = visitors.person()
    address = clerk.page.url.split("/runs/")[1]
    stranger.goes("suwon", f"/courses/{address}", status=404)
    clerk.presses("공개하기").follows("누리집에서 보기").reads(name, "신청하기")
    stranger.goes("suwon", f"/courses?q={name}").follows(name).reads("로그인하고 신청하기", "수원시 평생학습관 302호")


def same_twice(*lines: Line) -> list[tuple[str, bytes]]:
    return [
        ("강좌.csv", csv_of(*lines)),
        ("옛 엑셀에서.csv", csv_of(*lines, encoding="cp949")),
        ("강좌.xlsx", xlsx_of(*lines)),
    ]


def test_every_kind_of_file_says_the_same(clerk: Visitor) -> None:
    for number, (name, data) in enumerate(same_twice(line("수채화"), line("서예"))):
        uploads(clerk, data, name)
        assert totals(clerk) == ([2, 0, 0, 0, 2] if number else [2, 2, 0, 0, 0])
    clerk.follows("파일로 올리기").reads("강좌.xlsx", "옛 엑셀에서.csv").looks()


def test_a_file_that_is_none(clerk: Visitor) -> None:
    clerk.follows("파일로 올리기").presses("올리기").reads("올릴 파일을 골라 주세요").looks()
    uploads(clerk, csv_of(line("수채화"), headings=HEADINGS[1:])).reads("표의 제목이 모자랍니다: 강좌명").looks()
    uploads(clerk, b"\x89PNG\r\n\x1a\n" + bytes(200), "그림.csv").reads("글이 아닌 파일입니다")
    clerk.follows("강좌 목록").reads("찾으시는 강좌가 없습니다")


def test_an_export_comes_back_unchanged(clerk: Visitor, tmp_path: Path) -> None:
    uploads(clerk, csv_of(line("수채화"), line("서예", 수강료=""), line("수채화", 강사명="이도담")))
    clerk.follows("강좌 보고 공개하기").looks().presses(re.compile("3개 모두 공개하기"))
    clerk.reads("강좌 3개를 공개할까요?").looks().presses("공개하기").reads("강좌 3개를 공개했습니다.").looks()
    expect(clerk.page.get_by_role("button", name=re.compile("공개하기"))).to_have_count(0)
    with clerk.page.expect_download() as download:
        clerk.follows("표준 파일 내려받기")
    kept = tmp_path / "export.csv"
    download.value.save_as(kept)
    assert download.value.suggested_filename.endswith("-courses.csv")
    assert [one["강좌명"] for one in lines_of(kept.read_bytes())] == ["수채화", "서예", "수채화"]
    uploads(clerk, kept.read_bytes(), "export.csv")
    assert totals(clerk) == [3, 0, 0, 0, 3]


def test_calling_a_run_off(clerk: Visitor) -> None:
    uploads(clerk, csv_of(line("수채화"))).follows("강좌 보고 공개하기").follows("수채화")
    clerk.presses("공개하기").follows("폐강하기").looks().presses("폐강하기").reads(
        "왜 열지 못하는지 적어 주세요"
    ).looks()
    clerk.page.get_by_label("까닭").fill("강사 사정으로 열지 못합니다.")
    clerk.presses("폐강하기").reads("폐강", "강사 사정으로 열지 못합니다.").looks()
    clerk.follows("누리집에서 보기").reads(
        "열리지 않게 된 강좌입니다", "강사 사정으로 열지 못합니다.", "다른 강좌 보기"
    ).looks()


def test_whoever_is_not_staff_stays_out(house: House, visitors: Visitors) -> None:
    (resident,) = house.residents(1, "suwon")
    visitors.resident(resident, "suwon").goes("suwon", "/console", status=403).looks()
    elsewhere = visitors.resident(house.account("do.yerim", "suwon"), "suwon")
    elsewhere.goes("suwon", "/console/courses", status=403)
