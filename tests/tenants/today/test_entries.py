"""What waits for whom: each line leads to the page that mends it, and is gone once it is mended."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from contentlib.items.models import PublishedItem
from maru.config import Config
from maru.db import Database, Scope, session
from maru.migrating import engine_connection
from maru.web import dates
from tenants.attendance import service as attendance
from tenants.courses.models import Run
from tenants.enrolments import service as enrolments
from tenants.imports.models import CourseImport
from tenants.questions import service as questions
from tests.conftest import Maker
from tests.tenants.console.conftest import Console

NOW = datetime.now(UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
Change = Callable[..., None]


@pytest.fixture
def change(database: Database, city: UUID) -> Change:
    """Changes columns of a run of the city."""

    def changed(run: UUID, **values: Any) -> None:
        with database.transaction(Scope.JOB, tenant=city):
            session().execute(sa.update(Run).where(Run.id == run).values(**values))

    return changed


@pytest.fixture
def placed(database: Database, make: Maker, city: UUID) -> Callable[[UUID], UUID]:
    """Gives somebody new a place in a run."""

    def place(run: UUID) -> UUID:
        person = make.person()
        with database.transaction(Scope.PERSON, tenant=city, person=person):
            return enrolments.apply(run, city).id

    return place


def lines(page: str) -> list[str]:
    """The titles of today's lines."""
    return re.findall(r'class="what" href="[^"]+">([^<]+)<', page) + re.findall(r'todo__more"><a [^>]+>([^<]+)<', page)


def over(change: Change, run: UUID) -> None:
    today = dates.today()
    change(run, starts_on=today - 9 * DAY, ends_on=today - DAY, opens_at=NOW - 20 * DAY, closes_at=NOW - 10 * DAY)


def test_a_day_without_work_is_calm(console: Console) -> None:
    page = console()
    assert "오늘 급한 일은 없습니다" in page
    assert lines(page) == []


def test_a_run_to_close(console: Console, make: Maker, city: UUID, change: Change, placed: Any) -> None:
    run = make.run(city)
    placed(run)
    over(change, run)
    page = console()
    assert "선착순 강좌 견본 마치기" in lines(page)
    assert f'href="/console/runs/{run}/close"' in page
    assert "선착순 강좌 견본 마치기" not in lines(console(role="desk_clerk")), "who may not close is not asked to"
    change(run, settled_at=NOW)
    assert lines(console()) == []


def test_more_than_a_few_lead_to_the_list(
    console: Console, make: Maker, city: UUID, change: Change, placed: Any
) -> None:
    for _ in range(6):
        run = make.run(city)
        placed(run)
        over(change, run)
    page = console()
    assert lines(page).count("선착순 강좌 견본 마치기") == 5
    assert "마치지 않은 강좌 6개 모두 보기" in lines(page)
    assert "/console/courses?show=to-close" in page
    assert console("/courses", show="to-close").count(">선착순 강좌 견본</a>") == 6


def test_windows_that_open_and_close(console: Console, make: Maker, city: UUID, change: Change) -> None:
    for begins, ends in ((NOW + DAY, NOW + 9 * DAY), (NOW - DAY, NOW + DAY), (NOW + 3 * DAY, NOW + 9 * DAY)):
        change(make.run(city), opens_at=begins, closes_at=ends)
    assert sorted(lines(console(role="desk_clerk"))) == ["선착순 강좌 견본 접수 마감", "선착순 강좌 견본 접수 시작"]
    assert lines(console(role="instructor")) == [], "a teacher has nothing to do with windows"


def test_a_line_that_is_full(console: Console, make: Maker, city: UUID, placed: Any) -> None:
    full, longer = make.run(city, 1, waiting=1), make.run(city, 1, waiting=2)
    for run in (full, full, longer, longer):
        placed(run)
    page = console()
    assert lines(page).count("선착순 강좌 견본 대기") == 1
    assert f"/console/runs/{full}/applicants#waiting" in page
    assert "대기 자리도 모두 찼습니다" in page
    assert str(longer) not in console("/courses", show="lines")


def test_a_class_without_attendance(
    console: Console, make: Maker, city: UUID, database: Database, placed: Any, change: Change
) -> None:
    run, other = make.run(city), make.run(city)
    application = placed(run)
    placed(other)
    with database.transaction(Scope.JOB, tenant=city) as opened:
        opened.execute(sa.text("UPDATE meetings SET starts_at = now() - interval '3 hours', ends_at = now() - interval '1 hour' WHERE number = 1"))  # fmt: skip
        meeting = opened.execute(
            sa.text("SELECT id FROM meetings WHERE run_id = :run AND number = 1"), {"run": run}
        ).scalar_one()
    page = console()
    assert lines(page).count("선착순 강좌 견본 출석 적기") == 2
    assert f"/console/runs/{run}/attendance?meeting={meeting}" in page
    own = console(role="instructor", teaches=run)
    assert lines(own) == ["선착순 강좌 견본 출석 적기"], "a teacher is asked for their own classes alone"
    assert "지난 두 주에 2번" in console("/unmarked")
    with database.transaction(Scope.STAFF, tenant=city, person=make.person()):
        attendance.mark(meeting, application, "present", make.person())
    assert lines(console()).count("선착순 강좌 견본 출석 적기") == 1
    assert "1/1" in console(role="instructor", teaches=run) or dates.in_seoul(NOW - 3 * HOUR).date() != dates.today()


def test_questions_wait(console: Console, make: Maker, city: UUID, database: Database) -> None:
    person = make.person()
    with database.transaction(Scope.PERSON, tenant=city, person=person):
        first = questions.ask(None, "휠체어로 갈 수 있나요?", "글", openly=False)
        questions.ask(None, "둘째", "글", openly=False)
    page = console(role="desk_clerk")
    assert lines(page) == ["답하지 않은 문의 2건"]
    assert "가장 오래된 것: 휠체어로 갈 수 있나요?" in page
    assert re.search(r'문의<b>2<span class="visually-hidden">건', page), "the menu counts them too"
    assert lines(console(role="instructor")) == []
    with database.transaction(Scope.STAFF, tenant=city, person=make.person()):
        questions.answer(city, first, "네", make.person())
    assert "둘째" in console(role="desk_clerk")


def test_a_file_with_refused_lines(console: Console, city: UUID, database: Database) -> None:
    def read(filename: str, state: str = "done", days: int = 0, **totals: int) -> None:
        at = NOW - days * DAY
        with database.transaction(Scope.JOB, tenant=city):
            kept = CourseImport(tenant_id=city, filename=filename, state=state, totals=totals, rows=[], imported_at=at)
            session().add(kept)

    read("고쳐서 다시.csv", refused=3)
    read("고쳐서 다시.csv", refused=0, accepted=3)
    read("오래전.csv", refused=9, days=8)
    read("멀쩡.csv", accepted=9)
    assert lines(console()) == []
    read("열두 줄.csv", refused=12)
    read("그림.png", "refused")
    page = console()
    assert sorted(lines(page)) == ["넣지 못한 줄 12개", "읽지 못한 파일"]
    assert "?outcome=refused" in page
    assert lines(console(role="desk_clerk")) == []
    read("그림을 표로.csv", accepted=1)
    assert lines(console()) == ["넣지 못한 줄 12개"], "whoever sent a picture has sent a table since"


def test_runs_without_an_instructor_and_drafts(console: Console, make: Maker, city: UUID, change: Change) -> None:
    taught, untaught, later, draft = (make.run(city) for _ in range(4))
    soon = {
        "starts_on": dates.today() + 2 * DAY,
        "ends_on": dates.today() + 30 * DAY,
        "opens_at": None,
        "closes_at": None,
    }
    for run in (taught, untaught):
        change(run, **soon)
    change(later, starts_on=dates.today() + 20 * DAY, ends_on=dates.today() + 30 * DAY, opens_at=None, closes_at=None)
    change(draft, published_at=None)
    make.teach(make.person(), taught, city)
    page = console()
    assert "출석을 적을 강사를 정하지 않은 강좌 1개" in lines(page)
    assert "아직 공개하지 않은 강좌 1개" in lines(page)
    listed = console("/courses", show="no-teacher")
    assert str(untaught) in listed
    assert str(taught) not in listed


def test_licences_that_end(console: Console, make: Maker, city: UUID, database: Database) -> None:
    ending, gone, lasting = (make.item(city) for _ in range(3))
    with database.transaction(Scope.PROVINCE):
        for item, days in ((ending, 9), (gone, -1), (lasting, 90)):
            ends = sa.update(PublishedItem).where(PublishedItem.item_id == item)
            session().execute(ends.values(licence_ends_on=dates.today() + days * DAY))
    assert sorted(lines(console())) == ["견본 이용 기간 끝", "더 보여 드릴 수 없는 온라인 콘텐츠 1개"]


def test_the_menu_counts_todays_lines_on_every_page(
    console: Console, make: Maker, city: UUID, change: Change, placed: Any
) -> None:
    run = make.run(city)
    placed(run)
    over(change, run)
    for path in ("", "/courses", "/notices"):
        assert re.search(r"오늘 할 일<b>1<span", console(path)), path


def test_another_citys_work_is_not_here(console: Console, make: Maker, database: Database) -> None:
    person, other = make.person(), make.city()
    with database.transaction(Scope.PERSON, tenant=other, person=person):
        questions.ask(None, "남의 문의", "글", openly=False)
    assert lines(console()) == []


def test_a_city_that_is_prepared_leads_its_administrator_to_the_checklist(
    console: Console, city: UUID, config: Config
) -> None:
    """GP-05: whoever has just been invited finds what to do."""
    door = 'href="/console/site">누리집 열 준비하기'
    assert door not in console()
    with engine_connection(config.database_url) as connection:
        connection.execute(sa.text("UPDATE tenants SET state = 'preparing' WHERE id = :city"), {"city": city})
    assert door in console()
    assert door not in console(role="instructor")
