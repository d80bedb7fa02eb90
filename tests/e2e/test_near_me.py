"""A resident on a phone: something free tonight near their town, the calendar file, a reminder, the mail (issue 4, point 5)."""

import re
import time
from datetime import UTC, datetime, timedelta
from datetime import time as clock
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa
from icalendar import Calendar
from playwright.sync_api import expect

from maru.db import Scope, session
from maru.migrating import engine_connection
from maru.web import dates
from tenants.catalogue import service as catalogue
from tenants.courses import service as courses
from tenants.courses.models import Course, Run
from tenants.courses.schedule import to_bits
from tests.e2e.house import House
from tests.e2e.visiting import PHONE, Visitor, Visitors

BUNDANG = "41135"
LAST = clock(23, 59, 30)
TOLD_SECONDS = 150
"""A round for reminders comes every minute, one for letters every other second."""


def run_of(house: House, slug: str, title: str, opens: datetime, *, later: int = 0) -> UUID:
    """A free class just before midnight, which is tonight whenever the test runs; or so many days later."""
    city, today = house.city(slug), dates.today() + timedelta(days=later)
    with house.make.database.transaction(Scope.JOB, tenant=city):
        run = Run(
            tenant_id=city, course=Course(tenant_id=city, title=title, summary="밤하늘을 봅니다."), number=1, method="오프라인",
            target="누구나", selection="선착순", starts_on=today, ends_on=today + timedelta(days=14), starts_at=LAST,
            ends_at=clock(23, 59, 50), weekdays=to_bits([today.weekday()]), capacity=9, waiting_limit=0, fee=0,
            opens_at=opens, closes_at=opens + timedelta(days=9),
        )  # fmt: skip
        session().add(run)
        session().flush()
        courses.lay_out_meetings([run])
        catalogue.publish([run.id])
        return run.id


def outbox(house: House) -> str:
    """Every letter that was written to somebody in this house."""
    folder = house.home / "outbox"
    return "\n".join(path.read_text("utf-8", "replace") for path in folder.rglob("*") if path.is_file())


@pytest.fixture
def phone(house: House, visitors: Visitors) -> Visitor:
    return visitors.person(width=PHONE, script=False, accept_downloads=True)


def test_something_free_tonight_near_my_town(house: House, phone: Visitor, tmp_path: Path) -> None:
    """Without script, as on an old phone; nobody is asked where they are."""
    run_of(house, "suwon", "멀리서 보는 별", datetime.now(UTC) - timedelta(days=1))
    near = run_of(house, "seongnam", "가까이 보는 별", datetime.now(UTC) - timedelta(days=1))
    time.sleep(2)
    phone.goes(None, "/")
    phone.page.get_by_role("link", name="오늘 저녁").click()
    phone.page.get_by_label("어느 동네에서").select_option(BUNDANG)
    phone.presses("이 동네에서 보기").is_at(f"/tonight?from={BUNDANG}")
    titles = phone.page.locator(".rows h3").all_inner_texts()
    assert titles.index("가까이 보는 별") < titles.index("멀리서 보는 별")
    phone.reads("무료")
    phone.page.get_by_role("link", name="가까이 보는 별").click()
    phone.is_at(f"/courses/{near}", "seongnam")
    with phone.page.expect_download() as saved:
        phone.page.get_by_role("link", name="내 달력에 넣기").click()
    held = tmp_path / "class.ics"
    saved.value.save_as(held)
    event = Calendar.from_ical(held.read_bytes()).walk("VEVENT")[0]
    assert dates.in_seoul(event["dtstart"].dt).date() == dates.today()
    assert event["summary"] == "가까이 보는 별"


def test_a_reminder_comes_by_mail(house: House, visitors: Visitors) -> None:
    run = run_of(house, "seongnam", "곧 여는 별자리", datetime.now(UTC) + timedelta(minutes=55), later=7)
    person = house.make.person()
    with engine_connection(house.config.database_url) as connection:
        address = {"email": f"{person}@example.kr", "person": person}
        connection.execute(sa.text("UPDATE people SET email = :email WHERE id = :person"), address)
    visitor = visitors.resident(house.make.session(person, house.city("seongnam")), "seongnam", width=PHONE)
    visitor.goes(None, "/opening").page.get_by_role("link", name=re.compile("알림 받기 ?: 곧 여는 별자리")).click()
    visitor.is_at(f"/courses/{run}#remind", "seongnam").looks()
    visitor.presses("한 시간 전에 알림 받기").reads("알림을 맡아 두었습니다", "한 시간 전에 알려").looks()
    until = time.monotonic() + TOLD_SECONDS
    while f"{person}@example.kr" not in outbox(house) and time.monotonic() < until:
        time.sleep(1)
    assert outbox(house).count(f"To: {person}@example.kr") == 1
    visitor.goes("seongnam", "/my").reads("곧 여는 별자리", "알려 드렸습니다").looks()
    visitor.presses("알림 거두기").reads("알림을 거두었습니다")
    expect(visitor.page.locator("main")).not_to_contain_text("곧 여는 별자리")


@pytest.mark.parametrize(
    "path",
    ["/", "/tonight", "/free", "/opening", "/library", "/cities", "/cities/suwon", "/open-data", "/search?from=41135"],
)
def test_pages_of_the_portal_are_open_to_everybody(visitors: Visitors, path: str) -> None:
    visitor = visitors.person().goes(None, path).looks()
    visitor.page.goto(visitor.page.url + ("&" if "?" in path else "?") + "lang=en")
    visitor.speaks_english().looks()
