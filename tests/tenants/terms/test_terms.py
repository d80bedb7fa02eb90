"""Last term's courses with new dates: one copied, a whole term moved, and nothing made twice unseen (GP-06)."""

import re
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from maru.db import Scope, session
from maru.web import dates
from tenants.courses.models import Run
from tests.tenants.editing.conftest import Writer

KEPT = ("room", "instructor", "method", "target", "min_age", "resident_only", "capacity", "waiting_limit", "fee",
        "weekdays", "starts_at", "ends_at", "threshold", "left_early_weight", "venue_id", "institution_id", "course_id",
        "selection")  # fmt: skip


def copied(desk: Writer, run: UUID, **form: str) -> UUID:
    answer = desk.ask("POST", f"/runs/{run}/copy", data=form)
    assert answer.status_code == 303
    return UUID(answer.location.rsplit("/", 1)[1])


def drafts(desk: Writer, term: str) -> list[Run]:
    with desk.database.transaction(Scope.STAFF, tenant=desk.city):
        found = sa.select(Run).where(Run.term == term).order_by(Run.starts_on, Run.id)
        return list(session().scalars(found).unique())


def test_a_copy_keeps_everything_but_the_dates(desk: Writer) -> None:
    teacher = desk.make.person()
    desk.make.grant(teacher, "instructor", desk.city)
    old = desk.row(desk.written(teachers=[str(teacher)]))
    page = desk.ask("GET", f"/runs/{old.id}/copy").text
    assert 'value="2027-04-01"' in page, "the same week day after the last class"
    new = desk.row(copied(desk, old.id, first="2027-06-03", term="2027년 2기"))
    assert {name: getattr(new, name) for name in KEPT} == {name: getattr(old, name) for name in KEPT}
    assert (new.number, new.term, new.copied_from, new.published_at) == (2, "2027년 2기", old.id, None)
    assert [f"{dates.in_seoul(one.starts_at):%m-%d}" for one in new.meetings] == ["06-03", "06-10", "06-17", "06-24"]
    assert (new.opens_at, new.closes_at) != (old.opens_at, old.closes_at)
    assert old.opens_at
    assert new.opens_at
    assert new.opens_at - old.opens_at == new.starts_on - old.starts_on
    with desk.database.transaction(Scope.STAFF, tenant=desk.city):
        taught = session().scalar(sa.text("SELECT person_id FROM run_instructors WHERE run_id = :run"), {"run": new.id})
    assert UUID(str(taught)) == teacher


def test_a_second_copy_asks_first(desk: Writer) -> None:
    run = desk.written()
    form = {"first": "2027-06-03", "term": "2027년 2기"}
    copied(desk, run, **form)
    again = desk.ask("POST", f"/runs/{run}/copy", data=form)
    assert again.status_code == 409
    assert "이 강좌는 이미 옮겼습니다." in again.text
    assert len(drafts(desk, "2027년 2기")) == 1
    assert desk.row(copied(desk, run, **form, again="1")).number == 3


def term_of(desk: Writer, count: int) -> list[UUID]:
    """A term of courses, one a room."""
    first = desk.written(title="강좌 0", room="0호", instructor="강사 0")
    place = {"venue": str(desk.row(first).venue_id), "institution": str(desk.row(first).institution_id)}
    return [first] + [
        desk.written(**place, title=f"강좌 {n}", room=f"{n}호", instructor=f"강사 {n}") for n in range(1, count)
    ]


def form_of(page: str, **changed: Any) -> dict[str, Any]:
    """What the table would send, every row ticked."""
    rows = re.findall(r'name="row" value="([0-9a-f-]{36})"', page)
    firsts = dict(re.findall(r'name="(first\.[0-9a-f-]{36})" value="([0-9-]{10})"', page))
    start = re.search(r'id="start"[^>]* value="([0-9-]{10})"', page)
    ticked = re.findall(r'name="run" value="([0-9a-f-]{36})" checked', page)
    assert start
    return {"row": rows, "run": ticked, "start": start[1], "reckoned": start[1], **firsts, **changed}


def test_a_term_is_moved_at_once_and_published_together(desk: Writer) -> None:
    runs = term_of(desk, 4)
    page = desk.ask("GET", "/terms/open", query_string={"all": "1", "term": "2027년 1기"}).text
    form = form_of(page, term="2027년 2기", act="make")
    assert sorted(form["run"]) == sorted(map(str, runs))
    answer = desk.ask("POST", "/terms/open", data=form)
    assert answer.status_code == 303
    assert answer.location.startswith("/console/courses?")
    made = drafts(desk, "2027년 2기")
    assert [run.starts_on.weekday() for run in made] == [3] * 4
    assert {run.copied_from for run in made} == set(runs)
    shown = desk.ask("GET", "/courses/publish", query_string={"all": "1", "show": "drafts", "term": "2027년 2기"}).text
    assert "강좌 4개를 공개할까요?" in shown
    assert desk.ask("POST", "/terms/open", data=form).status_code == 409
    assert len(drafts(desk, "2027년 2기")) == 4
    again = desk.ask("GET", "/terms/open", query_string={"all": "1", "term": "2027년 1기"}).text
    assert form_of(again, term="2027년 2기")["run"] == [], "what was moved is not ticked any more"


def test_single_rows_are_adjusted_and_the_others_move_with_the_term(desk: Writer) -> None:
    own, other = term_of(desk, 2)
    page = desk.ask("GET", "/terms/open", query_string={"run": [str(own), str(other)]}).text
    form = form_of(page, term="새 학기", **{f"first.{own}": "2027-05-04"})
    reckoned = desk.ask("POST", "/terms/open", data={**form, "act": "reckon", "start": "2027-06-07"}).text
    moved = form_of(reckoned)
    assert moved[f"first.{own}"] == "2027-05-04"
    assert moved[f"first.{other}"] == "2027-06-10"
    assert "지난번 4회, 이번 3회입니다." in reckoned
    assert desk.ask("POST", "/terms/open", data={**moved, "term": "새 학기", "act": "make"}).status_code == 303
    assert [str(run.starts_on) for run in drafts(desk, "새 학기")] == ["2027-05-04", "2027-06-10"]


def test_doubts_stand_in_their_rows(desk: Writer) -> None:
    """Holidays come from the table, rooms and teachers from the calendar, windows from the clock."""
    first = desk.written()
    place = str(desk.row(first).venue_id)
    second = desk.written(title="같은 방을 쓰는 강좌", venue=place, instructor="이도담")
    page = desk.ask("POST", "/terms/open", data={"row": [str(first), str(second)], "start": "2027-04-29"}).text
    assert "Thu" not in page
    assert "쉬는 날: 부처님 오신 날" in page
    assert "같은 방: 같은 방을 쓰는 강좌 19:00~21:00 (4회)" in page
    passed = desk.ask("POST", "/terms/open", data={"row": [str(first)], "start": "2026-01-05"}).text
    assert "시작하는 날이 지났습니다." in passed
    assert "접수를 시작하는 날이 지났습니다." in passed
    beyond = desk.ask("POST", "/terms/open", data={"row": [str(first)], "start": "2030-01-07"}).text
    assert "2027. 12. 27.</time>까지의 공휴일만 알고 있습니다" in beyond


def test_one_window_for_the_whole_term(desk: Writer) -> None:
    term_of(desk, 2)
    page = desk.ask("GET", "/terms/open", query_string={"all": "1"}).text
    window = {"opens_on": "2027-05-10", "opens_time": "09:00", "closes_on": "2027-05-14", "closes_time": ""}
    assert desk.ask("POST", "/terms/open", data=form_of(page, term="새 학기", act="make", **window)).status_code == 303
    for run in drafts(desk, "새 학기"):
        assert run.opens_at
        assert run.closes_at
        assert f"{dates.in_seoul(run.opens_at):%m-%d %H:%M}" == "05-10 09:00"
        assert f"{dates.in_seoul(run.closes_at):%m-%d %H:%M}" == "05-15 00:00"


def test_what_is_missing_is_said_and_nothing_is_made(desk: Writer) -> None:
    (run,) = term_of(desk, 1)
    form = {"row": [str(run)], "run": [str(run)], "start": "2027-06-07", "act": "make"}
    assert "새 학기의 이름을 적어 주세요." in desk.ask("POST", "/terms/open", data=form).text
    nobody = desk.ask("POST", "/terms/open", data={**form, "term": "x", "run": []})
    assert (nobody.status_code, "옮길 강좌를 하나 이상" in nobody.text) == (422, True)
    assert desk.ask("POST", "/terms/open", data={**form, "term": "x", f"first.{run}": "내일"}).status_code == 422
    assert desk.ask("POST", "/terms/open", data={**form, "row": ["x"]}).status_code == 404
    assert desk.ask("POST", "/terms/open", data={}).status_code in (303, 422)
    assert drafts(desk, "x") == []
