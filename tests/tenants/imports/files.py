"""Standard files of invented courses, made in code."""

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from openpyxl import Workbook

from maru.web import dates
from tenants.courses.standard_file.columns import COLUMNS

HEADINGS = tuple(column.heading for column in COLUMNS)
Line = Mapping[str, str]


def line(title: str, *, starts: int = 21, weeks: int = 4, **cells: str) -> dict[str, str]:
    """A course that nobody finds fault with: it begins in `starts` days, once a week, and can be applied for now."""
    first = dates.today() + timedelta(days=starts)
    last = first + timedelta(weeks=weeks - 1)
    return {
        "강좌명": title,
        "강사명": "한소연",
        "교육시작일자": str(first),
        "교육종료일자": str(last),
        "교육시작시각": "10:00",
        "교육종료시각": "12:00",
        "강좌내용": "처음이신 분도 따라 하실 수 있게 천천히 합니다.",
        "교육대상구분": "성인",
        "교육방법구분": "오프라인",
        "운영요일": weekday(first),
        "교육장소": "수원시 평생학습관 302호",
        "강좌정원수": "20",
        "수강료": "0",
        "교육장도로명주소": "경기도 수원시 영통구 배움로 21",
        "운영기관명": "수원시 평생학습관",
        "운영기관전화번호": "031-555-0100",
        "접수시작일자": str(dates.today() - timedelta(days=2)),
        "접수종료일자": str(max(first, dates.today()) - timedelta(days=1)),
        "접수방법구분": "인터넷",
        "선정방법구분": "선착순",
        "홈페이지주소": "https://learn.example.kr",
        "직업능력개발훈련비지원강좌여부": "N",
        "학점은행제평가(학점)인정여부": "N",
        "평생학습계좌제평가인정여부": "Y",
        "데이터기준일자": str(dates.today()),
        **cells,
    }


def past(title: str, *, weeks: int = 3, **cells: str) -> dict[str, str]:
    """A course whose last day was yesterday; its window was open before it began."""
    first = dates.today() - timedelta(days=1, weeks=weeks - 1)
    window = {"접수시작일자": str(first - timedelta(days=20)), "접수종료일자": str(first - timedelta(days=1))}
    return line(title, starts=(first - dates.today()).days, weeks=weeks, **window | cells)


def weekday(day: date) -> str:
    return "월화수목금토일"[day.weekday()]


def csv_of(*lines: Line, encoding: str = "utf-8-sig", headings: Iterable[str] = HEADINGS) -> bytes:
    """The lines as a CSV file."""
    headings = tuple(headings)
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(headings)
    writer.writerows([one.get(heading, "") for heading in headings] for one in lines)
    return text.getvalue().encode(encoding)


def xlsx_of(*lines: Line) -> bytes:
    """The lines as a workbook, every cell a text."""
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet("강좌")
    sheet.append(HEADINGS)
    for one in lines:
        sheet.append([one.get(heading, "") for heading in HEADINGS])
    data = io.BytesIO()
    workbook.save(data)
    return data.getvalue()


def lines_of(data: bytes) -> list[dict[str, str]]:
    """A CSV file's lines by heading."""
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
