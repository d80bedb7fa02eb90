"""What people enter as days and times is read once and with bounds, or refused; never replaced."""

from datetime import UTC, date, datetime

import pytest

from maru import forms
from maru.errors import Invalid
from maru.web.dates import SEOUL


def test_a_time_is_of_seoul_unless_it_says_otherwise() -> None:
    assert forms.moment("2026-11-23T09:30") == datetime(2026, 11, 23, 9, 30, tzinfo=SEOUL)
    assert forms.moment(" 2026-11-23 09:30 ") == datetime(2026, 11, 23, 9, 30, tzinfo=SEOUL)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026-11-23T09:30+14:00", datetime(2026, 11, 22, 19, 30, tzinfo=UTC)),
        ("2026-11-23T09:30Z", datetime(2026, 11, 23, 9, 30, tzinfo=UTC)),
        ("2026-11-23T09:30-09:00", datetime(2026, 11, 23, 18, 30, tzinfo=UTC)),
    ],
)
def test_a_foreign_offset_is_understood(written: str, meant: datetime) -> None:
    assert forms.moment(written) == meant


@pytest.mark.parametrize(
    "written",
    ["", "어제", "0001-01-01T00:00", "0001-01-01T00:00+14:00", "9999-12-31T23:59", "9999-12-31T23:59-12:00",
     "2025-12-31T23:59", "2026-02-30T10:00", "2026-01-01T00:00+14:00", "1", "2201-01-01T00:00"],
)  # fmt: skip
def test_what_nobody_means_is_no_time(written: str) -> None:
    assert forms.moment(written) is None


@pytest.mark.parametrize(
    "written", ["", "0001-01-01", "9999-12-31", "1879-12-31", "2026-02-30", "20261", "2026-11-23T10:00"]
)
def test_what_nobody_means_is_no_day(written: str) -> None:
    assert forms.day(written) is None


def test_a_day_keeps_to_its_bounds() -> None:
    assert forms.day("1954-03-02") == date(1954, 3, 2)
    assert forms.day("2025-12-31", first=forms.BEGINS) is None
    assert forms.day("2026-11-24", last=date(2026, 11, 23)) is None


def test_a_programs_json_is_searched_to_its_depth() -> None:
    with pytest.raises(Invalid) as refused:
        forms.refuse_numbers({"note": [{"deep": "880101-1234567"}], "count": 8801011234567, "other": "글"})
    assert refused.value.errors == {"deep": forms.RESIDENT_NUMBER}
    forms.refuse_numbers({"note": ["010-1234-5678"], "none": None})
    forms.refuse_numbers(None)


def test_no_field_is_endless() -> None:
    with pytest.raises(Invalid, match="너무 깁니다"):
        forms.refuse_numbers({"address": ["1" * (forms.LONGEST + 1)]})
    assert forms.flaw("가" * 10, 10) == ""
    assert forms.flaw("가" * 11, 10) == forms.TOO_LONG


@pytest.mark.parametrize("said", ["점검", "접수 오류 문의", "민원-2026-7", "Complaint 7"])
def test_a_purpose_is_words(said: str) -> None:
    assert forms.purpose("reason", f" {said}  ", 40, "적어 주세요") == said


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ("", "적어 주세요"), (" \t", "적어 주세요"), (".", forms.NO_PURPOSE), ("ㅋㅋㅋ", forms.NO_PURPOSE), ("aA", forms.NO_PURPOSE),
        ("2026-11", forms.NO_PURPOSE), ("\u200b", forms.NO_PURPOSE), ("문의" * 30, forms.TOO_LONG),
        ("880101-1234567", forms.RESIDENT_NUMBER),
    ],
)  # fmt: skip
def test_what_says_nothing_is_no_purpose(said: str, wrong: str) -> None:
    with pytest.raises(Invalid) as refused:
        forms.purpose("reason", said, 40, "적어 주세요")
    assert refused.value.errors == {"reason": wrong}
