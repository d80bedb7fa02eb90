"""The rights that docs/keycloak.md gives to the worker's account at Keycloak are enough for all that the worker does there."""

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from uuid import UUID

import pytest
import sqlalchemy as sa
from keycloak import KeycloakAdmin

from auth.account import watching
from auth.keycloak import accounts
from auth.keycloak.connection import administrator
from auth.roles.accounts import account_of, mirror
from auth.roles.cities import bring_up_to_date
from auth.sessions.shut import end_shut
from maru import jobs
from maru.config import ROOT, Config
from maru.db import Database, Scope
from maru.errors import ConfigurationError
from maru.jobs import Tools
from maru.migrating import engine_connection
from maru.storage import connect
from tests.auth.attacks.conftest import beside
from tests.auth.conftest import Browser
from tests.conftest import Maker

PAGE = (ROOT / "docs" / "keycloak.md").read_text("utf-8")
GIVEN = re.findall(r"--uusername maru-worker --cclientid maru-realm \\\n((?: +--rolename .*\n)+)", PAGE)[0]
RIGHTS = re.findall(r"--rolename (\S+)", GIVEN)


@pytest.fixture(scope="module")
def worker(config: Config, keycloak: Config) -> Iterator[Config]:
    """The settings of a worker whose KEYCLOAK_ADMIN is what the page says, and no administrator."""
    name, password = f"worker-{secrets.token_hex(4)}", secrets.token_hex()
    with of_master(keycloak) as admin:
        first = {"type": "password", "value": password, "temporary": False}
        user = admin.create_user({"username": name, "enabled": True, "credentials": [first]})
        client = admin.get_client_id("maru-realm")
        admin.assign_client_role(user, client, [admin.get_client_role(client, right) for right in RIGHTS])
        yield replace(beside(config, keycloak, "maru"), keycloak_admin=f"{name}:{password}")
        admin.delete_user(user)


@contextmanager
def of_master(keycloak: Config) -> Iterator[KeycloakAdmin]:
    """Who may change the realm in which Keycloak's administrators are."""
    with administrator(keycloak) as admin:
        admin.change_current_realm("master")
        yield admin


@contextmanager
def at_work(worker: Config, database: Database, city: UUID | None) -> Iterator[None]:
    tools = Tools(worker, connect(worker.s3), partial(database.transaction, Scope.JOB))
    with jobs.having(tools), database.transaction(Scope.JOB, tenant=city):
        yield


def test_a_new_city_is_known_by_its_groups_and_its_name(worker: Config, database: Database, make: Maker) -> None:
    city = make.city()
    with at_work(worker, database, city):
        bring_up_to_date(city)
    with administrator(worker) as admin:
        assert admin.get_group_by_path(f"/tenants/{make.slug(city)}/desk_clerk")


def test_the_invited_get_an_account_and_their_groups_and_can_be_removed(
    worker: Config, config: Config, database: Database, make: Maker
) -> None:
    email, city, person = f"{secrets.token_hex(6)}@example.go.kr", make.city(), make.person()
    assert account_of(worker, email, "이도담").password
    assert account_of(worker, email, "이도담").password, "a new one, as the first was never used"
    with administrator(worker) as admin:
        subject = str(admin.get_user_id(email))
    with engine_connection(config.database_url) as connection:
        known = sa.text("UPDATE people SET subject = :subject WHERE id = :person")
        connection.execute(known, {"subject": subject, "person": person})
    make.grant(person, "desk_clerk", city)
    with at_work(worker, database, city):
        mirror(person)
    with administrator(worker) as admin:
        assert [group["path"] for group in admin.get_user_groups(subject)] == [f"/tenants/{make.slug(city)}/desk_clerk"]
    accounts.remove(worker, subject)
    with administrator(worker) as admin:
        assert admin.get_users({"email": email, "exact": True}) == []


def test_sign_ins_are_ended_and_disabled_accounts_found(
    worker: Config, database: Database, browser: Browser, keycloak: Config
) -> None:
    browser.sign_in("forgetful")
    with administrator(worker) as admin:
        (signed_in,) = admin.get_sessions(str(admin.get_user_id("forgetful")))
    accounts.end_session(worker, signed_in["id"])
    accounts.end_session(worker, signed_in["id"])
    assert browser.ask().status_code == 200, "the form again"
    with jobs.having(Tools(worker, connect(worker.s3), partial(database.transaction, Scope.JOB))):
        end_shut()


def test_whoever_joins_or_forgot_gets_a_password_for_once(worker: Config) -> None:
    email = f"{secrets.token_hex(6)}@example.kr"
    with administrator(worker) as admin:
        assert accounts.holder(admin, email) is None
        assert accounts.make(admin, email, "이도담", accounts.password_of(secrets.token_bytes(16))) == email
        made = accounts.holder(admin, email)
        assert made
        assert accounts.never_used(made)
        accounts.give_password(admin, made, accounts.password_of(secrets.token_bytes(16)))
        admin.user_logout(made["id"])
    accounts.remove(worker, made["id"])


def test_what_happened_to_accounts_is_read(worker: Config) -> None:
    """Whatever other tests have done to theirs; without the right to see events Keycloak refuses."""
    with administrator(worker) as admin:
        assert all(list(watching._pages(admin)))


def test_it_is_no_administrator(worker: Config) -> None:
    name, _, password = worker.keycloak_admin.partition(":")
    assert RIGHTS == ["manage-users", "query-groups", "manage-realm", "view-events"]
    with (
        pytest.raises(ConfigurationError),
        administrator(replace(worker, keycloak_admin=f"{name}:{password}x")) as admin,
    ):
        admin.get_users({})
    with administrator(worker) as admin:
        admin.change_current_realm("master")
        with pytest.raises(Exception, match="403"):
            admin.get_users({})
    with pytest.raises(ConfigurationError, match=r"docs/keycloak.md"):
        asks_of_the_master_realm(worker)


def asks_of_the_master_realm(worker: Config) -> None:
    with administrator(worker) as admin:
        admin.change_current_realm("master")
        admin.get_users({})
