"""Asking for a reminder on a course's page, and finding and removing it in my learning."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from maru.config import Config
from maru.db import Database, Scope, session
from tenants.catalogue import service as catalogue
from tenants.catalogue.models import Listing
from tenants.courses import service as courses
from tenants.sample.making import engine_connection
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


def reachable(config: Config, make: Maker, email: str | None = None, phone: str | None = None) -> UUID:
    person = make.person()
    with engine_connection(config.database_url) as connection:
        known = {"email": email, "phone": phone, "person": person}
        connection.execute(sa.text("UPDATE people SET email = :email, phone = :phone WHERE id = :person"), known)
    return person


@pytest.mark.parametrize(
    ("known", "wanted", "said"),
    [
        ({"email": "a@example.kr"}, "email", "이메일로 알려 드릴까요?"),
        ({"email": "a@example.kr", "phone": "010-5550-0001"}, "email", "이메일로 알려 드릴까요?"),
        ({"email": "a@example.kr", "phone": "010-5550-0001"}, "sms", "문자로 알려 드릴까요?"),
        ({"email": "a@example.kr"}, "sms", "이메일로 알려 드릴까요?"),
        ({"phone": "010-5550-0001"}, "email", "문자로 알려 드릴까요?"),
        ({}, "email", "알려 드릴 곳이 없습니다"),
    ],
)
def test_a_reminder_is_promised_only_where_it_can_come(
    web: Web, config: Config, make: Maker, run: UUID, known: dict[str, str], wanted: str, said: str
) -> None:
    with web.app.database.transaction(Scope.PROVINCE):
        city = session().scalars(sa.select(Listing.tenant_id).where(Listing.run_id == run)).one()
    who, host = make.session(reachable(config, make, **known), city), f"{make.slug(city)}.localhost"
    assert web.post(host, "/my/messages/channel", who, data={"channel": wanted}).status_code == 303
    page = web.get(host, f"/courses/{run}", who).text
    assert said in page
    assert (f"/courses/{run}/remind" in page) is bool(known)


def test_a_reminder_is_asked_for_shown_and_removed(
    web: Web, config: Config, make: Maker, city: UUID, run: UUID
) -> None:
    who, host = make.session(reachable(config, make, email="a@example.kr"), city), f"{make.slug(city)}.localhost"
    page = f"/courses/{run}"
    assert f'action="{page}/remind"' in web.get(host, page, who).text
    asked = web.post(host, f"{page}/remind", who, data={"hours": "1"})
    assert (asked.status_code, asked.location) == (303, page)
    told = web.get(host, page, who).text
    assert "한 시간 전에 알려" in told
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
