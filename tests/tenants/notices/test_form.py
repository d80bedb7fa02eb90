"""What a clerk types into the forms of notices and banners, and what becomes of it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from maru.web import dates
from tenants.notices import form
from tenants.notices.models import Banner, Notice

PLAIN = {"title": "알림", "body": "글", "when": "now"}
BANNER = {"title": "배너", "link": "/courses", "when": "now"}


def test_a_notice_goes_up_now_and_stays_until_the_end_of_its_last_day() -> None:
    today = dates.today()
    values, errors = form.read_notice({**PLAIN, "until": today.isoformat(), "strip": "1"}, None)
    assert errors == {}
    assert abs(values["published_at"] - datetime.now(UTC)) < timedelta(minutes=1)
    assert dates.in_seoul(values["ends_at"] - timedelta(seconds=1)).date() == today
    assert (values["strip"], values["pinned"]) == (True, False)


def test_what_is_shown_already_keeps_its_day() -> None:
    begun = datetime.now(UTC) - timedelta(days=3)
    assert form.read_notice(PLAIN, Notice(published_at=begun))[0]["published_at"] == begun
    planned = Notice(published_at=datetime.now(UTC) + timedelta(days=3))
    assert form.read_notice(PLAIN, planned)[0]["published_at"] < datetime.now(UTC) + timedelta(days=1)


def test_a_time_is_seouls() -> None:
    values, errors = form.read_notice({**PLAIN, "when": "at", "at": "2026-12-01T09:00"}, None)
    assert errors == {}
    assert values["published_at"].astimezone(UTC) == datetime(2026, 12, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "가" * 121}, "title"),
        ({"body": ""}, "body"),
        ({"body": "가" * 20_001}, "body"),
        ({"when": "at", "at": ""}, "at"),
        ({"when": "at", "at": "내일"}, "at"),
        ({"until": "내일"}, "until"),
        ({"until": "9999-12-31"}, "until"),
        ({"when": "at", "at": "0001-01-01T00:00"}, "at"),
        ({"when": "at", "at": "9999-12-31T23:59"}, "at"),
        ({"until": "2020-01-01"}, "until"),
        ({"when": "at", "at": "2030-01-02T00:00", "until": "2030-01-01"}, "until"),
    ],
)
def test_what_is_missing_is_said_at_its_field(change: dict[str, str], field: str) -> None:
    assert list(form.read_notice({**PLAIN, **change}, None)[1]) == [field]


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "//evil.example",
        "courses",
        "",
        "/a b",
        "http://",
        "ftp://x",
        "/\\evil.example",
        "/\\/evil.example",
    ],
)
def test_a_banner_leads_to_a_page(link: str) -> None:
    assert list(form.read_banner({**BANNER, "link": link}, None)[1]) == ["link"]


@pytest.mark.parametrize("link", ["/", "/courses?free=1", "https://www.gg.go.kr/a"])
def test_places_that_a_banner_may_lead_to(link: str) -> None:
    values, errors = form.read_banner({**BANNER, "link": link, "drawing": "no such", "position": "x"}, None)
    assert errors == {}
    assert (values["link"], values["drawing"], values["position"]) == (link, "", 0)


@pytest.mark.parametrize(
    ("row", "when"),
    [
        (Notice(title="a", body="b", published_at=None), "draft"),
        (Notice(title="a", body="b", published_at=datetime(2020, 1, 1, tzinfo=UTC)), "now"),
        (Banner(title="a", body="b", link="/", published_at=datetime(2190, 1, 1, tzinfo=UTC)), "at"),
    ],
)
def test_the_form_shows_what_was_written_and_reads_back_the_same(row: Any, when: str) -> None:
    shown = form.entered(row)
    assert shown["when"] == when
    read = form.read_notice if isinstance(row, Notice) else form.read_banner
    values, errors = read({name: str(value) for name, value in shown.items() if value}, row)
    assert errors == {}
    assert values["published_at"] == row.published_at
