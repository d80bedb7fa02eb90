"""The calendar of rooms: weeks and months, and in words what overlaps."""

import pytest

from tests.tenants.editing.conftest import Writer


def two(desk: Writer) -> str:
    """Two courses in one room at one time; gives the venue."""
    first = desk.written(title="먼저 온 강좌")
    venue = str(desk.row(first).venue_id)
    desk.written(title="나중에 온 강좌", venue=venue, starts_at="20:00", ends_at="22:00", instructor="이도담")
    return venue


def test_a_week_shows_rooms_and_what_overlaps(desk: Writer) -> None:
    two(desk)
    page = desk.ask("GET", "/calendar", "desk_clerk", query_string={"day": "2027-03-04"}).text
    assert "겹치는 수업 1건" in page
    assert "같은 방" in page
    assert page.count("먼저 온 강좌") == 3, "in words, in the table, in the list of days"
    assert "302호" in page
    empty = desk.ask("GET", "/calendar", query_string={"day": "2027-07-04"}).text
    assert "겹치는 수업이 없습니다" in empty
    assert "이 기간에는 수업이 없습니다." in empty


def test_a_month_of_one_venue_shows_every_class_and_holidays(desk: Writer) -> None:
    venue = two(desk)
    month = {"day": "2027-03-20", "view": "month"}
    page = desk.ask("GET", "/calendar", query_string={**month, "venue": venue}).text
    assert "겹치는 수업 4건" in page
    assert "삼일절" in page
    assert page.count("나중에 온 강좌") == 12
    everywhere = desk.ask("GET", "/calendar", query_string=month).text
    assert "수업 2회" in everywhere


def test_what_was_called_off_is_not_in_the_way(desk: Writer) -> None:
    two(desk)
    run = desk.written(title="셋째", venue="", room="")
    meeting = desk.row(run).meetings[0]
    desk.ask("POST", f"/runs/{run}/meetings/{meeting.id}", data={"act": "call-off", "reason": "폭설"})
    assert "셋째" not in desk.ask("GET", "/calendar", query_string={"day": "2027-03-04"}).text
    assert "셋째" in desk.ask("GET", "/calendar", query_string={"day": "2027-03-11"}).text


@pytest.mark.parametrize(
    "query", ["day=x", "day=0001-01-01&view=month", "day=9999-12-31&view=month", "venue=x", "view=%00"]
)
def test_odd_addresses_show_a_calendar(desk: Writer, query: str) -> None:
    assert desk.ask("GET", f"/calendar?{query}").status_code in (200, 400, 422)
