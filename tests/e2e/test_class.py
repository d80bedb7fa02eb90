"""From attendance to a certificate that is believed, and to one that no longer is."""

import io
import re
import secrets
from dataclasses import dataclass
from uuid import UUID

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from tenants.sample.making import Resident
from tests.e2e.house import House
from tests.e2e.visiting import PHONE, Visitor, Visitors


@dataclass
class Class:
    """A run in Suwon whose four meetings are over, and three people who had a place in it."""

    house: House
    run: UUID
    learners: list[Resident]

    @property
    def attendance(self) -> str:
        return f"/console/runs/{self.run}/attendance"

    @property
    def closing(self) -> str:
        return f"/console/runs/{self.run}/close"


def class_that_is_over(house: House) -> Class:
    suwon = house.city("suwon")
    run = house.make.run(suwon, capacity=3)
    learners = house.residents(3, "suwon")
    for learner in learners:
        house.apply(learner, suwon, run)
    house.let_pass(suwon, run)
    return Class(house, run, learners)


@pytest.fixture
def over(house: House) -> Class:
    return class_that_is_over(house)


def marks(visitor: Visitor) -> list[str]:
    """What the roster holds, row by row."""
    return visitor.page.locator(".roster select").evaluate_all("cells => cells.map(cell => cell.value)")


def saves(visitor: Visitor, key: str) -> None:
    with visitor.page.expect_response(lambda answer: answer.request.method == "POST") as answer:
        visitor.page.keyboard.press(key)
    assert answer.value.status == 200


def test_marking_by_keys(over: Class, visitors: Visitors) -> None:
    operator = visitors.resident(over.house.account("heo.junyoung", "suwon"), "suwon")
    operator.goes("suwon", over.attendance).reads("김서연", "이서연", "박서연").looks()
    operator.page.locator("[role=gridcell]:has(select)").first.focus()
    for key in "123":
        saves(operator, key)
    saves(operator, "4")
    assert marks(operator.goes("suwon", over.attendance))[0:12:4] == ["present", "late", "excused"]
    operator.looks()


def test_marking_without_script_and_on_a_touch_screen(over: Class, visitors: Visitors) -> None:
    account = over.house.account("heo.junyoung", "suwon")
    plain = visitors.resident(account, "suwon", script=False).goes("suwon", over.attendance)
    tablet = visitors.resident(account, "suwon", has_touch=True, is_mobile=True, width=1024)
    tablet.goes("suwon", over.attendance)
    plain.page.locator(".roster select").nth(0).select_option("present")
    plain.page.locator(".roster select").nth(5).select_option("left-early")
    plain.presses("출석 저장").reads("2칸을 저장했습니다")
    tablet.page.locator(".roster select").nth(0).select_option("absent")
    tablet.page.locator(".roster select").nth(1).select_option("late")
    tablet.presses("출석 저장").reads("1칸을 저장했습니다", "2칸은 그 사이 다른 분이 고쳐서 그대로 두었습니다")
    assert [mark for mark in marks(tablet) if mark] == ["present", "late", "left-early"]


def test_from_closing_to_a_revoked_certificate(over: Class, visitors: Visitors) -> None:
    complete, partly, kept_here = over.learners
    withdraws(over, visitors, kept_here)
    operator = visitors.resident(over.house.account("heo.junyoung", "suwon"), "suwon")
    attends(operator, over)
    closes(operator, over)
    address = finds_it_under_my_learning(over, visitors, complete)
    believed = a_stranger_checks_it(visitors, address)
    not_believed_with_a_wrong_code(visitors, believed)
    learned = visitors.resident(kept_here, "suwon").goes("suwon", "/my")
    learned.reads("선착순 강좌 견본", "수원시에만 보관됩니다").looks()
    visitors.resident(partly, "suwon").goes("suwon", "/my").reads("아직 마치신 강좌가 없습니다")
    is_revoked(over, visitors, "김서연")
    stranger = visitors.person()
    stranger.page.goto(believed)
    stranger.reads("취소된 수료증입니다", "출석 기록을 바로잡음").reads_not("유효한 수료증입니다").looks()


def withdraws(over: Class, visitors: Visitors, learner: Resident) -> None:
    """Take back the consent under which completions leave the city."""
    visitor = visitors.resident(learner, "suwon").goes("suwon", "/my/consents").reads("에 동의하셨습니다").looks()
    visitor.page.locator("input[name='agree.province-history']").uncheck()
    visitor.presses("고른 대로 저장하기").reads("지금은 동의하지 않으셨습니다")


def attends(operator: Visitor, over: Class) -> None:
    """Two come to every meeting, one to the first alone."""
    operator.goes("suwon", over.attendance)
    names = operator.page.locator(".roster tbody th").all_inner_texts()
    for row, name in enumerate(names):
        for meeting in range(1 if name.startswith("이서연") else 4):
            operator.page.locator(".roster tbody tr").nth(row).locator("td").nth(meeting).focus()
            saves(operator, "1")


def closes(operator: Visitor, over: Class) -> None:
    operator.goes("suwon", over.closing).reads("수료하실 분", "결석으로 셉니다").looks()
    expect(operator.page.locator("tr", has_text="이서연")).to_contain_text("25%")
    operator.page.get_by_label(re.compile("결석으로 봅니다")).check()
    operator.presses("마치기").reads("마쳤습니다. 2명이 수료하셨습니다.").looks()
    expect(operator.page.locator("tr", has_text="김서연")).to_contain_text("도의 기록")
    expect(operator.page.locator("tr", has_text="박서연")).to_contain_text("우리 시군에만")
    operator.goes("suwon", over.attendance).reads("고칠 수 없습니다").looks()


def finds_it_under_my_learning(over: Class, visitors: Visitors, learner: Resident) -> str:
    """The address that stands in the QR code; the paper itself names its holder."""
    visitor = visitors.resident(learner, "suwon").goes("suwon", "/my")
    visitor.reads("선착순 강좌 견본", re.compile("8\\s*시간")).looks()
    with visitor.page.expect_download(timeout=30_000) as download:
        visitor.follows("내려받기")
    paper = PdfReader(io.BytesIO(download.value.path().read_bytes()))
    text = paper.pages[0].extract_text()
    assert len(paper.pages) == 1
    assert "김서연" in text
    assert "선착순 강좌 견본" in text
    address = visitor.goes("suwon", "/my").page.get_by_role("link", name=re.compile("^수료증")).nth(0)
    return str(visitor.page.locator(".entry__acts a").first.get_attribute("href") or address)


def a_stranger_checks_it(visitors: Visitors, address: str) -> str:
    number, _, code = address.split("/certificates/")[1].partition("?code=")
    stranger = visitors.person(width=PHONE).goes(None, "/certificates")
    stranger.page.get_by_label("수료증 번호").fill(number)
    stranger.page.get_by_label("확인 코드").fill(code.lower())
    stranger.presses("확인하기").reads("유효한 수료증입니다", "김*연", "1970년 **월 **일", "수원시장").looks()
    stranger.reads_not("김서연", "1970년 1월")
    return stranger.page.url


def not_believed_with_a_wrong_code(visitors: Visitors, believed: str) -> None:
    stranger = visitors.person()
    number, _, code = believed.split("/certificates/")[1].partition("?code=")
    wrong = ("2" if code[0] != "2" else "3") + code[1:]
    stranger.goes(None, f"/certificates/{number}?code={wrong}").reads("찾을 수 없습니다").looks()
    stranger.goes(None, f"/certificates/{number}").reads_not("유효한 수료증입니다")
    stranger.goes(None, f"/certificates/41110-2020-000001?code={secrets.token_hex(10)}").reads("찾을 수 없습니다")


def is_revoked(over: Class, visitors: Visitors, name: str) -> None:
    """By somebody who has revoked nothing else today: a second one would wait for a second person."""
    suwon, somebody = over.house.city("suwon"), over.house.make.person()
    over.house.make.grant(somebody, "city_admin", suwon)
    administrator = visitors.resident(over.house.make.session(somebody, suwon), "suwon")
    administrator.goes("suwon", over.closing)
    administrator.page.locator("tr", has_text=name).get_by_role("link", name=re.compile("취소")).click()
    administrator.looks().presses("수료증 취소").reads("까닭").looks()
    administrator.page.get_by_label("까닭").fill("출석 기록을 바로잡음")
    administrator.presses("수료증 취소").reads("취소된 수료증입니다").looks()
