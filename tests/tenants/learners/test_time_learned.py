"""How long somebody has learned, in words that a person would use: no hundredths of hours."""

from decimal import Decimal
from types import SimpleNamespace

import pytest

from maru.config import Config
from maru.web import dates
from tenants.learners.timeline import time_of, total_of, years
from tests.client import opened


@pytest.mark.parametrize(
    ("hours", "line", "total"),
    [
        ("0", "0초", ("0", "시간")),
        ("0.01", "1분", ("1", "분")),
        ("0.17", "10분", ("10", "분")),
        ("1", "1시간", ("1", "시간")),
        ("1.5", "1시간 30분", ("1.5", "시간")),
        ("12", "12시간", ("12", "시간")),
        ("108.01", "108시간 1분", ("108", "시간")),
        ("1200.25", "1200시간 15분", ("1200.2", "시간")),
    ],
)
def test_hours_are_told_in_hours_and_minutes(config: Config, hours: str, line: str, total: tuple[str, str]) -> None:
    with opened(config) as web, web.app.test_request_context(headers={"Accept-Language": "ko"}):
        assert (time_of(Decimal(hours)), total_of(Decimal(hours))) == (line, total)


def test_a_film_of_one_day_names_the_day_once(config: Config) -> None:
    day = dates.today()
    film = SimpleNamespace(
        source_id=None, hours=Decimal("0.01"), starts_on=day, ends_on=day, completed_on=day, title="버스 노선표 읽기",
        tenant_slug="suwon", tenant_name="수원시", kind="item",
    )  # fmt: skip
    with opened(config) as web, web.app.test_request_context(headers={"Accept-Language": "ko"}):
        (year,) = years([film], [], {}, [], {}, {})
    assert year.time == "1분"
    (line,) = year.entries
    assert [words for _icon, words in line.facts] == ["1분", dates.document_day(day, "ko")]  # type: ignore[union-attr]
