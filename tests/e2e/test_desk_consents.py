"""At the desk: consent of somebody without telephone, and a guardian who takes theirs back (PRV 7.2)."""

import re
from datetime import date

import sqlalchemy as sa

from maru.migrating import engine_connection
from tests.e2e.house import House
from tests.e2e.visiting import PHONE, Visitors

GUARDED = """INSERT INTO representations (person_id, representative_id, kind, may_apply, may_see, method, text_version)
    VALUES (:child, :guardian, 'guardian', true, true, 'sms', '2026-11')"""


def test_the_desk_records_consent_and_the_person_reads_who_did(house: House, visitors: Visitors) -> None:
    suwon, person, clerk = house.city("suwon"), house.make.person(), house.make.person()
    house.make.enrolment(suwon, person)
    house.make.grant(clerk, "desk_clerk", suwon)
    desk = visitors.resident(house.make.session(clerk, suwon), "suwon")
    desk.goes("suwon", f"/console/people/{person}").looks().follows("창구에서 동의 받아 적기")
    desk.reads("답하신 적이 없음").looks()
    desk.presses("동의하신다고 적기").reads("1곳을 고쳐 주세요").looks()
    desk.page.get_by_label("글을 읽어 드리고 말로 들음").first.check()
    desk.presses("동의하신다고 적기").reads("동의를 받아 적었습니다", "동의 중").looks()
    own = visitors.resident(house.make.session(person, suwon), "suwon", width=PHONE)
    own.goes("suwon", "/my/consents").page.get_by_role("link", name=re.compile("증명 보기")).last.click()
    own.reads("창구에서: 글을 읽어 드리고 말로 들음", "받아 적은 곳").looks()
    own.goes("suwon", "/").page.get_by_role("link", name="개인정보 유출 안내").click()
    own.is_at("/breaches", "suwon").looks()


def test_a_guardian_takes_consent_back_at_the_desk(house: House, visitors: Visitors) -> None:
    suwon, clerk, guardian = house.city("suwon"), house.make.person(), house.make.person()
    child = house.make.person(birth=date(2018, 5, 5))
    house.make.enrolment(suwon, child)
    house.make.grant(clerk, "desk_clerk", suwon)
    with engine_connection(house.config.database_url) as connection:
        run = connection.execute(
            sa.text(
                "SELECT r.id FROM runs r JOIN applications a ON a.run_id = r.id AND a.tenant_id = r.tenant_id"
                " WHERE a.person_id = :child"
            ),
            {"child": child},
        ).scalar_one()
        connection.execute(sa.text("UPDATE seats SET placed = 1 WHERE run_id = :run"), {"run": run})
        connection.execute(sa.text(GUARDED), {"child": child, "guardian": guardian})
    desk = visitors.resident(house.make.session(clerk, suwon), "suwon")
    desk.goes("suwon", f"/console/families/{child}").reads("보호자가 동의를 거둘 때").looks()
    desk.page.get_by_label(re.compile("철회서를 보았습니다")).check()
    desk.presses("동의를 거둔 것으로 적기").reads("보호자의 동의를 거둔 것으로 적었습니다").looks()
