"""Consent that a desk records: with its proof, told to the person, and for nobody else (PRV 7.2)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from auth.consents import service as consents
from auth.consents.service import PROVINCE_HISTORY
from auth.consents_at_desk import service as consenting
from auth.residence import desk
from auth.roles.permissions import CITY_ROLES, permits
from maru.config import Config
from maru.db import Database, Scope
from maru.errors import Forbidden, NotFound, Refused
from maru.migrating import engine_connection, owner_connection
from tests.client import Web, opened
from tests.conftest import Maker

TEXT = "2026-11"


@dataclass
class Desk:
    """A city with a clerk, and somebody who applied there."""

    config: Config
    database: Database
    web: Web
    make: Maker
    city: UUID
    clerk: UUID
    person: UUID

    @property
    def host(self) -> str:
        return f"{self.make.slug(self.city)}.localhost"

    @property
    def path(self) -> str:
        return f"/console/people/{self.person}/consents"

    def posts(self, who: UUID | None = None, **said: str) -> Any:
        data = {
            "purpose": PROVINCE_HISTORY,
            "shown": TEXT,
            f"evidence.{PROVINCE_HISTORY}": "paper",
            "act": "give",
        } | said
        return self.web.post(self.host, self.path, self.make.session(who or self.clerk, self.city), data=data)

    def records(self, person: UUID, act: str = "give", *, city: UUID | None = None, by: UUID | None = None) -> bool:
        with self.database.transaction(Scope.STAFF, tenant=city or self.city, person=by or self.clerk):
            return consenting.record(person, PROVINCE_HISTORY, TEXT, "oral", city or self.city, act=act)

    def get(self, statement: str, **values: object) -> list[Any]:
        with engine_connection(self.config.database_url) as connection:
            found = connection.execute(sa.text(statement), values)
            return list(found) if found.returns_rows else []

    def kept(self, person: UUID) -> list[Any]:
        return self.get("SELECT * FROM consents WHERE person_id = :person ORDER BY id", person=person)


@pytest.fixture(scope="module")
def web(config: Config) -> Iterator[Web]:
    with opened(config) as asked:
        yield asked


@pytest.fixture
def house(config: Config, database: Database, web: Web, make: Maker) -> Desk:
    city, clerk, person = make.city(region=make.code()), make.person(), make.person()
    make.grant(clerk, "desk_clerk", city)
    make.enrolment(city, person)
    return Desk(config, database, web, make, city, clerk, person)


def test_prv_7_2_the_desk_records_consent_with_its_proof_and_the_person_reads_it(house: Desk) -> None:
    clerk = house.make.session(house.clerk, house.city)
    assert f'href="{house.path}"' in house.web.get(house.host, f"/console/people/{house.person}", clerk).text
    page = house.web.get(house.host, house.path, clerk).text
    assert f'value="{TEXT}"' in page
    assert "답하신 적이 없음" in page
    assert house.posts().status_code == 303
    [kept] = house.kept(house.person)
    assert (kept.channel, kept.recorded_by, kept.recorded_in, kept.evidence, kept.text_version, kept.withdrawn_at) == (
        "desk", house.clerk, house.city, "paper", TEXT, None,
    )  # fmt: skip
    assert kept.text_hash
    assert "동의 중" in house.web.get(house.host, house.path, clerk).text
    told = house.get("SELECT kind, about FROM messages WHERE person_id = :who", who=house.person)
    assert ("consents.given-at-desk", kept.id) in [tuple(one) for one in told]
    looks = house.get("SELECT DISTINCT actor_id, task FROM access_log WHERE person_id = :who", who=house.person)
    assert (house.clerk, consenting.LOOKED) in [tuple(one) for one in looks]
    own = house.make.session(house.person, house.city)
    assert f"/my/consents/{kept.id}" in house.web.get(house.host, "/my/consents", own).text
    proof = house.web.get(house.host, f"/my/consents/{kept.id}", own).text
    for words in ("창구에서: 서명한 동의서를 보고 보관함", "받아 적은 곳", kept.text_hash):
        assert words in proof
    assert "접속한 곳" not in proof
    assert house.posts(act="withdraw").status_code == 303
    [kept] = house.kept(house.person)
    assert (kept.withdrawn_channel, kept.withdrawn_by, kept.withdrawn_in) == ("desk", house.clerk, house.city)
    assert "거두심을 적은 곳" in house.web.get(house.host, f"/my/consents/{kept.id}", own).text
    kinds = {one.kind for one in house.get("SELECT kind FROM messages WHERE person_id = :who", who=house.person)}
    assert "consents.taken-back-at-desk" in kinds
    other = house.make.session(house.make.person(), house.city)
    assert house.web.get(house.host, f"/my/consents/{kept.id}", other).status_code == 404


def test_the_messages_name_the_text(house: Desk) -> None:
    house.records(house.person)
    [kept] = house.kept(house.person)
    with house.database.transaction(Scope.JOB, tenant=house.city, person=house.person):
        assert consents.text_given_to(kept.id).purpose == PROVINCE_HISTORY
    for scope, person in ((Scope.STAFF, house.person), (Scope.PERSON, house.person)):
        with (
            pytest.raises(sa.exc.ProgrammingError, match="jobs only"),
            house.database.transaction(scope, person=person),
        ):
            consents.text_given_to(kept.id)
    with pytest.raises(NotFound), house.database.transaction(Scope.JOB, person=house.clerk):
        consents.text_given_to(kept.id)


def test_a_second_yes_changes_nothing_and_a_new_text_replaces_the_old(house: Desk) -> None:
    assert house.records(house.person)
    assert not house.records(house.person)
    assert house.records(house.person, "withdraw")
    assert not house.records(house.person, "withdraw")
    assert house.records(house.person)
    assert [one.withdrawn_at is None for one in house.kept(house.person)] == [False, True]


def test_what_the_person_gave_by_themselves_is_taken_back_at_the_desk(house: Desk) -> None:
    with house.database.transaction(Scope.PERSON, person=house.person):
        consents.give(house.person, PROVINCE_HISTORY)
    assert house.records(house.person, "withdraw")
    [kept] = house.kept(house.person)
    assert (kept.channel, kept.withdrawn_channel, kept.withdrawn_evidence) == ("web", "desk", "oral")


def test_a_text_that_changed_while_it_was_read_is_not_agreed_to(house: Desk) -> None:
    assert house.posts(shown="2020-01").status_code == 409
    assert house.posts(purpose="nothing").status_code == 404 or house.kept(house.person) == []
    assert house.kept(house.person) == []


def test_without_saying_how_it_was_heard_nothing_is_recorded(house: Desk) -> None:
    answer = house.posts(**{f"evidence.{PROVINCE_HISTORY}": ""})
    assert answer.status_code == 422
    assert f'href="#evidence.{PROVINCE_HISTORY}"' in answer.text
    assert house.posts(act="").status_code in (400, 422)
    assert house.kept(house.person) == []


def test_another_city_and_a_stranger_get_nothing(house: Desk) -> None:
    stranger, elsewhere, clerk = house.make.person(), house.make.city(), house.make.person()
    house.make.grant(clerk, "desk_clerk", elsewhere)
    for person, city, by in ((stranger, house.city, house.clerk), (house.person, elsewhere, clerk)):
        with pytest.raises(NotFound):
            house.records(person, city=city, by=by)
        with pytest.raises(NotFound), house.database.transaction(Scope.STAFF, tenant=city, person=by):
            consenting.answered(person)
        assert house.kept(person) == []
    host = f"{house.make.slug(elsewhere)}.localhost"
    assert house.web.get(host, house.path, house.make.session(clerk, elsewhere)).status_code == 404


def test_somebody_met_at_the_desk_just_now_may_agree(house: Desk) -> None:
    person = house.make.person(birth=date(1950, 1, 2))
    house.get("UPDATE people SET name = '만난이', phone = '010-7777-1234' WHERE id = :id", id=person)
    with house.database.transaction(Scope.STAFF, tenant=house.city, person=house.clerk):
        assert desk.meet("만난이", date(1950, 1, 2), "01077771234", None, None) == ("found", person)
    house.person = person
    assert (
        "창구에 오신 분의 동의"
        in house.web.get(house.host, house.path, house.make.session(house.clerk, house.city)).text
    )
    assert house.posts().status_code == 303
    assert len(house.kept(person)) == 1


def test_nobody_records_their_own(house: Desk) -> None:
    house.make.enrolment(house.city, house.clerk)
    with pytest.raises(Forbidden):
        house.records(house.clerk)
    assert house.kept(house.clerk) == []


def test_a_child_does_not_agree_alone(house: Desk) -> None:
    house.get("UPDATE people SET birth_date = '2020-01-02' WHERE id = :id", id=house.person)
    with pytest.raises(Refused):
        house.records(house.person)
    assert house.kept(house.person) == []


@pytest.mark.parametrize("scope", [Scope.PUBLIC, Scope.PERSON, Scope.PROVINCE, Scope.JOB])
def test_only_a_desk_calls_the_engine(house: Desk, scope: Scope) -> None:
    calls = {
        "consents_at_desk(:who, 'x')": "only a desk", "cities_keeping(:who, 'x')": "only a desk",
        "consent_at_desk(:who, 'province-history', '2026-11', true, 'oral', 'x')": "only a desk",
    }  # fmt: skip
    for call, words in calls.items():
        with (
            pytest.raises(sa.exc.ProgrammingError, match=words),
            house.database.transaction(scope, tenant=house.city, person=house.clerk) as opened_one,
        ):
            opened_one.execute(sa.text(f"SELECT * FROM engine.{call}"), {"who": house.person})


def test_the_desk_that_recorded_it_is_told_to_the_person_alone(house: Desk) -> None:
    house.records(house.person)
    [kept] = house.kept(house.person)
    with house.database.transaction(Scope.PERSON, person=house.person):
        assert consents.desk_of(kept.id).city_ko
    with house.database.transaction(Scope.PERSON, person=house.make.person()):
        assert consents.desk_of(kept.id).name is None
    with (
        pytest.raises(sa.exc.ProgrammingError, match="nobody is signed in"),
        house.database.transaction(Scope.STAFF, tenant=house.city, person=house.clerk),
    ):
        consents.desk_of(kept.id)


def test_nobody_writes_a_desks_consent_by_themselves(house: Desk) -> None:
    insert = (
        "INSERT INTO consents (person_id, purpose, text_version, channel, recorded_by, recorded_in, evidence)"
        " VALUES (:who, 'province-history', '2026-11', 'desk', :clerk, :city, 'paper')"
    )
    values = {"who": house.person, "clerk": house.clerk, "city": house.city}
    for scope, person in ((Scope.PERSON, house.person), (Scope.STAFF, house.clerk)):
        with (
            pytest.raises(sa.exc.ProgrammingError, match="row-level security"),
            house.database.transaction(scope, tenant=house.city, person=person) as opened_one,
        ):
            opened_one.execute(sa.text(insert), values)


def test_cities_that_keep_something_are_asked_to_enter_it(house: Desk) -> None:
    elsewhere = house.make.city()
    there = house.make.enrolment(elsewhere, house.person)
    with house.database.transaction(Scope.JOB, tenant=elsewhere) as office:
        kept = (
            "INSERT INTO completions (tenant_id, application_id, run_id, person_id, held_minutes, attended_minutes,"
            " completed, completed_on, decided_by, in_ledger) SELECT tenant_id, id, run_id, person_id, 60, 60, true,"
            " '2026-11-02', person_id, false FROM applications WHERE id = :id"
        )
        office.execute(sa.text(kept), {"id": there})
    with house.database.transaction(Scope.STAFF, tenant=house.city, person=house.clerk) as opened_one:
        asked = sa.text("SELECT * FROM engine.cities_keeping(:who, :meeting)")
        assert opened_one.scalars(asked, {"who": house.person, "meeting": desk.MET}).all() == [elsewhere]
        assert opened_one.scalars(asked, {"who": house.make.person(), "meeting": desk.MET}).all() == []
    assert house.posts().status_code == 303
    queued = (
        "SELECT args ->> 'tenant' AS tenant FROM queue.procrastinate_jobs WHERE task_name = 'attendance.enter_kept'"
    )
    with owner_connection(house.config.database_url) as connection:
        assert str(elsewhere) in connection.exec_driver_sql(queued).scalars().all()


@pytest.mark.parametrize("role", CITY_ROLES)
def test_only_those_who_may_record_do(house: Desk, role: str) -> None:
    other = house.make.person()
    house.make.grant(other, role, house.city)
    assert (house.posts(other).status_code == 303) == permits(frozenset({role}), "consents:record")
