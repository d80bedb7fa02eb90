from datetime import date

import pytest

from tenants.courses.standard_file.course import StandardCourse
from tenants.courses.standard_file.places import Region, foreign_city

REGIONS = (
    Region("41110", "수원시"),
    Region("41115", "팔달구", "41110"),
    Region("41117", "영통구", "41110"),
    Region("41130", "성남시"),
    Region("41135", "분당구", "41130"),
    Region("41360", "남양주시"),
    Region("41590", "화성시"),
    Region("41610", "광주시"),
    Region("41630", "양주시"),
    Region("41820", "가평군"),
)
SUWON, NAMYANGJU, GWANGJU, YANGJU = "41110", "41360", "41610", "41630"


def other(home: str, address: str = "", institution: str = "", provider: str = "") -> str | None:
    day = date(2026, 10, 29)
    course = StandardCourse(title="수채화", starts_on=day, ends_on=day, address=address, institution=institution)
    return foreign_city(course, home, REGIONS, provider)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "경기도 수원시 팔달구 월드컵로 381번길 2(우만동 582)",
            "경기 수원시",
            "수원특례시 영통구",
            "경기도수원시팔달구",
        ),
        *("수원시평생학습관", "경기도 수원시청", "팔달구 월드컵로 1", "(16488) 경기도 수원시 월드컵로 1", "월드컵로 1"),
        *("경기도 평생교육진흥원", "온라인(줌)", "", "수원시·화성시 공동 배움터"),
    ],
)
def test_home_or_nowhere(text: str) -> None:
    assert other(SUWON, address=text) is None
    assert other(SUWON, institution=text) is None
    assert other(SUWON, provider=text) is None


@pytest.mark.parametrize(
    ("text", "city"),
    [
        ("경기도 성남시 분당구 탄천로 1", "성남시"),
        ("성남시청", "성남시"),
        ("분당구 탄천로 1", "성남시"),
        ("경기도화성시 봉담읍", "화성시"),
        ("가평군 평생학습관", "가평군"),
        ("서울특별시 강남구청", "서울특별시 강남구"),
        ("서울 강남구 영동대로 22", "서울 강남구"),
        ("부산시 해운대구", "부산시 해운대구"),
        ("인천광역시 여성복지관", "인천광역시"),
        ("대구광역시시행복진흥사회서비스원", "대구광역시"),
        ("경상남도 김해시 가락로 23번길 26", "경상남도 김해시"),
        ("전북 군산시", "전북 군산시"),
        ("강원특별자치도 원주시", "강원특별자치도 원주시"),
        ("충청남도교육청", "충청남도"),
        ("세종특별자치시 한누리대로", "세종특별자치시"),
    ],
)
def test_another_city(text: str, city: str) -> None:
    assert other(SUWON, address=text) == city
    assert other(SUWON, institution=text) == city
    assert other(SUWON, address="경기도 수원시", institution="배움터", provider=text) == city


def test_gwangju_in_gyeonggi_is_not_the_metropolitan_city() -> None:
    assert other(GWANGJU, address="경기도 광주시 행정타운로 50") is None
    assert other(GWANGJU, address="광주시 오포읍") is None
    assert other(GWANGJU, address="광주광역시 북구 용봉로") == "광주광역시 북구"
    assert other(GWANGJU, address="광주시 북구 용봉로") == "광주광역시 북구"
    assert other(GWANGJU, address="전남광주통합특별시 광산구") == "전남광주통합특별시 광산구"
    assert other(SUWON, address="광주시 오포읍") == "광주시"


def test_yangju_is_not_namyangju() -> None:
    assert other(YANGJU, address="경기도 양주시 부흥로") is None
    assert other(YANGJU, address="경기도 남양주시 경춘로") == "남양주시"
    assert other(NAMYANGJU, address="경기도 남양주시 경춘로") is None
    assert other(NAMYANGJU, institution="양주시청") == "양주시"


def test_without_regions_only_provinces_are_known() -> None:
    day = date(2026, 10, 29)
    course = StandardCourse(title="수채화", starts_on=day, ends_on=day, address="경상남도 김해시")
    assert foreign_city(course, SUWON, ()) == "경상남도 김해시"
    assert foreign_city(course, "48250", ()) is None
