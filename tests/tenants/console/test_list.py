"""The list of runs: narrowed, ordered and taken away as its address says."""

import io
import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from openpyxl import load_workbook

from maru.db import Scope, session
from maru.web import dates
from tenants.catalogue.models import Seats
from tenants.console import service as console
from tenants.console.narrowing import SORTS, Narrowing
from tenants.console.waiting import WITH_SEATS, standing
from tenants.courses.models import Course, Run
from tests.client import Web
from tests.conftest import Maker
from tests.tenants.publishing.conftest import Desk


@pytest.fixture
def desk(web: Web, database: Any, make: Maker) -> Desk:
    return Desk(web, database, make, make.city())


def named(desk: Desk, title: str, **values: Any) -> UUID:
    return desk.draft(course=Course(tenant_id=desk.city, title=title), course_id=None, **values)


def titles(desk: Desk, **query: Any) -> list[str]:
    page = desk.ask("GET", "/courses", query_string=query).text
    return re.findall(r'<th scope="row"><a href="/console/runs/[^"]+">([^<]*)</a>', page)


NOW = datetime.now(UTC)
STATES: dict[str, dict[str, Any]] = {
    "draft": {"published_at": None},
    "cancelled": {"cancelled_at": NOW},
    "settled": {"settled_at": NOW},
    "ended": {"starts_on": dates.today() - timedelta(days=9), "ends_on": dates.today() - timedelta(days=1)},
    "open": {"opens_at": NOW - timedelta(hours=1), "closes_at": NOW + timedelta(hours=1)},
    "scheduled": {"opens_at": NOW + timedelta(hours=1), "closes_at": None},
    "closed": {"opens_at": NOW - timedelta(hours=2), "closes_at": NOW - timedelta(hours=1)},
    "running": {"starts_on": dates.today(), "opens_at": None, "closes_at": None},
}


@pytest.mark.parametrize("state", STATES)
def test_the_list_narrowed_by_a_state_holds_what_is_shown_in_it(desk: Desk, state: str) -> None:
    runs = {name: desk.run(**values) for name, values in STATES.items()}
    with desk.database.transaction(Scope.STAFF, tenant=desk.city):
        shown = console.every(desk.city, Narrowing(state=state), 100)
        assert {line.run.id for line in shown} == {runs[state]}
        assert {line.state for line in shown} == {state}


def test_every_run_stands_in_one_state_alone(desk: Desk) -> None:
    """Whatever its window, its days and its seats: the conditions agree with courses/states.py."""
    for days in (-3, 0, 3):
        for opens, closes in ((None, None), (-2, -1), (-1, 1), (1, 2), (-1, None)):
            for capacity in (0, 5):
                first = dates.today() + timedelta(days=days)
                run = desk.make.run(desk.city, capacity, waiting=0)
                window = {
                    "opens_at": NOW + timedelta(hours=opens) if opens is not None else None,
                    "closes_at": NOW + timedelta(hours=closes) if closes is not None else None,
                }
                with desk.database.transaction(Scope.JOB, tenant=desk.city):
                    ends = {"starts_on": first, "ends_on": first + timedelta(days=2), **window}
                    session().execute(sa.update(Run).where(Run.id == run).values(**ends))
    with desk.database.transaction(Scope.STAFF, tenant=desk.city):
        lines = console.every(desk.city, Narrowing(), 100)
        assert len(lines) == 30
        kinds = standing(datetime.now(UTC))
        for line in lines:
            query = sa.select(Run.id).outerjoin(Seats, WITH_SEATS).where(Run.id == line.run.id)
            assert [name for name, condition in kinds.items() if session().scalar(query.where(condition))] == [
                line.state
            ]


def test_conditions_stand_in_the_address_and_work_together(desk: Desk) -> None:
    named(desk, "수채화", term="2027년 1기", fee=0, method="오프라인", instructor="한소연")
    named(desk, "서예", term="2027년 1기", fee=10_000, method="온라인", instructor="이도담")
    named(desk, "영어", term="2026년 4기", fee=0, starts_on=dates.today() + timedelta(days=1))
    assert titles(desk, term="2027년 1기", sort="title") == ["서예", "수채화"]
    assert titles(desk, term="2027년 1기", free="1") == ["수채화"]
    assert titles(desk, method="온라인") == ["서예"]
    assert titles(desk, teacher="소연") == ["수채화"]
    assert titles(desk, until=(dates.today() + timedelta(days=2)).isoformat()) == ["영어"]
    page = desk.ask("GET", "/courses", query_string={"term": "2027년 1기", "free": "1", "col": ["fee", "term"]}).text
    assert 'name="free" value="1"' in page
    assert "무료" in page
    assert "강사</th>" not in page, "only the chosen columns"


@pytest.mark.parametrize("sort", [*SORTS, *(f"-{name}" for name in SORTS)])
def test_pages_follow_each_other_without_gaps(desk: Desk, sort: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(console, "PAGE", 2)
    for n in range(5):
        named(desk, f"강좌 {n % 3}", opens_at=None if n % 2 else NOW + timedelta(days=n), instructor=f"강사 {n % 2}")
    desk.run()
    seen, after = [], None
    with desk.database.transaction(Scope.STAFF, tenant=desk.city):
        for _ in range(4):
            lines, after = console.lines(desk.city, Narrowing(sort=sort), after)
            seen += [line.run.id for line in lines]
            if after is None:
                break
        assert seen == [line.run.id for line in console.every(desk.city, Narrowing(sort=sort), 100)]
    assert len(set(seen)) == 6


@pytest.mark.parametrize(
    "query", ["after=x", "sort=x", "venue=x", "since=x", "state=x", "col=x", "after=WzFd&sort=title"]
)
def test_odd_addresses_are_answered(desk: Desk, query: str) -> None:
    assert desk.ask("GET", f"/courses?{query}").status_code in (200, 422)


def test_the_sheet_holds_what_the_list_is_narrowed_to(desk: Desk) -> None:
    named(desk, '=HYPERLINK("x")', term="2027년 1기", fee=0)
    named(desk, "다른 학기", term="2026년 4기")
    answer = desk.ask("GET", "/courses/export.xlsx", "desk_clerk", query_string={"term": "2027년 1기"})
    assert answer.headers["Content-Disposition"].endswith('.xlsx"')
    sheet = load_workbook(io.BytesIO(answer.data)).active
    assert sheet is not None
    rows = list(sheet.iter_rows())
    assert len(rows) == 2
    assert (rows[1][2].value, rows[1][2].data_type) == ('=HYPERLINK("x")', "s")


def test_several_are_withdrawn_at_once_but_not_those_with_applicants(desk: Desk) -> None:
    free, taken, draft = desk.run(), desk.run(), desk.draft()
    desk.apply(taken)
    chosen = [str(run) for run in (free, taken, draft)]
    page = desk.ask("GET", "/courses/withdraw", query_string={"run": chosen}).text
    assert "강좌 1개의 공개를 거둘까요?" in page
    assert "2개는 그대로 둡니다." in page
    assert desk.ask("POST", "/courses/withdraw", data={"run": chosen}).status_code == 303
    assert (desk.published(free), desk.published(taken)) == (False, True)
    assert desk.ask("POST", "/courses/withdraw", data={"run": [str(taken)]}).status_code == 409
