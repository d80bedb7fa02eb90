"""One human, one ID: a scarce seat leads to the identity check and back, a second ID is found and merged, the desk helps
who has no telephone, and the province parts what was merged wrongly (PRV-02 to PRV-06).
"""

import re
import secrets
from uuid import UUID

import sqlalchemy as sa

from maru.migrating import engine_connection
from tests.e2e.house import House
from tests.e2e.visiting import PHONE, Visitor, Visitors

LIST = "/province/same-people"


def newcomer(house: House, *, name: str = "이웃집") -> UUID:
    """Somebody with an ID of which nobody knows yet whose it is."""
    person = house.make.person()
    change(house, "UPDATE people SET name = :name, verified_at = NULL WHERE id = :id", id=person, name=name)
    return person


def change(house: House, statement: str, **values: object) -> None:
    with engine_connection(house.config.database_url) as connection:
        connection.execute(sa.text(statement), values)


def proves(visitor: Visitor, name: str) -> None:
    """At the agency's own page."""
    page = visitor.page
    page.get_by_label("이름").fill(name)
    page.get_by_label(re.compile("생년월일")).fill("1954-03-02")
    page.get_by_role("button", name="확인하고 돌아가기").click()


def test_a_scarce_seat_leads_to_the_check_and_a_second_id_is_merged(house: House, visitors: Visitors) -> None:
    suwon, name = house.city("suwon"), f"남궁{chr(0xAC00 + secrets.randbelow(11_000))}"
    run = house.verified_only(suwon)
    first = visitors.resident(house.make.session(newcomer(house), suwon), "suwon", width=PHONE)
    first.goes("suwon", f"/courses/{run}").reads("본인확인을 한 분만 신청할 수 있습니다").looks()
    first.follows("본인확인하고 돌아오기").reads("주민등록번호는 받지도 저장하지도 않습니다").looks()
    first.presses("본인확인하기")
    proves(first, name)
    first.is_at(f"/courses/{run}", "suwon").presses("신청하기").reads("신청되었습니다")
    first.goes("suwon", "/my/identity").reads("본인확인을 하셨습니다", name).looks()

    second = visitors.resident(house.make.session(newcomer(house), suwon), "suwon")
    second.goes("suwon", "/my").follows("본인확인").presses("본인확인하기")
    proves(second, name)
    second.reads("전에 만드신 ID가 하나 더 있습니다", "1건").looks()
    second.presses("하나로 합치기").reads("ID 두 개를 하나로 합쳤습니다", "자리 정해짐")
    first.page.goto(house.url("suwon", "/my"))
    assert re.search("/auth/start|/realms/", first.page.url), "the merged ID signs in anew"

    officer = visitors.person()
    for role in ("privacy_officer", "province_admin"):
        person = house.make.person()
        house.make.grant(person, role)
        officer.carries(house.make.session(person, None), "")
    officer.goes(None, LIST).reads("본인이 합침").looks()
    officer.page.locator("tr", has_text="본인이 합침").first.get_by_role("link").click()
    officer.reads("합쳐져 있습니다", name).looks()
    officer.presses("다시 나누기").reads("1곳을 고쳐 주세요")
    officer.page.get_by_label("까닭").fill("같은 이름의 다른 분이었음")
    officer.presses("다시 나누기").reads("ID 두 개를 다시 나누었습니다", "다시 나눔").looks()


def test_the_desk_proves_who_has_no_telephone_and_two_decide_about_a_pair(house: House, visitors: Visitors) -> None:
    suwon, name = house.city("suwon"), f"선우{chr(0xAC00 + secrets.randbelow(11_000))}"
    people = newcomer(house, name=name), newcomer(house, name=name)
    for person in people:
        house.make.enrolment(suwon, person)
    change(
        house,
        "INSERT INTO likenesses (person_id, other_id, rule) VALUES (:a, :b, 'name-birth')",
        a=min(people),
        b=max(people),
    )
    clerk = house.make.person()
    house.make.grant(clerk, "desk_clerk", suwon)
    desk = visitors.resident(house.make.session(clerk, suwon), "suwon")
    desk.goes("suwon", f"/console/people/{people[0]}").follows("신분증으로 본인확인").looks()
    desk.presses("확인한 것으로 적기").reads("2곳을 고쳐 주세요").looks()
    desk.page.get_by_label("보신 신분증").select_option("주민등록증")
    desk.page.get_by_label(re.compile("직접 견주어")).check()
    desk.presses("확인한 것으로 적기").reads(f"{name} 님의 신분을 확인한 것으로 적었습니다").looks()

    one, other = (visitors.person() for _ in range(2))
    for visitor, role in ((one, "privacy_officer"), (other, "province_admin")):
        person = house.make.person()
        house.make.grant(person, role)
        visitor.carries(house.make.session(person, None), "")
    one.goes(None, LIST).reads_not(name).looks()
    one.page.locator(f"a[href='{LIST}/{pair(house, people)}']").click()
    one.reads("이름과 생년월일이 같음", name).looks()
    one.page.get_by_label("같은 분으로 보는 까닭").fill("창구에 두 수료증을 가지고 오심")
    one.presses("합치기 요청하기").reads("합치기를 요청했습니다", "승인을 기다리는 요청").looks()
    one.page.locator("tr", has_text="두 수료증").get_by_role("link").click()
    one.reads("요청하신 분은 승인할 수 없습니다")
    other.goes(None, LIST).page.locator("tr", has_text="두 수료증").get_by_role("link").click()
    other.looks().presses("승인하고 합치기").reads("합쳐져 있습니다")


def pair(house: House, people: tuple[UUID, UUID]) -> UUID:
    with engine_connection(house.config.database_url) as connection:
        asked = sa.text("SELECT id FROM likenesses WHERE person_id = :a AND other_id = :b")
        return UUID(str(connection.execute(asked, {"a": min(people), "b": max(people)}).scalar_one()))
