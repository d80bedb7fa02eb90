"""The classes of the day: those that are held today in Seoul, in their order, with the way to the roster."""

import re
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest

from maru.db import Database, Scope, session
from maru.web import dates
from tenants.courses import service as courses
from tenants.courses.models import Meeting, Run, Venue
from tenants.today import service as today_service
from tests.conftest import Maker
from tests.tenants.console.conftest import Console

MIDNIGHT = datetime.combine(dates.today(), time.min, dates.SEOUL)
HOUR = timedelta(hours=1)


class Classes:
    """Gives runs of a city a class today."""

    def __init__(self, database: Database, make: Maker) -> None:
        self.database, self.make = database, make

    def at(self, city: UUID, hours: float, title: str = "", **changes: Any) -> UUID:
        """A run whose first class begins so many hours after midnight; `changes` are of the run or of the class."""
        made = self.make.run(city)
        with self.database.transaction(Scope.JOB, tenant=city):
            run = courses.get(made)
            run.course.title = title or run.course.title
            first = run.meetings[0]
            first.starts_at, first.ends_at = MIDNIGHT + hours * HOUR, MIDNIGHT + (hours + 2) * HOUR
            for name, value in changes.items():
                setattr(first if name in Meeting.__table__.columns else run, name, value)
        return made

    def of(self, city: UUID) -> list[UUID]:
        with self.database.transaction(Scope.STAFF, tenant=city):
            return [held.run.id for held in today_service.classes(city, dates.today())]


@pytest.fixture
def classes(database: Database, make: Maker) -> Classes:
    return Classes(database, make)


def test_a_day_is_seouls_from_midnight_to_midnight(classes: Classes, city: UUID) -> None:
    classes.at(city, -0.5)
    late, early, noon = (classes.at(city, hours) for hours in (23.9, 0, 12))
    classes.at(city, 24)
    assert classes.of(city) == [early, noon, late]


@pytest.mark.parametrize("change", [{"called_off": True}, {"published_at": None}, {"cancelled_at": MIDNIGHT}])
def test_what_does_not_take_place_is_left_out(classes: Classes, city: UUID, change: dict[str, Any]) -> None:
    classes.at(city, 10, **change)
    assert classes.of(city) == []


def test_another_citys_classes_are_not_there(classes: Classes, make: Maker, city: UUID) -> None:
    classes.at(make.city(), 10)
    assert classes.of(city) == []


def test_the_page_names_time_course_venue_and_the_way_to_the_roster(
    console: Console, classes: Classes, database: Database, city: UUID
) -> None:
    run = classes.at(city, 14, "생활 한문", room="302호")
    with database.transaction(Scope.JOB, tenant=city):
        venue = Venue(tenant_id=city, name="영통도서관", address="")
        session().add(venue)
        session().flush()
        session().get_one(Run, (city, run)).venue_id = venue.id
    page = console(role="instructor", teaches=run)
    row = page[page.index('id="h-classes"') :]
    words = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", row[row.index("<tbody>") : row.index("</tbody>")])).strip()
    word = "적기" if datetime.now(dates.SEOUL) >= MIDNIGHT + 14 * HOUR else "출석부"
    assert words == "14:00 16:00까지 생활 한문 영통도서관 302호 " + word + " : 생활 한문"
    assert f'href="/console/runs/{run}/attendance?meeting=' in row
    english = console(role="instructor", teaches=run, lang="en")
    assert "Classes today" in english
    assert '<time datetime="' in english


def test_who_does_not_mark_attendance_is_not_sent_to_the_roster(console: Console, classes: Classes, city: UUID) -> None:
    run = classes.at(city, 9)
    page = console(role="desk_clerk")
    assert f'href="/console/runs/{run}"' in page
    assert "/attendance" not in page[page.index("<main") :]


def test_an_instructor_is_sent_to_the_roster_of_their_own_class_alone(
    console: Console, classes: Classes, city: UUID
) -> None:
    own, other = classes.at(city, 9), classes.at(city, 10)
    page = console(role="instructor", teaches=own)
    assert f"/runs/{own}/attendance" in page
    assert f"/runs/{other}/attendance" not in page


def test_a_day_without_classes_says_so(console: Console) -> None:
    assert "오늘은 수업이 없습니다." in console()
