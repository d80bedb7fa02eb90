"""Signing in through another provider, played by a second realm of the same Keycloak (issue 5.2)."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from auth.keycloak.connection import administrator
from auth.people.models import Person
from maru.migrating import engine_connection
from tenants.sample import codes
from tenants.sample.accounts import PASSWORD
from tests.e2e.house import House
from tests.e2e.outside import ALIAS, comes_through, outside_provider
from tests.e2e.visiting import PHONE, Visitor, Visitors

RESIDENT, OTHER, STAFF = "oh.kyungja", "kim.youngsook", "heo.junyoung"
PEOPLE = {
    "newcomer": ("김햇살", "newcomer@outside.example"),
    "nameless": ("", "nameless@outside.example"),
    "kyungja": ("오경자", f"{RESIDENT}@maru.example"),
    "colleague": ("허준영", f"{STAFF}@maru.example"),
    "doubtful": ("문망설", "doubtful@outside.example"),
}


@pytest.fixture(scope="module")
def outside(house: House, shared: Path) -> Iterator[None]:
    assert not house.wait_for_sign_in()
    with outside_provider(house, shared, PEOPLE):
        yield


@pytest.fixture
def visitor(outside: None, visitors: Visitors) -> Visitor:
    return visitors.person()


def people_of(house: House, username: str) -> list[sa.Row]:
    """Those at Maru whose username begins so: id, name and e-mail."""
    with engine_connection(house.config.database_url) as connection:
        asked = sa.select(Person.id, Person.name, Person.email).where(Person.username.startswith(username))
        return list(connection.execute(asked))


def links_of(house: House, username: str) -> list[str]:
    """The providers that an account at Keycloak is linked to."""
    with administrator(house.config) as admin:
        linked = admin.get_user_social_logins(admin.get_user_id(username))
    return [link["identityProvider"] for link in linked]


def proves(visitor: Visitor, username: str, password: str) -> Visitor:
    """Fill in the form that asks whose account it is."""
    visitor.page.locator("#username").fill(username)
    visitor.page.locator("#password").fill(password)
    return visitor.presses(re.compile("^로그인$"))


def test_whoever_is_new_gets_an_account_and_is_the_same_person_next_time(
    house: House, visitor: Visitor, visitors: Visitors
) -> None:
    visitor.goes("suwon", "/my").reads("하늘 계정으로 로그인").looks()
    visitor.follows("English").reads("Sign in with Sky").speaks_english().looks().follows("한국어")
    comes_through(visitor, "newcomer", first=True).reads("처음 오셨습니다", "김햇살", "newcomer@outside.example")
    expect(visitor.page).to_have_title("처음 오셨습니다 - 수원시 평생학습")
    visitor.looks().follows("English").reads("You are here for the first time").looks().follows("한국어")
    visitor.presses("새 계정 만들기").is_at("/my", "suwon")
    expect(visitor.page.locator(".masthead")).to_contain_text("김햇살")
    (made,) = people_of(house, f"{ALIAS}.")
    assert (made.name, made.email) == ("김햇살", None), "nobody has verified the address"
    again = visitors.person(width=PHONE).goes("seongnam", "/my")
    comes_through(again, "newcomer").is_at("/my", "seongnam")
    expect(again.page.locator(".masthead")).to_contain_text("김햇살")
    assert people_of(house, f"{ALIAS}.") == [made]
    again.goes("suwon").follows("로그인").is_at("/", "suwon")
    expect(again.page.locator(".masthead")).to_contain_text("김햇살")


def test_whoever_tells_no_name_gets_no_account(visitor: Visitor) -> None:
    comes_through(visitor.goes("suwon", "/my"), "nameless", first=True).reads("이름을 알려 주지 않아")
    expect(visitor.page.get_by_role("button", name="새 계정 만들기")).to_have_count(0)
    visitor.looks().follows("다른 아이디로 로그인").reads("아이디", "비밀번호")


def test_an_account_is_linked_once_its_owner_has_proven_it(house: House, visitor: Visitor, visitors: Visitors) -> None:
    comes_through(visitor.goes("suwon", "/my"), "kyungja", first=True).presses("새 계정 만들기")
    visitor.reads("이미 계정이 있는 이메일입니다").reads_not(RESIDENT).looks().presses("내 계정입니다. 확인하기")
    visitor.reads("이미 있는 계정의 아이디와 비밀번호를 적어 주세요").reads_not(RESIDENT).looks()
    assert RESIDENT not in visitor.page.content(), "whose account it is nobody learns before they have proven it"
    proves(visitor, RESIDENT, "a guess").reads("맞지 않습니다")
    assert RESIDENT not in visitor.page.content()
    proves(visitor, OTHER, PASSWORD)
    visitor.is_at("/my", "suwon")
    assert links_of(house, RESIDENT) == [], "somebody's own password proves nothing about another's account"
    assert links_of(house, OTHER) == [ALIAS], "it proves their own"
    with administrator(house.config) as admin:
        admin.delete_user_social_login(admin.get_user_id(OTHER), ALIAS)
    owner = visitors.person()
    comes_through(owner.goes("suwon", "/my"), "kyungja").presses("새 계정 만들기").presses("내 계정입니다. 확인하기")
    proves(owner, RESIDENT, PASSWORD).is_at("/my", "suwon")
    expect(owner.page.locator(".masthead")).to_contain_text("오경자")
    assert links_of(house, RESIDENT) == [ALIAS]
    next_time = visitors.person()
    comes_through(next_time.goes("suwon", "/my"), "kyungja").is_at("/my", "suwon")
    expect(next_time.page.locator(".masthead")).to_contain_text("오경자")


def test_a_second_factor_is_not_got_around(house: House, visitor: Visitor, visitors: Visitors) -> None:
    """Neither where another account is linked to a member of staff's, nor where it opens their console (domain 7.4)."""
    comes_through(visitor.goes("suwon", "/my"), "colleague", first=True)
    visitor.presses("새 계정 만들기").presses("내 계정입니다. 확인하기")
    proves(visitor, STAFF, PASSWORD).reads("인증 앱의 숫자 적기")
    assert links_of(house, STAFF) == []
    visitor.confirms(codes.SECRET).is_at("/my", "suwon")
    assert links_of(house, STAFF) == [ALIAS]
    later = visitors.person()
    comes_through(later.goes("suwon", "/my"), "colleague").is_at("/my", "suwon")
    later.page.goto(house.url("suwon", "/console"))
    later.reads("인증 앱의 숫자 적기")
    later.page.locator("#otp").fill("000000")
    later.presses("로그인").reads("숫자가 맞지 않습니다")
    later.confirms(codes.SECRET).is_at("/console", "suwon").reads("오늘")
    at_once = visitors.person()
    comes_through(at_once.goes("suwon", "/console"), "colleague").reads("인증 앱의 숫자 적기").looks()
    at_once.confirms(codes.SECRET).is_at("/console", "suwon").reads("오늘")


def test_whoever_gives_up_there_is_told_so(visitor: Visitor) -> None:
    visitor.goes("suwon", "/my")
    visitor.follows("하늘 계정으로 로그인")
    visitor.page.locator("#username").fill("doubtful")
    visitor.page.locator("#password").fill("outside-the-house")
    visitor.page.locator("#kc-login").click()
    visitor.page.locator("[name=cancel]").click()
    visitor.reads("다른 계정으로 로그인하기를 그만두셨습니다", "아이디").looks()
    expect(visitor.page).to_have_title(re.compile("수원시 평생학습"))


def test_an_answer_that_was_made_up_opens_nothing(house: House, visitor: Visitor) -> None:
    visitor.goes("suwon", "/my").follows("하늘 계정으로 로그인")
    (state,) = re.findall(r"[?&]state=([^&]+)", visitor.page.url)
    visitor.page.goto(f"{house.config.oidc_issuer}/broker/{ALIAS}/endpoint?state={state}&code=made-up")
    visitor.reads("다른 계정으로 로그인하지 못했습니다").looks()
