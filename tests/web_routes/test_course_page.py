"""The page of a course says what the city wrote, and no more: no empty columns, no midnight that nobody meant."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import time
from typing import Any
from uuid import UUID

import pytest

from maru.db import Database, Scope, session
from tenants.catalogue.projection import project
from tenants.courses import service as courses
from tenants.courses.models import Course, Run
from tests.client import Web
from tests.conftest import Maker


@dataclass(frozen=True)
class Shown:
    """A city's one course, changed before it is looked at."""

    web: Web
    database: Database
    tenant: UUID
    host: str
    run: UUID

    def change(self, act: Callable[[Run], Any]) -> None:
        with self.database.transaction(Scope.STAFF, tenant=self.tenant):
            act(session().get_one(Run, (self.tenant, self.run)))
            session().flush()
            project([self.run])

    def page(self, more: str = "") -> str:
        return self.web.get(self.host, f"/courses/{self.run}{more}").text


@pytest.fixture
def shown(web: Web, make: Maker, database: Database) -> Shown:
    tenant = make.city(region=make.region())
    return Shown(web, database, tenant, f"{make.slug(tenant)}.localhost", make.run(tenant))


@pytest.mark.parametrize("topic", ["", "색 고르기"])
def test_topics_have_a_column_only_where_there_are_any(shown: Shown, topic: str) -> None:
    def name_the_second(run: Run) -> None:
        run.meetings[1].topic = topic

    shown.change(name_the_second)
    page = shown.page()
    assert "수업하는 날" in page
    assert ("배우는 것" in page) == bool(topic)
    assert ('<td data-th="배우는 것">-</td>' in page) == bool(topic)


def test_a_course_of_one_day_reads_one_day(shown: Shown) -> None:
    def shorten(run: Run) -> None:
        run.ends_on = run.starts_on
        courses.lay_out_meetings([run])

    shown.change(shorten)
    page = shown.page()
    facts = page.split('id="h-facts"')[1].split("</dl>")[0]
    assert "하루 강좌" in facts
    assert "~<time" not in facts.split("<dt>언제</dt>")[1].split("</small>")[0].split("<small>")[1]


@pytest.mark.parametrize("times", [(time(0), time(0)), (None, None)])
def test_a_source_without_times_gives_no_midnight(shown: Shown, times: tuple[time | None, time | None]) -> None:
    def forget_times(run: Run) -> None:
        run.starts_at, run.ends_at = times
        run.meetings.clear()

    shown.change(forget_times)
    for page in (shown.page(), shown.web.get(shown.host, "/courses").text):
        assert "오전 0:00" not in page
        assert ">00:00<" not in page


def test_closed_words_are_english_on_english_pages(shown: Shown) -> None:
    def write(run: Run) -> None:
        run.reception, run.target = "인터넷+방문", "어르신·성인"
        session().get_one(Course, (run.tenant_id, run.course_id)).field = "문화예술향상"

    shown.change(write)
    page = shown.page("?lang=en")
    for words in ("오프라인", "선착순", "인터넷+방문", "어르신·성인", "문화예술향상", "월"):
        assert f">{words}<" not in page, words
    for word in (
        "In person",
        "First come, first served",
        "Internet, In person at the desk",
        "Seniors, Adults",
        "Arts practice",
    ):
        assert word in page, word
    korean = shown.page("?lang=ko")
    assert "인터넷+방문" in korean
    assert "어르신·성인" in korean


def test_what_a_city_words_itself_stays_as_it_is(shown: Shown) -> None:
    def write(run: Run) -> None:
        run.target = "호매실동에 사는 어르신"

    shown.change(write)
    assert '<span lang="ko">호매실동에 사는 어르신</span>' in shown.page("?lang=en")
