"""What waits on the first page: true counts, what ended last first, in words how late, nothing that nobody applied to."""

import re
from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from maru.db import Database, Scope, session
from maru.web import dates
from tenants.catalogue.projection import project
from tenants.console import service as console_service
from tenants.console.service import Narrowing
from tenants.courses.models import Run
from tenants.enrolments import service as enrolments
from tenants.today.service import FIRST_FEW
from tests.conftest import Maker
from tests.tenants.console.conftest import Console


class Office:
    """A city with runs that ended, most of them with somebody in them."""

    def __init__(self, database: Database, make: Maker, city: UUID) -> None:
        self.database, self.make, self.city = database, make, city

    def ended(self, days: int, *, taken: bool = True) -> UUID:
        run = self.make.run(self.city)
        if taken:
            with self.database.transaction(Scope.PERSON, tenant=self.city, person=self.make.person()):
                enrolments.apply(run, self.city)
        last = dates.today() - timedelta(days=days)
        window = {"opens_at": last - timedelta(days=60), "closes_at": last - timedelta(days=30)}
        with self.database.transaction(Scope.JOB, tenant=self.city):
            values = {"starts_on": last - timedelta(days=21), "ends_on": last, **window}
            session().execute(sa.update(Run).where(Run.id == run).values(values))
            project([run])
        return run

    def listed(self, show: str) -> list[UUID]:
        with self.database.transaction(Scope.STAFF, tenant=self.city):
            found, _next = console_service.lines(self.city, Narrowing(show=show))
            return [line.run.id for line in found]


@pytest.fixture
def office(database: Database, make: Maker, city: UUID) -> Office:
    return Office(database, make, city)


def test_what_ended_last_comes_first_and_nobody_is_told_of_empty_runs(console: Console, office: Office) -> None:
    old, empty, fresh = office.ended(1500), office.ended(5, taken=False), office.ended(10)
    page = console()
    assert re.findall(r'class="what" href="/console/runs/([^"/]+)/close"', page) == [str(fresh), str(old)]
    assert str(empty) not in page
    assert "열흘 지났습니다" in page
    assert "1500일 지났습니다" in page
    assert "10 days overdue" in console(lang="en")


def test_more_than_a_few_are_counted_and_the_list_has_them_all(console: Console, office: Office) -> None:
    runs = {office.ended(days) for days in range(1, FIRST_FEW + 3)}
    page = console()
    assert page.count('class="what"') == FIRST_FEW
    assert f"<h2>지금</h2><span>{len(runs)}</span>" in page
    assert f"마치지 않은 강좌 {len(runs)}개 모두 보기" in page
    assert 'href="/console/courses?show=to-close"' in page
    assert set(office.listed("to-close")) == runs
    listed = console("/courses", show="to-close")
    assert all(str(run) in listed for run in runs)


def test_a_run_that_waits_for_nothing_is_not_in_the_narrowed_list(office: Office) -> None:
    office.make.run(office.city)
    assert office.listed("to-close") == []
    assert office.listed("drafts") == []
    assert len(office.listed("anything else")) == 1


@pytest.mark.parametrize("role", ["desk_clerk", "instructor"])
def test_who_cannot_close_a_run_is_not_asked_to(console: Console, office: Office, role: str) -> None:
    run = office.ended(3)
    assert str(run) not in console(role=role)
