"""Small standard files, made in code."""

import csv
import io
from collections.abc import Callable, Iterable, Mapping

import pytest

from tenants.courses.standard_file.columns import COLUMNS
from tenants.courses.standard_file.reading import Record, read

HEADINGS = tuple(column.heading for column in COLUMNS)

GOOD = {
    "강좌명": "처음 만나는 수채화",
    "강사명": "한소연",
    "교육시작일자": "2026-10-29",
    "교육종료일자": "2026-12-17",
    "교육시작시각": "19:00",
    "교육종료시각": "21:00",
    "강좌내용": "물의 양을 조절하는 연습부터 시작합니다.",
    "교육대상구분": "성인",
    "교육방법구분": "오프라인",
    "운영요일": "목",
    "교육장소": "배움터 302호",
    "강좌정원수": "20",
    "수강료": "40000",
    "교육장도로명주소": "경기도 수원시 영통구 배움로 21",
    "운영기관명": "수원시 평생학습관",
    "운영기관전화번호": "031-555-0100",
    "접수시작일자": "2026-10-12",
    "접수종료일자": "2026-10-26",
    "접수방법구분": "인터넷",
    "선정방법구분": "선착순",
    "홈페이지주소": "https://learning.example.kr",
    "직업능력개발훈련비지원강좌여부": "N",
    "학점은행제평가(학점)인정여부": "N",
    "평생학습계좌제평가인정여부": "Y",
    "데이터기준일자": "2026-10-01",
}

FileMaker = Callable[..., bytes]
Reader = Callable[..., Record]


@pytest.fixture
def good() -> dict[str, str]:
    """A line that nobody could find fault with."""
    return dict(GOOD)


@pytest.fixture
def make_csv() -> FileMaker:
    """`make_csv(line, ..., headings=, delimiter=, encoding=, preamble=)`: lines by heading, as bytes of a file."""

    def make(
        *lines: Mapping[str, str],
        headings: Iterable[str] = HEADINGS,
        delimiter: str = ",",
        encoding: str = "utf-8-sig",
        preamble: str = "",
    ) -> bytes:
        headings = tuple(headings)
        text = io.StringIO(newline="")
        writer = csv.writer(text, delimiter=delimiter)
        writer.writerow(headings)
        writer.writerows([line.get(heading, "") for heading in headings] for line in lines)
        return (preamble + text.getvalue()).encode(encoding)

    return make


@pytest.fixture
def read_line(good: dict[str, str], make_csv: FileMaker) -> Reader:
    """`read_line({heading: cell})`: the record of a good line with these cells instead."""

    def read_one(cells: Mapping[str, str]) -> Record:
        (record,) = read(make_csv({**good, **cells}), "courses.csv")
        return record

    return read_one
