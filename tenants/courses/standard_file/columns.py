"""The 25 columns of the standard, in its order, and how the cells of each are read."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from maru.tables.cells import LONGEST, Reading, as_text, clean, quoted
from maru.tables.findings import Finding
from maru.tables.links import read_link
from maru.tables.sheet import Headings
from tenants.courses.standard_file.amounts import read_capacity, read_fee
from tenants.courses.standard_file.findings import finding_of
from tenants.courses.standard_file.moments import read_date, read_last_day, read_time
from tenants.courses.standard_file.texts import (
    read_flag,
    read_line,
    read_method,
    read_prose,
    read_reception,
    read_selection,
)
from tenants.courses.standard_file.weekdays import read_weekdays


@dataclass(frozen=True)
class CellRead:
    """A cell of one column: the value for the course, what there is to say, and whether the line falls with it."""

    value: Any
    findings: tuple[Finding, ...] = ()
    refused: bool = False


@dataclass(frozen=True)
class Column:
    """One of the 25: `field` names it in `StandardCourse`, `absent` is the code of what to say about an empty cell."""

    heading: str
    field: str
    understand: Callable[[str], Reading[Any]] = read_line
    absent: str | None = None
    required: bool = False
    longest: int = LONGEST

    def read(self, written: str) -> CellRead:
        """Understand a cell as it was written."""
        if len(written) > self.longest:
            return CellRead(None, (finding_of("cell-too-long", self.heading, most=self.longest),), refused=True)
        cleaned = clean(written)
        reading = self.understand(cleaned.value) if cleaned.value else Reading[Any](None, self.absent)
        findings = tuple(
            finding_of(code, self.heading, written=quoted(written), value=as_text(reading.value))
            for code in (cleaned.note, reading.note)
            if code
        )
        return CellRead(reading.value, findings, reading.refused or (self.required and reading.value is None))


LONGEST_TITLE = 200
"""Four times the longest that real files have."""
COLUMNS = (
    Column("강좌명", "title", absent="no-title", required=True, longest=LONGEST_TITLE),
    Column("강사명", "instructor"),
    Column("교육시작일자", "starts_on", read_date, absent="no-first-day", required=True),
    Column("교육종료일자", "ends_on", read_last_day, absent="no-last-day", required=True),
    Column("교육시작시각", "starts_at", read_time),
    Column("교육종료시각", "ends_at", read_time),
    Column("강좌내용", "content", read_prose),
    Column("교육대상구분", "target"),
    Column("교육방법구분", "method", read_method),
    Column("운영요일", "weekdays", read_weekdays),
    Column("교육장소", "place"),
    Column("강좌정원수", "capacity", read_capacity, absent="no-capacity"),
    Column("수강료", "fee", read_fee, absent="no-fee"),
    Column("교육장도로명주소", "address"),
    Column("운영기관명", "institution", absent="no-institution"),
    Column("운영기관전화번호", "phone"),
    Column("접수시작일자", "opens_on", read_date),
    Column("접수종료일자", "closes_on", read_last_day),
    Column("접수방법구분", "reception", read_reception),
    Column("선정방법구분", "selection", read_selection),
    Column("홈페이지주소", "homepage", read_link),
    Column("직업능력개발훈련비지원강좌여부", "vocational", read_flag),
    Column("학점은행제평가(학점)인정여부", "credit_bank", read_flag),
    Column("평생학습계좌제평가인정여부", "learning_account", read_flag),
    Column("데이터기준일자", "reference_date", read_date),
)

HEADINGS = Headings.of(
    ((column.heading, [column.heading]) for column in COLUMNS),
    [column.heading for column in COLUMNS],
    "표준 제목 25개가",
)
