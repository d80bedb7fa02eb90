"""Publishing asks first; what was published by mistake can be taken back, and a draft deleted."""

from datetime import datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
import sqlalchemy as sa

from maru.db import Scope, session
from maru.web import dates
from tenants.catalogue.projection import project
from tenants.courses.models import Course, Run
from tests.conftest import Maker
from tests.tenants.publishing.conftest import Desk

DAY = timedelta(days=1)


def days(number: int) -> Any:
    return dates.today() + timedelta(days=number)


def test_doubtful_runs_are_left_out_unless_ticked_apart(desk: Desk) -> None:
    plain = desk.draft()
    ended = desk.draft(starts_on=days(-30), ends_on=days(-9))
    elsewhere, seatless = desk.draft(elsewhere="서울시"), desk.draft(capacity=None)
    both = desk.draft(elsewhere="서울시", capacity=0)
    page = desk.ask("GET", "/courses/publish?all=1").text
    assert "강좌 5개를 공개할까요?" in page
    assert "이대로 누르시면 1개만 공개합니다." in page
    for kind, count in (("ended", 1), ("elsewhere", 2), ("no-seats", 2)):
        assert f'value="{kind}"' in page
        assert f"<small>{count}</small>" in page[page.index(f'value="{kind}"') :].split("</label>")[0]
    answer = desk.ask("POST", "/courses/publish", data=desk.shown("publish"))
    assert (answer.status_code, answer.location) == (303, "/console/courses")
    assert [desk.published(run) for run in (plain, ended, elsewhere, seatless, both)] == [True] + [False] * 4
    assert "강좌 1개를 공개했습니다." in desk.ask("GET", "/courses").text
    assert "공개했습니다" not in desk.ask("GET", "/courses").text, "said once"
    desk.ask("POST", "/courses/publish", data={**desk.shown("publish"), "with": ["elsewhere"]})
    assert [desk.published(run) for run in (ended, elsewhere, seatless, both)] == [False, True, False, False]
    desk.ask("POST", "/courses/publish", data={**desk.shown("publish"), "with": ["elsewhere", "no-seats"]})
    assert [desk.published(run) for run in (ended, seatless, both)] == [False, True, True]


def test_a_window_that_outlasts_its_course_is_asked_about(desk: Desk) -> None:
    last = days(20)
    midnight = datetime.combine(last, time(), dates.SEOUL) + timedelta(days=1)
    to_the_end, beyond = (desk.draft(ends_on=last, closes_at=midnight + more) for more in (DAY * 0, DAY))
    assert "교육이 끝난 뒤까지" not in desk.ask("GET", f"/courses/publish?run={to_the_end}").text
    assert "교육이 끝난 뒤까지 신청을 받는 강좌" in desk.ask("GET", f"/courses/publish?run={beyond}").text


def test_only_what_was_ticked_is_published(desk: Desk) -> None:
    chosen, left = desk.draft(), desk.draft()
    listed = desk.ask("GET", "/courses").text
    assert f'name="run" value="{chosen}" form="publish"' in listed
    page = desk.ask("GET", f"/courses/publish?run={chosen}").text
    assert f'<input type="hidden" name="run" value="{chosen}">' in page
    assert str(left) not in page
    assert desk.ask("POST", "/courses/publish", data={"run": str(chosen)}).location == f"/console/runs/{chosen}"
    assert [desk.published(run) for run in (chosen, left)] == [True, False]


def test_all_means_all_that_the_list_is_narrowed_to(desk: Desk) -> None:
    found, other = desk.draft(instructor="한소연"), desk.draft(instructor="이도담")
    assert "작성 중인 1개 모두 공개하기" in desk.ask("GET", "/courses?q=한소연").text
    assert "강좌 1개를" in desk.ask("GET", "/courses/publish?all=1&q=한소연").text
    desk.ask("POST", "/courses/publish", data=desk.shown("publish", q="한소연"))
    assert [desk.published(run) for run in (found, other)] == [True, False]


def test_nothing_chosen_is_said(desk: Desk) -> None:
    desk.run()
    for method in ("GET", "POST"):
        for act in ("publish", "delete"):
            assert desk.ask(method, f"/courses/{act}").location == "/console/courses"
            assert "강좌를 하나 이상 골라 주세요." in desk.ask("GET", "/courses").text


def test_drafts_of_a_wrong_file_are_deleted_together(desk: Desk) -> None:
    """Those that were never public; what was public once stays, even when it is among the chosen."""
    gone, kept, public = [desk.draft(instructor="한소연") for _ in range(2)], desk.draft(), desk.run()
    desk.ask("POST", f"/runs/{public}/withdraw")
    listed = desk.ask("GET", "/courses?show=drafts").text
    assert 'formaction="/console/courses/delete"' in listed
    chosen = [("run", str(run)) for run in (*gone, public)]
    page = desk.ask("GET", f"/courses/delete?{urlencode(chosen)}").text
    assert "작성 중인 강좌 2개를 지울까요?" in page
    assert page.count('<input type="hidden" name="run"') == 3
    answer = desk.ask("POST", "/courses/delete", data={"run": [run for _, run in chosen]})
    assert answer.location == "/console/courses?show=drafts"
    assert "강좌 2개를 지웠습니다." in desk.ask("GET", answer.location.removeprefix("/console")).text
    assert [desk.ask("GET", f"/runs/{run}").status_code for run in (*gone, kept, public)] == [404, 404, 200, 200]
    assert desk.ask("POST", "/courses/delete", data={"run": [str(public)]}).status_code == 409


def test_all_drafts_of_a_narrowed_list_are_deleted(desk: Desk) -> None:
    gone, kept = desk.draft(instructor="한소연"), desk.draft(instructor="이도담")
    assert "강좌 1개를 지울까요?" in desk.ask("GET", "/courses/delete?all=1&q=한소연").text
    again = desk.ask("POST", "/courses/delete", data={**desk.shown("delete"), "q": "한소연"})
    assert (again.status_code, "강좌 1개를 지울까요?" in again.text) == (409, True)
    assert "그사이 강좌가 늘거나 줄었습니다" in again.text
    desk.ask("POST", "/courses/delete", data=desk.shown("delete", q="한소연"))
    assert [desk.ask("GET", f"/runs/{run}").status_code for run in (gone, kept)] == [404, 200]


def test_where_every_run_is_doubtful_the_question_stays(desk: Desk) -> None:
    doubtful = desk.draft(capacity=None)
    asked = desk.ask("POST", "/courses/publish", data={"run": str(doubtful)})
    assert asked.status_code == 422
    assert 'class="summary-bad"' in asked.text
    assert f'name="run" value="{doubtful}"' in asked.text
    assert not desk.published(doubtful)


def test_a_draft_is_not_closed(desk: Desk) -> None:
    day = dates.today() - timedelta(days=9)
    draft = desk.draft(starts_on=day, ends_on=day)
    assert "공개하지 않은 강좌입니다" in desk.ask("GET", f"/runs/{draft}/close").text
    assert desk.ask("POST", f"/runs/{draft}/close").status_code == 409


def test_a_run_with_a_doubt_is_asked_about_from_its_own_page(desk: Desk) -> None:
    plain, doubtful = desk.draft(), desk.draft(elsewhere="서울시")
    assert '<form method="post" action="/console/courses/publish">' in desk.ask("GET", f"/runs/{plain}").text
    page = desk.ask("GET", f"/runs/{doubtful}").text
    assert f'href="/console/courses/publish?run={doubtful}"' in page
    assert "서울시의 기관이나 주소로 보입니다." in page


def test_a_run_that_nobody_applied_to_is_taken_back_and_published_again(desk: Desk) -> None:
    run = desk.run()
    assert "공개 거두기" in desk.ask("GET", f"/runs/{run}").text
    assert "공개를 거둘까요?" in desk.ask("GET", f"/runs/{run}/withdraw").text
    assert desk.published(run)
    assert desk.ask("POST", f"/runs/{run}/withdraw").status_code == 303
    assert not desk.published(run)
    host = f"{desk.make.slug(desk.city)}.localhost"
    assert desk.web.get(host, f"/courses/{run}").status_code == 404
    assert desk.ask("POST", "/courses/delete", data={"run": str(run)}).status_code == 409, "it was public once"
    desk.ask("POST", "/courses/publish", data={"run": str(run)})
    assert desk.published(run)
    desk.apply(run)


def test_a_run_with_an_application_stays_public(desk: Desk) -> None:
    run = desk.run()
    desk.apply(run)
    assert "공개 거두기" not in desk.ask("GET", f"/runs/{run}").text
    page = desk.ask("GET", f"/runs/{run}/withdraw").text
    assert "신청하신 분이 있어" in page
    assert '<form class="panel' not in page
    assert desk.ask("POST", f"/runs/{run}/withdraw").status_code == 409
    assert desk.published(run)


def test_a_draft_is_deleted_after_a_question(desk: Desk) -> None:
    run, other = desk.draft(), desk.draft()
    assert f'href="/console/courses/delete?run={run}"' in desk.ask("GET", f"/runs/{run}").text
    assert "강좌 1개를 지울까요?" in desk.ask("GET", f"/courses/delete?run={run}").text
    desk.ask("POST", "/courses/delete", data={"run": str(run)})
    assert desk.ask("GET", f"/runs/{run}").status_code == 404
    assert desk.ask("GET", f"/runs/{other}").status_code == 200
    with desk.database.transaction(Scope.STAFF, tenant=desk.city):
        assert session().scalar(sa.select(sa.func.count()).select_from(Course)) == 1


def test_a_course_with_another_run_stays(desk: Desk) -> None:
    published = desk.run()
    with desk.database.transaction(Scope.JOB, tenant=desk.city):
        course = session().scalars(sa.select(Run.course_id).where(Run.id == published)).one()
    draft = desk.draft(course_id=course, number=9)
    desk.ask("POST", "/courses/delete", data={"run": str(draft)})
    assert desk.ask("GET", f"/runs/{published}").status_code == 200


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_another_citys_runs_are_not_there(desk: Desk, make: Maker, method: str) -> None:
    there = Desk(desk.web, desk.database, make, make.city())
    own, foreign = desk.draft(), there.draft()
    chosen = {"run": [str(own), str(foreign)]}
    given = {"query_string" if method == "GET" else "data": chosen}
    for act in ("publish", "delete"):
        assert desk.ask(method, f"/courses/{act}", **given).status_code == 404
    assert not desk.published(own)
    assert not there.published(foreign)
    for page in ("withdraw", "cancel"):
        assert desk.ask(method, f"/runs/{foreign}/{page}").status_code == 404
    assert desk.ask(method, "/courses/publish?run=nonsense", data={"run": "nonsense"}).status_code == 404
    assert there.ask("GET", f"/runs/{foreign}").status_code == 200


@pytest.mark.parametrize("role", ["desk_clerk", "instructor"])
def test_who_does_not_write_courses_does_none_of_it(desk: Desk, role: str) -> None:
    run = desk.draft()
    for path in ("/courses/publish", "/courses/delete", f"/runs/{run}/withdraw", f"/runs/{run}/cancel"):
        for method in ("GET", "POST"):
            assert desk.ask(method, path, role, data={"run": str(run)}).status_code == 403
    page = desk.ask("GET", "/courses", role).text
    assert 'class="pick"' not in page
    assert "공개하기" not in page


def test_a_run_that_has_begun_is_not_called_off(desk: Desk) -> None:
    begun, empty = desk.run(), desk.run()
    desk.apply(begun)
    with desk.database.transaction(Scope.JOB, tenant=desk.city):
        values = {"starts_on": days(0), "closes_at": sa.func.now()}
        session().execute(sa.update(Run).where(Run.id.in_([begun, empty])).values(values))
        project([begun, empty])
    page = desk.ask("GET", f"/runs/{begun}/cancel").text
    assert "시작한 강좌라 폐강할 수 없습니다." in page
    assert "모든 회차가 끝난 뒤 마치기에서" in page
    assert 'name="reason"' not in page
    assert "아무도 신청하지 않은 강좌이니 공개를 거두기" in desk.ask("GET", f"/runs/{empty}/cancel").text
    for run in (begun, empty):
        assert "폐강하기" not in desk.ask("GET", f"/runs/{run}").text
        for data in ({"reason": "강사 사정"}, {}):
            assert desk.ask("POST", f"/runs/{run}/cancel", data=data).status_code == 409


def test_a_run_before_its_first_day_is_called_off_once(desk: Desk) -> None:
    run = desk.run()
    desk.apply(run)
    assert "폐강하기" in desk.ask("GET", f"/runs/{run}").text
    assert desk.ask("POST", f"/runs/{run}/cancel", data={}).status_code == 422
    assert desk.ask("POST", f"/runs/{run}/cancel", data={"reason": "강사 사정"}).status_code == 303
    assert "이미 폐강한 강좌입니다." in desk.ask("GET", f"/runs/{run}/cancel").text
    assert desk.ask("POST", f"/runs/{run}/cancel", data={"reason": "다시"}).status_code == 409


def test_what_was_called_off_stays_public(desk: Desk) -> None:
    run = desk.run()
    assert "공개 거두기" in desk.ask("GET", f"/runs/{run}").text
    desk.ask("POST", f"/runs/{run}/cancel", data={"reason": "강사 사정"})
    assert "공개 거두기" not in desk.ask("GET", f"/runs/{run}").text
    assert "폐강한 강좌의 공개는 거두지 않습니다." in desk.ask("GET", f"/runs/{run}/withdraw").text
    assert desk.ask("POST", f"/runs/{run}/withdraw").status_code == 409
    assert desk.published(run)


def test_what_is_no_draft_any_more_is_not_published(desk: Desk) -> None:
    called_off = desk.draft()
    desk.ask("POST", f"/runs/{called_off}/cancel", data={"reason": "강사 사정"})
    for run in (called_off, desk.run()):
        for method, given in (("GET", "query_string"), ("POST", "data")):
            answer = desk.ask(method, "/courses/publish", **{given: {"run": str(run)}})
            assert answer.status_code == 409
            assert "그사이 이미 공개했거나, 폐강했거나, 지웠습니다." in answer.text
    assert not desk.published(called_off)


def test_a_settled_run_is_not_called_off(desk: Desk) -> None:
    run = desk.run(settled_at=sa.func.now())
    assert "수료 처리를 마친 강좌는" in desk.ask("GET", f"/runs/{run}/cancel").text
    assert desk.ask("POST", f"/runs/{run}/cancel", data={"reason": "늦게"}).status_code == 409


def test_many_are_taken_back_only_as_they_were_asked_about(desk: Desk) -> None:
    free, taken = desk.run(), desk.run()
    chosen = [("run", str(run)) for run in (free, taken)]
    page = desk.ask("GET", f"/courses/withdraw?{urlencode(chosen)}").text
    assert "강좌 2개의 공개를 거둘까요?" in page
    mark = page.split('name="shown" value="')[1][:64]
    desk.apply(taken)
    answer = desk.ask("POST", "/courses/withdraw", data={"run": [run for _, run in chosen], "shown": mark})
    assert (answer.status_code, "그사이 강좌가 늘거나 줄었습니다" in answer.text) == (409, True)
    assert "1개는 그대로 둡니다" in answer.text
    assert [desk.published(run) for run in (free, taken)] == [True, True]
    mark = answer.text.split('name="shown" value="')[1][:64]
    desk.ask("POST", "/courses/withdraw", data={"run": [run for _, run in chosen], "shown": mark})
    assert [desk.published(run) for run in (free, taken)] == [False, True]
