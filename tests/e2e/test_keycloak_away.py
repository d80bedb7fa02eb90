"""While nobody can sign in, everybody else goes on; and it mends itself."""

import time

from tests.e2e.house import House
from tests.e2e.visiting import Visitors

BACK_SECONDS = 90


def test_while_keycloak_is_away(alone: None, signed_in_house: House, visitors: Visitors) -> None:
    house = signed_in_house
    run = house.make.run(house.city("suwon"))
    (resident,) = house.residents(1, "suwon")
    starts = house.said().count("Keycloak is up.")
    for process in house.parts("keycloak"):
        process.kill()

    stranger = visitors.person().goes("suwon", "/courses").follows("로그인")
    stranger.reads("로그인 준비에 잠시 걸립니다", "강좌 찾기는 그대로 됩니다", "다시 해 보기").looks()
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
