"""A clerk opens a term: forty courses of the last one moved, a row adjusted, all published, the list taken away."""

import time
from pathlib import Path
from uuid import UUID

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect

from maru.db import Scope, session
from maru.web import dates
from tenants.courses import service as courses
from tenants.courses.models import Course, Run, Venue
from tests.e2e.house import House
from tests.e2e.visiting import Visitor, Visitors

COURSES, FIRST = 40, dates.date(2026, 9, 7)


@pytest.fixture
def city(house: House) -> UUID:
    """A city with a term of forty courses."""
    made = house.make.city()
    with house.make.database.transaction(Scope.JOB, tenant=made):
        venue = Venue(tenant_id=made, name="평생학습관", address="중앙로 1")
        runs = [
            Run(
                tenant_id=made,
                course=Course(tenant_id=made, title=f"지난 학기 강좌 {n:02}", category="04"),
                venue=venue,
                room=f"{n}호",
                instructor=f"강사 {n}",
                method="오프라인",
                selection="선착순",
                term="2026년 3기",
                starts_on=FIRST,
                ends_on=FIRST + dates.timedelta(weeks=10),
                starts_at=dates.time(10),
                ends_at=dates.time(12),
                weekdays=1 << n % 5,
                capacity=20,
                fee=0,
                opens_at=dates.datetime(2026, 8, 17, 10, tzinfo=dates.SEOUL),
                closes_at=dates.datetime(2026, 8, 28, 18, tzinfo=dates.SEOUL),
            )
            for n in range(COURSES)
        ]
        session().add_all(runs)
        courses.lay_out_meetings(runs)
    return made


@pytest.fixture
def clerk(house: House, visitors: Visitors, city: UUID) -> Visitor:
    person = house.make.person()
    house.make.grant(person, "course_operator", city)
    slug = house.make.slug(city)
    return visitors.resident(house.make.session(person, city), slug).goes(slug, "/console/courses")


def test_a_term_of_forty_courses(clerk: Visitor, tmp_path: Path) -> None:
    """Six presses, two fields: the list, the term, the drafts, the question; by mouse."""
    began = time.monotonic()
    page = clerk.page
    page.goto(page.url + "?term=2026년 3기")
    clerk.looks().presses("40개 모두 다음 학기로").reads("강좌 40개").looks()
    page.get_by_label("새 학기 이름").fill("2027년 1기")
    page.get_by_label("새 학기의 첫날").fill("2027-03-08")
    clerk.presses("날짜 다시 계산하기").reads("쉬는 날: 어린이날")
    page.get_by_label("지난 학기 강좌 00 새로 시작하는 날").fill("2027-03-15")
    clerk.presses("고른 강좌를 작성 중으로 만들기").reads("강좌 40개를 작성 중으로 만들었습니다.").looks()
    clerk.presses("작성 중인 40개 모두 공개하기").reads("강좌 40개를 공개할까요?").presses("공개하기")
    clerk.reads("강좌 40개를 공개했습니다.")
    assert time.monotonic() - began < 120
    with page.expect_download() as download:
        page.goto(page.url.split("?")[0] + "?term=2027년 1기")
        clerk.follows("엑셀로 내려받기")
    kept = tmp_path / "term.xlsx"
    download.value.save_as(kept)
    sheet = load_workbook(kept).active
    assert sheet is not None
    assert sheet.max_row == COURSES + 1


def test_a_course_by_keyboard_alone(clerk: Visitor) -> None:
    """Tab, letters and Enter are enough to write a draft and to see its class days first."""
    page = clerk.page
    page.get_by_role("link", name="새 강좌").focus()
    page.keyboard.press("Enter")
    page.get_by_label("강좌 이름", exact=True).focus()
    page.keyboard.type("자판으로 쓴 강좌")
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == "starts_on":
            break
    assert page.evaluate("document.activeElement.name") == "starts_on"
    page.locator("#starts_on").fill("2027-03-05")
    page.locator("#ends_on").fill("2027-03-05")
    page.locator("#starts_at").fill("10:00")
    page.locator("#ends_at").fill("12:00")
    page.get_by_role("button", name="수업하는 날 미리 보기").focus()
    page.keyboard.press("Enter")
    clerk.reads("수업하는 날 1회").looks()
    page.get_by_role("button", name="작성 중으로 저장하기").focus()
    page.keyboard.press("Enter")
    clerk.reads("작성 중인 강좌로 저장했습니다.").follows("고치기").looks().follows("회차").looks()
    clerk.follows("바꾸기").looks()


def test_pages_of_places_and_people_are_open_to_everybody(clerk: Visitor, house: House, city: UUID) -> None:
    slug = house.make.slug(city)
    for path in (
        "/console/calendar?day=2026-09-09",
        "/console/calendar?day=2026-09-09&view=month",
        "/console/venues",
        "/console/institutions",
        "/console/applicants",
        "/console/people",
        "/console/people?name=강",
        "/console/applicants/export",
        "/console/courses?state=draft&col=window&col=venue&col=fee",
    ):
        clerk.goes(slug, path).looks()
    clerk.goes(slug, "/console/venues").follows("평생학습관").looks()
    expect(clerk.page.get_by_role("button", name="합치기")).to_have_count(0)
