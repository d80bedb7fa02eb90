"""A resident applies, gets a letter, opens its link and finds all letters again; the city puts it in its own words."""

import email
import re
import time
from email.message import EmailMessage
from email.policy import default
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from maru.migrating import engine_connection
from tests.e2e.house import House
from tests.e2e.visiting import PHONE, Visitors
from tests.post import text_of


def with_address(house: House) -> tuple[UUID, str]:
    person = house.make.person(home="41110")
    address = f"{person}@example.kr"
    with engine_connection(house.config.database_url) as connection:
        connection.execute(sa.text("UPDATE people SET email = :email WHERE id = :id"), {"email": address, "id": person})
    return person, address


def letter_to(house: House, address: str, seconds: float = 60) -> EmailMessage:
    """What lies in the outbox for somebody."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        for path in (house.home / "outbox").glob("*.eml"):
            letter: Any = email.message_from_bytes(path.read_bytes(), policy=default)
            if letter["To"] == address:
                return letter  # type: ignore[no-any-return]
        time.sleep(0.3)
    raise AssertionError(f"no letter to {address}")


def test_a_resident_gets_a_letter_and_finds_it_again(house: House, visitors: Visitors) -> None:
    suwon = house.city("suwon")
    run, (person, address) = house.make.run(suwon), with_address(house)
    visitor = visitors.resident(house.make.session(person, suwon), "suwon", width=PHONE)
    visitor.goes("suwon", f"/courses/{run}").presses("신청하기").reads("신청되었습니다")

    letter = letter_to(house, address)
    assert letter["Subject"] == "신청되었습니다: 선착순 강좌 견본"
    assert "수원" in letter["From"].addresses[0].display_name
    said = text_of(letter)
    link = re.search(r"http://suwon\.localhost:\d+/applications/\S+", said)
    assert link, said
    visitor.page.goto(link[0])
    visitor.reads("신청되었습니다")

    visitor.goes("suwon", "/my").follows("받은 안내 보기").is_at("/my/messages", "suwon").reads(address).looks()
    visitor.follows("신청되었습니다: 선착순 강좌 견본").reads("자리가 정해졌습니다", "이메일로").looks()
    visitor.goes("suwon", "/my/messages?lang=en").reads("Messages to me").looks()
    visitor.goes("suwon", "/my/messages?lang=ko")
    visitor.page.get_by_label("문자", exact=True).check()
    visitor.presses("이렇게 받기").reads("휴대전화 번호가 아직 없어 그때까지는 이메일로 보내 드립니다")


def test_a_city_puts_a_letter_in_its_own_words(house: House, visitors: Visitors) -> None:
    suwon = house.city("suwon")
    person, address = with_address(house)
    visitor = visitors.resident(house.account("jo.hyunmi", "suwon"), "suwon")
    visitor.goes("suwon", "/console/messages").reads("자리가 정해졌을 때").looks()
    visitor.follows(re.compile("대기 순서를 받았을 때, 한국어"))
    visitor.looks()
    visitor.page.get_by_label("제목").fill("{nmae} 님, 기다려 주세요")
    visitor.presses("저장하기").reads("{nmae} 자리는 이 안내에 없습니다").looks()
    visitor.page.get_by_label("제목").fill("{name} 님, 기다려 주세요")
    visitor.presses("미리 보기").reads("김영숙 님, 기다려 주세요")
    visitor.presses("저장하기").reads("문구를 저장했습니다")

    run = house.make.run(suwon, 1)
    for one in (house.make.session(house.make.person(), suwon), house.make.session(person, suwon)):
        house.apply(one, suwon, run)
    assert letter_to(house, address)["Subject"].endswith("님, 기다려 주세요")
    visitor.goes("suwon", "/console/messages/outbox").reads("님, 기다려 주세요", "보냄").looks()
    assert address not in visitor.page.content()
    visitor.page.get_by_role("link", name=re.compile("기다려 주세요")).first.click()
    visitor.reads("다시 보내기").looks()
    visitor.goes("suwon", "/console/messages/kinds/applications.waiting/ko").presses("처음 문구로 되돌리기")
    visitor.reads("처음 문구로 되돌렸습니다")
