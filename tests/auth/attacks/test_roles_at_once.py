"""A role that is given or taken counts from the next request on, in a session and in the API; Keycloak's groups follow."""

from dataclasses import replace
from functools import partial
from uuid import UUID

import pytest
import sqlalchemy as sa

from auth.keycloak.connection import administrator
from auth.roles import service as roles
from auth.roles.accounts import mirror
from auth.sessions.shut import end_shut
from maru import jobs
from maru.config import Config
from maru.db import Database, Scope
from maru.jobs import Tools
from maru.migrating import engine_connection
from maru.storage import connect
from tests.auth.attacks.conftest import PORTAL, Person, api, token_of
from tests.client import Web
from tests.conftest import Maker


@pytest.fixture
def city(make: Maker) -> UUID:
    return make.city()


@pytest.fixture
def clerk(web: Web, config: Config, make: Maker, city: UUID) -> tuple[Person, UUID]:
    """Somebody signed in in the city, as by a second factor; no role yet."""
    person = Person(web)
    house = f"{make.slug(city)}.{PORTAL}"
    person.signs_in(house, "clerk")
    with engine_connection(config.database_url) as connection:
        who = connection.execute(sa.text("SELECT id FROM people WHERE username = 'clerk'")).scalar_one()
        connection.execute(sa.text("UPDATE sessions SET strong = true WHERE person_id = :who"), {"who": who})
    return person, who


def groups(config: Config, username: str) -> set[str]:
    with administrator(config) as admin:
        return {group["path"] for group in admin.get_user_groups(admin.get_user_id(username))}


def mirrored(config: Config, database: Database, city: UUID, who: UUID) -> None:
    """As the worker does."""
    tools = Tools(config, connect(config.s3), partial(database.transaction, Scope.JOB))
    with jobs.having(tools), database.transaction(Scope.JOB, tenant=city):
        mirror(who)


def test_a_role_comes_and_goes_with_the_next_request(
    web: Web, whole: Config, database: Database, make: Maker, city: UUID, clerk: tuple[Person, UUID]
) -> None:
    person, who = clerk
    house, token = f"{make.slug(city)}.{PORTAL}", token_of(whole, "clerk")
    group = f"/tenants/{make.slug(city)}/city_admin"

    def statuses() -> list[int]:
        return [person.get(house, "/console").status_code, api(web, house, token, "/console").status_code]

    assert statuses() == [403, 403]
    make.grant(who, "city_admin", city)
    assert statuses() == [200, 200]
    mirrored(whole, database, city, who)
    assert group in groups(whole, "clerk")

    other = make.person()
    make.grant(other, "city_admin", city)
    with database.transaction(Scope.STAFF, tenant=city, person=other):
        grant = next(one.grant.id for one in roles.staff(city) if one.person.id == who)
        roles.end(grant, city)
    assert statuses() == [403, 403]
    mirrored(whole, database, city, who)
    assert group not in groups(whole, "clerk")
    assert person.get(house, "/my").status_code == 200, "still signed in"


def test_a_lost_account_does_not_stop_the_mirror(
    whole: Config, database: Database, make: Maker, config: Config, city: UUID
) -> None:
    """After a restore a role may be ended of somebody whom Keycloak does not know any more; nothing is tried for ever."""
    person = make.person()
    make.grant(person, "desk_clerk", city)
    with engine_connection(config.database_url) as connection:
        lost = sa.text("UPDATE people SET subject = :subject WHERE id = :id")
        connection.execute(lost, {"subject": f"lost-{person}", "id": person})
    mirrored(whole, database, city, person)


def test_an_account_that_is_disabled_at_keycloak_is_out_on_all_hosts(
    web: Web, whole: Config, database: Database, house: str, other_house: str
) -> None:
    """Keycloak tells nobody of it; the worker looks. Others go on, and while Keycloak is away everybody does."""
    person, other = Person(web), Person(web)
    for host in (house, other_house):
        person.signs_in(host, "neighbour")
    other.signs_in(house, "resident")

    def looked(config: Config) -> list[bool]:
        tools = Tools(config, connect(config.s3), partial(database.transaction, Scope.JOB))
        with jobs.having(tools):
            end_shut()
        return [person.is_known(house), person.is_known(other_house), other.is_known(house)]

    assert looked(whole) == [True, True, True]
    with administrator(whole) as admin:
        subject = admin.get_user_id("neighbour")
        admin.update_user(subject, {"enabled": False})
    try:
        assert looked(replace(whole, oidc_issuer="http://localhost:9/realms/maru")) == [True, True, True]
        assert looked(replace(whole, keycloak_admin="")) == [True, True, True]
        assert looked(whole) == [False, False, True]
    finally:
        with administrator(whole) as admin:
            admin.update_user(subject, {"enabled": True})
    person.signs_in(house, "neighbour")
    assert looked(whole) == [True, False, True]


def test_the_worker_looks_twice_a_minute() -> None:
    assert jobs.rounds["sessions.shut"].seconds <= 30
