"""What is shown where nothing has the words: names that are almost so, and what the keys meant."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from maru.config import Config
from maru.db import Database, Scope, session
from maru.web import dates
from tenants.catalogue import service as catalogue
from tenants.catalogue.filters import Filters
from tenants.catalogue.projection import project
from tenants.catalogue.similar import similar
from tenants.courses.models import Course, Run
from tests.client import Web, opened
from tests.conftest import Maker

TITLES = {
    "처음 만나는 수채화": "", "스마트폰으로 병원 예약하기": "Smartphones for Patients", "노래 교실": "", "바리스타 2급": "",
    "들꽃 이름을 불러 주는 산책": "", "실내 등산 교실": "", "수요일의 영화": "", "영어 그림책": "", "100% 목공": "",
}  # fmt: skip


@pytest.fixture(scope="module")
def city(database: Database, make: Maker) -> UUID:
    made = make.city()
    with database.transaction(Scope.JOB, tenant=made):
        runs = [
            Run(
                tenant_id=made,
                number=1,
                starts_on=dates.today(),
                ends_on=dates.today(),
                capacity=5,
                fee=0 if title == "노래 교실" else 10_000,
                course=Course(tenant_id=made, title=title, title_en=english),
            )
            for title, english in TITLES.items()
        ]
        session().add_all(runs)
        session().flush()
        catalogue.publish([run.id for run in runs])
    return made


@pytest.fixture(scope="module")
def web(config: Config) -> Iterator[Web]:
    with opened(config) as asked:
        yield asked


def names(database: Database, city: UUID, filters: Filters) -> list[str]:
    with database.transaction(Scope.PUBLIC):
        return [row.title for row in similar(filters, city)]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("수체화", ["처음 만나는 수채화"]),
        ("수채화를 배우고 싶어요", ["처음 만나는 수채화"]),
        ("스마트폼", ["스마트폰으로 병원 예약하기"]),
        ("스마폰", ["스마트폰으로 병원 예약하기"]),
        ("smartfone", ["스마트폰으로 병원 예약하기"]),
        ("노래교실", ["노래 교실"]),
        ("목공수업", ["100% 목공"]),
        ("그림책배우기", ["영어 그림책"]),
        ("바리스타 자격증", ["바리스타 2급"]),
        ("xyzzyq", []),
        ("%", []),
        ("_", []),
        ("'", []),
        ("수", []),
        ("🎨", []),
    ],
)
def test_a_letter_wrong_or_missing_finds_the_name(database: Database, city: UUID, typed: str, found: list[str]) -> None:
    assert names(database, city, Filters(q=typed)) == found


def test_what_shares_more_stands_first_and_choices_still_narrow(database: Database, city: UUID) -> None:
    assert {"들꽃 이름을 불러 주는 산책", "노래 교실"} < set(names(database, city, Filters(q="산책 교실")))
    assert names(database, city, Filters(q="산책 노래교실"))[0] == "노래 교실"
    assert names(database, city, Filters(q="산책 교실", free=True)) == ["노래 교실"]


def test_what_is_over_or_called_off_is_no_way_on(database: Database, make: Maker) -> None:
    tenant = make.city()
    with database.transaction(Scope.JOB, tenant=tenant):
        for title, ends, off in (
            ("수채화 지난달", -1, None),
            ("수채화 폐강", 9, datetime.now(UTC)),
            ("수채화 이번 달", 9, None),
        ):
            course, last = Course(tenant_id=tenant, title=title), dates.today() + timedelta(days=ends)
            run = Run(tenant_id=tenant, number=1, starts_on=last, ends_on=last, capacity=5, course=course)
            session().add(run)
            session().flush()
            catalogue.publish([run.id])
            run.cancelled_at = off
            project([run.id])
    assert names(database, tenant, Filters(q="수체화")) == ["수채화 이번 달"]


def test_the_page_leads_from_nothing_to_the_name(web: Web, make: Maker, city: UUID) -> None:
    page = web.get(f"{make.slug(city)}.localhost", "/courses", query_string={"q": "스마트폼"}).text
    assert page.index("찾으시는 강좌가 없습니다") < page.index("이름이 비슷한 강좌") < page.index("병원 예약하기")
    assert "이름이 비슷한" not in web.get(f"{make.slug(city)}.localhost", "/courses?q=수채화").text


def test_english_keys_are_read_as_korean_where_that_finds_something(web: Web, make: Maker, city: UUID) -> None:
    host = f"{make.slug(city)}.localhost"
    page = web.get(host, "/courses", query_string={"q": "tmakxmvhs"}).text
    way = re.search(r'<a class="btn" href="([^"]+)">‘스마트폰’ 찾기: 강좌 1개', page)
    assert way
    assert "병원 예약하기" in web.get(host, way[1]).text
    assert "찾기: 강좌" not in web.get(host, "/courses", query_string={"q": "rkskek"}).text


def test_a_title_with_other_spaces_stands_before_what_only_mentions_the_letters(database: Database, city: UUID) -> None:
    with database.transaction(Scope.PUBLIC):
        found = catalogue.find(Filters(q="영 어"), tenant=city).rows
    assert found[0].title == "영어 그림책"
