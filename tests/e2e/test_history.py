"""One ID, one history; and no city looks into another's."""

import json
from datetime import timedelta
from uuid import UUID

import pytest

from maru.web import dates
from tests.e2e.house import House
from tests.e2e.visiting import Visitors


def test_what_was_learned_in_two_cities_stands_together(house: House, visitors: Visitors) -> None:
    resident = house.account("kim.youngsook", "seongnam")
    visitor = visitors.resident(resident, "seongnam").goes("seongnam", "/my").looks()
    visitor.reads("탄천 들꽃 그리기", "한글서예 기초", "수원시에서 성남시로 이사하셨습니다", "108")
    tags = visitor.page.locator(".year .citytag").all_inner_texts()
    assert (tags.count("수원시"), tags.count("성남시")) == (5, 1)
    status, body = house.get(None, "/api/v1/me/history", Cookie=house.account("kim.youngsook", None).cookie)
    assert status == 200
    assert [line["tenant_name"] for line in json.loads(body)["items"]].count("수원시") == 5


def test_a_city_sees_only_what_it_has_to_do_with(house: House, visitors: Visitors) -> None:
    suwon, seongnam = house.city("suwon"), house.city("seongnam")
    (resident,) = house.residents(1, "suwon")
    old, new = house.make.run(suwon), house.make.run(seongnam)
    house.apply(resident, suwon, old)
    visitor = visitors.resident(resident, "suwon").goes("suwon", "/my/residence")
    visitor.page.get_by_label("이사하신 시군").select_option("성남시")
    visitor.page.get_by_label("이사한 날").fill(str(dates.today() + timedelta(days=1)))
    visitor.presses("이사한 곳 알리기").reads("성남시")
    house.apply(resident, seongnam, new)

    theirs = visitors.resident(house.account("do.yerim", "seongnam"), "seongnam")
    theirs.goes("seongnam", f"/console/runs/{new}/applicants").reads("김서연").looks()
    ours = visitors.resident(house.account("heo.junyoung", "suwon"), "suwon")
    ours.goes("suwon", f"/console/runs/{old}/applicants").reads("김서연").looks()
    for path in pages_about(old):
        theirs.goes("seongnam", path, status=404)
    for path in pages_about(new):
        ours.goes("suwon", path, status=404)
    visitor.goes("suwon", "/my/looks").reads("신청자 명단 보기", "이름, 생년월일, 전화번호").looks()
    assert visitor.page.locator("tbody tr").count() == 2
    visitor.reads("수원시 담당자", "성남시 담당자")


def pages_about(run: UUID) -> list[str]:
    return [f"/console/runs/{run}{page}" for page in ("", "/applicants", "/attendance", "/close", "/cancel")]


@pytest.mark.parametrize("username", ["na.miran", "han.soyeon"])
def test_a_role_opens_no_more_than_its_work(house: House, visitors: Visitors, username: str) -> None:
    visitor = visitors.resident(house.account(username, "suwon"), "suwon").goes("suwon", "/console").looks()
    visitor.goes("suwon", "/console/courses").goes("suwon", "/console/imports", status=403)
