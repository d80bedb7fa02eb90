"""A guardian who comes to the desk with a document takes the consent back there (PRV 7.2)."""

from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from auth.families import guardians
from maru.db import Database, Scope
from maru.errors import Invalid, NotFound, Refused
from maru.web import dates
from tests.auth.families.conftest import Families
from tests.client import Web
from tests.conftest import Maker

KIND = "families.ended-at-desk"


@pytest.fixture
def clerk(make: Maker, city: UUID) -> UUID:
    person = make.person()
    make.grant(person, "desk_clerk", city)
    return person


def held_of(families: Families, child: UUID) -> UUID:
    found: UUID = families.get("SELECT id FROM representations WHERE person_id = :child", child=child)[0].id
    return found


def ended(families: Families, child: UUID) -> Any:
    return families.get("SELECT ended_at, ended_by FROM representations WHERE person_id = :child", child=child)[0]


def at_desk(database: Database, city: UUID, clerk: UUID, held: UUID, number: str = "", *, seen: bool = True) -> Any:
    with database.transaction(Scope.STAFF, tenant=city, person=clerk):
        return guardians.end_at_desk(held, number, seen=seen)


def test_prv_7_2_the_desk_ends_a_guardianship_and_what_rests_on_it(
    web: Web, families: Families, make: Maker, city: UUID, clerk: UUID
) -> None:
    guardian, run, host = make.person(), make.run(city), f"{make.slug(city)}.localhost"
    child, desk = families.child(guardian), make.session(clerk, city)
    assert web.post(host, f"/courses/{run}/apply?for={child}", make.session(guardian, city)).status_code == 303
    page = web.get(host, f"/console/families/{child}", desk).text
    path = f"/console/families/guardians/{held_of(families, child)}/end"
    assert path in page
    assert web.post(host, path, desk).status_code in (400, 422)
    assert ended(families, child).ended_at is None
    assert web.post(host, path, desk, data={"seen_paper": "1"}).status_code == 303
    assert "신청 1건을 취소했고" in web.get(host, "/console/families", desk).text
    assert ended(families, child).ended_by == clerk
    states = families.get("SELECT state FROM applications WHERE person_id = :child", child=child)
    assert [one.state for one in states] == ["cancelled"]
    consent = families.get("SELECT withdrawn_channel, withdrawn_by FROM consents WHERE person_id = :child", child=child)
    assert [tuple(one) for one in consent] == [("desk", clerk)]
    told = families.get("SELECT kind, details FROM messages WHERE person_id = :id", id=guardian)
    assert [one.details["given_back"] for one in told if one.kind == KIND] == ["1"]
    looks = families.get("SELECT actor_id FROM access_log WHERE person_id = :id", id=guardian)
    assert clerk in {one.actor_id for one in looks}
    assert web.post(host, path, desk, data={"seen_paper": "1"}).status_code == 409
    assert path not in web.get(host, f"/console/families/{child}", desk).text


def test_the_number_of_the_registration_leads_to_it_at_the_desk_that_confirmed_it(
    web: Web, database: Database, families: Families, make: Maker, city: UUID, clerk: UUID
) -> None:
    guardian, host, desk = make.person(), f"{make.slug(city)}.localhost", make.session(clerk, city)
    asked = families.ask(guardian, method="paper")
    number = families.get("SELECT reference FROM guardian_requests WHERE id = :id", id=asked)[0].reference
    with database.transaction(Scope.STAFF, tenant=city, person=clerk):
        child = guardians.record(asked, seen=True)
    held = held_of(families, child)
    elsewhere, stranger = make.city(), make.person()
    make.grant(stranger, "desk_clerk", elsewhere)
    with database.transaction(Scope.STAFF, tenant=elsewhere, person=stranger):
        assert guardians.registered(number) is None
    for city_of, by, said in ((elsewhere, stranger, number), (city, clerk, ""), (city, clerk, "00000000")):
        with pytest.raises(NotFound):
            at_desk(database, city_of, by, held, said)
    assert f"/console/families/guardians/{held}/end" in web.get(host, f"/console/families?number={number}", desk).text
    assert at_desk(database, city, clerk, held, number).given_back == 0
    assert ended(families, child).ended_at is not None
    assert f"guardians/{held}" not in web.get(host, f"/console/families?number={number}", desk).text


def test_another_city_finds_and_ends_nothing(
    database: Database, families: Families, make: Maker, city: UUID, clerk: UUID
) -> None:
    child = families.child(make.person())
    make.enrolment(make.city(), child)
    with database.transaction(Scope.STAFF, tenant=city, person=clerk):
        assert guardians.of_child(child) == []
    with pytest.raises(NotFound):
        at_desk(database, city, clerk, held_of(families, child))
    assert ended(families, child).ended_at is None


def test_nobody_ends_their_own_and_nothing_without_a_document(
    database: Database, families: Families, make: Maker, city: UUID, clerk: UUID
) -> None:
    child = families.child(clerk)
    begun = make.enrolment(city, child)
    run = families.get("SELECT run_id FROM applications WHERE id = :id", id=begun)[0].run_id
    families.change_run(run, starts_on=dates.today())
    with pytest.raises(Refused):
        at_desk(database, city, clerk, held_of(families, child))
    other = make.person()
    make.grant(other, "course_operator", city)
    with pytest.raises(Invalid):
        at_desk(database, city, other, held_of(families, child), seen=False)
    assert ended(families, child).ended_at is None
    outcome = at_desk(database, city, other, held_of(families, child))
    assert (outcome.given_back, outcome.kept) == (0, 1)
    assert ended(families, child).ended_by == other


def test_another_guardians_consent_keeps_the_places_also_here(
    database: Database, families: Families, make: Maker, city: UUID, clerk: UUID
) -> None:
    first, second = make.person(), make.person()
    child = families.child(first)
    held = held_of(families, child)
    families.set(
        "INSERT INTO representations (person_id, representative_id, kind, may_apply, may_see, method, text_version)"
        " VALUES (:child, :second, 'guardian', true, true, 'sms', '2026-11')",
        child=child, second=second,
    )  # fmt: skip
    make.enrolment(city, child)
    assert at_desk(database, city, clerk, held).given_back == 0
    states = families.get("SELECT state FROM applications WHERE person_id = :child", child=child)
    assert [one.state for one in states] == ["placed"]


@pytest.mark.parametrize("scope", [Scope.PUBLIC, Scope.PERSON, Scope.PROVINCE, Scope.JOB])
def test_only_a_desk_of_the_city_calls_the_engine(
    database: Database, make: Maker, city: UUID, clerk: UUID, scope: Scope
) -> None:
    for call in ("guardians_at_desk(:id, '')", "end_guardianship_at_desk(:id, '', true)"):
        with (
            pytest.raises(sa.exc.ProgrammingError, match="only a desk"),
            database.transaction(scope, tenant=city, person=clerk) as opened_one,
        ):
            opened_one.execute(sa.text(f"SELECT * FROM engine.{call}"), {"id": city})


def test_the_inner_step_is_closed_to_the_application(database: Database, make: Maker) -> None:
    with pytest.raises(sa.exc.ProgrammingError, match="permission denied"), database.transaction(Scope.STAFF) as asked:
        asked.execute(sa.text("SELECT engine.close_representation(NULL::representations, NULL)"))
