"""One search reaches courses, people of this city's runs and pages; whoever is found by name can see it (PRV 7.4)."""

import re
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from auth.roles.permissions import CITY_ROLES, PERMISSIONS
from maru.config import Config
from maru.db import Database, Scope, session
from maru.migrating import engine_connection
from tenants.courses import service as courses
from tenants.enrolments import service as enrolments
from tenants.finding.places import PLACES
from tests.client import Web
from tests.conftest import Maker
from tests.tenants.console.conftest import Console


@pytest.fixture
def learner(database: Database, make: Maker, city: UUID, config: Config) -> tuple[UUID, UUID]:
    """Somebody of a rare name who applied to a run of the city; person and run."""
    run, person = make.run(city), make.person()
    with engine_connection(config.database_url) as connection:
        connection.execute(sa.text("UPDATE people SET name = '독고탁수' WHERE id = :id"), {"id": person})
    with database.transaction(Scope.PERSON, tenant=city, person=person):
        enrolments.apply(run, city)
    return person, run


def looks(database: Database, person: UUID) -> list[str]:
    with database.transaction(Scope.PERSON, person=person):
        return list(session().scalars(sa.text("SELECT task FROM access_log ORDER BY id")))


def test_a_person_is_found_and_the_look_is_written(
    console: Console, database: Database, learner: tuple[UUID, UUID]
) -> None:
    person, _ = learner
    page = console("/search", role="desk_clerk", q="고탁")
    assert f'href="/console/people/{person}">독고탁수</a>' in page
    assert looks(database, person) == ["업무실에서 이름으로 찾기"]
    short = console("/search", role="desk_clerk", q="독")
    assert "독고탁수" not in short
    assert "두 글자 이상" in short
    assert looks(database, person) == ["업무실에서 이름으로 찾기"], "one letter looks at nobody"


def test_a_teacher_finds_the_people_of_their_own_classes(
    console: Console, make: Maker, city: UUID, learner: Any
) -> None:
    _, run = learner
    page = console("/search", role="instructor", teaches=run, q="독고탁수")
    assert f'href="/console/runs/{run}/applicants">독고탁수</a>' in page, "of a person they may open no more"
    assert ">독고탁수<" not in console("/search", role="instructor", teaches=make.run(city), q="독고탁수")


def test_another_citys_people_are_not_found(console: Console, make: Maker, database: Database, config: Config) -> None:
    other, person = make.city(), make.person()
    run = make.run(other)
    with engine_connection(config.database_url) as connection:
        connection.execute(sa.text("UPDATE people SET name = '황보남궁' WHERE id = :id"), {"id": person})
    with database.transaction(Scope.PERSON, tenant=other, person=person):
        enrolments.apply(run, other)
    assert ">황보남궁<" not in console("/search", q="황보남궁")
    assert looks(database, person) == []


def test_suggestions_name_nobody(web: Web, make: Maker, city: UUID, database: Database, learner: Any) -> None:
    person, _ = learner
    clerk = make.person()
    make.grant(clerk, "desk_clerk", city)
    answer = web.get(
        f"{make.slug(city)}.localhost", "/console/search", make.session(clerk, city), query_string={"q": "독고탁수"},
        headers={"Accept": "application/json"},
    )  # fmt: skip
    assert answer.json == {
        "groups": [
            {
                "label": "사람",
                "hits": [
                    {
                        "label": "이름이 ‘독고탁수’인 분 찾기",
                        "url": "/console/search?q=%EB%8F%85%EA%B3%A0%ED%83%81%EC%88%98",
                    }
                ],
            }
        ]
    }
    assert looks(database, person) == []


def test_courses_are_found_by_title_and_instructor(
    console: Console, make: Maker, city: UUID, database: Database
) -> None:
    run = make.run(city)
    with database.transaction(Scope.JOB, tenant=city):
        held = courses.get(run)
        held.course.title, held.instructor = "처음 만나는 수채화", "한소연"
    for words in ("수채화", "만나는 처음", "한소연", "수채 소연"):
        assert f'href="/console/runs/{run}">처음 만나는 수채화</a>' in console("/search", q=words), words
    for words in ("유화", "%", "_", "수채화 유화"):
        assert str(run) not in console("/search", q=words)
    assert "낱말로 찾은 것이 없습니다" in console("/search", q="유화")


@pytest.mark.parametrize(
    "entry", ["오늘 할 일", "신청자", "참여한 분", "달력", "교육장", "누리집 꾸미기", "통계", "열람 기록", "담당자"]
)
def test_every_entry_of_the_menu_is_found_by_its_name(console: Console, entry: str) -> None:
    page = console("/search", role="city_admin", q=entry)
    assert f">{entry}</a>" in page[page.index("<main") :]


def test_pages_are_found_by_those_who_may_open_them(console: Console) -> None:
    assert 'href="/console/notices/new"' in console("/search", q="팝업")
    found = console("/search", role="instructor", q="문의")
    assert 'href="/console/questions"' not in found[found.index("<main") :]
    assert "무엇을 찾으세요?" in console("/search")


@pytest.mark.parametrize("role", CITY_ROLES)
def test_every_page_that_is_offered_opens(console: Console, role: str) -> None:
    for place in PLACES:
        if role in PERMISSIONS[place.permission]:
            path, _, query = place.url.removeprefix("/console").partition("?")
            console(path, role=role, **dict(pair.split("=") for pair in query.split("&") if pair))


def test_every_page_of_the_console_has_the_box(console: Console, make: Maker, city: UUID) -> None:
    for path in ("", "/courses", "/library", "/notices", "/questions", f"/runs/{make.run(city)}", "/search"):
        assert re.search(r'<form class="command"[^>]+action="/console/search"', console(path)), path
