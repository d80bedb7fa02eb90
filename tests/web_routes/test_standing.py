"""What a resident reads of an application: on its page, on the course's, and in my learning; nothing that is not so."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from maru.config import Config
from maru.db import Database, Scope, session
from maru.web import dates
from tenants.attendance.models import Attendance
from tenants.catalogue import service as catalogue
from tenants.catalogue.projection import project
from tenants.courses.models import Meeting, Run
from tenants.enrolments.models import Application
from tenants.sample.making import Resident, make_people, open_sessions
from tests.client import Web
from tests.conftest import Maker

REASON = "강사가 다쳐서 열지 못합니다."


@dataclass(frozen=True)
class Hall:
    """A city with a run of one seat, one place in line, and residents with sessions."""

    web: Web
    database: Database
    tenant: UUID
    host: str
    run: UUID
    people: list[Resident]

    def get(self, path: str, who: Resident | None = None) -> str:
        answer = self.web.get(self.host, path, who)
        assert answer.status_code == 200, path
        return answer.text

    def course(self, who: Resident | None = None) -> str:
        return self.get(f"/courses/{self.run}", who)

    def applies(self, who: Resident) -> str:
        """The address of the new application."""
        answer = self.web.post(self.host, f"/courses/{self.run}/apply", who)
        assert answer.status_code == 303
        return answer.headers["Location"]

    def cancels(self, who: Resident, application: str) -> None:
        assert self.web.post(self.host, f"{application}/cancel", who).status_code == 303

    def change(self, act: Callable[[Run], Any]) -> None:
        with self.database.transaction(Scope.STAFF, tenant=self.tenant):
            act(session().get_one(Run, (self.tenant, self.run)))
            session().flush()
            project([self.run])

    def call_off(self) -> None:
        self.change(lambda run: catalogue.cancel_run(run.id, REASON))


@pytest.fixture
def hall(web: Web, config: Config, database: Database, make: Maker) -> Hall:
    tenant = make.city(region=make.region())
    host = f"{make.slug(tenant)}.localhost"
    people = open_sessions(config, make_people(config.database_url, 3), host)
    return Hall(web, database, tenant, host, make.run(tenant, capacity=1, waiting=1), people)


def test_a_course_that_was_called_off_is_nowhere_congratulated(hall: Hall) -> None:
    who = hall.people[0]
    application = hall.applies(who)
    hall.call_off()
    for path in (application, f"/courses/{hall.run}", "/my"):
        page = hall.get(path, who)
        assert "폐강" in page, path
        assert REASON in page, path
        assert "state=open&amp;category=05" in page, path
        assert "신청되었습니다" not in page, path
        assert "자리가 정해졌습니다" not in page, path
    assert "done-panel" not in hall.get(application, who)
    assert f"{application}/cancel" not in hall.get(application, who)
    mine = hall.get("/my", who)
    assert "신청하신 강좌가 없습니다" not in mine
    assert mine.index(REASON) < mine.index('id="h-sum"')
    assert "지난 신청" not in mine


def test_there_is_no_place_to_give_back_in_a_course_that_was_called_off(hall: Hall) -> None:
    who = hall.people[0]
    application = hall.applies(who)
    hall.call_off()
    asked = hall.web.get(hall.host, f"{application}/cancel", who)
    assert (asked.status_code, asked.location) == (302, application)


def test_a_place_is_given_back_once(hall: Hall) -> None:
    who = hall.people[0]
    application = hall.applies(who)
    assert "신청을 취소할까요?" in hall.get(f"{application}/cancel", who)
    hall.cancels(who, application)
    asked = hall.web.get(hall.host, f"{application}/cancel", who)
    assert (asked.status_code, asked.location) == (302, application)


def test_a_course_called_off_long_ago_is_among_the_past(hall: Hall) -> None:
    hall.applies(hall.people[0])
    hall.call_off()
    long_ago = dates.today() - timedelta(days=30)

    def move(run: Run) -> None:
        run.starts_on = run.ends_on = long_ago

    hall.change(move)
    mine = hall.get("/my", hall.people[0])
    assert mine.index("지난 신청") < mine.index(REASON)


def test_a_full_course_whose_window_runs_on_says_so(hall: Hall) -> None:
    for who in hall.people[:2]:
        hall.applies(who)
    page = hall.course(hall.people[2])
    assert "자리와 대기 자리가 모두 찼습니다" in page
    assert "취소가 나오면 다시 열립니다" in page
    assert "자리 없음" in page
    assert "접수가 끝났습니다" not in page
    assert "자리 없음" in hall.get("/courses")


def test_without_a_line_only_the_places_are_full(hall: Hall) -> None:
    def no_line(run: Run) -> None:
        run.waiting_limit = 0

    hall.applies(hall.people[0])
    hall.change(no_line)
    with hall.database.transaction(Scope.JOB, tenant=hall.tenant):
        session().execute(sa.text("SELECT engine.set_seats(:run, 1, 0)"), {"run": hall.run})
    page = hall.course(hall.people[1])
    assert "자리가 모두 찼습니다" in page
    assert "대기 자리" not in page


def test_a_closed_window_says_that_it_ended(hall: Hall) -> None:
    def close(run: Run) -> None:
        assert run.closes_at is not None
        run.closes_at = dates.in_seoul(run.closes_at) - timedelta(days=30)
        run.opens_at = run.closes_at - timedelta(days=1)

    hall.change(close)
    page = hall.course(hall.people[0])
    assert "접수가 끝났습니다" in page
    assert "취소가 나오면" not in page


def test_who_has_a_place_reads_the_place_and_who_waits_the_place_in_line(hall: Hall) -> None:
    first, second = (hall.get(hall.applies(who), who) for who in hall.people[:2])
    assert "1명 중 1번째입니다" in first
    assert "대기 1번째" in second
    assert "접수 순서" not in first + second
    assert first.count("자리가 정해졌습니다") == 2  # on top, and once among the steps


def test_a_number_that_no_longer_fits_the_places_is_not_shown(hall: Hall) -> None:
    hall.cancels(hall.people[0], hall.applies(hall.people[0]))
    page = hall.get(hall.applies(hall.people[1]), hall.people[1])
    assert "신청되었습니다" in page
    assert "2번째" not in page


@pytest.mark.parametrize("waiting", [True, False])
def test_a_place_goes_to_the_next_only_where_somebody_waits(hall: Hall, waiting: bool) -> None:
    application = hall.applies(hall.people[0])
    if waiting:
        hall.applies(hall.people[1])
    asked = hall.get(f"{application}/cancel", hall.people[0])
    assert ("가장 먼저 기다리신 분께" in asked) == waiting
    hall.cancels(hall.people[0], application)
    page = hall.get(application, hall.people[0])
    assert "신청을 취소하셨습니다" in page
    assert "넘어갔습니다" not in page


def test_nothing_promises_a_message_that_is_not_sent(hall: Hall) -> None:
    hall.applies(hall.people[0])
    pages = [hall.course(), hall.get(hall.applies(hall.people[1]), hall.people[1]), hall.get("/help"), hall.get("/")]
    for page in pages:
        assert "옮겨 드리고 알려 드립니다" not in page
        assert "대신 신청" not in page
        assert "전화로 신청" not in page
    assert "내 학습에서 확인" in pages[0]
    assert "내 학습에서 확인" in pages[1]


def test_a_running_course_shows_when_where_and_what_was_attended(hall: Hall) -> None:
    who = hall.people[0]
    hall.applies(who)
    today = dates.today()

    def begin(run: Run) -> None:
        run.room = "302호"
        run.starts_on = today - timedelta(days=8)
        for meeting in run.meetings:
            meeting.starts_at -= timedelta(days=22)
            meeting.ends_at -= timedelta(days=22)
        run.opens_at = run.opens_at and run.opens_at - timedelta(days=40)
        run.closes_at = run.closes_at and run.closes_at - timedelta(days=40)

    hall.change(begin)
    with hall.database.transaction(Scope.STAFF, tenant=hall.tenant, person=who.person_id):
        application = session().scalars(sa.select(Application).where(Application.run_id == hall.run)).one()
        first = session().scalars(sa.select(Meeting).where(Meeting.run_id == hall.run).order_by(Meeting.number)).first()
        assert first is not None
        mark = Attendance(
            tenant_id=hall.tenant, meeting_id=first.id, application_id=application.id, person_id=who.person_id,
            mark="present", recorded_by=who.person_id,
        )  # fmt: skip
        session().add(mark)
    now = hall.get("/my", who).split('id="h-sum"')[0]
    for words in ('class="week"', "오전 10:00", "302호", "교육 중", "다음 수업", "1회 중 1회 출석"):
        assert words in now, words
