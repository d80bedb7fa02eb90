"""Whatever people do, and in whatever order: nobody is oversold, nobody is overtaken, and the counters are the rows."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from maru.config import Config
from maru.db import Database, Scope
from maru.errors import Refused
from maru.migrating import owner_connection
from tenants.enrolments import service as enrolments
from tenants.sample import making
from tenants.sample.making import make_people
from tests.conftest import Maker

PEOPLE = 4
Act = Literal["apply", "cancel", "seats"]
Answer = str
"""`placed`, `waiting N`, `cancelled`, or the slug of a refusal."""


@dataclass(frozen=True)
class Step:
    act: Act
    person: int = 0
    capacity: int = 0
    waiting_limit: int | None = None


@dataclass
class Line:
    """What a run does, in plain words: the first have seats, the others wait in order of receipt."""

    capacity: int
    waiting_limit: int | None
    placed: list[int] = field(default_factory=list)
    waiting: list[int] = field(default_factory=list)

    def take(self, step: Step) -> Answer:
        if step.act == "seats":
            return self.seats(step.capacity, step.waiting_limit)
        return self.apply(step.person) if step.act == "apply" else self.cancel(step.person)

    def apply(self, person: int) -> Answer:
        if person in self.placed + self.waiting:
            return "already-applied"
        if len(self.placed) < self.capacity and not self.waiting:
            self.placed.append(person)
            return "placed"
        if self.waiting_limit is not None and len(self.waiting) >= self.waiting_limit:
            return "run-full"
        self.waiting.append(person)
        return f"waiting {len(self.waiting)}"

    def cancel(self, person: int) -> Answer:
        if person not in self.placed + self.waiting:
            return "nothing"
        (self.placed if person in self.placed else self.waiting).remove(person)
        self.move_up()
        return "cancelled"

    def seats(self, capacity: int, waiting_limit: int | None) -> Answer:
        if capacity < len(self.placed):
            return "below-placed"
        self.capacity, self.waiting_limit = capacity, waiting_limit
        self.move_up()
        return "set"

    def move_up(self) -> None:
        while self.waiting and len(self.placed) < self.capacity:
            self.placed.append(self.waiting.pop(0))


class Run:
    """The same on a real run of the city, through the services that pages and API call."""

    def __init__(self, hall: "Hall", *, capacity: int, waiting: int | None = None) -> None:
        self._hall, self._database, self._city = hall, hall.database, hall.city
        self.id = hall.make.run(hall.city, capacity=capacity, waiting=waiting)
        self._people = [person for person, _ in make_people(hall.config.database_url, PEOPLE)]
        self._applications: dict[int, UUID] = {}

    def take(self, step: Step) -> Answer:
        if step.act == "seats":
            with self._database.transaction(Scope.STAFF, tenant=self._city) as opened:
                values = {"run": self.id, "capacity": step.capacity, "most": step.waiting_limit}
                return opened.scalar(sa.text("SELECT engine.set_seats(:run, :capacity, :most)"), values) or "set"
        with self._database.transaction(Scope.PERSON, tenant=self._city, person=self._people[step.person]):
            return self._apply(step.person) if step.act == "apply" else self._cancel(step.person)

    def _apply(self, person: int) -> Answer:
        try:
            placed = enrolments.apply(self.id, self._city)
        except Refused as refused:
            return refused.slug
        self._applications[person] = placed.id
        return f"waiting {placed.position}" if placed.state == "waiting" else placed.state

    def _cancel(self, person: int) -> Answer:
        application = self._applications.pop(person, None)
        return enrolments.cancel(application).state if application else "nothing"

    def raw_answer(self, person: int) -> Any:
        """What the engine itself says to an application."""
        with self._database.transaction(Scope.PERSON, tenant=self._city, person=self._people[person]) as opened:
            return opened.execute(sa.text("SELECT * FROM engine.apply(:run, NULL)"), {"run": self.id}).one()

    def look(self) -> Any:
        """Counters, applications that stand in the order of their numbers, and everybody's own place in line."""
        seats = sa.text("SELECT capacity, waiting_limit, placed, waiting, next_number FROM seats WHERE run_id = :run")
        rows = sa.text("SELECT person_id, state, number FROM applications WHERE run_id = :run ORDER BY number")
        with self._hall.looking.begin():
            self._hall.looking.exec_driver_sql("SET LOCAL ROLE maru_engine")
            counters = self._hall.looking.execute(seats, {"run": self.id}).one()
            found = self._hall.looking.execute(rows, {"run": self.id}).all()
        numbers = [row.number for row in found]
        assert len(set(numbers)) == len(numbers)
        assert counters.next_number > max(numbers, default=0)
        standing = {
            state: [self._people.index(row.person_id) for row in found if row.state == state]
            for state in ("placed", "waiting")
        }
        assert (counters.placed, counters.waiting) == (len(standing["placed"]), len(standing["waiting"])), (
            "counters are rows"
        )
        assert counters.placed <= counters.capacity
        return counters.capacity, counters.waiting_limit, sorted(standing["placed"]), standing["waiting"]

    def positions(self) -> list[int]:
        """Each waiting person's own place, asked as that person."""
        found = []
        for person, application in self._applications.items():
            with self._database.transaction(Scope.PERSON, tenant=self._city, person=self._people[person]):
                found.append(enrolments.get(application).position)
        return sorted(place for place in found if place)


STEPS = st.lists(
    st.one_of(
        st.builds(Step, st.just("apply"), st.integers(0, PEOPLE - 1)),
        st.builds(Step, st.just("apply"), st.integers(0, PEOPLE - 1)),
        st.builds(Step, st.just("cancel"), st.integers(0, PEOPLE - 1)),
        st.builds(Step, st.just("seats"), st.just(0), st.integers(0, 4), st.sampled_from([None, 0, 1, 3])),
    ),
    min_size=3,
    max_size=12,
)  # fmt: skip


@dataclass
class Hall:
    """A city, and a connection that sees every row of it."""

    config: Config
    database: Database
    make: Maker
    city: UUID
    looking: sa.Connection

    def wait_for_a_lock(self) -> None:
        """Until somebody stands before a lock that another holds."""
        waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted"
        for _ in range(1500):
            with self.looking.begin():
                if self.looking.exec_driver_sql(waiting).scalar_one():
                    return
            time.sleep(0.01)
        raise TimeoutError


@pytest.fixture(scope="module")
def hall(config: Config, database: Database, make: Maker) -> Iterator[Hall]:
    with owner_connection(config.database_url) as looking:
        yield Hall(config, database, make, make.city(), looking)


@settings(max_examples=25, deadline=None)
@given(capacity=st.integers(0, 3), limit=st.sampled_from([None, 0, 1, 2]), steps=STEPS)
def test_a_run_does_what_the_rules_say(hall: Hall, capacity: int, limit: int | None, steps: list[Step]) -> None:
    line, run = Line(capacity, limit), Run(hall, capacity=capacity, waiting=limit)
    for step in steps:
        assert run.take(step) == line.take(step), step
        assert run.look() == (line.capacity, line.waiting_limit, sorted(line.placed), line.waiting)
    assert run.positions() == list(range(1, len(line.waiting) + 1))


def test_who_cancels_and_comes_again_joins_the_end(hall: Hall) -> None:
    run = Run(hall, capacity=1)
    steps: list[tuple[Act, int]] = [("apply", 0), ("apply", 1), ("apply", 2), ("cancel", 1), ("apply", 1)]
    answers = [run.take(Step(act, person)) for act, person in steps]
    assert answers == ["placed", "waiting 1", "waiting 2", "cancelled", "waiting 2"]
    assert run.take(Step("cancel", 0)) == "cancelled"
    assert run.look()[2:] == ([2], [1])


def begun(hall: Hall, closes: str) -> Run:
    """A run of one place and one who waits, which begins today."""
    run = Run(hall, capacity=1)
    for person in range(2):
        run.take(Step("apply", person))
    change = f"UPDATE runs SET starts_on = walls.today(), closes_at = {closes} WHERE id = :run"
    with hall.database.transaction(Scope.STAFF, tenant=hall.city) as opened:
        opened.execute(sa.text(change), {"run": run.id})
    return run


def test_once_the_class_has_begun_and_the_window_is_closed_a_free_seat_waits_for_the_staff(hall: Hall) -> None:
    """CAM-6.6: the line closes at class start; nobody is moved into a class without being asked."""
    run = begun(hall, "now()")
    assert run.take(Step("cancel", 0)) == "cancelled"
    assert run.look()[2:] == ([], [1])


@pytest.mark.parametrize("closes", ["now() + interval '1 day'", "NULL"])
def test_while_a_begun_class_takes_applications_the_line_moves_up(hall: Hall, closes: str) -> None:
    """Else who comes now would be told of a free seat and put behind those who wait for it."""
    run = begun(hall, closes)
    assert run.take(Step("cancel", 0)) == "cancelled"
    assert run.look()[2:] == ([1], [])
    assert run.take(Step("apply", 2)) == "waiting 1"


@pytest.mark.parametrize(
    ("end", "refusal"),
    [
        ("settled_at = now()", "closed"),
        ("cancelled_at = now()", "run-cancelled"),
        ("published_at = NULL", "not-found"),
    ],
)
def test_who_waits_for_the_lock_while_the_run_is_ended_gets_no_place(hall: Hall, end: str, refusal: str) -> None:
    """Closing, calling off and withdrawing hold the seats; an application that has read the open run already must not slip in."""
    run = Run(hall, capacity=1)
    with ThreadPoolExecutor(1) as pool:
        with hall.database.transaction(Scope.STAFF, tenant=hall.city) as opened:
            opened.execute(sa.text("SELECT engine.hold_seats(:run)"), {"run": run.id})
            opened.execute(sa.text(f"UPDATE runs SET {end} WHERE id = :run"), {"run": run.id})
            late = pool.submit(run.raw_answer, 0)
            hall.wait_for_a_lock()
        assert late.result(30).refusal == refusal
    assert run.look()[2:] == ([], [])


def test_more_than_twenty_applications_in_a_minute_are_refused(hall: Hall) -> None:
    runs = making.make_runs(hall.database, hall.city, 5, count=21)
    person, other = hall.make.person(), hall.make.person()

    def refusal(who: UUID, run: UUID) -> Any:
        with hall.database.transaction(Scope.PERSON, tenant=hall.city, person=who) as opened:
            return opened.execute(sa.text("SELECT * FROM engine.apply(:run, NULL)"), {"run": run}).one().refusal

    assert [refusal(person, run) for run in runs] == [None] * 20 + ["rate-limited"]
    assert refusal(other, runs[0]) is None, "the limit is each person's own"
