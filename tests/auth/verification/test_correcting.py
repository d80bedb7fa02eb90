"""A name and a birth date that were both proven wrongly are mended by two members of staff, and by nobody alone (7.4)."""

from datetime import date
from http import HTTPStatus
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from maru.config import Config
from maru.db import Scope
from maru.embedded.agency import Agency
from maru.migrating import engine_connection
from tenants.sample.making import Resident
from tests.auth.verification.test_former_names import kept, known_as
from tests.auth.verification.test_proving import Desk, Someone, agency, change, desk, fresh_name, one, settings, web
from tests.client import Web
from tests.conftest import Maker

__all__ = ["agency", "desk", "settings", "web"]
RIGHT = {"name": "최바름", "birth_date": "1950-02-03"}
BOTH = ("최바름", date(1950, 2, 3))


@pytest.fixture
def second(desk: Desk, make: Maker) -> Resident:
    person = make.person()
    make.grant(person, "city_admin", desk.city)
    return make.session(person, desk.city)


def asks(desk: Desk, who: Resident | None = None, **form: str) -> Any:
    return desk.proves(who, **{**RIGHT, "act": "ask", "reason": "처음에 잘못 적음", **form})


def waiting(settings: Config, person: UUID) -> UUID:
    row = one(
        settings,
        "SELECT a.id FROM approvals a JOIN identity_corrections c ON c.id = ANY (a.subjects) WHERE c.person_id = :id",
        id=person,
    )
    return UUID(str(row.id))


def approves(desk: Desk, approval: UUID, who: Resident) -> Any:
    return desk.web.post(desk.host, f"/console/approvals/{approval}/approve", who)


def test_two_members_of_staff_correct_both(desk: Desk, second: Resident, settings: Config, make: Maker) -> None:
    desk.proves()
    refused = desk.proves(**RIGHT)
    assert refused.status_code == HTTPStatus.CONFLICT
    assert "다른 담당자의 승인 부탁하기" in refused.text
    assert asks(desk, reason="").status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert asks(desk, name="").status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert asks(desk).status_code == HTTPStatus.SEE_OTHER
    assert known_as(settings, desk.person) != BOTH, "nothing changes before it is approved"
    approval = waiting(settings, desk.person)
    page = desk.web.get(desk.host, f"/console/approvals/{approval}", second).text
    assert "최바름" in page
    assert "박가온" in page
    assert "얼굴과 신분증을 직접" in page
    looks = one(
        settings,
        "SELECT count(*) AS n FROM access_log WHERE person_id = :p AND actor_id = :a",
        p=desk.person,
        a=second.person_id,
    )
    assert looks.n == 1
    assert approves(desk, approval, desk.clerk).status_code == HTTPStatus.CONFLICT
    assert approves(desk, approval, second).status_code == HTTPStatus.SEE_OTHER
    assert known_as(settings, desk.person) == BOTH
    (row,) = kept(settings, desk.person)
    assert (row.name, row.corrected, row.changed_by) == ("박가온", True, second.person_id)
    assert one(settings, "SELECT FROM identity_corrections WHERE person_id = :id", id=desk.person) is None
    said = one(
        settings,
        "SELECT document, verified_by FROM verifications WHERE person_id = :id ORDER BY id DESC LIMIT 1",
        id=desk.person,
    )
    assert (said.document, said.verified_by) == ("resident-card", desk.clerk.person_id)
    told = one(
        settings, "SELECT count(*) AS n FROM messages WHERE person_id = :id AND kind LIKE 'verif%'", id=desk.person
    )
    assert told.n == 2
    page = desk.web.get(desk.host, f"/console/approvals/{approval}", second).text
    assert "최바름" not in page, "the request keeps no name"


def test_what_was_corrected_is_what_the_next_proof_is_compared_with(
    desk: Desk, second: Resident, web: Web, settings: Config, agency: Agency, make: Maker
) -> None:
    """Then the agency, which knew the right ones all along, is believed too: nobody is stuck."""
    desk.proves()
    themselves = Someone(web, settings, agency, make.session(desk.person, None))
    right = fresh_name()
    assert themselves.proves(right, born=BOTH[1]).status_code == HTTPStatus.CONFLICT
    asks(desk, name=right)
    approves(desk, waiting(settings, desk.person), second)
    assert desk.proves(name="박가온", birth_date="1948-07-01").status_code == HTTPStatus.CONFLICT
    assert themselves.proves(right, born=BOTH[1]).status_code == HTTPStatus.SEE_OTHER


def test_also_after_an_agency_has_said_something_else(
    desk: Desk, second: Resident, web: Web, settings: Config, agency: Agency, make: Maker
) -> None:
    Someone(web, settings, agency, make.session(desk.person, None)).proves(fresh_name())
    refused = desk.proves(**RIGHT)
    assert refused.status_code == HTTPStatus.CONFLICT
    assert "다른 담당자의 승인 부탁하기" in refused.text
    assert asks(desk).status_code == HTTPStatus.SEE_OTHER
    assert approves(desk, waiting(settings, desk.person), second).status_code == HTTPStatus.SEE_OTHER
    assert known_as(settings, desk.person) == BOTH


def test_two_desk_clerks_suffice(desk: Desk, settings: Config, make: Maker) -> None:
    clerk = make.person()
    make.grant(clerk, "desk_clerk", desk.city)
    desk.proves()
    asks(desk)
    approval = waiting(settings, desk.person)
    assert approves(desk, approval, make.session(clerk, desk.city)).status_code == HTTPStatus.SEE_OTHER
    assert known_as(settings, desk.person) == BOTH


def test_nobody_is_asked_for_what_one_may_do_alone(desk: Desk) -> None:
    desk.proves()
    refused = asks(desk, name="박가온")
    assert refused.status_code == HTTPStatus.CONFLICT
    assert "승인 없이 바로" in refused.text


def test_another_city_and_other_roles_neither_ask_nor_approve(
    desk: Desk, second: Resident, settings: Config, make: Maker
) -> None:
    desk.proves()
    asks(desk)
    approval, there = waiting(settings, desk.person), make.city()
    stranger, operator = make.person(), make.person()
    make.grant(stranger, "city_admin", there)
    make.grant(operator, "course_operator", desk.city)
    elsewhere = desk.web.post(
        f"{make.slug(there)}.localhost", f"/console/approvals/{approval}/approve", make.session(stranger, there)
    )
    assert elsewhere.status_code == HTTPStatus.NOT_FOUND
    assert approves(desk, approval, make.session(operator, desk.city)).status_code == HTTPStatus.FORBIDDEN
    assert asks(desk, make.session(operator, desk.city)).status_code == HTTPStatus.FORBIDDEN
    assert known_as(settings, desk.person) != BOTH


def test_the_person_does_not_approve_their_own(desk: Desk, settings: Config, make: Maker) -> None:
    desk.proves()
    make.grant(desk.person, "city_admin", desk.city)
    asks(desk)
    approval = waiting(settings, desk.person)
    assert approves(desk, approval, make.session(desk.person, desk.city)).status_code == HTTPStatus.CONFLICT
    assert known_as(settings, desk.person) != BOTH


def test_the_engine_corrects_nothing_that_was_not_just_approved(
    desk: Desk, second: Resident, settings: Config, make: Maker
) -> None:
    desk.proves()
    asks(desk)
    held = one(settings, "SELECT id FROM identity_corrections WHERE person_id = :id", id=desk.person).id
    for scope, tenant, who in (
        (Scope.STAFF, desk.city, desk.clerk.person_id),
        (Scope.STAFF, desk.city, second.person_id),
        (Scope.JOB, desk.city, None),
    ):
        with (
            pytest.raises(sa.exc.ProgrammingError, match="just approved"),
            make.database.transaction(scope, tenant=tenant, person=who) as opened,
        ):
            opened.execute(sa.text("SELECT engine.correct_identity(:id)"), {"id": held})
    with make.database.transaction(Scope.STAFF, tenant=make.city(), person=second.person_id) as opened:
        assert opened.execute(sa.text("SELECT engine.correct_identity(:id)"), {"id": held}).scalar_one() == "gone"
    for scope in (Scope.PERSON, Scope.PROVINCE, Scope.JOB, Scope.PUBLIC):
        with (
            pytest.raises(sa.exc.ProgrammingError, match="the desk only"),
            make.database.transaction(scope, tenant=desk.city, person=desk.clerk.person_id) as opened,
        ):
            opened.execute(
                sa.text("SELECT engine.ask_correction(:p, 'passport', 'x', '1950-01-01', '')"), {"p": desk.person}
            )


def test_what_was_never_approved_is_forgotten(desk: Desk, settings: Config, make: Maker) -> None:
    desk.proves()
    asks(desk)
    change(
        settings,
        "UPDATE identity_corrections SET recorded_at = recorded_at - interval '73 hours' WHERE person_id = :id",
        id=desk.person,
    )
    with make.database.transaction(Scope.JOB) as opened:
        opened.execute(sa.text("SELECT engine.forget_grants()"))
    with engine_connection(settings.database_url) as connection:
        left = connection.execute(
            sa.text("SELECT count(*) FROM identity_corrections WHERE person_id = :id"), {"id": desk.person}
        )
        assert left.scalar_one() == 0
