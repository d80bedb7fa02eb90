"""A list that found nothing says where there is something, and offers no order for it."""

from urllib.parse import quote
from uuid import UUID

import pytest

from maru.db import Database, Scope, session
from tenants.catalogue.projection import project
from tenants.courses.models import Course, Run
from tests.client import Web
from tests.conftest import Maker


@pytest.fixture(scope="module")
def word(make: Maker, database: Database) -> str:
    """A word in the title of one open course of another city."""
    tenant = make.city(region=make.region())
    named = f"별난{make.slug(tenant)[1:7]}"
    retitle(database, tenant, make.run(tenant), named)
    return named


@pytest.fixture
def host(make: Maker) -> str:
    tenant = make.city(region=make.region())
    make.run(tenant)
    return f"{make.slug(tenant)}.localhost"


def retitle(database: Database, tenant: UUID, run: UUID, title: str) -> None:
    with database.transaction(Scope.STAFF, tenant=tenant):
        session().get_one(Course, (tenant, session().get_one(Run, (tenant, run)).course_id)).title = title
        session().flush()
        project([run])


def test_nothing_here_says_how_much_there_is_in_the_whole_province(web: Web, host: str, word: str) -> None:
    page = web.get(host, f"/courses?q={word}&free=1&place=x").text
    assert f"경기도 전체에서 ‘{word}’ 강좌 1개" in page
    assert f'href="http://localhost:8000/search?q={quote(word)}&amp;free=1"' in page
    english = web.get(host, f"/courses?q={word}&lang=en").text
    assert f"1 course for ‘{word}’ in the whole province" in english
    assert f'search?q={quote(word)}&amp;lang=en"' in english


def test_what_one_looked_for_can_be_dropped(web: Web, host: str, word: str) -> None:
    page = web.get(host, f"/courses?q={word}&free=1").text
    assert f"‘{word}’ 빼고 보기 <b>1</b>" in page
    assert 'href="/courses?free=1"' in page


def test_nothing_anywhere_promises_nothing(web: Web, host: str) -> None:
    page = web.get(host, "/courses?q=zzqqxx").text
    assert "찾으시는 강좌가 없습니다" in page
    assert "경기도 전체에서 ‘" not in page


@pytest.mark.parametrize(("query", "ordered"), [("q=zzqqxx", False), ("", True)])
def test_only_what_is_there_can_be_ordered(web: Web, host: str, query: str, ordered: bool) -> None:
    assert ("마감이 가까운 순" in web.get(host, f"/courses?{query}").text) == ordered
