"""Somebody who is not signed in: finding a course in any city, in two languages, on a desk and on a phone."""

import re

from playwright.sync_api import expect

from tests.e2e.house import House
from tests.e2e.visiting import PHONE, Visitors


def test_from_the_portal_to_a_course_of_a_city(visitors: Visitors) -> None:
    visitor = visitors.person().goes(None).looks().reads("우리 시군 누리집", "수원시", "가평군")
    visitor.searches("수채화").looks().reads("처음 만나는 수채화")
    assert "수채화" in visitor.page.locator(".row h3").first.inner_text()
    visitor.follows("처음 만나는 수채화").is_at(re.compile(r"//suwon\.localhost:\d+/courses/[0-9a-f-]{36}$"))
    visitor.looks().reads("한소연", "302호", "40,000원", "정원 20", "로그인하고 신청하기", "경기도 수원시")


def test_a_course_says_all_that_the_standard_asks(visitors: Visitors) -> None:
    visitor = visitors.person().goes("suwon", "/courses?q=처음 만나는 수채화").follows("처음 만나는 수채화")
    visitor.page.get_by_text("표준 25항목").click()
    terms = visitor.page.locator("details .facts dt")
    expect(terms).to_have_count(25)
    assert (terms.first.inner_text(), terms.last.inner_text()) == ("강좌명", "데이터기준일자")
    visitor.looks()


def test_filters_narrow_count_and_can_be_dropped(visitors: Visitors) -> None:
    visitor = visitors.person().goes("suwon", "/courses")
    everything = number(visitor.page.locator("#h-results").inner_text())
    free = visitor.page.get_by_label(re.compile("^무료"))
    free.check()
    visitor.page.get_by_label(re.compile("지금 신청")).first.check()
    visitor.presses(re.compile(r"강좌 .*보기")).looks()
    expect(visitor.page).to_have_url(re.compile("free=1"))
    narrowed = number(visitor.page.locator("#h-results").inner_text())
    assert 0 < narrowed < everything
    assert all("무료" in row for row in visitor.page.locator(".row").all_inner_texts())
    chips = visitor.page.locator(".chips a")
    for left in range(chips.count() - 1, -1, -1):
        chips.first.click()
        expect(chips).to_have_count(left)
    expect(visitor.page.locator("#h-results")).to_contain_text(str(everything))


def test_a_choice_changes_the_list_in_place(visitors: Visitors) -> None:
    """The page stays, keeps the focus, has the address of what it shows and says the new count to screen readers."""
    page = visitors.person().goes("suwon", "/courses").page
    everything = page.locator("#h-results").inner_text()
    page.evaluate("window.stayed = true")
    free = page.get_by_label(re.compile("^무료"))
    free.check()
    expect(page).to_have_url(re.compile(r"/courses\?free=1$"))
    expect(free).to_be_focused()
    expect(page.locator("#list-status")).to_have_text(page.locator("#h-results").inner_text())
    page.locator(".chips a").first.click()
    expect(page.locator("#h-results")).to_have_text(everything)
    expect(free).not_to_be_checked()
    assert page.evaluate("window.stayed")
    page.go_back()
    expect(free).to_be_checked()
    expect(page.locator("#h-results")).not_to_have_text(everything)


def test_on_a_phone_the_sheet_of_filters_closes_over_the_new_list(visitors: Visitors) -> None:
    page = visitors.person(width=PHONE).goes("suwon", "/courses").page
    everything = page.locator("#h-results").inner_text()
    page.get_by_role("link", name="조건 고르기").click()
    page.get_by_label(re.compile("^무료")).check()
    page.get_by_role("button", name=re.compile("강좌 .*보기")).click()
    expect(page.locator("#filters")).to_be_hidden()
    expect(page.locator("#h-results")).not_to_have_text(everything)


def test_pages_of_a_list_follow_each_other(visitors: Visitors) -> None:
    visitor = visitors.person().goes("suwon", "/courses")
    first = visitor.page.locator(".row h3 a").all_inner_texts()
    visitor.follows("다음 쪽")
    expect(visitor.page.locator(".row h3 a").first).not_to_have_text(first[0])
    second = visitor.page.locator(".row h3 a").all_inner_texts()
    assert len(first) == 20
    assert not set(first) & set(second)
    visitor.looks().follows("앞쪽")
    expect(visitor.page.locator(".row h3 a")).to_have_text(first)


def test_an_empty_list_shows_the_way_on(visitors: Visitors) -> None:
    visitor = visitors.person().goes("suwon", "/courses?q=수채화&free=1&day=0&time=morning&method=online").looks()
    visitor.reads("찾으시는 강좌가 없습니다", "빼고 보기")
    visitor.page.locator(".empty .chip-link").first.click()
    expect(visitor.page.locator(".row").first).to_be_visible()
    visitor.goes("suwon", "/courses?q=달나라여행").reads("찾으시는 강좌가 없습니다").follows("모든 강좌 보기")
    expect(visitor.page.locator(".row")).to_have_count(20)


def test_each_city_is_its_own_house(visitors: Visitors) -> None:
    visitor = visitors.person()
    colours = set()
    for slug, name in {
        "suwon": "수원시 평생학습관",
        "seongnam": "성남배움나루",
        "goyang": "고양",
        "gapyeong": "가평",
    }.items():
        visitor.goes(slug).looks()
        expect(visitor.page.locator(".masthead .brand")).to_contain_text(name)
        colours.add(visitor.page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--brand')"))
        expect(visitor.page.locator(".official")).to_contain_text("공식 누리집")
    assert len(colours) == 4


def test_notices_help_and_what_the_law_asks_for(visitors: Visitors) -> None:
    visitor = (
        visitors.person().goes("suwon", "/notices").looks().follows("다음 학기 강좌 접수 일정을 안내합니다").looks()
    )
    visitor.reads("새 학기 강좌는 배움터별로")
    for path in ("/help", "/privacy", "/terms", "/accessibility", "/certificates"):
        visitor.goes("suwon", path).looks()
        visitor.goes(None, path)


def test_in_english(visitors: Visitors) -> None:
    visitor = visitors.person().goes("suwon")
    visitor.page.locator(".masthead").get_by_role("link", name="English").click()
    expect(visitor.page.locator("html")).to_have_attribute("lang", "en")
    visitor.looks().speaks_english()
    for path in ("/help", "/notices", "/certificates", "/privacy", "/terms", "/accessibility", "/courses?day=2&free=1"):
        visitor.goes("suwon", path).speaks_english()
    visitor.goes("suwon", "/courses").searches("watercolour").looks().speaks_english()
    visitor.follows("Watercolour for the First Time").looks().speaks_english().reads("Sign in and apply")
    visitor.page.locator(".official summary", has_text="Other cities").click()
    visitor.follows(re.compile("Search all")).is_at("/?lang=en").speaks_english()
    visitor.searches("watercolour").speaks_english().follows(re.compile("Watercolour")).speaks_english()
    visitor.goes(None, "/courses", status=404).speaks_english()


def test_on_a_phone_the_filters_are_a_sheet(visitors: Visitors) -> None:
    visitor = visitors.person(width=PHONE).goes("suwon", "/courses")
    sheet = visitor.page.locator("#filters")
    expect(sheet).not_to_be_visible()
    visitor.page.locator(".filterbar a").click()
    expect(sheet).to_be_visible()
    visitor.page.get_by_label(re.compile("^무료")).check()
    visitor.page.locator("#filters").get_by_role("button", name=re.compile("보기")).click()
    expect(visitor.page).to_have_url(re.compile("free=1"))
    expect(sheet).not_to_be_visible()


def test_on_a_phone_the_dock_leads_to_the_box(visitors: Visitors) -> None:
    visitor = visitors.person(width=PHONE).goes("suwon", "/courses?q=처음 만나는 수채화").follows("처음 만나는 수채화")
    visitor.page.locator(".dock a").click()
    expect(visitor.page.locator("#apply-box")).to_be_in_viewport()


def test_houses_that_are_not_there(visitors: Visitors, house: House) -> None:
    visitors.person().goes("nowhere", status=404).looks()
    visitors.person().goes("uijeongbu", status=404).looks()
    assert house.get("uijeongbu", "/")[0] == 404
    assert house.get("suwon", "/courses/00000000-0000-7000-8000-000000000000")[0] == 404
    assert house.get(None, "/", Host="evil.example")[0] == 404
    visitor = visitors.person().goes("suwon", "/courses/00000000-0000-7000-8000-000000000000", status=404).looks()
    visitor.reads("찾으시는 것이 없습니다", "031-555-0100")


def number(text: str) -> int:
    """The figure of a heading such as "강좌 214개"."""
    return int(re.sub(r"\D", "", text.rsplit("’", maxsplit=1)[-1]))
