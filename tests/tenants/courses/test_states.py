"""The states of a run (domain 6.3), and that what the state promises is what the engine does."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, get_args
from uuid import UUID

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from maru.config import Config
from maru.db import Database, Scope
from maru.migrating import owner_connection
from maru.web import dates
from maru.web.dates import SEOUL
from tenants.courses.states import State, closes_soon, state_of
from tests.conftest import Maker

NOON = datetime(2026, 11, 10, 12, tzinfo=SEOUL)
TODAY = NOON.date()


@dataclass(frozen=True)
class Plan:
    """A run as the states see it: open now with free seats, class days in a fortnight."""

    starts_on: date = TODAY + timedelta(days=14)
    ends_on: date = TODAY + timedelta(days=28)
    opens_at: datetime | None = NOON - timedelta(hours=1)
    closes_at: datetime | None = NOON + timedelta(days=7)
    cancelled_at: datetime | None = None
    settled_at: datetime | None = None
    capacity: int = 10
    waiting_limit: int | None = None
    placed: int = 0
    waiting: int = 0

    def state(self) -> State:
        return state_of(self, self, NOON, TODAY)


SHUT = Plan(opens_at=NOON - timedelta(days=9), closes_at=NOON)
EXAMPLES: list[tuple[State, Plan]] = [
    ("open", Plan()),
    ("open", Plan(opens_at=NOON)),
    ("open", Plan(closes_at=NOON + timedelta(microseconds=1))),
    ("open", Plan(closes_at=None)),
    ("open", Plan(placed=9)),
    ("waiting", Plan(placed=10)),
    ("waiting", Plan(placed=9, waiting=1)),
    ("waiting", Plan(placed=10, waiting=2, waiting_limit=3)),
    ("waiting", Plan(capacity=0)),
    ("closed", Plan(placed=10, waiting=3, waiting_limit=3)),
    ("closed", Plan(placed=10, waiting_limit=0)),
    ("closed", SHUT),
    ("scheduled", Plan(opens_at=NOON + timedelta(microseconds=1))),
    ("scheduled", Plan(opens_at=None, closes_at=None)),
    ("running", replace(SHUT, starts_on=TODAY, ends_on=TODAY)),
    ("running", Plan(opens_at=None, starts_on=TODAY - timedelta(days=1), ends_on=TODAY)),
    ("open", Plan(starts_on=TODAY - timedelta(days=1), ends_on=TODAY)),
    ("ended", replace(SHUT, starts_on=TODAY - timedelta(days=9), ends_on=TODAY - timedelta(days=1))),
    ("ended", Plan(starts_on=TODAY - timedelta(days=9), ends_on=TODAY - timedelta(days=1))),
    ("ended", Plan(starts_on=TODAY - timedelta(days=9), ends_on=TODAY - timedelta(days=1), closes_at=None)),
    ("settled", Plan(settled_at=NOON)),
    ("cancelled", Plan(settled_at=NOON, cancelled_at=NOON)),
]


@pytest.mark.parametrize(("state", "plan"), EXAMPLES)
def test_states_by_example(state: State, plan: Plan) -> None:
    assert plan.state() == state


INSTANTS = st.one_of(st.none(), st.integers(-40, 40).map(lambda hours: NOON + timedelta(hours=hours, minutes=1)))
PLANS = st.builds(
    Plan,
    starts_on=st.integers(-3, 3).map(lambda days: TODAY + timedelta(days=days)),
    ends_on=st.integers(-3, 6).map(lambda days: TODAY + timedelta(days=days)),
    opens_at=INSTANTS, closes_at=INSTANTS, cancelled_at=st.one_of(st.none(), st.none(), INSTANTS),
    settled_at=st.one_of(st.none(), st.none(), INSTANTS),
    capacity=st.integers(0, 3), waiting_limit=st.one_of(st.none(), st.integers(0, 2)), waiting=st.integers(0, 3),
).flatmap(lambda plan: st.integers(0, plan.capacity).map(lambda placed: replace(plan, placed=placed))).filter(
    lambda plan: (plan.opens_at is None or plan.closes_at is None or plan.opens_at < plan.closes_at)
    and plan.starts_on <= plan.ends_on
)  # fmt: skip


@given(PLANS)
def test_a_run_has_one_of_the_states_and_is_open_only_in_its_window(plan: Plan) -> None:
    state = plan.state()
    assert state in get_args(State)
    inside = plan.opens_at is not None and plan.opens_at <= NOON and (plan.closes_at is None or plan.closes_at > NOON)
    if state in ("open", "waiting"):
        assert inside
        assert plan.ends_on >= TODAY
    if state == "open":
        assert plan.placed < plan.capacity
        assert plan.waiting == 0
    assert (state == "cancelled") == (plan.cancelled_at is not None)


@given(PLANS, st.timedeltas(timedelta(0), timedelta(days=20)))
def test_time_leads_on_and_never_back(plan: Plan, later: timedelta) -> None:
    order = ["scheduled", "open", "waiting", "closed", "running", "ended", "settled", "cancelled"]
    then = NOON + later
    if plan.opens_at is not None:
        before, after = plan.state(), state_of(plan, plan, then, dates.in_seoul(then).date())
        in_window = {"open", "waiting", "closed"}
        assert order.index(before) <= order.index(after) or {before, after} & in_window


@pytest.mark.parametrize(
    ("plan", "soon"),
    [
        (Plan(), False), (Plan(placed=8), False), (Plan(placed=9), True), (Plan(capacity=0), False),
        (Plan(closes_at=NOON + timedelta(hours=48)), True), (Plan(closes_at=NOON + timedelta(hours=49)), False),
        (Plan(closes_at=None), False),
    ],
)  # fmt: skip
def test_a_run_closes_soon_in_its_last_days_or_with_few_seats_left(plan: Plan, soon: bool) -> None:
    assert closes_soon(plan, plan, NOON) is soon


REFUSALS: dict[State, set[str]] = {
    "scheduled": {"not-open"}, "closed": {"closed", "run-full"}, "running": {"not-open", "closed"},
    "ended": {"not-open", "closed"}, "settled": {"not-open", "closed"}, "cancelled": {"run-cancelled"},
}  # fmt: skip


class TakenBack(Exception):
    """Ends a trial without a trace."""


class Trial:
    """A real run for each try, since what is settled stays so, and a person who would apply."""

    def __init__(self, counters: sa.Connection, database: Database, make: Maker) -> None:
        self._counters, self._database, self._make = counters, database, make
        self.city, self.person = make.city(), make.person()
        self.run: UUID | None = None

    def arrange(self, plan: Plan) -> None:
        """The plan, moved to this very moment."""
        self.run = self._make.run(self.city)
        now = datetime.now(UTC) - NOON
        days = dates.today() - TODAY
        instants = {name: value + now if (value := getattr(plan, name)) else None for name in INSTANT_NAMES}
        period = {name: getattr(plan, name) + days for name in ("starts_on", "ends_on")}
        counts = {name: getattr(plan, name) for name in ("capacity", "waiting_limit", "placed", "waiting")}
        with self._database.transaction(Scope.STAFF, tenant=self.city) as opened:
            plain = {**instants, **period}
            opened.execute(sa.text(f"UPDATE runs SET {setters(plain)} WHERE id = :run"), {**plain, "run": self.run})
        with self._counters.begin():
            self._counters.exec_driver_sql("SET LOCAL ROLE maru_engine")
            aim = {**counts, "run": self.run}
            self._counters.execute(sa.text(f"UPDATE seats SET {setters(counts)} WHERE run_id = :run"), aim)

    def apply(self) -> Any:
        """What the engine answers; nothing of it stays."""
        found = []
        with (
            suppress(TakenBack),
            self._database.transaction(Scope.PERSON, tenant=self.city, person=self.person) as opened,
        ):
            found.append(opened.execute(sa.text("SELECT * FROM engine.apply(:run, NULL)"), {"run": self.run}).one())
            raise TakenBack
        return found[0]


INSTANT_NAMES = ("opens_at", "closes_at", "cancelled_at", "settled_at")


def setters(values: dict[str, Any]) -> str:
    return ", ".join(f"{name} = :{name}" for name in values)


@pytest.fixture(scope="module")
def trial(config: Config, database: Database, make: Maker) -> Iterator[Trial]:
    with owner_connection(config.database_url) as counters:
        yield Trial(counters, database, make)


def agrees(trial: Trial, plan: Plan) -> None:
    """The state that people read, and what happens when they press."""
    state = plan.state()
    trial.arrange(plan)
    answer = trial.apply()
    if state in ("open", "waiting"):
        assert (answer.refusal, answer.state) == (None, "placed" if state == "open" else "waiting")
    else:
        assert answer.refusal in REFUSALS[state]


@settings(max_examples=60, deadline=None)
@given(PLANS)
def test_the_engine_accepts_what_the_state_promises(trial: Trial, plan: Plan) -> None:
    agrees(trial, plan)


LASTING = [(state, plan) for state, plan in EXAMPLES if timedelta(microseconds=1) not in (
    (plan.opens_at or NOON) - NOON, (plan.closes_at or NOON) - NOON)]  # fmt: skip
"""The examples that still hold a moment later."""


@pytest.mark.parametrize(("state", "plan"), LASTING)
def test_the_engine_agrees_with_the_examples(trial: Trial, state: State, plan: Plan) -> None:
    agrees(trial, plan)


def test_a_run_that_is_not_published_is_not_there(trial: Trial, database: Database, make: Maker) -> None:
    unpublished: UUID = make.run(trial.city)
    with database.transaction(Scope.STAFF, tenant=trial.city) as opened:
        opened.execute(sa.text("UPDATE runs SET published_at = NULL WHERE id = :run"), {"run": unpublished})
    with database.transaction(Scope.PERSON, tenant=trial.city, person=trial.person) as opened:
        answer = opened.execute(sa.text("SELECT * FROM engine.apply(:run, NULL)"), {"run": unpublished}).one()
    assert answer.refusal == "not-found"
