"""A guardian proves consent by a text message, applies for a child, and takes the consent back; a clerk sees a paper (PRV 7.2)."""

import re
import secrets
import time
from datetime import date
from pathlib import Path

from tests.e2e.house import House
from tests.e2e.test_identity import proves
from tests.e2e.visiting import PHONE, Visitor, Visitors

CODE = re.compile(r"자녀 등록 번호 (\d{6})")


def texted(house: House, phone: str, seconds: float = 60) -> str:
    """The number in the text message that lies in the outbox for a phone."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        for path in Path(house.home / "outbox").glob("*.txt"):
            to, words = path.read_text("utf-8").split("\n", 1)
            if to == phone and (found := CODE.search(words)):
                return found[1]
        time.sleep(0.3)
    raise AssertionError(f"no text to {phone}")


def says_who(visitor: Visitor, phone: str = "") -> Visitor:
    visitor.page.get_by_label("자녀의 이름").fill("김하늘")
    visitor.page.get_by_label("자녀의 생년월일").fill("2018-05-05")
    visitor.page.get_by_label("저는 이 자녀의 법정대리인이고").check()
    if phone:
        visitor.page.locator("#address").fill(phone)
    else:
        visitor.page.get_by_label("가까운 창구에서").check()
    return visitor.presses("동의하고 다음으로")


def test_a_guardian_registers_a_child_applies_and_takes_consent_back(house: House, visitors: Visitors) -> None:
    suwon, phone = house.city("suwon"), "010-2018-0505"
    run, guardian = house.make.run(suwon), house.make.person(home="41110")
    visitor = visitors.resident(house.make.session(guardian, suwon), "suwon", width=PHONE, script=True)
    visitor.goes("suwon", "/my").follows("내 가족 보기").looks().follows("자녀 등록하기").looks()
    visitor.presses("동의하고 다음으로").reads("자녀의 이름을 적어 주세요").looks()
    says_who(visitor, phone).reads(phone).looks()
    visitor.page.get_by_label("문자로 받은 번호").fill("12")
    visitor.presses("동의하고 등록하기").reads("번호가 다릅니다").looks()
    visitor.page.get_by_label("문자로 받은 번호").fill(texted(house, phone))
    visitor.presses("동의하고 등록하기").is_at("/my/families", "suwon").reads("김하늘").looks()

    visitor.goes("suwon", f"/courses/{run}").reads("누구를 위해 신청하시나요?")
    visitor.follows("김하늘 (자녀)").reads("김하늘 님을 위해 신청합니다").looks()
    visitor.page.locator("#apply button").click()
    visitor.reads("김하늘 님의 신청입니다", "신청되었습니다").looks()
    visitor.follows("김하늘 님의 학습 보기").reads("선착순 강좌 견본").looks()
    visitor.goes("suwon", "/my/families?lang=en").reads("Is fourteen on").speaks_english().looks()
    visitor.goes("suwon", "/my/families?lang=ko").follows("동의 거두기").looks()
    visitor.presses("동의 거두기").reads("신청 1건을 취소했습니다").looks()


def test_a_clerk_sees_the_signed_paper(house: House, visitors: Visitors) -> None:
    suwon = house.city("suwon")
    guardian, clerk = house.make.person(), house.make.person()
    house.make.grant(clerk, "desk_clerk", suwon)
    visitor = visitors.resident(house.make.session(guardian, suwon), "suwon")
    visitor.goes("suwon", "/my/children/new")
    says_who(visitor).reads("등록 번호").looks()
    number = visitor.page.locator("b.num").inner_text()
    desk = visitors.resident(house.make.session(clerk, suwon), "suwon")
    desk.goes("suwon", "/console/families").looks()
    desk.page.get_by_label("보호자의 등록 번호 여덟 자리").fill(number)
    desk.page.get_by_role("button", name="찾기", exact=True).click()
    desk.reads("김하늘").looks()
    desk.page.get_by_label("서명한 동의서를 보았습니다").check()
    desk.presses("동의를 확인한 것으로 적기").reads("동의를 확인한 것으로 적었습니다").looks()
    visitor.goes("suwon", "/my/families").reads("김하늘")


def test_both_parents(house: House, visitors: Visitors) -> None:
    """The mother's identity check proves her consent; she names the father, who consents too, and ends it again."""
    suwon = house.city("suwon")
    mother, father = house.make.person(birth=date(1954, 3, 2)), house.make.person()
    hers = visitors.resident(house.make.session(mother, suwon), "suwon", width=PHONE).goes("suwon", "/my/children/new")
    hers.page.get_by_label("보호자 휴대전화로 본인확인").check()
    says_who(hers, " ").reads("휴대전화로 본인확인을 하시면").looks().follows("본인확인 하러 가기")
    hers.presses("본인확인하기")
    proves(hers, f"남궁{chr(0xAC00 + secrets.randbelow(11_000))}")
    hers.reads("본인확인을 마치셨습니다").looks().presses("동의하고 등록하기").is_at("/my/families", "suwon")
    hers.follows("다른 보호자와 함께 맡기").looks().presses("번호 만들기").reads("번호를 만들었습니다")
    code = hers.page.locator("b.num").inner_text()

    his = visitors.resident(house.make.session(father, suwon), "suwon").goes("suwon", "/my/helpers/accept")
    his.page.get_by_label("받은 번호").fill(code)
    his.presses("다음").reads("김하늘 님의 보호자로 등록하시겠어요?").looks()
    his.page.get_by_label("저는 이 자녀의 법정대리인이고").check()
    his.presses("동의하고 등록하기").reads("김하늘 님의 보호자로 등록했습니다", "김하늘")
    hers.goes("suwon", "/my/families").reads("함께 맡는 보호자").looks().follows(re.compile("^끝내기"))
    hers.looks().presses("끝내기").reads("끝냈습니다")
    his.goes("suwon", "/my/families").reads_not("김하늘 님의 학습 보기")
