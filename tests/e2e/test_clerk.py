"""A clerk's day with the keyboard alone, and a resident who asks and reads the answer."""

import re
import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

import pytest
from playwright.sync_api import Locator, expect

from maru.web import dates
from tests.e2e.house import House
from tests.e2e.visiting import PHONE, Visitor, Visitors


@dataclass
class Day:
    """A city of its own: a run that is over with three people, a question that waits, and a clerk."""

    house: House
    visitors: Visitors
    slug: str = field(init=False)
    city: UUID = field(init=False)
    run: UUID = field(init=False)

    def __post_init__(self) -> None:
        make = self.house.make
        self.city = make.city(region=make.code())
        self.slug = make.slug(self.city)
        self.run = make.run(self.city, capacity=3)
        self.learners = self.house.residents(3, "suwon")
        for learner in self.learners:
            self.house.apply(learner, self.city, self.run)
        self.house.let_pass(self.city, self.run)

    def signs_in(self, role: str, **options: object) -> Visitor:
        person = self.house.make.person()
        self.house.make.grant(person, role, self.city)
        return self.visitors.resident(self.house.make.session(person, self.city), self.slug, **options)

    def resident(self, **options: object) -> Visitor:
        session = self.house.make.session(self.learners[0].person_id, self.city)
        return self.visitors.resident(session, self.slug, **options)

    def goes(self, visitor: Visitor, path: str) -> Visitor:
        return visitor.goes(self.slug, path)


@pytest.fixture
def day(house: House, visitors: Visitors) -> Day:
    return Day(house, visitors)


def tab_to(visitor: Visitor, target: Locator, most: int = 120) -> None:
    """Reach something by Tab alone."""
    for _ in range(most):
        if target.first.evaluate("element => element === document.activeElement"):
            return
        visitor.page.keyboard.press("Tab")
    raise AssertionError(f"{most} tabs do not reach {target}")


def opens(visitor: Visitor, target: Locator) -> None:
    """Reach a link or button by Tab, and press Enter."""
    tab_to(visitor, target)
    with visitor.page.expect_navigation():
        visitor.page.keyboard.press("Enter")


def types(visitor: Visitor, label: str, words: str) -> None:
    tab_to(visitor, visitor.page.get_by_label(label, exact=True))
    visitor.page.keyboard.type(words)


def test_a_day_with_the_keyboard_alone(day: Day) -> None:
    resident = day.resident(width=PHONE)
    asks(day, resident)
    clerk = day.signs_in("course_operator")
    day.goes(clerk, "/console").reads("답하지 않은 문의 1건", "선착순 강좌 견본 마치기").looks()
    answers(clerk)
    reads_the_answer(day, resident)
    puts_up_a_notice(day, clerk)
    marks_with_arrows(day, clerk)
    finds_a_person(day, clerk)
    closes_the_run(day, clerk)
    day.goes(clerk, "/console").reads_not("답하지 않은 문의", "견본 마치기")


def asks(day: Day, resident: Visitor) -> None:
    day.goes(resident, "/help").follows("문의하기").looks()
    resident.page.get_by_label("제목").fill("휠체어로 302호에 갈 수 있나요?")
    resident.page.get_by_label("내용").fill("제 번호는 010-1234-5678입니다.")
    resident.page.get_by_label(re.compile("함께 보셔도 됩니다")).check()
    resident.presses("문의 보내기").reads("문의를 보냈습니다", "아직 답이 없습니다").looks()


def answers(clerk: Visitor) -> None:
    page = clerk.page
    opens(clerk, page.get_by_role("link", name=re.compile("^답하지 않은 문의 1건")))
    clerk.looks()
    opens(clerk, page.get_by_role("link", name="휠체어로 302호에 갈 수 있나요?", exact=True))
    clerk.looks()
    types(clerk, "답", "네, 승강기로 오실 수 있습니다.")
    tab_to(clerk, page.get_by_label(re.compile("^이름 없이")))
    page.keyboard.press("Space")
    opens(clerk, page.get_by_role("button", name="답 보내기"))
    clerk.reads("답을 보냈습니다", "답할 문의가 없습니다")


def reads_the_answer(day: Day, resident: Visitor) -> None:
    day.goes(resident, "/my").reads("답이 왔습니다").looks()
    resident.follows(re.compile("휠체어로 302호")).reads("네, 승강기로 오실 수 있습니다.").looks()
    stranger = day.visitors.person(width=PHONE)
    day.goes(stranger, "/questions").looks().page.get_by_text("휠체어로 302호").first.click()
    stranger.reads("010-****-5678", "네, 승강기로").reads_not("010-1234-5678")


def puts_up_a_notice(day: Day, clerk: Visitor) -> None:
    title, until = f"승강기를 고칩니다 {secrets.token_hex(2)}", dates.today() + timedelta(days=7)
    clerk.page.keyboard.press("Control+k")
    clerk.page.keyboard.type("알림 쓰기")
    expect(clerk.page.get_by_role("option", name="알림 쓰기", exact=True)).to_be_visible()
    clerk.page.keyboard.press("ArrowDown")
    with clerk.page.expect_navigation():
        clerk.page.keyboard.press("Enter")
    types(clerk, "제목", title)
    types(clerk, "내용", "3층 수업은 1층에서 합니다.")
    tab_to(clerk, clerk.page.get_by_label(re.compile("^내리는 날")))
    clerk.page.keyboard.type(f"{until:%m%d%Y}")
    tab_to(clerk, clerk.page.get_by_label(re.compile("^첫 화면 위에 띠")))
    clerk.page.keyboard.press("Space")
    opens(clerk, clerk.page.get_by_role("button", name="저장하기"))
    clerk.reads("누리집에 올렸습니다", title, f"{until.year}. {until.month}. {until.day}.").looks()
    stranger = day.visitors.person(width=PHONE)
    day.goes(stranger, "/").reads(title).looks()
    stranger.presses(re.compile("^닫기")).page.wait_for_url(re.compile("/$"))
    expect(stranger.page.locator(".strip")).to_have_count(0)
    stranger.follows(title).reads("3층 수업은 1층에서 합니다.").looks()


def marks_with_arrows(day: Day, clerk: Visitor) -> None:
    page = clerk.page
    day.goes(clerk, f"/console/runs/{day.run}")
    opens(clerk, page.get_by_role("link", name="출석", exact=True))
    tab_to(clerk, page.get_by_role("link", name="출석부로 건너뛰기"), most=3)
    page.keyboard.press("Enter")
    tab_to(clerk, page.locator("[role=gridcell][tabindex='0']"), most=2)
    page.keyboard.press("ArrowUp")
    expect(page.locator(".fills button:focus")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    for key in ("1", "1", "3"):
        page.keyboard.press(key)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("4")
    page.keyboard.press("Control+z")
    page.keyboard.press("2")
    all_is_sent(clerk)
    expect(page.locator("[data-roster-state]")).to_contain_text("저장됨")
    day.goes(clerk, f"/console/runs/{day.run}/attendance")
    marked = page.locator(".roster select").evaluate_all("cells => cells.map(cell => cell.value)")
    assert [mark for mark in marked if mark] == ["present", "present", "absent", "late"]
    opens(clerk, page.get_by_role("link", name="고친 기록 보기"))
    clerk.reads("출석", "결석", "지각").looks()


def all_is_sent(visitor: Visitor) -> None:
    """Nothing that was marked waits in the browser any longer."""
    for _ in range(200):
        if not visitor.page.evaluate("localStorage.length"):
            return
        visitor.page.wait_for_timeout(50)
    raise AssertionError("marks still wait to be sent")


def finds_a_person(day: Day, clerk: Visitor) -> None:
    name = day.learners[0].name
    clerk.page.keyboard.press("/")
    clerk.page.keyboard.type(name)
    with clerk.page.expect_navigation():
        clerk.page.keyboard.press("Enter")
    clerk.reads(name, "선착순 강좌 견본").looks()
    opens(clerk, clerk.page.locator("main").get_by_role("link", name=name))
    clerk.reads(name).looks()


def closes_the_run(day: Day, clerk: Visitor) -> None:
    day.goes(clerk, "/console")
    opens(clerk, clerk.page.get_by_role("link", name="선착순 강좌 견본 마치기", exact=True))
    tab_to(clerk, clerk.page.get_by_label(re.compile("결석으로 봅니다")))
    clerk.page.keyboard.press("Space")
    opens(clerk, clerk.page.locator("main").get_by_role("button", name="마치기"))
    clerk.reads(re.compile("마쳤습니다"))


def test_attendance_on_a_phone_is_kept_when_the_line_is_down(day: Day) -> None:
    teacher = day.signs_in("course_operator", width=PHONE, has_touch=True, is_mobile=True)
    day.goes(teacher, f"/console/runs/{day.run}/attendance").looks().follows(re.compile("^적기.*1회$"))
    teacher.looks()
    page, state = teacher.page, teacher.page.locator("[data-roster-state]")
    page.get_by_label("출석").nth(0).check(force=True)
    expect(state).to_contain_text("저장됨")
    page.route("**/attendance?seen=*", lambda route: route.abort())
    page.context.set_offline(True)
    page.get_by_label("지각").nth(1).check(force=True)
    expect(state).to_contain_text("보내지 못한 칸 1개")
    expect(page.locator("[data-unsaved]")).to_have_count(1)
    page.unroute("**/attendance?seen=*")
    page.context.set_offline(False)
    expect(state).to_contain_text("저장됨", timeout=20_000)  # sent again after ten seconds at most
    page.reload()
    marked = page.locator(".marks :checked").evaluate_all("choices => choices.map(one => one.value)")
    assert marked == ["present", "late", ""]
    plain = day.signs_in("course_operator", width=PHONE, script=False)
    day.goes(plain, f"/console/runs/{day.run}/attendance").follows(re.compile("^적기.*1회$"))
    plain.presses("빈칸 모두 출석").reads("1칸을 저장했습니다")
    marked = plain.page.locator(".marks :checked").evaluate_all("choices => choices.map(one => one.value)")
    assert marked == ["present", "late", "present"]


def test_a_mark_survives_a_closed_page_and_never_undoes_a_colleagues(day: Day) -> None:
    teacher = day.signs_in("course_operator", width=PHONE)
    day.goes(teacher, f"/console/runs/{day.run}/attendance").follows(re.compile("^적기.*1회$"))
    colleague = day.signs_in("course_operator")
    page = teacher.page
    page.route("**/attendance?seen=*", lambda route: route.abort())
    page.get_by_label("결석").nth(0).check(force=True)
    page.get_by_label("출석").nth(1).check(force=True)
    expect(page.locator("[data-roster-state]")).to_contain_text("보내지 못한 칸 2개")
    day.goes(colleague, f"/console/runs/{day.run}/attendance")
    colleague.page.locator("[role=gridcell]:has(select)").first.focus()
    colleague.page.keyboard.press("4")
    expect(colleague.page.locator("[data-roster-state]")).to_contain_text("저장됨")
    page.unroute("**/attendance?seen=*")
    page.once("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(page.locator("[data-roster-state]")).to_contain_text("다른 분이 고친 칸은 그대로 두었습니다")
    page.reload()
    marked = page.locator(".marks :checked").evaluate_all("choices => choices.map(one => one.value)")
    assert marked == ["excused", "present", ""]
