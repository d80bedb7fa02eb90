"""Why a person cannot apply: told before they press, by the same rules as the engine's."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from maru.config import Config
from maru.db import Database, Scope
from maru.errors import NotEligible
from maru.migrating import engine_connection, owner_connection
from maru.web import dates
from tenants.enrolments import eligibility
from tenants.enrolments import service as enrolments
from tenants.enrolments.eligibility import Applicant, age_on
from tests.conftest import Maker


@dataclass(frozen=True)
class Rules:
    resident_only: bool = False
    min_age: int | None = None
    max_age: int | None = None
    verified_only: bool = False


@pytest.mark.parametrize(
    ("birth", "day", "age"),
    [
        (date(2000, 5, 10), date(2026, 5, 9), 25), (date(2000, 5, 10), date(2026, 5, 10), 26),
        (date(2000, 2, 29), date(2026, 2, 28), 25), (date(2000, 2, 29), date(2026, 3, 1), 26),
        (date(2000, 2, 29), date(2028, 2, 29), 28), (date(2026, 1, 1), date(2026, 1, 1), 0),
        (date(2000, 12, 31), date(2026, 1, 1), 25),
    ],
)  # fmt: skip
def test_an_age_grows_on_the_birthday(birth: date, day: date, age: int) -> None:
    assert age_on(birth, day) == age


TODAY = date(2026, 11, 10)
PROVEN = datetime(2026, 1, 1, tzinfo=UTC)
SIXTY = date(1966, 11, 10)


@pytest.mark.parametrize(
    ("rules", "applicant", "code"),
    [
        (Rules(), Applicant(None, None), None),
        (Rules(resident_only=True), Applicant(None, "41110"), None),
        (Rules(resident_only=True), Applicant(None, "41130"), "not-resident"),
        (Rules(resident_only=True), Applicant(None, None), "not-resident"),
        (Rules(min_age=60), Applicant(SIXTY, None), None),
        (Rules(min_age=60), Applicant(SIXTY + timedelta(days=1), None), "too-young"),
        (Rules(max_age=60), Applicant(SIXTY, None), None),
        (Rules(max_age=59), Applicant(SIXTY, None), "too-old"),
        (Rules(min_age=0), Applicant(None, None), "birth-date-missing"),
        (Rules(resident_only=True, min_age=60), Applicant(None, None), "not-resident"),
        (Rules(verified_only=True), Applicant(None, None), "not-verified"),
        (Rules(verified_only=True), Applicant(None, None, PROVEN), None),
        (Rules(verified_only=True, min_age=60), Applicant(None, None), "not-verified"),
    ],
)  # fmt: skip
def test_obstacles_by_example(rules: Rules, applicant: Applicant, code: str | None) -> None:
    assert eligibility.obstacle(rules, "41110", applicant, TODAY) == code


def test_a_city_without_a_region_has_no_residents() -> None:
    for home in (None, "41110"):
        assert eligibility.obstacle(Rules(resident_only=True), None, Applicant(None, home), TODAY) == "not-resident"


AGES = st.one_of(st.none(), st.integers(0, 120))
RULES = st.builds(Rules, resident_only=st.booleans(), min_age=AGES, max_age=AGES, verified_only=st.booleans())
BIRTHS = st.dates(date(1906, 1, 1), TODAY)
APPLICANTS = st.builds(
    Applicant,
    birth_date=st.one_of(st.none(), BIRTHS),
    home=st.sampled_from([None, "41110", "41130"]),
    verified_at=st.sampled_from([None, PROVEN]),
)


@given(RULES, APPLICANTS)
def test_who_is_let_in_fulfils_every_rule(rules: Rules, applicant: Applicant) -> None:
    code = eligibility.obstacle(rules, "41110", applicant, TODAY)
    fulfilled = [not rules.resident_only or applicant.home == "41110", not rules.verified_only or applicant.verified_at]
    if rules.min_age is not None or rules.max_age is not None:
        age = age_on(applicant.birth_date, TODAY) if applicant.birth_date else None
        fulfilled.append(
            age is not None and (rules.min_age or 0) <= age <= (999 if rules.max_age is None else rules.max_age)
        )
    assert (code is None) == all(fulfilled)


@given(birth=BIRTHS, later=st.integers(0, 40_000))
def test_an_age_never_sinks(birth: date, later: int) -> None:
    day = birth + timedelta(days=later)
    assert 0 <= age_on(birth, day) <= age_on(birth, day + timedelta(days=1)) <= age_on(birth, day) + 1


def test_the_database_counts_years_alike(config: Config) -> None:
    """The engine's sentence for an age, on every day around a leap day and a turn of the year."""
    births = [date(2000, 2, 28) + timedelta(days=n) for n in range(3)] + [date(1999, 12, 31), date(2000, 1, 1)]
    days = [date(year, 1, 1) + timedelta(days=n) for year in (2026, 2028) for n in range(366)]
    age = sa.text(
        "SELECT extract(year FROM age(day, birth))::int FROM unnest(CAST(:births AS date[])) WITH ORDINALITY AS b (birth, n),"
        " unnest(CAST(:days AS date[])) WITH ORDINALITY AS d (day, m) ORDER BY n, m"
    )
    with engine_connection(config.database_url) as connection:
        counted = connection.execute(age, {"births": births, "days": days}).scalars().all()
    assert counted == [age_on(birth, day) for birth in births for day in days]


NEAR = st.sampled_from([None, -1, 0, 1])


class Office:
    """A city with a run whose rules change, and a person of whom something else is known each time."""

    def __init__(self, register: sa.Connection, database: Database, make: Maker) -> None:
        self._register, self._database = register, database
        self.region = make.region()
        self.city, self.person = make.city(region=self.region), make.person(home=self.region)
        self.run = make.run(self.city)

    def arrange(self, rules: Rules, applicant: Applicant) -> None:
        values = {
            **vars(rules),
            "run": self.run,
            "birth": applicant.birth_date,
            "home": applicant.home,
            "proven": applicant.verified_at,
            "person": self.person,
        }
        with self._database.transaction(Scope.STAFF, tenant=self.city) as opened:
            change = (
                "UPDATE runs SET resident_only = :resident_only, verified_only = :verified_only,"
                " min_age = :min_age, max_age = :max_age"
            )
            opened.execute(sa.text(f"{change} WHERE id = :run"), values)
        with (connection := self._register).begin():
            connection.exec_driver_sql("SET LOCAL ROLE maru_engine")
            connection.execute(
                sa.text("UPDATE people SET birth_date = :birth, verified_at = :proven WHERE id = :person"), values
            )
            connection.execute(sa.text("DELETE FROM residences WHERE person_id = :person"), values)
            if applicant.home:
                lives = (
                    "INSERT INTO residences (person_id, region_code, valid, source)"
                    " VALUES (:person, :home, '[2000-01-01,)', 'declared')"
                )
                connection.execute(sa.text(lives), values)

    def refusal(self) -> str | None:
        """The engine's answer, taken back."""
        with self._database.transaction(Scope.PERSON, tenant=self.city, person=self.person) as opened:
            answer: Any = opened.execute(sa.text("SELECT * FROM engine.apply(:run, NULL)"), {"run": self.run}).one()
            opened.rollback()
        return str(answer.refusal) if answer.refusal else None


@pytest.fixture(scope="module")
def office(config: Config, database: Database, make: Maker) -> Iterator[Office]:
    with owner_connection(config.database_url) as register:
        yield Office(register, database, make)


@settings(max_examples=40, deadline=None)
@given(
    resident_only=st.booleans(), younger=NEAR, older=NEAR, birth=st.one_of(st.none(), BIRTHS, BIRTHS),
    home=st.sampled_from(["here", "elsewhere", None]), verified_only=st.booleans(), proven=st.sampled_from([None, PROVEN]),
)  # fmt: skip
def test_the_engine_refuses_by_the_same_rules(
    office: Office, resident_only: bool, younger: int | None, older: int | None, birth: date | None, home: str | None,
    verified_only: bool, proven: datetime | None,
) -> None:  # fmt: skip
    """With limits of age around the applicant's own; the engine also knows who is under fourteen without a guardian."""
    age = age_on(birth, dates.today()) if birth else 40
    rules = Rules(
        resident_only, *(None if limit is None else max(age + limit, 0) for limit in (younger, older)), verified_only
    )
    applicant = Applicant(birth, office.region if home == "here" else home, proven)
    office.arrange(rules, applicant)
    alone = "guardian-missing" if birth and age < 14 else None
    assert office.refusal() == (eligibility.obstacle(rules, office.region, applicant, dates.today()) or alone)


@pytest.mark.parametrize(("birthday", "welcome"), [("yesterday", True), ("today", True), ("tomorrow", False)])
def test_the_birthday_itself_counts(database: Database, make: Maker, birthday: str, welcome: bool) -> None:
    day = dates.today() + timedelta(days=["yesterday", "today", "tomorrow"].index(birthday) - 1)
    city, person = make.city(), make.person(birth=day.replace(year=day.year - 60))
    run: UUID = make.run(city)
    with database.transaction(Scope.STAFF, tenant=city) as opened:
        opened.execute(sa.text("UPDATE runs SET min_age = 60 WHERE id = :run"), {"run": run})
    with database.transaction(Scope.PERSON, tenant=city, person=person):
        if welcome:
            assert enrolments.apply(run, city).state == "placed"
        else:
            with pytest.raises(NotEligible, match="되지 않으셨습니다") as refused:
                enrolments.apply(run, city)
            assert refused.value.rule.startswith("%(age)s세부터 신청할 수 있는 강좌입니다.")
