"""Who looked at me: all of it, page by page, and nobody pushes it away by looking often (PRV 7.4)."""

import re
from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

import pytest
import sqlalchemy as sa

from auth.access_log import service as access_log
from maru.config import Config
from maru.migrating import engine_connection
from maru.web.dates import SEOUL
from tests.client import Web, opened
from tests.conftest import Maker

PORTAL = "localhost"
NEXT = re.compile(r'href="(/my/looks\?after=[^"]+)" rel="next"')
WROTE = sa.text("""
    INSERT INTO access_log (at, actor_id, person_id, tenant_id, task, purpose, fields)
    SELECT CAST(:at AS timestamptz) + make_interval(secs => n), :actor, :person, :city, :task, '', '{이름}'
    FROM generate_series(1, :times) n
""")
NOON = datetime(2026, 10, 5, 12, 0, tzinfo=SEOUL)


@pytest.fixture(scope="module")
def web(config: Config) -> Iterator[Web]:
    with opened(config) as asked:
        yield asked


def looked(config: Config, city: UUID, actor: UUID, person: UUID, task: str, at: datetime, times: int = 1) -> None:
    values = {"city": city, "actor": actor, "person": person, "task": task, "at": at, "times": times}
    with engine_connection(config.database_url) as connection:
        connection.execute(WROTE, values)


def rows(page: str) -> list[str]:
    return re.findall(r'<tr><th scope="row">(.*?)</tr>', page, re.DOTALL)


def test_many_looks_of_one_clerk_push_nothing_away(config: Config, web: Web, make: Maker) -> None:
    city, clerk, person = make.city(), make.person(), make.person()
    looked(config, city, clerk, person, "이름으로 찾기", NOON.replace(hour=9))
    looked(config, city, clerk, person, "한 분 보기", NOON, times=130)
    page = web.get(PORTAL, "/my/looks", make.session(person, None)).text
    many, one = rows(page)
    assert "한 분 보기" in many
    assert "130번" in many
    assert "낮 12:00~오후 12:02" in re.sub("<[^>]+>", "", many)
    assert "이름으로 찾기" in one
    assert "번" not in one
    assert NEXT.findall(page) == []


def test_another_clerk_task_or_day_is_another_line(config: Config, web: Web, make: Maker) -> None:
    city, clerk, other, person = make.city(), make.person(), make.person(), make.person()
    late = NOON.replace(hour=23, minute=59, second=58)
    for actor, task, at, times in (
        (clerk, "한 분 보기", NOON, 2),
        (other, "한 분 보기", NOON, 1),
        (clerk, "이름으로 찾기", NOON, 1),
        (clerk, "한 분 보기", late, 3),
    ):
        looked(config, city, actor, person, task, at, times)
    found = rows(web.get(PORTAL, "/my/looks", make.session(person, None)).text)
    assert len(found) == 4
    assert sorted(int(times) for row in found for times in re.findall(r"(\d)번", row)) == [2, 3], "a day is Seoul's"


def test_all_of_them_can_be_reached(config: Config, web: Web, make: Maker) -> None:
    city, person = make.city(), make.person()
    count = 2 * access_log.PAGE + 3
    clerks = [make.person() for _ in range(3)]
    for number in range(count):
        looked(config, city, clerks[number % 3], person, f"일 {number:03}", NOON)
    who, address, seen = make.session(person, None), "/my/looks", []
    for left in (access_log.PAGE, access_log.PAGE, 3):
        page = web.get(PORTAL, address, who).text
        seen += re.findall(r"일 \d{3}", page)
        assert len(rows(page)) == left
        address = next(iter(NEXT.findall(page)), "")
    assert address == ""
    assert seen == [f"일 {number:03}" for number in reversed(range(count))]


def test_anothers_looks_are_not_mine_and_a_forged_cursor_is_refused(config: Config, web: Web, make: Maker) -> None:
    city, clerk, person, other = make.city(), make.person(), make.person(), make.person()
    looked(config, city, clerk, person, "한 분 보기", NOON)
    who = make.session(other, None)
    assert "아직 본 사람이 없습니다" in web.get(PORTAL, "/my/looks", who).text
    assert web.get(PORTAL, "/my/looks?after=x", who).status_code == 422
