"""A resident applies, waits, gives a place back, and signs in once for all cities."""

import re
from uuid import UUID

import pytest
from playwright.sync_api import expect

from tests.e2e.house import House
from tests.e2e.visiting import PHONE, Visitor, Visitors

APPLICATION = re.compile(r"/applications/[0-9a-f-]{36}$")


@pytest.fixture
def suwon(house: House) -> UUID:
    return house.city("suwon")


def course(run: UUID) -> str:
    return f"/courses/{run}"


def apply(visitor: Visitor, run: UUID) -> Visitor:
    visitor.goes("suwon", course(run))
    visitor.page.locator("#apply button").click()
    expect(visitor.page).to_have_url(APPLICATION)
    return visitor


def test_signing_in_from_a_course_and_applying(signed_in_house: House, visitors: Visitors, suwon: UUID) -> None:
    run = signed_in_house.make.run(suwon, capacity=3)
    visitor = visitors.person().goes("suwon", course(run)).follows("로그인하고 신청하기").signs_in("kim.youngsook")
    visitor.is_at(course(run), "suwon").looks()
    expect(visitor.page.locator(".masthead")).to_contain_text("김영숙 님")
    visitor.presses("신청하기").reads("신청되었습니다", "3명 중 1번째입니다").looks()
    placed = visitor.page.url
    visitor.follows("내 학습 보기").reads("선착순 강좌 견본", "자리 정해짐").looks()
    visitor.goes("suwon", course(run)).reads("이미 신청하신 강좌입니다").looks()
    a_second_application_is_refused(visitor, run)
    visitor.page.goto(placed)
    visitor.follows("신청 취소").looks().presses("신청 취소").reads("신청을 취소하셨습니다").looks()
    apply(visitor, run).reads("신청되었습니다")


def a_second_application_is_refused(visitor: Visitor, run: UUID) -> None:
    visitor.sends(course(run) + "/apply").reads("이미 신청하신 강좌입니다", "한 강좌에는 한 번만").looks()
    visitor.follows("내 학습에서 보기").is_at("/my", "suwon")


def test_the_first_in_line_moves_up(house: House, visitors: Visitors, suwon: UUID) -> None:
    run = house.make.run(suwon, capacity=1)
    first, second, third = (
        visitors.resident(house.make.session(house.make.person(), suwon), "suwon", width=width)
        for width in (PHONE, PHONE, PHONE)
    )
    apply(first, run).reads("신청되었습니다")
    second.goes("suwon", course(run)).reads("자리가 모두 찼습니다. 대기 1번째가 됩니다").looks()
    second.presses("대기 신청하기").reads("대기 1번째입니다").looks()
    apply(third, run).reads("대기 2번째입니다")
    first.follows("신청 취소").presses("신청 취소")
    second.page.reload()
    second.reads("신청되었습니다")
    third.page.reload()
    third.reads("대기 1번째입니다")
    apply(first, run).reads("대기 2번째입니다")
    third.goes("suwon", "/my").reads("대기 1번째").looks()


def test_a_run_without_a_waiting_line(house: House, visitors: Visitors, suwon: UUID) -> None:
    run = house.make.run(suwon, capacity=1, waiting=0)
    apply(visitors.resident(house.make.session(house.make.person(), suwon), "suwon"), run)
    late = visitors.resident(house.make.session(house.make.person(), suwon), "suwon")
    late.goes("suwon", course(run)).looks()
    expect(late.page.locator("#apply")).to_have_count(0)
    late.sends(course(run) + "/apply").reads("자리와 대기 자리가 모두 찼습니다", "다른 강좌 보기").looks()


def test_one_sign_in_for_all_cities(signed_in_house: House, visitors: Visitors) -> None:
    visitor = visitors.person().goes("suwon", "/my").signs_in("moon.jiyoung").is_at("/my", "suwon")
    visitor.goes("seongnam").follows("로그인")
    visitor.is_at("/", "seongnam")
    expect(visitor.page.locator(".masthead")).to_contain_text("문지영 님")
    visitor.presses("로그아웃").is_at("/")
    for slug in ("seongnam", "suwon"):
        visitor.goes(slug)
        expect(visitor.page.locator(".masthead")).to_contain_text("로그인")
    visitor.follows("로그인")
    expect(visitor.page.locator("#username")).to_be_visible()


def test_signing_in_with_a_wrong_password_says_so_in_korean(signed_in_house: House, visitors: Visitors) -> None:
    visitor = visitors.person().goes("suwon").follows("로그인")
    visitor.page.locator("#username").fill("kim.youngsook")
    visitor.page.locator("#password").fill("wrong")
    visitor.presses(re.compile("^로그인$")).reads("아이디나 비밀번호가 맞지 않습니다").looks()
    expect(visitor.page.locator("#username")).to_have_value("kim.youngsook")


def test_without_script_from_the_portal_to_a_place(house: House, visitors: Visitors, suwon: UUID) -> None:
    run = house.make.run(suwon, capacity=2)
    resident = house.make.session(house.make.person(), suwon)
    visitor = visitors.resident(resident, "suwon", script=False, width=PHONE)
    visitor.goes(None)
    visitor.page.get_by_role("searchbox").fill("선착순 견본")
    visitor.page.keyboard.press("Enter")
    visitor.page.locator(".filterbar a").click()
    visitor.page.get_by_label("수원시").check()
    visitor.page.locator("#filters").get_by_role("button", name=re.compile("보기")).click()
    expect(visitor.page).to_have_url(re.compile("city=suwon"))
    visitor.page.locator(f".row h3 a[href$='{run}']").click()
    visitor.presses("신청하기").reads("신청되었습니다")
    visitor.follows("내 학습 보기").reads("선착순 강좌 견본").follows("선착순 강좌 견본")
    visitor.follows("신청 취소").presses("신청 취소").reads("신청을 취소하셨습니다")


def test_without_script_signing_in(signed_in_house: House, visitors: Visitors) -> None:
    visitor = visitors.person(script=False).goes("suwon").follows("로그인").signs_in("shin.dongmin").is_at("/", "suwon")
    visitor.page.locator(".masthead").get_by_role("button", name="로그아웃").click()
    expect(visitor.page.locator(".masthead")).to_contain_text("로그인")
