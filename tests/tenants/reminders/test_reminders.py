"""Being told before applications open: once, in time, again when the time moves, never after the fact."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import UUID

import pytest
import sqlalchemy as sa

from auth.messages.models import Message
from auth.rights import service as rights
from auth.rights.service import Asking
from maru import jobs
from maru.config import Config
from maru.db import Database, Scope, session
from maru.errors import NotFound, Refused
from maru.storage import connect
from tenants.catalogue import service as catalogue
from tenants.courses import service as courses
from tenants.reminders import messages as kinds
from tenants.reminders import service as reminders
from tenants.reminders.models import Reminder
from tenants.sample.making import engine_connection
from tests.conftest import Maker


@contextmanager
def working(config: Config, database: Database) -> Iterator[None]:
    with jobs.having(jobs.Tools(config, connect(config.s3), partial(database.transaction, Scope.JOB))):
        yield


@pytest.fixture
def city(make: Maker) -> UUID:
    return make.city()


def opening(database: Database, make: Maker, city: UUID, ahead: timedelta) -> UUID:
    run = make.run(city)
    move(database, city, run, ahead)
    return run


def move(database: Database, city: UUID, run: UUID, ahead: timedelta) -> None:
    with database.transaction(Scope.JOB, tenant=city):
        held, now = courses.hold(run), datetime.now(UTC)
        held.opens_at, held.closes_at = now + ahead, now + ahead + timedelta(days=3)
        catalogue.project([run])


def ask(database: Database, city: UUID, run: UUID, person: UUID, hours: int) -> None:
    with database.transaction(Scope.PERSON, tenant=city, person=person):
        reminders.ask(catalogue.get(run, city), person, hours)


def told(config: Config, person: UUID) -> list[tuple[UUID, UUID]]:
    with engine_connection(config.database_url) as connection:
        rows = connection.execute(
            sa.select(Message.tenant_id, Message.about).where(
                Message.person_id == person, Message.kind == "reminders.opening"
            )
        )
        return [(row.tenant_id, row.about) for row in rows]


def kept(database: Database, city: UUID, person: UUID) -> reminders.Asked:
    """The one reminder on a person's own page."""
    with database.transaction(Scope.PERSON, tenant=city, person=person):
        (asked,) = reminders.mine(person)
        return asked


@pytest.mark.parametrize(("hours", "ahead", "times"), [(24, 30, 0), (24, 23, 1), (1, 2, 0), (1, 0.5, 1), (24, 0.1, 1)])
def test_who_asked_is_told_when_the_hour_has_come(
    config: Config, database: Database, make: Maker, city: UUID, hours: int, ahead: float, times: int
) -> None:
    person, run = make.person(), opening(database, make, city, timedelta(hours=ahead))
    ask(database, city, run, person, hours)
    with working(config, database):
        reminders.tell()
        reminders.tell()
    assert [tenant for tenant, _ in told(config, person)] == [city] * times


def test_who_had_the_city_stop_is_not_reminded_of_what_they_asked_before(
    config: Config, database: Database, make: Maker, city: UUID
) -> None:
    """PIPA §37: a suspension that a city grants stops what it does beyond a course; a new wish is a new one."""
    person, clerk, run, later = (
        make.person(),
        make.person(),
        *(opening(database, make, city, timedelta(hours=2)) for _ in "ab"),
    )
    make.enrolment(city, person)
    ask(database, city, run, person, 24)
    with database.transaction(Scope.PERSON, person=person):
        request = rights.ask(person, Asking("suspension", city, "그만 알려 주세요")).id
    with database.transaction(Scope.STAFF, tenant=city, person=clerk):
        rights.grant(request, city, "멈추었습니다", clerk)
    ask(database, city, later, person, 24)
    with working(config, database):
        reminders.tell()
        reminders.tell()
    assert len(told(config, person)) == 1


def test_nobody_is_called_to_a_site_that_rests(config: Config, database: Database, make: Maker, city: UUID) -> None:
    person, run = make.person(), opening(database, make, city, timedelta(minutes=50))
    ask(database, city, run, person, 1)
    for state, times in (("suspended", 0), ("live", 1)):
        with engine_connection(config.database_url) as connection:
            connection.execute(
                sa.text("UPDATE tenants SET state = :state WHERE id = :id"), {"state": state, "id": city}
            )
        with working(config, database):
            reminders.tell()
        assert len(told(config, person)) == times


def test_a_window_that_moves_is_told_again_and_the_old_word_is_not_sent(
    config: Config, database: Database, make: Maker, city: UUID
) -> None:
    person, run = make.person(), opening(database, make, city, timedelta(hours=20))
    ask(database, city, run, person, 24)
    with working(config, database):
        reminders.tell()
        assert kept(database, city, person).told
        move(database, city, run, timedelta(days=5))
        reminders.tell()
        assert len(told(config, person)) == 1
        assert not kept(database, city, person).told
        move(database, city, run, timedelta(hours=3))
        reminders.tell()
    (_, first), (_, second) = told(config, person)
    with database.transaction(Scope.JOB, tenant=city):
        with pytest.raises(NotFound):
            kinds.find(first, "ko")
        assert kinds.find(second, "ko")["course"] == "선착순 강좌 견본"
        assert "am" in kinds.find(second, "en")["opens"] or "pm" in kinds.find(second, "en")["opens"]


@pytest.mark.parametrize("what", ["opened", "cancelled", "dropped"])
def test_nobody_is_told_after_the_fact(config: Config, database: Database, make: Maker, city: UUID, what: str) -> None:
    """Also not when the letter is written only later: the facts are looked up then."""
    person, run = make.person(), opening(database, make, city, timedelta(hours=20))
    ask(database, city, run, person, 24)
    with working(config, database):
        reminders.tell()
    ((_, telling),) = told(config, person)
    if what == "opened":
        move(database, city, run, timedelta(hours=-1))
    elif what == "cancelled":
        with database.transaction(Scope.JOB, tenant=city):
            catalogue.cancel_run(run, "강사 사정")
    else:
        with database.transaction(Scope.PERSON, tenant=city, person=person):
            reminders.drop(run, person)
    with database.transaction(Scope.JOB, tenant=city), pytest.raises(NotFound):
        kinds.find(telling, "ko")
    with working(config, database):
        reminders.tell()
    assert len(told(config, person)) == 1


def test_what_has_opened_cannot_be_asked_for(database: Database, make: Maker, city: UUID) -> None:
    run = make.run(city)
    with pytest.raises(Refused):
        ask(database, city, run, make.person(), 24)


def test_asking_again_changes_when(database: Database, make: Maker, city: UUID) -> None:
    person, run = make.person(), opening(database, make, city, timedelta(hours=30))
    ask(database, city, run, person, 24)
    ask(database, city, run, person, 1)
    with database.transaction(Scope.PERSON, person=person):
        assert [(one.hours, one.run.run_id) for one in reminders.mine(person)] == [(1, run)]
        reminders.drop(run, person)
        assert reminders.mine(person) == []


def test_reminders_are_limited(database: Database, make: Maker, city: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    person, most = make.person(), sa.text("SELECT 2")
    runs = [opening(database, make, city, timedelta(hours=30)) for _ in range(3)]
    with database.transaction(Scope.PUBLIC):
        assert session().scalars(reminders.MOST).one() == 50
    monkeypatch.setattr(reminders, "MOST", most)
    ask(database, city, runs[0], person, 24)
    ask(database, city, runs[1], person, 24)
    with pytest.raises(Refused):
        ask(database, city, runs[2], person, 24)
    ask(database, city, runs[1], person, 1)


def test_reminders_are_nobody_elses(database: Database, make: Maker, city: UUID) -> None:
    person, run = make.person(), opening(database, make, city, timedelta(hours=30))
    ask(database, city, run, person, 24)
    with database.transaction(Scope.PERSON, person=make.person()):
        assert session().scalars(sa.select(Reminder)).all() == []
