"""Whose course it is: which other city a line names."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from maru.tables.cells import clean, unified
from tenants.courses.standard_file.course import StandardCourse

_PROVINCE_CODES = {
    "서울": ("11",),
    "부산": ("26",),
    "대구": ("27",),
    "인천": ("28",),
    "광주": ("29", "12"),
    "대전": ("30",),
    "울산": ("31",),
    "세종": ("36",),
    "경기": ("41",),
    "강원": ("51", "42"),
    "충북": ("43",),
    "충남": ("44",),
    "전북": ("52", "45"),
    "전남": ("46", "12"),
    "경북": ("47",),
    "경남": ("48",),
    "제주": ("50",),
}
"""The first two figures of region codes by province, past ones too (광주 and 전남 were joined as 12 in 2026)."""

_PROVINCE = re.compile(
    r"(?:(?P<city>서울|부산|대구|인천|대전|울산|세종)(?:특별자치시|특별시|광역시|시|(?= ))"
    r"|(?P<joined>(?:전남)?광주(?:통합특별시|광역시))"
    r"|(?P<short>경기|강원|제주|충북|충남|전북|전남|경북|경남)(?:특별자치도|도|(?= ))"
    r"|(?P<first>충청|전라|경상)(?P<half>[남북])도)"
)
_MUNICIPALITY = re.compile(r" ?([가-힣]{1,4}?[시군구])(?= |청|$)")

# 광주시 is the city in Gyeonggi, but with one of these districts it is the metropolitan city.
_METROPOLITAN_GWANGJU = re.compile(r"^광주시(?= ?(?:동구|서구|남구|북구|광산구))")


@dataclass(frozen=True)
class Region:
    """A city, county or district by its five-digit code; `parent` is the city of a district, else None."""

    code: str
    name: str
    parent: str | None = None


def foreign_city(course: StandardCourse, home_code: str, regions: Sequence[Region], provider: str = "") -> str | None:
    """The other city that the institution, the provider (제공기관명, an extra column) or the address names.

    None if they name the city with `home_code` or none at all. A text that names home as well as another is at home.
    A city outside `regions` is known by its province, and called by both ("서울특별시 강남구").
    """
    for text in (course.institution, clean(provider).value, course.address):
        other = _other_city(text or "", home_code, tuple(regions))
        if other:
            return other
    return None


def _other_city(text: str, home_code: str, regions: tuple[Region, ...]) -> str | None:
    place = _METROPOLITAN_GWANGJU.sub("광주광역시", _plain(text))
    if province := _PROVINCE.match(place):
        rest = place[province.end() :]
        if home_code[:2] not in _PROVINCE_CODES[_stem(province)]:
            municipality = _MUNICIPALITY.match(rest)
            return f"{province[0]} {municipality[1]}" if municipality else province[0]
        place = rest
    pattern, cities = _atlas(regions)
    named = [cities[name] for name in pattern.findall(place)]
    if not named or any(city.code == home_code for city in named):
        return None
    return named[0].name


def _plain(text: str) -> str:
    """One blank between words, no postcode or bracket in front; a special city (특례시) is a city."""
    return re.sub(r"^[^가-힣]+", "", unified(text).replace("특례시", "시"))


def _stem(province: re.Match[str]) -> str:
    if province["first"]:
        return province["first"][0] + province["half"]
    return province["city"] or province["short"] or "광주"


@lru_cache(maxsize=8)
def _atlas(regions: tuple[Region, ...]) -> tuple[re.Pattern[str], dict[str, Region]]:
    """What finds the names of regions at the beginning of words, and the city of each (양주시 is not in 남양주시)."""
    by_code = {region.code: region for region in regions}
    cities = {region.name: by_code.get(region.parent or "", region) for region in regions}
    names = "|".join(sorted(map(re.escape, cities), key=len, reverse=True))
    return re.compile(rf"(?<![가-힣])(?:{names})" if names else r"(?!)"), cities
