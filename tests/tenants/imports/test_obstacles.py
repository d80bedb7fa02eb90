"""What an import must not do to runs that people hold seats in, or that are over."""

from uuid import UUID

import pytest
import sqlalchemy as sa

from maru.db import Scope, session
from maru.migrating import engine_connection
from maru.web import dates
from tenants.attendance import service as attendance
from tenants.catalogue import service as catalogue
from tenants.courses.models import Run
from tenants.enrolments import service as enrolments
from tests.conftest import Maker
from tests.tenants.imports.conftest import Desk
from tests.tenants.imports.files import line


@pytest.fixture
def run(desk: Desk) -> UUID:
    """A published run of 20 seats."""
    desk.put(line("수채화"))
    (found,) = desk.runs()
    with desk.working():
        catalogue.publish([found.id])
    return found.id


def apply(desk: Desk, make: Maker, run: UUID) -> tuple[UUID, UUID]:
    person = make.person()
    with desk.database.transaction(Scope.PERSON, tenant=desk.tenant, person=person):
        return enrolments.apply(run, desk.tenant).id, person


def test_a_capacity_below_the_seats_taken(desk: Desk, make: Maker, run: UUID) -> None:
    for _ in range(3):
        apply(desk, make, run)
    refused = desk.put(line("수채화", 강좌정원수="2")).rows[0]
    assert (refused.outcome, refused.code) == ("refused", "capacity-below-placed")
    assert "3명" in refused.message
    assert desk.put(line("수채화", 강좌정원수="3")).totals["accepted"] == 1
    with desk.working():
        assert catalogue.get(run, desk.tenant).capacity == 3


def test_a_larger_capacity_lets_the_waiting_in(desk: Desk, make: Maker, run: UUID) -> None:
    desk.put(line("수채화", 강좌정원수="1"))
    apply(desk, make, run)
    waiting, person = apply(desk, make, run)
    desk.put(line("수채화", 강좌정원수="2"))
    with desk.database.transaction(Scope.PERSON, tenant=desk.tenant, person=person):
        assert enrolments.get(waiting).state == "placed"


def test_a_settled_run_stays_as_it_is(desk: Desk, run: UUID) -> None:
    with desk.working():
        session().execute(sa.update(Run).where(Run.id == run).values(settled_at=sa.func.now()))
    refused = desk.put(line("수채화", 수강료="5000")).rows[0]
    assert (refused.outcome, refused.code) == ("refused", "run-settled")
    assert desk.put(line("수채화")).totals["unchanged"] == 1


def test_days_stand_once_attendance_is_recorded(desk: Desk, make: Maker) -> None:
    today = {"starts": 0, "접수종료일자": str(dates.today())}
    desk.put(line("수채화", **today))
    (found,) = desk.runs()
    with desk.working():
        catalogue.publish([found.id])
    application, _ = apply(desk, make, found.id)
    with desk.working():
        attendance.mark(found.meetings[0].id, application, "present", make.person())
    refused = desk.put(line("수채화", weeks=5, **today)).rows[0]
    assert (refused.outcome, refused.code) == ("refused", "attendance-recorded")
    assert desk.put(line("수채화", 강좌정원수="22", **today)).totals["accepted"] == 1
    assert [one.id for one in desk.runs()[0].meetings] == [one.id for one in found.meetings]


def test_a_course_with_applicants_keeps_a_window(desk: Desk, make: Maker, run: UUID) -> None:
    apply(desk, make, run)
    refused = desk.put(line("수채화", 접수시작일자="", 접수종료일자="")).rows[0]
    assert (refused.outcome, refused.code) == ("refused", "window-of-applicants")


def test_the_public_page_follows_an_import(desk: Desk, run: UUID) -> None:
    desk.put(line("수채화", 수강료="12000", 교육장소="마루홀"))
    with desk.working():
        row = catalogue.get(run, desk.tenant)
    assert (row.fee, row.venue, len(row.meetings)) == (12000, "마루홀", 4)


def test_the_engine_is_told_of_a_smaller_line(desk: Desk, make: Maker, run: UUID) -> None:
    """The counter is the engine's: an import that raises the capacity never counts a seat twice."""
    apply(desk, make, run)
    desk.put(line("수채화", 강좌정원수="21"))
    with engine_connection(make.config.database_url) as connection:
        seats = connection.execute(sa.text("SELECT capacity, placed FROM seats WHERE run_id = :run"), {"run": run})
        assert seats.one() == (21, 1)
