"""Residents look after how they sign in: passkeys, password, other accounts, devices (issue 5.2)."""

import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from auth.keycloak.connection import administrator
from auth.messages.models import Message
from auth.people.models import Person
from maru.migrating import engine_connection
from tenants.sample import codes
from tenants.sample.accounts import PASSWORD
from tests.e2e.house import House
from tests.e2e.outside import ALIAS, comes_through, outside_provider
from tests.e2e.test_sign_in_pages import is_soon_a_stranger
from tests.e2e.visiting import PHONE, Visitor, Visitors

PAGE = "/my/sign-in"
RESIDENT, LINKED, LEAVING, STAFF = "lim.jaehyun", "seo.taeyun", "hwang.inho", "heo.junyoung"
PEOPLE = {"jaehyun": ("임재현", "jaehyun@outside.example"), "alone": ("홀로손", "alone@outside.example")}


@pytest.fixture(scope="module")
def outside(house: House, shared: Path) -> Iterator[None]:
    assert not house.wait_for_sign_in()
    with outside_provider(house, shared, PEOPLE):
        yield


def looks_at_ways(visitor: Visitor, slug: str) -> Visitor:
    """From a city's own page, by a sign-in that is not long ago."""
    visitor.goes(slug, "/my").follows("로그인 방법 보기").reads("본인이 맞는지 한 번 더 확인합니다")
    return visitor.follows("확인하고 보기").is_at(PAGE)


def is_told(house: House, username: str, *changes: str) -> None:
    """Somebody is written to about how they sign in, about each change once, soon after Keycloak has said so."""
    written = sa.select(Message.details).join(Person, Person.id == Message.person_id)
    written = written.where(Person.username == username, Message.kind == "account.changed").order_by(Message.id)
    deadline = time.monotonic() + 60
    while True:
        with engine_connection(house.config.database_url) as connection:
            told = [details["what_en"] for details in connection.scalars(written)]
        if sorted(told) == sorted(changes) or time.monotonic() > deadline:
            break
        time.sleep(1)
    assert sorted(told) == sorted(changes)


def carries_a_key(visitor: Visitor) -> Any:
    """A device with a fingerprint reader."""
    key = visitor.page.context.new_cdp_session(visitor.page)
    key.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    options |= {"isUserVerified": True, "automaticPresenceSimulation": True}
    key.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    visitor.page.on("dialog", lambda dialog: dialog.accept("내 전화"))
    return key


def begins_to_remove(visitor: Visitor) -> Visitor:
    """Keycloak asks for the passkey itself before it takes it away, once in some minutes."""
    return visitor.presses(re.compile("지우기 ?: 내 전화"))


def test_a_passkey_is_made_and_taken_away(signed_in_house: House, visitors: Visitors) -> None:
    visitor = visitors.person().goes("suwon", "/my").signs_in(RESIDENT).is_at("/my", "suwon")
    key = carries_a_key(visitor)
    looks_at_ways(visitor, "suwon").reads("비밀번호 바꾸기", "아직 정하지 않으셨습니다", "지금 이 기기").looks()
    visitor.follows("패스키 만들기").reads("패스키 만들기").presses("패스키 만들기").is_at(PAGE)
    visitor.reads("내 전화").looks()
    is_told(signed_in_house, RESIDENT, "a passkey was made")
    confirmed = begins_to_remove(visitor).reads("한 번 더 확인합니다").presses("패스키로 로그인")
    confirmed.reads("로그인 방법 지우기", "내 전화").looks().presses("그만두기").is_at(PAGE).reads("내 전화")
    begins_to_remove(visitor).presses(re.compile("^지우기$")).is_at(PAGE).reads_not("내 전화")
    is_told(signed_in_house, RESIDENT, "a passkey was made", "a passkey or an authenticator app was removed")
    key.detach()
    visitor.goes(None, f"{PAGE}?lang=en").reads("Ways to sign in").speaks_english().looks()


def test_the_page_of_a_passkey_is_that_of_the_city(signed_in_house: House, visitors: Visitors) -> None:
    with administrator(signed_in_house.config) as admin:
        subject = admin.get_user_id(LEAVING)
        admin.update_user(subject, {"requiredActions": ["webauthn-register-passwordless"]})
    visitor = visitors.person(width=PHONE).goes("yongin", "/my")
    visitor.page.locator("#username").fill(LEAVING)
    visitor.page.locator("#password").fill(PASSWORD)
    visitor.presses(re.compile("^로그인$")).reads("패스키 만들기")
    with administrator(signed_in_house.config) as admin:
        admin.update_user(subject, {"requiredActions": []})
    expect(visitor.page).to_have_title("패스키 만들기 - 용인시 평생학습")
    expect(visitor.page.locator(".brand")).to_contain_text("용인시 평생학습")
    visitor.looks()


def test_a_password_is_changed_and_nobody_elses_ways_are_seen(signed_in_house: House, visitors: Visitors) -> None:
    visitor = visitors.person(width=PHONE).goes("suwon", "/my").signs_in(LINKED).is_at("/my", "suwon")
    looks_at_ways(visitor, "suwon").follows("비밀번호 바꾸기").reads("새 비밀번호")
    visitor.page.locator("#password-new").fill(f"{PASSWORD}!")
    visitor.page.locator("#password-confirm").fill(f"{PASSWORD}!")
    visitor.presses("비밀번호 정하기").is_at(PAGE).reads("로그인 방법이 바뀌었습니다")
    is_told(signed_in_house, LINKED, "a password was set")
    kept = next(cookie for cookie in visitor.page.context.cookies() if cookie["name"] == "maru_account")
    other = visitors.resident(signed_in_house.account(RESIDENT, None), None)
    other.page.context.add_cookies([kept])
    other.goes(None, PAGE).reads("본인이 맞는지 한 번 더 확인합니다").reads_not("비밀번호 바꾸기")
    with administrator(signed_in_house.config) as admin:
        admin.set_user_password(admin.get_user_id(LINKED), PASSWORD, temporary=False)


def test_another_account_is_linked_and_never_the_last_way_in_taken_away(
    outside: None, house: House, visitors: Visitors
) -> None:
    visitor = visitors.person().goes("suwon", "/my").signs_in(RESIDENT).is_at("/my", "suwon")
    looks_at_ways(visitor, "suwon").reads("다른 계정", "하늘").follows(re.compile("잇기 ?: 하늘")).reads(
        "하늘 계정 잇기"
    ).looks()
    visitor.presses("계속하기")
    visitor.page.locator("#username").fill("jaehyun")
    visitor.page.locator("#password").fill("outside-the-house")
    visitor.page.locator("#kc-login").click()
    visitor.page.locator("[name=accept]").click()
    visitor.is_at(PAGE).reads("이어져 있습니다").looks()
    by_it = visitors.person().goes("seongnam", "/my")
    comes_through(by_it, "jaehyun").is_at("/my", "seongnam")
    expect(by_it.page.locator(".masthead")).to_contain_text("임재현")
    visitor.presses(re.compile("연결 끊기 ?: 하늘")).reads("연결을 끊었습니다").reads_not("이어져 있습니다")
    made, removed = "a passkey was made", "a passkey or an authenticator app was removed"
    is_told(house, RESIDENT, made, removed, "another account was connected", "another account was disconnected")
    alone = visitors.person()
    comes_through(alone.goes("suwon", "/my"), "alone", first=True).presses("새 계정 만들기").is_at("/my", "suwon")
    looks_at_ways(alone, "suwon").reads("비밀번호 없이 로그인하고 계십니다", "이것 말고는 로그인하실 방법이 없어")
    alone.page.evaluate(
        """alias => {
          const form = document.querySelector("form[action$='everywhere']");
          form.action = "/my/sign-in/unlink";
          form.insertAdjacentHTML("beforeend", `<input name="alias" value="${alias}">`);
          form.submit();
        }""",
        ALIAS,
    )
    alone.reads("이것 말고는 로그인하실 방법이 없습니다")
    comes_through(visitors.person().goes("suwon", "/my"), "alone").is_at("/my", "suwon")


def test_signing_out_everywhere_ends_it_on_all_hosts(signed_in_house: House, visitors: Visitors) -> None:
    here, elsewhere = visitors.person(), visitors.person()
    here.goes("suwon", "/my").signs_in(LEAVING).is_at("/my", "suwon")
    elsewhere.goes("seongnam", "/my").signs_in(LEAVING).is_at("/my", "seongnam")
    looks_at_ways(here, "suwon").presses("모든 기기에서 로그아웃").is_at("/")
    is_soon_a_stranger(elsewhere, "seongnam")
    is_soon_a_stranger(here, "suwon")


def test_a_password_alone_takes_no_second_factor_away(signed_in_house: House, visitors: Visitors) -> None:
    """Staff who have an app are asked for it before it goes (domain 7.4)."""
    thief = visitors.person().goes("suwon", "/my").signs_in(STAFF).is_at("/my", "suwon")
    looks_at_ways(thief, "suwon").presses(re.compile("지우기 ?: sample")).reads("인증 앱의 숫자 적기")
    thief.confirms(codes.SECRET).reads("로그인 방법 지우기").presses("그만두기").is_at(PAGE).reads("sample")
