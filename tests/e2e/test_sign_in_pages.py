"""The pages at which people sign in, in the look of the city they come from (issue 5.1)."""

import re
import time
from contextlib import suppress

import pytest
from playwright.sync_api import Error, expect

from auth.keycloak.connection import administrator
from auth.oidc import CALLBACK_PATH, Provider
from tenants.sample import codes
from tenants.sample.accounts import PASSWORD
from tests.e2e.house import House
from tests.e2e.visiting import PHONE, Visitor, Visitors

SIGNED_OUT_SECONDS = 10
COLOUR = "getComputedStyle(document.querySelector('main .btn')).backgroundColor"


@pytest.mark.parametrize(("slug", "name"), [("suwon", "수원시 평생학습"), ("yongin", "용인시 평생학습")])
def test_the_form_belongs_to_the_city(signed_in_house: House, visitors: Visitors, slug: str, name: str) -> None:
    visitor = visitors.person().goes(slug, "/courses")
    city = visitor.page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--brand-solid')")
    visitor.follows("로그인")
    expect(visitor.page).to_have_title(f"로그인 - {name}")
    visitor.looks()
    form = visitor.page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--brand-solid')")
    assert form == city
    assert visitor.page.evaluate(COLOUR) != "rgba(0, 0, 0, 0)"
    visitor.follows("English")
    visitor.reads("Sign in").speaks_english().looks()
    visitor.page.locator(".brand").click()
    visitor.is_at("/", slug)


def test_the_portal_has_its_own(signed_in_house: House, visitors: Visitors) -> None:
    visitor = visitors.person().goes(None).follows("로그인")
    expect(visitor.page).to_have_title("로그인 - 경기 평생배움 마루")
    visitor.looks()


def test_a_password_can_be_shown(signed_in_house: House, visitors: Visitors) -> None:
    visitor = visitors.person(width=PHONE).goes("suwon").follows("로그인")
    password = visitor.page.locator("#password")
    password.fill(PASSWORD)
    visitor.presses("비밀번호 보기")
    expect(password).to_have_attribute("type", "text")
    visitor.presses("비밀번호 숨기기")
    expect(password).to_have_attribute("type", "password")


def test_without_script(signed_in_house: House, visitors: Visitors) -> None:
    visitor = visitors.person(script=False, width=PHONE).goes("suwon", "/courses").follows("로그인")
    expect(visitor.page.get_by_role("button", name="비밀번호 보기")).to_be_hidden()
    visitor.page.locator("#username").fill("lim.jaehyun")
    visitor.page.locator("#password").fill("wrong")
    visitor.page.keyboard.press("Enter")
    visitor.reads("아이디나 비밀번호가 맞지 않습니다")
    visitor.page.locator("#password").fill(PASSWORD)
    visitor.page.keyboard.press("Enter")
    expect(visitor.page).to_have_url(re.compile(rf":{signed_in_house.port}/courses"))


def test_going_back_in_the_middle_says_where_one_is(signed_in_house: House, visitors: Visitors) -> None:
    """Keycloak's page for a form that was sent twice, and the one for an address that is not whole."""
    visitor = visitors.person().goes("suwon").follows("로그인")
    action = visitor.page.locator("main form").first.get_attribute("action")
    assert action is not None
    visitor.page.locator("#username").fill("kim.youngsook")
    visitor.page.locator("#password").fill("wrong")
    visitor.presses(re.compile("^로그인$")).reads("맞지 않습니다")
    visitor.page.goto(action)
    visitor.reads("주소의 기한이 지났습니다", "아이디")
    visitor.page.goto(re.sub(r"execution=[\w-]+", "execution=an-earlier-page", action))
    visitor.reads("이미 지나간 화면입니다", "하던 로그인 이어 하기").looks()
    visitor.follows("하던 로그인 이어 하기").reads("아이디")
    visitor.page.goto(
        f"{signed_in_house.config.oidc_issuer}/protocol/openid-connect/auth?client_id=maru&redirect_uri=http://other.example"
    )
    expect(visitor.page.locator("h1")).to_have_text("로그인하지 못했습니다")
    visitor.looks()
    visitor.follows("누리집으로 돌아가기").is_at("/")


def test_leaving_keycloak_by_its_own_address_is_asked_first(signed_in_house: House, visitors: Visitors) -> None:
    visitor = visitors.person().goes("suwon", "/my").signs_in("oh.kyungja").is_at("/my", "suwon")
    visitor.page.goto(f"{signed_in_house.config.oidc_issuer}/protocol/openid-connect/logout?client_id=maru")
    visitor.reads("로그아웃하시겠습니까?").looks()
    visitor.presses("로그아웃").reads("로그아웃하셨습니다")
    visitor.looks()
    is_soon_a_stranger(visitor, "suwon")


def test_whoever_is_signed_out_at_keycloak_is_signed_out_on_all_hosts(
    signed_in_house: House, visitors: Visitors
) -> None:
    """By the office, or because a telephone was lost: within seconds, without the browser's help (issue 5.2)."""
    at_home = visitors.person().goes("suwon", "/my").signs_in("hwang.inho").is_at("/my", "suwon")
    at_home.goes("seongnam").follows("로그인").is_at("/", "seongnam")
    with administrator(signed_in_house.config) as admin:
        admin.user_logout(admin.get_user_id("hwang.inho"))
    for slug in ("suwon", "seongnam"):
        is_soon_a_stranger(at_home, slug)
    at_home.goes("suwon", "/my").signs_in("hwang.inho").is_at("/my", "suwon")


def test_a_console_asks_for_a_second_factor(signed_in_house: House, visitors: Visitors) -> None:
    """Staff are residents too: a password opens what residents see, and the app's code the console (domain 7.4)."""
    staff = visitors.person(width=PHONE).goes("suwon", "/my").signs_in("na.miran").is_at("/my", "suwon")
    staff.page.goto(signed_in_house.url("suwon", "/console/people"))
    staff.reads("인증 앱의 숫자 적기").looks()
    staff.page.locator("#otp").fill("000000")
    staff.presses("로그인").reads("숫자가 맞지 않습니다").looks()
    staff.goes("suwon", "/my").page.goto(signed_in_house.url("suwon", "/console/people"))
    staff.confirms(codes.SECRET).is_at("/console/people", "suwon")
    staff.goes("suwon", "/console")
    assert "/realms/" not in staff.page.url, "once is enough"


def test_a_resident_is_not_asked_for_a_second_factor(signed_in_house: House, visitors: Visitors) -> None:
    visitor = visitors.person().goes("suwon", "/console").signs_in("seo.taeyun")
    visitor.is_at("/console", "suwon").reads("이 일을 맡은 담당자만")


def is_soon_a_stranger(visitor: Visitor, slug: str) -> None:
    deadline = time.monotonic() + SIGNED_OUT_SECONDS
    while visitor.goes(slug).page.locator(".masthead").get_by_role("link", name="로그인").count() == 0:
        assert time.monotonic() < deadline
        time.sleep(0.2)


def test_a_passkey_opens_the_console_without_a_code(signed_in_house: House, visitors: Visitors) -> None:
    """In place of the password at the sign-in, and of the code at the console's door (issue 5.2)."""
    with administrator(signed_in_house.config) as admin:
        admin.update_user(admin.get_user_id("cha.eunseong"), {"requiredActions": ["webauthn-register-passwordless"]})
    staff = visitors.person()
    key = staff.page.context.new_cdp_session(staff.page)
    key.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    key.send(
        "WebAuthn.addVirtualAuthenticator",
        {"options": options | {"isUserVerified": True, "automaticPresenceSimulation": True}},
    )
    staff.page.on("dialog", lambda dialog: dialog.accept("내 전화"))
    staff.goes("seongnam", "/my")
    staff.page.locator("#username").fill("cha.eunseong")
    staff.page.locator("#password").fill(PASSWORD)
    staff.presses(re.compile("^로그인$")).reads("패스키 만들기").looks()
    staff.presses("패스키 만들기").is_at("/my", "seongnam")
    staff.goes("seongnam").presses("로그아웃").is_at("/")
    with suppress(Error):  # the browser offers the key by itself, and leaves the form while it still loads
        staff.page.goto(signed_in_house.url("seongnam", "/console"))
    expect(staff.page.locator("h1")).to_have_text("인증 앱의 숫자 적기", timeout=15_000)  # it was there first
    staff.presses("다른 방법으로 로그인").reads("로그인 방법 고르기").looks().presses("패스키")
    staff.reads("패스키로 로그인").looks().presses("패스키로 로그인").is_at("/console", "seongnam").reads("오늘")


@pytest.mark.parametrize("action", ["CONFIGURE_TOTP", "webauthn-register-passwordless"])
def test_a_stolen_password_makes_no_second_factor_of_its_own(
    signed_in_house: House, visitors: Visitors, action: str
) -> None:
    """Whoever has one is asked for it before another is connected."""
    thief = visitors.person().goes("suwon", "/my").signs_in("han.soyeon").is_at("/my", "suwon")
    config = signed_in_house.config
    asked = Provider(config).authorization_url(
        state="suwon.x", nonce="n", code_challenge="E" * 43, redirect_uri=config.origin() + CALLBACK_PATH,
        ui_locales="ko",
    )  # fmt: skip
    thief.page.goto(f"{asked}&kc_action={action}")
    thief.reads("인증 앱의 숫자 적기")
