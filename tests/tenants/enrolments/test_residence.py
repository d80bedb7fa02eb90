"""Residence on the day of application, in Seoul: a move changes rights from its day on, and takes nothing away."""

import secrets
from datetime import date, timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import Range

from auth.residence import service as residence
from auth.residence.models import Region
from maru.config import Config
from maru.db import Database, Scope, session
from maru.errors import Invalid, NotEligible
from maru.migrating import engine_connection
from maru.web import dates
from tenants.enrolments import service as enrolments
from tests.conftest import Maker

TODAY = dates.today()
DAY = timedelta(days=1)


class Neighbours:
    """Two cities, each with a run for its residents only, and districts in both."""

    def __init__(self, database: Database, make: Maker) -> None:
        self.database, self.make = database, make
        self.regions = [f"T{secrets.token_hex(3)}" for _ in range(2)]
        self.districts = [f"{region}d" for region in self.regions]
        with database.transaction(Scope.PROVINCE):
            for region, district in zip(self.regions, self.districts, strict=True):
                self._region(region, "city", None)
                self._region(district, "district", region)
        self.cities = [make.city(region=region) for region in self.regions]
        self.runs = [self._run(city) for city in self.cities]

    def _region(self, code: str, kind: str, parent: str | None) -> None:
        always = sa.text("'[2000-01-01,)'::daterange")
        row = {
            "code": code,
            "name_ko": f"{code}시",
            "name_en": code,
            "kind": kind,
            "parent_code": parent,
            "valid": always,
        }
        session().execute(sa.insert(Region).values(row))

    def _run(self, city: UUID) -> UUID:
        run = self.make.run(city)
        with self.database.transaction(Scope.STAFF, tenant=city) as opened:
            opened.execute(sa.text("UPDATE runs SET resident_only = true WHERE id = :run"), {"run": run})
        return run

    def apply(self, person: UUID, number: int) -> enrolments.Placed:
        with self.database.transaction(Scope.PERSON, tenant=self.cities[number], person=person):
            return enrolments.apply(self.runs[number], self.cities[number])

    def welcome(self, person: UUID) -> list[bool]:
        """Which of the two cities takes the person as one of its residents."""
        found = []
        for number in range(2):
            try:
                placed = self.apply(person, number)
            except NotEligible:
                found.append(False)
            else:
                found.append(True)
                with self.database.transaction(Scope.PERSON, tenant=self.cities[number], person=person):
                    enrolments.cancel(placed.id)
        return found

    def move(self, person: UUID, number: int, since: date, district: str | None = None) -> None:
        with self.database.transaction(Scope.PERSON, person=person):
            residence.move(self.regions[number], district, since)

    def told_earlier(self, person: UUID, days: int) -> None:
        """As if everything so far had been told that many days earlier."""
        told = "UPDATE residences SET recorded_at = recorded_at - :days * interval '1 day' WHERE person_id = :person"
        with engine_connection(self.make.config.database_url) as connection:
            connection.execute(sa.text(told), {"person": person, "days": days})


@pytest.fixture(scope="module")
def two(database: Database, make: Maker) -> Neighbours:
    return Neighbours(database, make)


@pytest.fixture
def person(two: Neighbours, make: Maker) -> UUID:
    """Somebody who has always lived in the first city."""
    return make.person(home=two.regions[0])


def test_a_city_takes_its_own_residents(two: Neighbours, person: UUID, make: Maker) -> None:
    assert two.welcome(person) == [True, False]
    assert two.welcome(make.person(home=two.regions[1])) == [False, True]


def test_without_a_home_one_is_no_citys_resident(two: Neighbours, make: Maker) -> None:
    assert two.welcome(make.person()) == [False, False]


@pytest.mark.parametrize(
    ("since", "welcome"),
    [
        (TODAY - DAY, [False, True]),
        (TODAY, [False, True]),
        (TODAY + DAY, [True, False]),
        (TODAY + 30 * DAY, [True, False]),
    ],
)
def test_a_move_counts_from_its_day_on(two: Neighbours, person: UUID, since: date, welcome: list[bool]) -> None:
    two.move(person, 1, since)
    assert two.welcome(person) == welcome


@pytest.mark.parametrize(
    ("first_home_until", "second_home_since", "welcome"),
    [
        (TODAY, TODAY, [False, True]),
        (TODAY + DAY, TODAY + DAY, [True, False]),
        (TODAY, TODAY + DAY, [False, False]),
        (TODAY - DAY, TODAY, [False, True]),
    ],
)
def test_homes_are_half_open_ranges(
    two: Neighbours, make: Maker, config: Config, first_home_until: date, second_home_since: date, welcome: list[bool]
) -> None:
    """The day on which one home ends belongs to the next."""
    person = make.person()
    homes = [(two.regions[0], date(2020, 1, 1), first_home_until), (two.regions[1], second_home_since, None)]
    with engine_connection(config.database_url) as connection:
        for region, since, until in homes:
            lives = "INSERT INTO residences (person_id, region_code, valid, source) VALUES (:p, :r, daterange(:s, :u), 'document')"
            connection.execute(sa.text(lives), {"p": person, "r": region, "s": since, "u": until})
    assert two.welcome(person) == welcome


def test_nobody_has_two_homes_on_one_day(two: Neighbours, person: UUID, config: Config) -> None:
    lives = "INSERT INTO residences (person_id, region_code, valid, source) VALUES (:p, 'x', :valid, 'document')"
    for valid in (f"[{TODAY},)", f"[{TODAY},{TODAY + DAY})", f"[{TODAY - 9 * DAY},{TODAY}]"):
        with (
            pytest.raises(sa.exc.IntegrityError, match="residences_one_home"),
            engine_connection(config.database_url) as it,
        ):
            it.execute(sa.text(lives), {"p": person, "valid": valid})


def test_a_district_belongs_to_its_city(two: Neighbours, person: UUID) -> None:
    two.move(person, 1, TODAY, two.districts[1])
    assert two.welcome(person) == [False, True]


@pytest.mark.parametrize(
    ("region", "district"),
    [("other", "own"), ("own", "other"), ("district", None), ("nowhere", None), ("own", "nowhere")],
)
def test_a_district_of_another_city_is_none(two: Neighbours, person: UUID, region: str, district: str | None) -> None:
    codes = {"own": two.regions[1], "other": two.regions[0], "district": two.districts[1], "nowhere": "99999"}
    parts = {"own": two.districts[1], "other": two.districts[0], "nowhere": "99999"}
    with pytest.raises(Invalid) as refused, two.database.transaction(Scope.PERSON, person=person):
        residence.move(codes[region], parts[district] if district else None, TODAY)
    assert set(refused.value.errors) == {"district" if district else "region"}
    assert two.welcome(person) == [True, False]


@pytest.mark.parametrize("since", [TODAY + 31 * DAY, date(2000, 1, 1), date(1999, 12, 31), date(9999, 12, 31)])
def test_a_move_lies_after_the_last_one_and_within_a_month(two: Neighbours, person: UUID, since: date) -> None:
    with pytest.raises(Invalid) as refused:
        two.move(person, 1, since)
    assert set(refused.value.errors) == {"since"}
    assert two.welcome(person) == [True, False]


def test_what_a_person_declares_is_never_more_than_declared(two: Neighbours, person: UUID) -> None:
    two.move(person, 1, TODAY)
    with two.database.transaction(Scope.PERSON, person=person):
        home = residence.history(person)[0]
        assert (home.source, home.verified_on) == ("declared", None)
    for how in ("document", "data-share"):
        with (
            pytest.raises(sa.exc.ProgrammingError, match="does not exist"),
            two.database.transaction(Scope.PERSON, person=person),
        ):
            session().execute(sa.select(sa.func.engine.move(two.regions[0], None, TODAY + DAY, how)))


@pytest.mark.parametrize("days", [31, 60, 9000])
def test_a_move_of_long_ago_is_the_desks_to_record(two: Neighbours, person: UUID, days: int) -> None:
    with pytest.raises(Invalid) as refused:
        two.move(person, 1, TODAY - days * DAY)
    assert set(refused.value.errors) == {"since"}
    assert "창구" in refused.value.detail
    assert refused.value.values == {"days": 30}
    with two.database.transaction(Scope.PERSON, person=person):
        assert [home.valid for home in residence.history(person)] == [Range(date(2000, 1, 1), None)]
    two.move(person, 1, TODAY - 30 * DAY)


def test_a_first_home_may_be_an_old_one(two: Neighbours, make: Maker) -> None:
    person = make.person()
    two.move(person, 0, date(2001, 5, 1))
    assert two.welcome(person) == [True, False]


@pytest.mark.parametrize("first", [True, False])
def test_nobody_is_a_resident_here_and_there_within_a_fortnight(two: Neighbours, make: Maker, first: bool) -> None:
    person = make.person(home=None if first else two.regions[0])
    two.move(person, 1, TODAY - 29 * DAY)
    for since in (TODAY, TODAY + DAY, TODAY + 20 * DAY):
        with pytest.raises(Invalid) as refused:
            two.move(person, 0, since)
        assert "창구" in refused.value.detail
        assert refused.value.values == {"days": 14}
    assert two.welcome(person) == [False, True]
    two.told_earlier(person, days=13)
    with pytest.raises(Invalid):
        two.move(person, 0, TODAY)
    two.told_earlier(person, days=1)
    two.move(person, 0, TODAY)
    assert two.welcome(person) == [True, False]


def test_a_document_is_no_declaration(two: Neighbours, person: UUID, config: Config) -> None:
    """What the desk recorded today does not keep a person from telling of their next move."""
    two.move(person, 1, TODAY - 5 * DAY)
    seen = "UPDATE residences SET source = 'document' WHERE person_id = :person"
    with engine_connection(config.database_url) as connection:
        connection.execute(sa.text(seen), {"person": person})
    two.move(person, 0, TODAY)
    assert two.welcome(person) == [True, False]


def test_moving_there_and_back_leaves_three_homes(two: Neighbours, person: UUID) -> None:
    two.move(person, 1, TODAY - 10 * DAY)
    two.told_earlier(person, days=14)
    two.move(person, 0, TODAY - 5 * DAY)
    assert two.welcome(person) == [True, False]
    with two.database.transaction(Scope.PERSON, person=person):
        homes = residence.history(person)
        assert [home.region_code for home in homes] == [two.regions[0], two.regions[1], two.regions[0]]
        assert [home.valid.upper for home in homes] == [None, TODAY - 5 * DAY, TODAY - 10 * DAY]
        known = [residence.home_on(person, TODAY - days * DAY) for days in (11, 10, 6, 5, 0)]
        assert [home and two.regions.index(home.region_code) for home in known] == [0, 1, 1, 0, 0]


def test_what_was_begun_in_the_former_city_goes_on(two: Neighbours, person: UUID) -> None:
    placed = two.apply(person, 0)
    two.move(person, 1, TODAY)
    assert two.apply(person, 1).state == "placed"
    with two.database.transaction(Scope.PERSON, tenant=two.cities[0], person=person):
        assert enrolments.get(placed.id).state == "placed"
        assert {one.tenant_id for one in enrolments.mine(person)} == set(two.cities)
    for number, city in enumerate(two.cities):
        with two.database.transaction(Scope.STAFF, tenant=city):
            (kept,) = [one for one in enrolments.of_run(two.runs[number]) if one.person_id == person]
            assert (kept.state, kept.residence_code) == ("placed", two.regions[number])
            assert kept.residence_source == ("document", "declared")[number]
    with two.database.transaction(Scope.PERSON, tenant=two.cities[0], person=person):
        assert enrolments.cancel(placed.id).state == "cancelled"


def test_the_refusal_names_the_rule_the_home_and_the_way_to_mend_it(two: Neighbours, person: UUID) -> None:
    with pytest.raises(NotEligible) as refused:
        two.apply(person, 1)
    assert refused.value.slug == "not-eligible"
    assert refused.value.rule
    assert two.regions[0] in str(refused.value.values["home"])
    assert "/my/residence" in {remedy.href for remedy in refused.value.remedies}


@pytest.mark.parametrize("zone", ["UTC", "Asia/Seoul", "Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_today_is_seouls_whatever_the_clock_of_the_database(database: Database, zone: str) -> None:
    with database.transaction(Scope.PUBLIC) as opened:
        opened.execute(sa.text("SELECT set_config('TimeZone', :zone, true)"), {"zone": zone})
        assert opened.scalar(sa.text("SELECT walls.today()")) == dates.today()


def test_a_city_without_a_region_has_no_residents(database: Database, make: Maker) -> None:
    city = make.city()
    run = make.run(city)
    with database.transaction(Scope.STAFF, tenant=city) as opened:
        opened.execute(sa.text("UPDATE runs SET resident_only = true WHERE id = :run"), {"run": run})
    for person in (make.person(), make.person(home=make.region())):
        with pytest.raises(NotEligible), database.transaction(Scope.PERSON, tenant=city, person=person):
            enrolments.apply(run, city)
