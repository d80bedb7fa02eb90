"""Asking for a reminder on a course's page, and finding and removing it in my learning."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from maru.db import Database, Scope
from tenants.catalogue import service as catalogue
from tenants.courses import service as courses
from tests.client import Web
from tests.conftest import Maker


@pytest.fixture
def city(make: Maker) -> UUID:
    return make.city()


@pytest.fixture
def run(database: Database, make: Maker, city: UUID) -> UUID:
    made = make.run(city)
    with database.transaction(Scope.JOB, tenant=city):
        held, opens = courses.hold(made), datetime.now(UTC) + timedelta(days=3)
        held.opens_at, held.closes_at = opens, opens + timedelta(days=3)
        catalogue.project([made])
    return made


def test_a_reminder_is_asked_for_shown_and_removed(web: Web, make: Maker, city: UUID, run: UUID) -> None:
    who, host = make.session(make.person(), city), f"{make.slug(city)}.localhost"
    page = f"/courses/{run}"
    assert f'action="{page}/remind"' in web.get(host, page, who).text
    asked = web.post(host, f"{page}/remind", who, data={"hours": "1"})
    assert (asked.status_code, asked.location) == (303, page)
    told = web.get(host, page, who).text
    assert "한 시간 전에 이메일로" in told
    assert f'action="{page}/remind"' not in told
    mine = web.get(host, "/my", who).text
    assert f"/my/reminders/{run}/drop" in mine
    assert web.post(host, f"/my/reminders/{run}/drop", who).location == "/my#reminders"
    assert f"/my/reminders/{run}/drop" not in web.get(host, "/my", who).text


def test_who_is_not_signed_in_is_asked_to(web: Web, make: Maker, city: UUID, run: UUID) -> None:
    host = f"{make.slug(city)}.localhost"
    page = web.get(host, f"/courses/{run}").text
    assert "로그인하고 알림 받기" in page
    assert f"next=%2Fcourses%2F{run}" in page
    assert web.post(host, f"/courses/{run}/remind").status_code in (302, 303, 401)


@pytest.mark.parametrize("hours", ["", "x", "2", "-1"])
def test_another_time_cannot_be_asked_for(web: Web, make: Maker, city: UUID, run: UUID, hours: str) -> None:
    who, host = make.session(make.person(), city), f"{make.slug(city)}.localhost"
    answer = web.post(host, f"/courses/{run}/remind", who, data={"hours": hours})
    assert answer.status_code == 422


def test_what_is_open_or_another_citys_cannot_be_waited_for(web: Web, make: Maker, city: UUID, run: UUID) -> None:
    who, host = make.session(make.person(), city), f"{make.slug(city)}.localhost"
    assert web.post(host, f"/courses/{make.run(city)}/remind", who, data={"hours": "1"}).status_code == 409
    assert web.post(host, f"/courses/{make.run(make.city())}/remind", who, data={"hours": "1"}).status_code == 404
