"""While nobody can sign in, everybody else goes on; and it mends itself.

Away is killed, when connections are refused and it is started anew; and it is stuck, when they are taken and never answered.
"""

import re
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import UUID

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from auth.keycloak.connection import administrator
from auth.roles.accounts import mirror
from maru.config import OUTBOX
from maru.db import Scope
from maru.migrating import engine_connection
from tenants.sample.making import Resident
from tests.e2e.house import House
from tests.e2e.test_class import (
    Class,
    a_stranger_checks_it,
    attends,
    class_that_is_over,
    finds_it_under_my_learning,
    withdraws,
)
from tests.e2e.visiting import PHONE, Visitor, Visitors

BACK_SECONDS = 90
AT_ONCE = 1.5
"""Seconds of a page, on a machine that others load; Keycloak would be waited for 5 s."""
GOES_ON = ("강좌는 로그인하지 않고도", "수료증이 진짜인지도", "이미 로그인하신 창에서는", "다시 해 보기")


def test_while_keycloak_is_away(alone: None, signed_in_house: House, visitors: Visitors) -> None:
    house = signed_in_house
    run = house.make.run(house.city("suwon"))
    (resident,) = house.residents(1, "suwon")
    starts = house.said().count("Keycloak is up.")
    for process in house.parts("keycloak"):
        process.kill()

    stranger = visitors.person().goes("suwon", "/courses").follows("로그인")
    stranger.reads("지금은 로그인할 수 없습니다", *GOES_ON).looks().is_at(re.compile(r"//suwon\..*/auth/away\?"))
    stranger.goes(None).goes("suwon", f"/courses/{run}")
    inside = visitors.resident(resident, "suwon").goes("suwon", f"/courses/{run}").presses("신청하기")
    inside.reads("신청되었습니다").goes("suwon", "/my").reads("자리 정해짐")
    assert b'"identity":"down"' in house.get(None, "/readyz")[1].replace(b" ", b"")

    deadline = time.monotonic() + BACK_SECONDS
    while house.said().count("Keycloak is up.") == starts:
        assert time.monotonic() < deadline, house.said()
        time.sleep(0.2)
    stranger.goes("suwon", f"/courses/{run}").follows("로그인하고 신청하기").signs_in("bae.suyeon")
    stranger.is_at(f"/courses/{run}", "suwon").presses("신청하기").reads("신청되었습니다")


@contextmanager
def stuck(house: House) -> Iterator[None]:
    """Keycloak takes connections and answers nobody."""
    processes = house.parts("keycloak")
    assert processes
    for process in processes:
        process.suspend()
    try:
        yield
    finally:
        for process in processes:
            process.resume()


@pytest.fixture
def over(house: House) -> Class:
    return class_that_is_over(house)


@dataclass
class Newcomer:
    """Somebody with an account at Keycloak who is given a role while it is stuck; their group there follows."""

    house: House
    username: str = field(default_factory=lambda: f"newcomer-{secrets.token_hex(4)}")
    person: UUID = field(init=False)

    def __post_init__(self) -> None:
        with administrator(self.house.config) as admin:
            self.subject = admin.create_user({"username": self.username, "firstName": "이도담", "enabled": True})
        self.person = self.house.make.person()
        with engine_connection(self.house.config.database_url) as connection:
            known = sa.text("UPDATE people SET subject = :subject WHERE id = :person")
            connection.execute(known, {"subject": self.subject, "person": self.person})

    def is_given_a_role(self) -> None:
        city = self.house.city("suwon")
        self.house.make.grant(self.person, "desk_clerk", city)
        with self.house.make.database.transaction(Scope.JOB, tenant=city):
            mirror.later(self.person)

    def groups(self) -> set[str]:
        with administrator(self.house.config) as admin:
            return {group["path"] for group in admin.get_user_groups(self.subject)}


def test_while_keycloak_is_stuck(alone: None, signed_in_house: House, visitors: Visitors, over: Class) -> None:
    house, newcomer = signed_in_house, Newcomer(signed_in_house)
    leaving = visitors.person().goes("suwon", "/my").signs_in("bae.suyeon").is_at("/my", "suwon")
    complete, _partly, kept_here = over.learners
    withdraws(over, visitors, kept_here)
    email = f"{newcomer.username}@example.go.kr"
    with stuck(house):
        newcomer.is_given_a_role()
        invites(house, visitors, email)
        applies_and_cancels(house, visitors)
        operator = visitors.resident(house.account("heo.junyoung", "suwon"), "suwon")
        attends(operator, over)
        closes(operator, over)
        a_stranger_checks_it(visitors, finds_it_under_my_learning(over, visitors, complete))
        cannot_sign_in(visitors)
        signs_out(leaving)
        assert not letters(house, email), "its job waits for Keycloak, and nothing else waits for it"
        pages_come_at_once(house, complete)
    waits_until(lambda: letters(house, email) and newcomer.groups())
    assert newcomer.groups() == {"/tenants/suwon/desk_clerk"}
    leaving.goes("suwon", "/?lang=ko").follows("로그인")
    expect(leaving.page.locator("#password")).to_be_visible()


def invites(house: House, visitors: Visitors, email: str) -> None:
    """Making the account of somebody who has none needs Keycloak."""
    admin = visitors.resident(house.account("jo.hyunmi", "suwon"), "suwon").goes("suwon", "/console/staff")
    admin.page.get_by_label("이름").fill("박가온")
    admin.page.get_by_label("이메일").fill(email)
    admin.page.get_by_label("역할").select_option("desk_clerk")
    admin.presses("초대 메일 보내기").reads("박가온 님을 초대했습니다")


def applies_and_cancels(house: House, visitors: Visitors) -> None:
    run = house.make.run(house.city("suwon"))
    (resident,) = house.residents(1, "suwon")
    visitor = visitors.resident(resident, "suwon", width=PHONE).goes("suwon", f"/courses/{run}").presses("신청하기")
    visitor.reads("신청되었습니다").follows("신청 취소").presses("신청 취소").reads("신청을 취소하셨습니다")
    visitor.goes("suwon", "/my").reads("취소")


def closes(operator: Visitor, over: Class) -> None:
    operator.goes("suwon", over.closing)
    operator.page.get_by_label(re.compile("결석으로 봅니다")).check()
    operator.presses("마치기").reads("마쳤습니다. 2명이 수료하셨습니다.")


def cannot_sign_in(visitors: Visitors) -> None:
    """Said on the site where one is, in both languages, with what still works."""
    stranger = visitors.person().goes("suwon", "/courses").follows("로그인")
    stranger.reads("지금은 로그인할 수 없습니다", *GOES_ON).looks()
    stranger.follows("강좌는 로그인하지 않고도").is_at("/courses", "suwon")
    stranger.goes("suwon", "/auth/sign-in?lang=en", status=503)
    stranger.reads("You cannot sign in right now", "Where you are signed in already").speaks_english().looks()
    stranger.follows("check whether a certificate is genuine").is_at(re.compile("/certificates"))
    stranger.goes(None, "/auth/sign-in?lang=ko", status=503).reads(*GOES_ON).looks()


def signs_out(leaving: Visitor) -> None:
    """It ends here, and is said to go on there."""
    leaving.presses("로그아웃").is_at("/auth/left", "suwon")
    leaving.reads("이 누리집에서 로그아웃하셨습니다", "그쪽에서는 아직 로그아웃되지 않았습니다").looks()
    leaving.follows("그쪽에서도 로그아웃하기").is_at("/auth/left", "suwon")
    leaving.goes("suwon", "/auth/left?lang=en").reads("you are not signed out there yet").speaks_english().looks()
    leaving.goes("suwon", "/my", status=503)


def letters(house: House, address: str) -> int:
    """How many letters to somebody lie in the outbox."""
    return sum(address.encode() in path.read_bytes() for path in (house.home / OUTBOX).glob("*.eml"))


def pages_come_at_once(house: House, resident: Resident) -> None:
    """Nobody who is signed in waits for Keycloak."""
    for path in ("/my", "/courses", "/my/messages", "/api/v1/me"):
        began = time.monotonic()
        assert house.get("suwon", path, Cookie=resident.cookie)[0] == 200, path
        assert time.monotonic() - began < AT_ONCE, path


def waits_until(done: Callable[[], object]) -> None:
    deadline = time.monotonic() + BACK_SECONDS
    while not done():
        assert time.monotonic() < deadline
        time.sleep(0.5)
