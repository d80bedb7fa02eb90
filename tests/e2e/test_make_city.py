"""From nothing to an administrator in the console of a new city: one form, one mail, one first sign-in (GP-04, GP-05)."""

import re

from playwright.sync_api import expect

from tests.e2e.cities import CHOSEN, accept, letter_to, make_city, provincial_staff
from tests.e2e.house import House
from tests.e2e.visiting import DESK, Visitors


def test_a_city_is_made_and_its_administrator_comes_in(signed_in_house: House, visitors: Visitors) -> None:
    house = signed_in_house
    staff = provincial_staff(house, visitors).looks()
    name, slug, email = make_city(staff, looks=True)
    staff.looks()
    stranger = visitors.person()
    stranger.goes(slug, "/", status=404).reads(f"{name} 누리집은 준비하고 있습니다")

    invited = letter_to(house, email)
    assert (invited.username, len(invited.password)) == (email, 19)
    admin = accept(house, visitors, invited, width=DESK, looks=True)
    admin.goes(slug, "/").reads(re.compile("배워 볼까요|알려 드립니다"))

    again = visitors.person()
    again.page.goto(invited.link)
    again.reads("이미 받은 초대입니다").looks()

    admin.goes(slug, "/console/staff").reads("일하는 분", "이도담").looks()
    admin.page.get_by_label("이름").fill("박가온")
    admin.page.get_by_label("이메일").fill(f"clerk-{email}")
    admin.page.get_by_label("역할").select_option("desk_clerk")
    admin.presses("초대 메일 보내기").reads("박가온 님을 초대했습니다", f"clerk-{email}").looks()
    assert letter_to(house, f"clerk-{email}").username == f"clerk-{email}"

    staff.goes(None, f"/province/cities/{slug}").reads("이도담").follows("정식으로 열기").looks()
    staff.page.get_by_label("까닭").fill("점검을 마침")
    staff.presses("정식으로 열기").reads("이제 ‘운영 중’입니다", "점검을 마침").looks()
    stranger.goes(slug, "/")
    staff.follows("쉬게 하기").page.get_by_label("까닭").fill("시설 공사")
    staff.presses("쉬게 하기").reads("쉬는 중")
    stranger.goes(slug, "/", status=503).looks()
    staff.follows("다시 열기").page.get_by_label("까닭").fill("공사를 마침")
    staff.presses("정식으로 열기").reads("시설 공사")
    stranger.goes(slug, "/")


def test_the_new_account_signs_in_everywhere_with_the_chosen_password(
    signed_in_house: House, visitors: Visitors
) -> None:
    house = signed_in_house
    _, slug, email = make_city(provincial_staff(house, visitors))
    invited = letter_to(house, email)
    administrator = accept(house, visitors, invited)
    later = visitors.person().goes(slug, "/console", status=404).follows("로그인")  # strangers see that it is prepared
    later.page.locator("#username").fill(email)
    later.page.locator("#password").fill(CHOSEN)
    later.page.locator("main button[type=submit]").click()
    later.confirms(administrator.secret)
    expect(later.page).to_have_url(re.compile(rf"//{slug}\..*/console$"))


def test_the_province_tells_all_cities_something(signed_in_house: House, visitors: Visitors) -> None:
    staff = (
        provincial_staff(signed_in_house, visitors)
        .goes(None, "/province/notices")
        .looks()
        .follows("새 소식 쓰기")
        .looks()
    )
    staff.page.get_by_label("제목").fill("모든 시군에 알리는 말씀")
    staff.page.get_by_label("내용", exact=True).fill("새해부터 수료증을 전자문서로 드립니다.")
    staff.presses(re.compile("^알리기$")).reads("알렸습니다", "모든 시군에 알리는 말씀").looks()
    reader = visitors.person().goes("suwon", "/notices").reads("경기도", "모든 시군에 알리는 말씀").looks()
    reader.follows(re.compile("모든 시군에 알리는 말씀")).reads(
        "경기도에서 알려 드리는 소식입니다", "전자문서로"
    ).looks()
    staff.follows(re.compile("^내리기")).looks().presses("내리기").reads("모든 누리집에서 내렸습니다")
    reader.goes("suwon", "/notices").reads_not("모든 시군에 알리는 말씀")
