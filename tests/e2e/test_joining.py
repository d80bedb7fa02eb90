"""A resident without an account makes one, forgets the password, and chooses another: from the city's page and back to it."""

import re
import secrets
import time
from email import message_from_bytes
from email.policy import default

from playwright.sync_api import expect

from maru.config import OUTBOX
from tests.e2e.cities import CHOSEN
from tests.e2e.house import House
from tests.e2e.visiting import PHONE, Visitor, Visitors
from tests.post import text_of

LINK = re.compile(r"http://\S+/accounts/\S+")
WAIT_SECONDS = 60
ANOTHER = "another-floor-of-mine-2026"


def link_to(house: House, address: str, known: set[str]) -> str:
    """The link of the next letter to somebody; those that were read before are `known`."""
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        for path in (house.home / OUTBOX).glob("*.eml"):
            letter = message_from_bytes(path.read_bytes(), policy=default)
            if address in str(letter["To"]) and path.name not in known:
                found = LINK.search(text_of(letter))  # type: ignore[arg-type]
                assert found
                known.add(path.name)
                return found[0]
        time.sleep(0.3)
    raise AssertionError(f"No letter to {address} came.")


def signs_in(visitor: Visitor, username: str, password: str) -> Visitor:
    visitor.page.locator("#username").fill(username)
    visitor.page.locator("#password").fill(password)
    visitor.page.locator("main button[type=submit]").click()
    return visitor


def chooses(visitor: Visitor, password: str) -> Visitor:
    expect(visitor.page.locator("h1")).to_have_text("새 비밀번호 정하기")
    visitor.page.locator("#password-new").fill(password)
    visitor.page.locator("#password-confirm").fill(password)
    visitor.page.locator("[type=submit]").first.click()
    return visitor


def once_of(visitor: Visitor) -> str:
    return visitor.page.locator(".done-panel .num").inner_text()


def test_from_nothing_to_an_account_and_back_into_it(signed_in_house: House, visitors: Visitors) -> None:
    house, email, known = signed_in_house, f"new-{secrets.token_hex(5)}@example.kr", set[str]()
    visitor = visitors.person(width=PHONE).goes("suwon", "/courses").follows("로그인")
    expect(visitor.page.locator(".official")).to_contain_text("수원시")
    visitor.looks().follows("처음이세요? 계정 만들기").is_at("/join", "suwon").looks()
    visitor.presses("메일 받기").reads(
        "이름을 적어 주세요", "이메일 주소를 확인해 주세요", "만 14세 이상이시면"
    ).looks()
    visitor.page.get_by_label("이름", exact=True).fill("한새롬")
    visitor.page.get_by_label("이메일 주소").fill(email)
    visitor.page.get_by_label("만 14세 이상입니다.").check()
    visitor.presses("메일 받기").reads("메일을 열어 주세요").looks()

    visitor.page.goto(link_to(house, email, known))
    visitor.reads("한새롬", email).looks().presses("계정 만들기").reads("계정을 만들었습니다", email).looks()
    password = once_of(visitor)
    visitor.follows("로그인하기")
    chooses(signs_in(visitor, email, password), CHOSEN).is_at("/my", "suwon").reads("내 학습")

    expect(visitor.goes("suwon", "/my/messages").page.locator("body")).to_contain_text(email)

    other = visitors.person().goes("suwon", "/my")
    other.follows("아이디나 비밀번호를 잊으셨나요?").is_at("/forgotten", "suwon").looks()
    other.page.get_by_label("이메일 주소").fill(email)
    other.presses("메일 받기").reads("메일을 열어 주세요")
    other.page.goto(link_to(house, email, known))
    other.reads(email).looks().presses("한 번 쓰는 비밀번호 받기").reads("한 번 쓰는 비밀번호를 만들었습니다").looks()
    password = once_of(other)
    other.follows("로그인하기")
    chooses(signs_in(other, email, password), ANOTHER).is_at("/my", "suwon").reads("내 학습")
    third = visitors.person(script=False).goes("suwon", "/my")
    signs_in(third, email, CHOSEN).reads("맞지 않습니다")
    signs_in(third, email, ANOTHER).is_at("/my", "suwon").reads("내 학습")


def test_in_english(signed_in_house: House, visitors: Visitors) -> None:
    visitor = visitors.person().goes("suwon", "/join?lang=en").reads("Create an account", "I am 14 or older").looks()
    visitor.speaks_english().goes("suwon", "/forgotten?lang=en").reads("Forgot your user ID or password?").looks()
    visitor.speaks_english().goes("suwon", "/join/sent?lang=en").reads("Open your mail").looks().speaks_english()
    visitor.goes("suwon", f"/accounts/{secrets.token_urlsafe(32)}?lang=en", status=404)
