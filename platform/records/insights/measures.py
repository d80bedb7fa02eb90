"""What is counted, over which days, and what each figure means, in words that stand beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from maru.errors import N_
from records.classification import CATEGORIES

MONTHS = 12
AGES = {
    "under-19": N_("19세 미만"),
    "19-29": N_("19~29세"),
    "30-39": N_("30~39세"),
    "40-49": N_("40~49세"),
    "50-59": N_("50~59세"),
    "60-69": N_("60~69세"),
    "70-": N_("70세 이상"),
    "": N_("나이 모름"),
}
FIELDS = {**CATEGORIES, "": N_("분야 없음")}
DIMENSIONS = {"month": N_("달"), "category": N_("분야"), "age": N_("나이")}


@dataclass(frozen=True)
class Measure:
    """One figure: `dimensions` are what it is broken down by; `hidden_with` is the figure whose people it is about."""

    title: str
    unit: str
    definition: str
    dimensions: Sequence[str]
    hidden_with: str = ""


MEASURES = {
    "members": Measure(
        N_("회원"),
        N_("사람 수"),
        N_("기간의 마지막 날 그 시군에 사는 것으로 알려진 회원입니다. 사는 시군에서 한 번만 셉니다."),
        ("age",),
    ),
    "joined": Measure(
        N_("새 회원"),
        N_("사람 수"),
        N_("회원 가운데 기간 안에 가입하신 분입니다. 가입한 달로 셉니다."),
        ("month", "age"),
    ),
    "applications": Measure(
        N_("신청"),
        N_("건수"),
        N_("기간 안에 접수한 수강신청입니다. 나중에 취소하신 것도 세고, 강좌를 연 시군에서 셉니다."),
        ("month", "category", "age"),
    ),
    "completions": Measure(
        N_("수료"),
        N_("건수"),
        N_(
            "기간 안에 수료한 강좌와 끝까지 본 온라인 콘텐츠입니다."
            " 여러 시군이 함께 쓰는 콘텐츠도 한 사람에 한 번, 다 본 시군에서만 셉니다."
        ),
        ("month", "category", "age"),
    ),
    "hours": Measure(
        N_("배운 시간"),
        N_("시간 수"),
        N_("수료하신 강좌의 수업 시간과 끝까지 보신 콘텐츠의 길이를 더한 것입니다."),
        ("month", "category", "age"),
        hidden_with="completions",
    ),
}
"""Hours are kept in minutes, and shown to a tenth of an hour."""


@dataclass(frozen=True)
class Period:
    """Twelve whole months in Seoul; `until` is the last day."""

    since: date
    until: date

    @property
    def months(self) -> list[str]:
        """`2026-01` and so on."""
        firsts = [_months_after(self.since, number) for number in range(MONTHS)]
        return [f"{first.year}-{first.month:02}" for first in firsts]


def last_period(today: date) -> Period:
    """The twelve months that were over before the month of `today` began."""
    until = today.replace(day=1) - timedelta(days=1)
    return Period(_months_after(until.replace(day=1), 1 - MONTHS), until)


def keys(dimension: str, period: Period) -> Sequence[str]:
    """The columns of a table, in their order."""
    return {"month": period.months, "category": tuple(FIELDS), "age": tuple(AGES)}[dimension]


def _months_after(first: date, number: int) -> date:
    year, month = divmod(first.year * 12 + first.month - 1 + number, 12)
    return date(year, month + 1, 1)
