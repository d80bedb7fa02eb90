"""No title that contains the words is missed, compared with reading every row (issue 4)."""

import unicodedata
from uuid import UUID

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from maru.db import Database, Scope, session
from maru.search import WORD
from maru.web import dates
from tenants.catalogue import service as catalogue
from tenants.catalogue.conditions import conditions
from tenants.catalogue.filters import Filters
from tenants.catalogue.models import Listing
from tenants.catalogue.moments import Moment
from tenants.courses.models import Course, Run
from tests.conftest import Maker

TITLES = [
    "처음 만나는 수채화", "스마트폰으로 병원 예약하기", "스마트 폰 사진 100장", "AI 시대, ChatGPT 쓰기", "3D 프린터 2기",
    "책 읽는 밤", "책", "시(詩) 쓰기", "C++ 입문", "Ｅｘｃｅｌ 기초", "10주 영어회화", "영어 회화 Ⅱ", "술 빚기", "미술",
    "K-POP 댄스", "е́ тест", "Café 여행", "ﬁ 글자", "가나다라마바사아자차카타파하", "2026년 한국사 능력검정", "ㄱㄴㄷ 배우기",
    "１２３ 숫자", "_밑줄_ 제목", "한자 漢字 교실", "日本語 첫걸음", "Straße", "Ünal", "e-러닝", "100%", "봄·여름·가을",
]  # fmt: skip


@pytest.fixture(scope="module")
def city(database: Database, make: Maker) -> UUID:
    made = make.city()
    with database.transaction(Scope.JOB, tenant=made):
        pattern = make_run(made)
        runs = [Run(**pattern, course=Course(tenant_id=made, title=title)) for title in TITLES]
        session().add_all(runs)
        session().flush()
        catalogue.publish([run.id for run in runs])
    return made


def make_run(tenant: UUID) -> dict[str, object]:
    return {"tenant_id": tenant, "number": 1, "starts_on": dates.today(), "ends_on": dates.today(), "capacity": 5}


def missed(database: Database, city: UUID, asked: str) -> list[str]:
    with database.transaction(Scope.PUBLIC):
        found = sa.select(Listing.title).where(
            *conditions(Filters(q=asked), Moment(None, None)), Listing.tenant_id == city
        )
        there = set(session().scalars(found))
        folded = sa.func.lower(sa.func.normalize(Listing.title, sa.text("NFKC")))
        plain = dict(session().execute(sa.select(Listing.title, folded).where(Listing.tenant_id == city)).all())
    words = WORD.findall(unicodedata.normalize("NFKC", asked).lower())
    return [title for title in TITLES if words and all(word in plain[title] for word in words) and title not in there]


@pytest.mark.parametrize(
    "asked",
    [*TITLES, "수채", "폰", "스마트폰", "ai", "chatgpt", "3d", "2", "술", "시", "EXCEL", "영어 회화", "k pop", "漢"],
)
def test_every_way_to_write_it_finds_it(database: Database, city: UUID, asked: str) -> None:
    assert missed(database, city, asked) == []


@given(data=st.data())
@settings(max_examples=60)
def test_every_part_of_every_title_finds_it(database: Database, city: UUID, data: st.DataObject) -> None:
    title = data.draw(st.sampled_from(TITLES))
    begins = data.draw(st.integers(0, len(title) - 1))
    ends = data.draw(st.integers(begins + 1, len(title)))
    assert missed(database, city, title[begins:ends]) == []
