"""The province looks at a person with a purpose, and everybody concerned sees it; its figures agree with the database."""

import io
import secrets
from datetime import date, timedelta
from uuid import UUID

import sqlalchemy as sa
from openpyxl import load_workbook

from maru.migrating import engine_connection
from maru.web import dates
from records.insights.measures import last_period
from tenants.sample.making import Resident
from tests.e2e.house import House
from tests.e2e.visiting import PHONE, Visitor, Visitors


def office(house: House, visitors: Visitors, role: str, city: UUID | None = None) -> Visitor:
    person = house.make.person()
    house.make.grant(person, role, city)
    return carrying(house, visitors, house.make.session(person, city), city)


def carrying(house: House, visitors: Visitors, who: Resident, city: UUID | None, *, width: int = 1280) -> Visitor:
    visitor = visitors.person(width=width)
    name, _, value = who.cookie.partition("=")
    address = house.url(house.make.slug(city) if city else None)
    visitor.page.context.add_cookies([{"name": name, "value": value, "url": address}])
    return visitor


def called(house: House, person: UUID, name: str) -> None:
    with engine_connection(house.make.config.database_url) as connection:
        connection.execute(sa.text("UPDATE people SET name = :name WHERE id = :id"), {"name": name, "id": person})


def test_a_look_has_a_purpose_and_is_seen_by_the_person_and_the_city(house: House, visitors: Visitors) -> None:
    """GP-08, PRV 7.4: from the purpose to the person's own page, by way of the city's and the auditor's."""
    name, case = f"남궁{secrets.token_hex(2)}", f"민원-{secrets.token_hex(3)}"
    city, person = house.make.city(), house.make.person(birth=date(1954, 3, 11))
    called(house, person, name)
    house.make.enrolment(city, person)

    officer = office(house, visitors, "privacy_officer").goes(None, "/province").follows("통합 학습이력")
    officer.reads("무슨 일로 보십니까?", "개인정보 보호법 제35조").looks()
    officer.presses("까닭을 적고 계속하기").reads("무슨 일로 보시는지 골라 주세요.").looks()
    officer.page.get_by_label("본인이 청한 열람·정정").check()
    officer.page.get_by_label("문서 번호나 접수 번호").fill(case)
    officer.presses("까닭을 적고 계속하기").reads("본인이 청한 열람·정정", case).looks()
    officer.page.get_by_label("이름", exact=True).fill(name)
    officer.page.get_by_label("생년월일").fill("1954-03-11")
    officer.presses("찾기").reads("찾은 분", "1954-**-**").looks()
    officer.follows("열어 보기").reads(name, "도에 모인 이력이 없습니다").looks()

    phone = carrying(house, visitors, house.make.session(person, None), None, width=PHONE)
    phone.goes(None, "/my/looks").reads("도에서 통합 이력 보기", case, "학습이력").looks()
    admin = office(house, visitors, "city_admin", city).goes(house.make.slug(city), "/console").follows("열람 기록")
    admin.reads("경기도 담당자", "도에서 통합 이력 보기", case).reads_not(name).looks()
    auditor = office(house, visitors, "auditor").goes(None, "/province/looks").reads(case, "도에서 회원 찾기").looks()
    auditor.follows("살펴볼 열람").reads("지난 7일 동안 여느 때와 다른 열람입니다").looks()
    auditor.follows("역할과 권한").reads("감사자 (나)", "아무것도 바꾸지 않습니다").looks()
    auditor.goes(None, f"/province/people/{person}", status=403)


def test_figures_agree_with_the_database(house: House, visitors: Visitors) -> None:
    """As the sample was counted; the workbook and the page say the same."""
    period = last_period(dates.today())
    begins, ends = period.since, period.until + timedelta(days=1)
    counting = """
        SELECT count(*) FROM applications
        WHERE (applied_at AT TIME ZONE 'Asia/Seoul')::date >= :begins AND (applied_at AT TIME ZONE 'Asia/Seoul')::date < :ends
    """
    auditor = office(house, visitors, "auditor").goes(None, "/province/figures?measure=applications&by=age")
    auditor.reads("통계", "다 지난 열두 달입니다", "기간 안에 접수한 수강신청입니다").looks()
    with auditor.page.expect_download() as taken:
        auditor.follows("엑셀로 내려받기")
    book = load_workbook(io.BytesIO(taken.value.path().read_bytes()))
    whole = next(row[1] for row in book["신청 - 나이"].values if row[0] == "경기도")
    with engine_connection(house.make.config.database_url) as connection:
        found = connection.execute(sa.text(counting), {"begins": begins, "ends": ends})
        assert whole == found.scalar_one()
    auditor.reads(f"{whole:,}")
    clerk = office(house, visitors, "city_admin", city_of(house, "suwon")).goes("suwon", "/console/figures")
    clerk.reads("통계", "수원").reads_not("성남").looks()


def city_of(house: House, slug: str) -> UUID:
    with engine_connection(house.make.config.database_url) as connection:
        found = connection.execute(sa.text("SELECT id FROM tenants WHERE slug = :slug"), {"slug": slug})
        return UUID(str(found.scalar_one()))
