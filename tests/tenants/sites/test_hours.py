"""When a desk answers, in English."""

import pytest

from tenants.sample.reading import lines
from tenants.sites.faces import PORTAL
from tenants.sites.hours import in_english


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("평일 오전 9:00~오후 6:00", "weekdays 9:00 am to 6:00 pm"),
        ("평일 오전 9:00~11:30", "weekdays 9:00 to 11:30 am"),
        ("매일 낮 12:00~오후 3:05", "every day 12:00 noon to 3:05 pm"),
        (
            "평일 오전 9:00~오후 6:00, 토요일 오전 9:00~오후 1:00",
            "weekdays 9:00 am to 6:00 pm, Saturday 9:00 am to 1:00 pm",
        ),
        ("평일 오전 9:00~오후 6:00, 점심에는 쉽니다", "평일 오전 9:00~오후 6:00, 점심에는 쉽니다"),
        ("", ""),
    ],
)
def test_hours_are_said_in_english_or_left(written: str, said: str) -> None:
    assert in_english(written) == said


def test_all_hours_of_the_sample_can_be_said() -> None:
    for hours in [PORTAL.hours, *(city["site"]["hours"] for city in lines("cities") if city["site"])]:
        assert in_english(hours).isascii(), hours
