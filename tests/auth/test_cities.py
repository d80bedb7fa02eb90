"""A city at a real Keycloak, from its making to its end (issue 5.1)."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

import pytest
import sqlalchemy as sa

from auth.keycloak.connection import Administrator, administrator, found
from auth.keycloak.parts import group_id, words
from auth.roles.cities import bring_up_to_date
from auth.roles.permissions import CITY_ROLES
from maru import jobs
from maru.config import Config
from maru.db import Database, Scope, session
from maru.errors import ConfigurationError
from maru.jobs import Tools
from maru.migrating import engine_connection
from maru.storage import connect
from maru.tenancy import Tenant
from tenants.sites import lifecycle, opening
from tests.conftest import Maker


@contextmanager
def working(config: Config, database: Database) -> Iterator[None]:
    tools = Tools(config, connect(config.s3), partial(database.transaction, Scope.JOB))
    with jobs.having(tools), database.transaction(Scope.JOB):
        yield


@pytest.fixture
def both(config: Config, keycloak: Config) -> Config:
    """Our database and the real Keycloak."""
    return replace(config, oidc_issuer=keycloak.oidc_issuer, keycloak_admin=keycloak.keycloak_admin)


def roles(admin: Administrator, slug: str) -> set[str]:
    group = found(admin.get_group_by_path, f"/tenants/{slug}")
    return {below["name"] for below in admin.get_group_children(group["id"])} if group else set()


def test_a_city_comes_and_goes(both: Config, database: Database, make: Maker) -> None:
    city = make.city()
    slug = make.slug(city)
    with administrator(both) as admin:
        for _ in range(2):  # a job may run twice
            with working(both, database):
                bring_up_to_date(city)
            assert roles(admin, slug) == set(CITY_ROLES)
            assert words(admin, "ko")[f"house.{slug}"].startswith("시험")
            assert f"house.{slug}" in words(admin, "en")
        with engine_connection(both.database_url) as connection:
            connection.execute(sa.update(Tenant).where(Tenant.id == city).values(state="archived"))
        for _ in range(2):
            with working(both, database):
                bring_up_to_date(city)
            assert roles(admin, slug) == set()
            assert f"house.{slug}" not in words(admin, "ko")
        assert "house.suwon" in words(admin, "ko"), "other names stay"
        assert group_id(admin, "/tenants/suwon"), "other groups stay"


def test_while_keycloak_is_away_the_job_fails_and_is_tried_again(
    config: Config, database: Database, make: Maker
) -> None:
    city = make.city()
    away = replace(config, oidc_issuer="http://127.0.0.1:1/realms/maru", keycloak_admin="admin:password")
    with pytest.raises(ConfigurationError, match="does not answer"), working(away, database):
        bring_up_to_date(city)


def test_without_an_administrator_nothing_is_tried(config: Config, database: Database, make: Maker) -> None:
    city = make.city()
    away = replace(config, oidc_issuer="http://127.0.0.1:1/realms/maru", keycloak_admin="")
    with working(away, database):
        bring_up_to_date(city)


def test_making_and_archiving_ask_for_it(database: Database) -> None:
    """Suspending does not: the city's staff keep their roles and its name."""
    with database.transaction(Scope.PROVINCE):
        city = opening.open_city("newly-made", "새로 만든 시")
        session().flush()
        asked = [queued()]
        for state in ("suspended", "live", "suspended", "archived"):
            lifecycle.record(city, city.state, state, "까닭", None)
            asked.append(queued())
        session().rollback()
    assert asked == [1, 1, 1, 1, 2]


def queued() -> int:
    """Jobs of this name in the queue, of this transaction alone."""
    counted = "SELECT count(*) FROM queue.procrastinate_jobs WHERE task_name = 'identity.city' AND xmin = pg_current_xact_id()::xid"
    return int(session().execute(sa.text(counted)).scalar_one())
