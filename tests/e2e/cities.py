"""Steps from an empty form to a city whose administrator sits in its console; other walks begin where these end."""

import re
import secrets
import time
from base64 import b32decode
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import default

from playwright.sync_api import expect

from maru.config import OUTBOX
from tenants.sample import codes
from tests.e2e.house import House
from tests.e2e.visiting import PHONE, Visitor, Visitors
from tests.post import text_of

LINK = re.compile(r"http://\S+/invitations/\S+")
CHOSEN = "a-floor-of-my-own-2026"
WAIT_SECONDS = 90


@dataclass
class Invited:
    """What the mail of an invitation says."""

    link: str
    username: str
    password: str


def provincial_staff(house: House, visitors: Visitors) -> Visitor:
    """An administrator of the province, in the console."""
    visitor = visitors.person()
    visitor.goes(None, "/province").signs_in("ahn.jaeho", staff=True)
    return visitor.is_at("/province")


def make_city(staff: Visitor, *, looks: bool = False) -> tuple[str, str, str]:
    """Fill in the one form; gives the name, the slug and the administrator's address, which no city had before.

    Two presses from the list of cities.
    """
    slug = f"c{secrets.token_hex(5)}"
    name = "새" + "".join(secrets.choice("가나다라마바사아자차카타파하") for _ in range(5)) + "시"
    email = f"{slug}@example.go.kr"
    staff.goes(None, "/province").follows("시군 만들기")
    if looks:
        staff.looks()
    for label, words in (
        ("시군 이름", name), ("영어 이름", "Saerom"), ("주소 이름", slug), ("함께하게 된 까닭", "쓰던 시스템이 낡음"),
        ("이메일", email),
    ):  # fmt: skip
        staff.page.get_by_label(label, exact=True).fill(words)
    staff.page.get_by_role("group", name="첫 관리자").get_by_label("이름").fill("이도담")
    staff.presses("만들고 초대하기").reads(f"{name} 누리집을 만들었습니다", "준비 중")
    return name, slug, email


def letter_to(house: House, address: str) -> Invited:
    """Wait until the worker has sent the mail, and read it as its reader does."""
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        for path in (house.home / OUTBOX).glob("*.eml"):
            letter = message_from_bytes(path.read_bytes(), policy=default)
            if address in str(letter["To"]):
                said = text_of(letter)  # type: ignore[arg-type]
                found = LINK.search(said)
                assert found, said
                named = {word: re.search(rf"^{word}: (\S+)", said, re.MULTILINE) for word in ("아이디", "비밀번호")}
                return Invited(found[0], *(match[1] if match else "" for match in named.values()))
        time.sleep(0.3)
    raise AssertionError(f"No letter to {address} came.")


def accept(house: House, visitors: Visitors, invited: Invited, *, width: int = PHONE, looks: bool = False) -> Visitor:
    """Open the link, sign in for the first time with a new password, take the role: the console opens."""
    visitor = visitors.person(width=width)
    visitor.page.goto(invited.link)
    visitor.reads("시군 관리자", "기한")
    if looks:
        visitor.looks()
    visitor.follows("로그인하고 받기")
    visitor.page.locator("#username").fill(invited.username)
    visitor.page.locator("#password").fill(invited.password)
    visitor.page.locator("main button[type=submit]").click()
    expect(visitor.page.locator("h1")).to_have_text("새 비밀번호 정하기")
    expect(visitor.page.locator(".masthead")).not_to_contain_text("마루")  # it has the new city's name already
    if looks:
        visitor.looks()
    visitor.page.locator("#password-new").fill(CHOSEN)
    visitor.page.locator("#password-confirm").fill(CHOSEN)
    visitor.page.locator("[type=submit]").first.click()
    visitor.reads("이도담 님으로 로그인하셨습니다")
    if looks:
        visitor.looks()
    visitor.presses("역할 받기")
    connect_app(visitor, looks=looks)
    expect(visitor.page).to_have_url(re.compile(r"/console$"))
    return visitor.reads("시군 관리자 역할을 받았습니다")


def connect_app(visitor: Visitor, *, looks: bool = False) -> None:
    """Connect an authenticator app, as whoever enters a console for the first time must."""
    page = visitor.page
    visitor.reads("인증 앱 연결하기", "업무를 보시는 분은")
    if looks:
        visitor.looks()
    visitor.follows("그림을 찍을 수 없으세요? 글자로 적기")
    if looks:
        visitor.looks()
    letters = page.locator("#kc-totp-secret-key").inner_text().replace(" ", "")
    visitor.secret = b32decode(letters + "=" * (-len(letters) % 8)).decode()
    page.locator("#totp").fill("000000")
    visitor.presses("마치기").reads("숫자가 맞지 않습니다")
    if looks:
        visitor.looks()
    page.locator("#totp").fill(codes.code(time.time(), visitor.secret))
    visitor.presses("마치기")
