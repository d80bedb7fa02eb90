"""A new city's administrator makes the site theirs in ten minutes: every step, a preview, a former version (GP-05)."""

import io
import re
from uuid import UUID

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.e2e.house import House
from tests.e2e.visiting import PHONE, Visitor, Visitors

NEXT = "저장하고 다음으로"
CLICKS = 21
"""Of a new administrator, from the console's first page to a site that is open, files and boxes included."""
SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40"><script>alert(1)</script>'
    b'<circle cx="20" cy="20" r="18" fill="#0b7a53"/></svg>'
)


@pytest.fixture
def city(house: House) -> UUID:
    return house.make.city(state="preparing", region=house.make.region())


@pytest.fixture
def admin(house: House, visitors: Visitors, city: UUID) -> Visitor:
    return staff(house, visitors, city)


def staff(house: House, visitors: Visitors, city: UUID, **options: object) -> Visitor:
    person = house.make.person()
    house.make.grant(person, "city_admin", city)
    return visitors.resident(house.make.session(person, city), house.make.slug(city), **options)


class Clicks:
    """Presses and follows, and counts both."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor, self.count = visitor, 0

    def presses(self, name: str | re.Pattern[str]) -> None:
        self.visitor.presses(name)
        self.count += 1

    def follows(self, name: str | re.Pattern[str]) -> None:
        self.visitor.follows(name)
        self.count += 1

    def fills(self, **fields: str) -> None:
        """Type into the fields of the form; a field is reached by the tab key, not by a click."""
        for name, words in fields.items():
            self.visitor.page.locator(f"[name='{name}']").first.fill(words)


def fill_in(hand: Clicks) -> None:
    """Every step that has a form."""
    admin, page = hand.visitor, hand.visitor.page
    hand.follows(re.compile("시작.*이름과 한 줄 인사"))
    hand.fills(
        name="과천배움터", tagline="숲처럼 천천히", question="오늘은 무엇을 배울까요?", name_en="Gwacheon Learning"
    )
    admin.looks()
    hand.presses(NEXT)
    page.locator("input[name=file]").set_input_files([{"name": "a.svg", "mimeType": "image/svg+xml", "buffer": SVG}])
    hand.count += 1
    hand.fills(logo_alt="과천시 로고")
    hand.presses(NEXT)
    hand.fills(colour="#E4572E")
    hand.presses(NEXT)
    admin.reads("대비가 3.6:1").looks()
    hand.presses("이 색으로 바꾸기")
    page.get_by_label("우리 시군의 글", exact=True).check()
    hand.count += 1
    hand.fills(own_title="어서 오세요", own_text="과천의 배움터입니다.")
    admin.looks()
    hand.presses(NEXT)
    admin.looks()
    hand.fills(**{"entry.label": "주차", "entry.url": "https://www.gccity.go.kr/"})
    hand.presses(NEXT)
    admin.reads("10분이면 됩니다")
    hand.follows(re.compile("시작.*연락처"))
    hand.fills(phone="02-3677-0000", hours="평일 오전 9:00~오후 6:00", address="경기도 과천시 관문로 69")
    admin.looks()
    hand.presses(NEXT)
    hand.fills(controller="과천시장", privacy_officer="평생학습과장", privacy_phone="02-3677-0000")
    admin.looks()
    hand.presses(NEXT)


def test_ten_minutes_of_a_new_city(house: House, visitors: Visitors, admin: Visitor, city: UUID) -> None:
    slug, page, hand = house.make.slug(city), admin.page, Clicks(admin)
    stranger = visitors.person()
    stranger.goes(slug, status=404)
    admin.goes(slug, "/console")
    hand.follows("누리집 꾸미기")
    admin.reads("10분이면 됩니다").looks()
    fill_in(hand)
    hand.follows(re.compile("시작.*첫 강좌"))
    page.locator("input[name=file]").set_input_files(
        [{"name": "강좌.csv", "mimeType": "text/csv", "buffer": house.maru("courses", "export", "suwon").stdout}]
    )
    hand.count += 1
    hand.presses("올리기")
    admin.reads("넣음")
    hand.follows("누리집 꾸미기")
    hand.follows(re.compile("시작.*미리보기"))
    phone, desk = page.frame_locator(".frame-phone"), page.frame_locator(".frame-desktop")
    for frame in (phone, desk):
        expect(frame.locator("h1")).to_contain_text("오늘은 무엇을 배울까요?")
        expect(frame.locator(".previewing")).to_contain_text("초안 미리보기")
        expect(frame.locator(".brand img")).to_have_attribute("alt", "과천시 로고")
    admin.looks()
    hand.follows("누리집 꾸미기")
    hand.follows(re.compile("시작.*문 열기"))
    admin.reads("누리집의 문을 열까요?").looks()
    stranger.goes(slug, status=404)
    hand.presses("문 열기")
    admin.reads("누리집을 열었습니다.")
    assert hand.count == CLICKS
    stranger.goes(slug).reads("오늘은 무엇을 배울까요?", "어서 오세요").looks()


def test_going_back_and_looking_without_script(house: House, visitors: Visitors, city: UUID) -> None:
    slug = house.make.slug(city)
    admin = staff(house, visitors, city, script=False, width=PHONE)
    admin.goes(slug, "/console/site/name")
    for name, words in {"name": "과천배움터", "tagline": "천천히", "name_en": "Gwacheon"}.items():
        admin.page.locator(f"[name={name}]").fill(words)
    admin.presses("저장하고 목록으로").follows("공개하기").presses("가지 변경 공개하기")
    admin.goes(slug, "/console/site/versions").reads("2판", "누리집 이름: 과천배움터")
    admin.follows(re.compile("되돌리기")).reads("1판으로 되돌릴까요?").presses("이 판으로 되돌리기")
    admin.reads("1판으로 되돌림").goes(slug)
    expect(admin.page.locator(".brand")).not_to_contain_text("과천배움터")


def test_the_colour_moves_the_small_preview(house: House, admin: Visitor, city: UUID) -> None:
    admin.goes(house.make.slug(city), "/console/site/colours")
    button = admin.page.locator("[data-brand-preview] .btn")
    before = button.evaluate("it => getComputedStyle(it).backgroundColor")
    admin.page.locator("#colour").fill("#b0126a")
    expect(button).not_to_have_css("background-color", before)
    admin.page.get_by_label("짙은 바탕").first.check()
    expect(admin.page.locator("[data-brand-preview]")).to_have_attribute("data-masthead", "deep")


def test_own_domains_and_pages_are_open_to_everybody(house: House, admin: Visitor, city: UUID) -> None:
    slug = house.make.slug(city)
    admin.goes(slug, "/console/site/domains").looks()
    admin.page.locator("[name=host]").fill(f"learn.{slug}.kr")
    admin.presses("도메인 적기").reads(f"_maru.learn.{slug}.kr").looks()
    admin.goes(slug, "/console/site/pages/new").looks()
    admin.page.locator("[name=title]").fill("주차 안내")
    admin.page.locator("[name=slug]").fill("parking")
    admin.page.locator("[name=text]").fill("## 앞마당\n\n- 열 대")
    admin.presses("초안에 저장").reads("주차 안내").looks()


def test_a_png_is_taken_too(house: House, admin: Visitor, city: UUID) -> None:
    picture = io.BytesIO()
    Image.new("RGBA", (300, 100), (11, 122, 83, 255)).save(picture, "PNG")
    admin.goes(house.make.slug(city), "/console/site/logo").looks()
    sent = {"name": "a.png", "mimeType": "image/png", "buffer": picture.getvalue()}
    admin.page.locator("input[name=file]").set_input_files([sent])
    admin.page.locator("[name=logo_alt]").fill("과천시 로고")
    admin.presses("저장하고 목록으로").goes(house.make.slug(city), "/console/site/logo").looks()
    expect(admin.page.locator(".logo-now img")).to_have_js_property("naturalWidth", 300)
