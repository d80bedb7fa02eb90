"""The life of a city (GP-04, domain 1.4): allowed ways only, each with who, when and why; its own administrator opens it."""

from uuid import UUID

import pytest
import sqlalchemy as sa

from maru.db import Database, Scope, session
from maru.errors import Forbidden, Invalid, MaruError, Refused
from maru.tenancy import Tenant
from tenants.sites import lifecycle
from tests.conftest import Maker

STATES = tuple(lifecycle.STATES)


def state_of(database: Database, city: UUID) -> str:
    with database.transaction(Scope.PUBLIC):
        return session().get_one(Tenant, city).state


@pytest.mark.parametrize("before", STATES)
def test_only_the_ways_of_the_table_are_open(database: Database, make: Maker, before: str) -> None:
    """Whoever calls: planned to archived in order, resting and coming back, and nothing that skips a step."""
    for wanted in STATES:
        city, by = make.city(state=before), make.person()
        try:
            with database.transaction(Scope.PROVINCE, person=by):
                lifecycle.change(city, wanted, "까닭", by)
        except Refused:
            assert wanted not in lifecycle.WAYS[before]
            assert state_of(database, city) == before
        else:
            assert wanted in lifecycle.WAYS[before]
            assert state_of(database, city) == wanted


def test_every_change_keeps_who_when_and_why(database: Database, make: Maker) -> None:
    city, by = make.city(state="preparing"), make.person()
    for wanted in ("pilot", "live", "suspended"):
        with database.transaction(Scope.PROVINCE, person=by):
            lifecycle.change(city, wanted, f"{wanted} 까닭", by)
    with database.transaction(Scope.PROVINCE, person=by):
        assert lifecycle.resumed_to(city) == "live"
        lifecycle.resume(city, "다시", by)
        kept = lifecycle.history(city)
        assert [(one.from_state, one.to_state, one.reason) for one in kept] == [
            ("suspended", "live", "다시"), ("live", "suspended", "suspended 까닭"), ("pilot", "live", "live 까닭"),
            ("preparing", "pilot", "pilot 까닭"),
        ]  # fmt: skip
        assert {one.changed_by for one in kept} == {by}
        assert session().get_one(Tenant, city).onboarded_on is not None


def test_a_change_without_a_reason_is_none(database: Database, make: Maker) -> None:
    city, by = make.city(), make.person()
    with pytest.raises(Invalid), database.transaction(Scope.PROVINCE, person=by):
        lifecycle.change(city, "suspended", "  ", by)
    assert state_of(database, city) == "live"


def test_a_refusal_says_the_state(database: Database, make: Maker) -> None:
    city = make.city(state="live")
    with pytest.raises(Refused, match="‘운영 중’"), database.transaction(Scope.PROVINCE):
        lifecycle.change(city, "archived", "까닭", None)


def test_only_what_rests_is_resumed(database: Database, make: Maker) -> None:
    city = make.city(state="preparing")
    with pytest.raises(Refused), database.transaction(Scope.PROVINCE):
        lifecycle.resume(city, "열자", None)
    assert state_of(database, city) == "preparing"


def test_nobody_writes_a_change_in_the_name_of_a_colleague(database: Database, make: Maker) -> None:
    city, by, colleague = make.city(), make.person(), make.person()
    with pytest.raises(sa.exc.ProgrammingError), database.transaction(Scope.PROVINCE, person=by):
        lifecycle.change(city, "suspended", "까닭", colleague)


@pytest.mark.parametrize(
    ("before", "wanted", "opens"),
    [
        ("preparing", "live", True), ("preparing", "pilot", True), ("pilot", "live", True), ("live", "pilot", False),
        ("planned", "live", False), ("suspended", "live", False), ("archived", "live", False), ("live", "archived", False),
        ("preparing", "archived", False),
    ],
)  # fmt: skip
def test_an_administrator_opens_their_city_and_does_nothing_else_to_it(
    database: Database, make: Maker, before: str, wanted: str, opens: bool
) -> None:
    city, admin = make.city(state=before), make.person()
    make.grant(admin, "city_admin", city)
    try:
        with database.transaction(Scope.STAFF, tenant=city, person=admin):
            lifecycle.go_live(city, wanted)
    except Refused:
        assert not opens
        assert state_of(database, city) == before
    else:
        assert opens
        assert state_of(database, city) == wanted
        with database.transaction(Scope.STAFF, tenant=city, person=admin):
            assert [(one.from_state, one.to_state, one.changed_by) for one in lifecycle.history(city)] == [
                (before, wanted, admin)
            ]


def test_nobody_else_opens_a_city(database: Database, make: Maker) -> None:
    """A colleague of another role, an administrator of another city, one whose role has ended, other scopes."""
    city, other = make.city(state="preparing"), make.city()
    clerk, foreign, province, admin = (make.person() for _ in range(4))
    make.grant(clerk, "course_operator", city)
    make.grant(foreign, "city_admin", other)
    make.grant(province, "province_admin")
    make.grant(admin, "city_admin", city)
    attempts = [
        (Scope.STAFF, clerk), (Scope.STAFF, foreign), (Scope.STAFF, province), (Scope.STAFF, None), (Scope.PERSON, admin),
        (Scope.PUBLIC, admin), (Scope.JOB, admin), (Scope.PROVINCE, admin),
    ]  # fmt: skip
    for scope, person in attempts:
        with pytest.raises(Forbidden), database.transaction(scope, tenant=city, person=person):
            lifecycle.go_live(city)
    assert state_of(database, city) == "preparing"


def test_staff_cannot_write_the_registry_directly(database: Database, make: Maker) -> None:
    city, admin = make.city(state="preparing"), make.person()
    make.grant(admin, "city_admin", city)
    for statement in (
        "UPDATE tenants SET state = 'live'",
        "INSERT INTO tenant_changes (tenant_id, to_state, reason) SELECT walls.tenant(), 'live', 'x'",
    ):
        with database.transaction(Scope.STAFF, tenant=city, person=admin) as opened:
            try:
                with opened.begin_nested():
                    assert opened.execute(sa.text(statement)).rowcount == 0  # type: ignore[attr-defined]
            except (sa.exc.ProgrammingError, MaruError):
                continue
    assert state_of(database, city) == "preparing"
