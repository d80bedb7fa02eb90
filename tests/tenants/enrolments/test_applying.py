"""First come by a number taken under the lock (CAM-6.4, CAM-6.6): seats, waiting line, cancelling."""

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
import sqlalchemy as sa

from maru.db import Database, Scope
from maru.errors import Refused
from tenants.catalogue import service as catalogue
from tenants.catalogue.filters import Filters
from tenants.catalogue.projection import project
from tenants.courses.models import Run
from tenants.enrolments import service as enrolments
from tests.conftest import Maker


def apply(database: Database, person: UUID, tenant: UUID, run: UUID, key: str | None = None) -> enrolments.Placed:
    with database.transaction(Scope.PERSON, tenant=tenant, person=person):
        return enrolments.apply(run, tenant, key)


def cancel(database: Database, person: UUID, tenant: UUID, application: UUID) -> enrolments.Placed:
    with database.transaction(Scope.PERSON, tenant=tenant, person=person):
        return enrolments.cancel(application)


def test_the_first_are_placed_and_the_rest_wait_in_order(database: Database, make: Maker) -> None:
    city = make.city()
    run = make.run(city, capacity=2)
    placed = [apply(database, make.person(), city, run) for _ in range(4)]
    assert [(one.state, one.position) for one in placed] == [
        ("placed", None), ("placed", None), ("waiting", 1), ("waiting", 2),
    ]  # fmt: skip


def test_a_cancelled_seat_goes_to_the_first_in_line(database: Database, make: Maker) -> None:
    city = make.city()
    run = make.run(city, capacity=1)
    people = [make.person() for _ in range(3)]
    applications = [apply(database, person, city, run) for person in people]
    assert cancel(database, people[0], city, applications[0].id).state == "cancelled"
    with database.transaction(Scope.PERSON, tenant=city, person=people[1]):
        assert enrolments.get(applications[1].id).state == "placed"
    with database.transaction(Scope.PERSON, tenant=city, person=people[2]):
        assert enrolments.get(applications[2].id).position == 1
    again = apply(database, people[0], city, run)
    assert (again.state, again.position) == ("waiting", 2)


def test_a_place_in_a_course_that_was_called_off_needs_no_cancelling(database: Database, make: Maker) -> None:
    city, person = make.city(), make.person()
    run = make.run(city)
    held = apply(database, person, city, run).id
    with database.transaction(Scope.JOB, tenant=city) as opened:
        opened.execute(sa.text("UPDATE runs SET cancelled_at = now() WHERE id = :run"), {"run": run})
    with pytest.raises(Refused, match="따로 취소하지") as refused:
        cancel(database, person, city, held)
    assert refused.value.slug == "run-cancelled"
    with database.transaction(Scope.PERSON, tenant=city, person=person):
        assert enrolments.get(held).state == "placed"


def test_a_second_application_is_refused_and_a_repeated_key_is_not(database: Database, make: Maker) -> None:
    city, person = make.city(), make.person()
    run = make.run(city)
    first, second = (apply(database, person, city, run, "key-1") for _ in range(2))
    assert first.id == second.id
    assert (first.new, second.new) == (True, False)
    with pytest.raises(Refused) as refused:
        apply(database, person, city, run, "key-2")
    assert refused.value.slug == "already-applied"


@pytest.mark.parametrize(
    ("selection", "first_come"),
    [("", True), ("선착순", True), ("수시 모집", True), ("추첨", False), ("서류심사+면접", False), ("선착순 또는 추첨", False)],
)  # fmt: skip
def test_where_people_are_drawn_or_chosen_nobody_takes_a_place(
    database: Database, make: Maker, selection: str, first_come: bool
) -> None:
    """CAM-6.4: a draw that took the first would promise what it does not keep."""
    city, person = make.city(), make.person()
    run = make.run(city)
    with database.transaction(Scope.JOB, tenant=city) as opened:
        opened.get_one(Run, (city, run)).selection = selection
        opened.flush()
        project([run])
    with database.transaction(Scope.PERSON, tenant=city, person=person):
        told = enrolments.obstacle(catalogue.get(run, city), person)
        open_now = catalogue.find(Filters(state=("open",)), tenant=city).rows
    assert (told is None) == first_come
    assert [row.run_id for row in open_now] == ([run] if first_come else [])
    if first_come:
        assert apply(database, person, city, run).state == "placed"
        return
    with pytest.raises(Refused, match="추첨이나 심사로") as refused:
        apply(database, person, city, run)
    assert refused.value.slug == "not-first-come"


def test_full_without_waiting_places(database: Database, make: Maker) -> None:
    city = make.city()
    run = make.run(city, capacity=1, waiting=0)
    apply(database, make.person(), city, run)
    with pytest.raises(Refused) as refused:
        apply(database, make.person(), city, run)
    assert refused.value.slug == "run-full"


def test_never_oversold_when_many_press_at_once(config: object, database: Database, make: Maker) -> None:
    city = make.city()
    run = make.run(city, capacity=20)
    people = [make.person() for _ in range(60)]
    with ThreadPoolExecutor(5) as pool:
        placed = list(pool.map(lambda person: apply(database, person, city, run), people))
    assert sum(one.state == "placed" for one in placed) == 20
    waiting = sorted((one.number, one.position) for one in placed if one.state == "waiting")
    assert [position for _, position in waiting] == list(range(1, 41))
