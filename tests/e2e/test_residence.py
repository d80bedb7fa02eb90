"""Moving house: rights change from that day, the account, the past and what is running do not (GP-09)."""

from maru.web import dates
from tests.e2e.house import House
from tests.e2e.visiting import Visitors


def test_a_move_from_suwon_to_seongnam(house: House, visitors: Visitors) -> None:
    suwon, seongnam = house.city("suwon"), house.city("seongnam")
    mine, theirs, later = (house.resident_only(city) for city in (suwon, seongnam, suwon))
    resident = house.make.person(home="41110")
    visitor = visitors.resident(house.make.session(resident, suwon), "suwon")
    visitor.carries(house.make.session(resident, seongnam), "seongnam")

    visitor.goes("suwon", f"/courses/{mine}").presses("신청하기").reads("신청되었습니다")
    running = visitor.page.url
    visitor.goes("seongnam", f"/courses/{theirs}").looks()
    visitor.reads(
        "성남시 시민만 신청할 수 있습니다", "오늘 확인한 주소가 수원시", "규칙", "이렇게 하시면 됩니다", "031-555-0200"
    )
    visitor.follows("이사하셨다면 주소 다시 확인하기").is_at("/my/residence", "seongnam").looks()
    visitor.reads("수원시")

    visitor.presses("이사한 곳 알리기").reads("이사하신 시군을 골라 주세요").looks()
    visitor.page.get_by_label("이사하신 시군").select_option("성남시")
    visitor.page.get_by_label("이사한 날").fill(str(dates.today()))
    visitor.presses("이사한 곳 알리기").is_at("/my/residence", "seongnam").reads("성남시에 사시는 것으로").looks()

    visitor.goes("seongnam", f"/courses/{theirs}").presses("신청하기").reads("신청되었습니다")
    visitor.goes("suwon", f"/courses/{later}").reads(
        "수원시 시민만 신청할 수 있습니다", "오늘 확인한 주소가 성남시"
    ).looks()
    visitor.page.goto(running)
    visitor.reads("신청되었습니다")
    visitor.goes("suwon", "/my").reads("자리 정해짐", "성남시에 사시는", "수원시에서 성남시로 이사하셨습니다").looks()
    assert visitor.page.locator("#h-now ~ ul > .row, section:has(#h-now) .row").count() >= 2


def test_a_home_that_nobody_knows(house: House, visitors: Visitors) -> None:
    run = house.resident_only(house.city("suwon"))
    visitor = visitors.resident(house.make.session(house.make.person(), house.city("suwon")), "suwon")
    visitor.goes("suwon", f"/courses/{run}").reads("아직 주소를 알려 주지 않으셨습니다").follows("사는 곳 알려 주기")
    visitor.page.get_by_label("이사하신 시군").select_option("수원시")
    visitor.page.get_by_label("이사한 날").fill("2999-01-01")
    visitor.presses("이사한 곳 알리기").looks()
    visitor.page.get_by_label("이사한 날").fill("2001-01-01")
    visitor.presses("이사한 곳 알리기").reads("2001")
    visitor.goes("suwon", f"/courses/{run}").presses("신청하기").reads("신청되었습니다")
