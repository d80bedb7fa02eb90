"""A report is read a page at a time, by everybody with the same address, and taken away as a table."""

import csv
import io
import re
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from maru.config import Config
from maru.db import session
from maru.errors import NotFound
from maru.imports import kept as reports
from tenants.imports.models import CourseImport
from tests.client import Web, opened
from tests.conftest import Maker
from tests.tenants.imports.conftest import Desk

ROW = re.compile(r'<tr><th scope="row" class="r">(\d+)</th>')
Opened = Callable[..., str]


@pytest.fixture(scope="module")
def web(config: Config) -> Iterator[Web]:
    with opened(config) as asked:
        yield asked


@pytest.fixture
def kept(desk: Desk) -> UUID:
    """A report of 450 lines, from the second of the file; every third was refused."""
    outcomes = ["refused", "accepted", "unchanged"] * 150
    rows = [
        {"line": n, "outcome": outcome, "code": "code", "message": f"말 {n}", "title": f"강좌 {n}"}
        for n, outcome in enumerate(outcomes, start=2)
    ]
    rows[0] |= {"title": "=cmd|' /C calc'!A0", "message": "+1, 그리고\n둘째 줄"}
    totals = {"records": 450, "accepted": 150, "warned": 0, "refused": 150, "unchanged": 150}
    with desk.working():
        report = CourseImport(tenant_id=desk.tenant, filename="가을.csv", state="done", totals=totals, rows=rows)
        session().add(report)
        session().flush()
        return report.id


@pytest.fixture
def ask(web: Web, make: Maker, desk: Desk) -> Callable[..., Any]:
    person = make.person()
    make.grant(person, "city_admin", desk.tenant)
    who = make.session(person, desk.tenant)
    return lambda path, **query: web.get(f"{make.slug(desk.tenant)}.localhost", path, who, query_string=query)


def lines(page: str) -> list[int]:
    return [int(line) for line in ROW.findall(page)]


def test_a_long_report_has_pages(ask: Callable[..., Any], kept: UUID) -> None:
    path = f"/console/imports/{kept}"
    first, second, third = (ask(path, page=number).text for number in (1, 2, 3))
    assert lines(first) == list(range(2, 202))
    assert lines(second) == list(range(202, 402))
    assert lines(third) == list(range(402, 452))
    assert ask(path).text == first
    assert 'href="?page=2" rel="next"' in first
    assert 'rel="prev"' not in first
    assert "450줄 가운데 201~400째" in second
    assert 'rel="next"' not in third
    assert 'href="?page=2" rel="prev"' in third
    for page in (first, third):
        assert '<dd class="v">450</dd>' in page


def test_a_very_long_title_is_cut_where_it_is_shown(ask: Callable[..., Any], desk: Desk) -> None:
    """It may be a cell that slipped; the table that is taken away has it whole."""
    row = {"line": 2, "outcome": "refused", "code": "code", "message": "말", "title": "가" * 5000}
    totals = {"records": 1, "accepted": 0, "warned": 0, "refused": 1, "unchanged": 0}
    with desk.working():
        report = CourseImport(tenant_id=desk.tenant, filename="가을.csv", state="done", totals=totals, rows=[row])
        session().add(report)
        session().flush()
        path = f"/console/imports/{report.id}"
    assert f">{'가' * 79}…</td>" in ask(path).text
    assert "가" * 5000 in ask(f"{path}.csv").text


def test_one_outcome_has_pages_of_its_own(ask: Callable[..., Any], kept: UUID) -> None:
    path = f"/console/imports/{kept}"
    assert lines(ask(path, outcome="refused").text) == list(range(2, 452, 3))
    assert lines(ask(path, outcome="unchanged").text) == list(range(4, 452, 3))
    assert lines(ask(path, outcome="warned").text) == []
    assert len(lines(ask(path, outcome="nonsense").text)) == reports.PAGE


@pytest.mark.parametrize(
    ("page", "shown"), [("0", 2), ("-5", 2), ("x", 2), ("", 2), ("99", 402), ("9" * 30, 402), ("9" * 5000, 2)]
)
def test_a_page_that_is_none_is_the_nearest(ask: Callable[..., Any], kept: UUID, page: str, shown: int) -> None:
    answer = ask(f"/console/imports/{kept}", page=page)
    assert answer.status_code == 200
    assert lines(answer.text)[0] == shown


def test_the_whole_report_as_a_table(ask: Callable[..., Any], kept: UUID) -> None:
    answer = ask(f"/console/imports/{kept}.csv")
    assert answer.mimetype == "text/csv"
    assert answer.data.startswith(b"\xef\xbb\xbf")
    headings, first, *others = csv.reader(io.StringIO(answer.data.decode("utf-8-sig"), newline=""))
    assert headings == ["줄", "결과", "코드", "강좌", "말"]
    assert first == ["2", "넣지 못함", "code", "'=cmd|' /C calc'!A0", "'+1, 그리고\n둘째 줄"]
    assert len(others) == 449
    assert others[-1] == ["451", "그대로", "code", "강좌 451", "말 451"]


def test_the_list_of_reports_reads_no_rows(desk: Desk, kept: UUID) -> None:
    asked = []
    with desk.working() as working:
        connection = working.connection()

        @sa.event.listens_for(connection, "before_cursor_execute")
        def note(_c: Any, _cursor: Any, statement: str, *_more: Any) -> None:
            asked.append(statement)

        (one,) = reports.latest(CourseImport)
        assert (one.id, one.filename, one.totals["records"]) == (kept, "가을.csv", 450)
        reports.get(CourseImport, kept)
    assert len(asked) == 2
    assert not any("course_imports.rows" in statement for statement in asked)


def test_another_citys_report_is_not_there(desk: Desk, make: Maker, kept: UUID) -> None:
    neighbour = Desk(desk.database, make.city())
    with neighbour.working(), pytest.raises(NotFound):
        reports.get(CourseImport, kept)
