"""`maru sample`: people with open sessions for other programs, and none of it in production."""

import secrets
from uuid import UUID

import pytest
import sqlalchemy as sa

from auth.roles.permissions import CITY_ROLES, PROVINCE_ROLES
from maru.config import Config
from maru.migrating import engine_connection
from tests.api.conftest import Maru
from tests.client import opened
from tests.conftest import Maker

COMMANDS = [
    ["accounts"],
    ["load"],
    ["run", "suwon", "--capacity", "1"],
    ["residents", "suwon", "1"],
    ["session", "kim.youngsook", "suwon.localhost"],
    ["token", "kim.youngsook"],
]


def test_residents_can_apply_with_what_is_printed(maru: Maru, make: Maker, config: Config) -> None:
    city = make.city(region=make.region())
    host, run = f"{make.slug(city)}.localhost", make.run(city, capacity=5)
    residents = maru("sample", "residents", make.slug(city), "3").lines
    assert [one.keys() for one in residents] == [{"person_id", "name", "cookie", "csrf"}] * 3
    assert len({one["person_id"] for one in residents}) == 3
    with opened(config) as web:
        client = web.app.test_client(use_cookies=False)
        for one in residents:
            headers = {"Cookie": one["cookie"], "X-CSRF-Token": one["csrf"]}
            assert client.get("/api/v1/me", base_url=f"http://{host}", headers=headers).json["id"] == one["person_id"]
            path = f"/api/v1/runs/{run}/applications"
            assert client.post(path, base_url=f"http://{host}", headers={"Cookie": one["cookie"]}).status_code == 403
            assert client.post(path, base_url=f"http://{host}", headers=headers).status_code == 201


def test_residents_live_in_the_city(maru: Maru, make: Maker, config: Config) -> None:
    region = make.region()
    maru("sample", "residents", make.slug(make.city(region=region)), "4")
    with engine_connection(config.database_url) as connection:
        homes = sa.text("SELECT count(*) FROM residences WHERE region_code = :region")
        assert connection.scalar(homes, {"region": region}) == 4


def test_every_role_has_an_account(maru: Maru) -> None:
    accounts = maru("sample", "accounts").lines
    assert all(one.keys() == {"username", "password", "roles", "host"} for one in accounts)
    assert {role for one in accounts for role in one["roles"]} == {*CITY_ROLES, *PROVINCE_ROLES}
    assert sum(not one["roles"] for one in accounts) >= 10
    hosts = {one["username"]: one["host"] for one in accounts}
    assert (hosts["heo.junyoung"], hosts["ahn.jaeho"]) == ("suwon.localhost:8000", "localhost:8000")


def named(make: Maker, config: Config) -> tuple[UUID, str]:
    """Somebody with a username."""
    person, username = make.person(), f"u{secrets.token_hex(6)}"
    with engine_connection(config.database_url) as connection:
        connection.execute(
            sa.text("UPDATE people SET username = :name WHERE id = :id"), {"name": username, "id": person}
        )
    return person, username


@pytest.mark.parametrize("port", ["", ":8000"])
def test_a_session_of_one_account(maru: Maru, make: Maker, config: Config, port: str) -> None:
    person, username = named(make, config)
    (made,) = maru("sample", "session", username, f"localhost{port}").lines
    assert made["person_id"] == str(person)
    with opened(config) as web:
        client = web.app.test_client(use_cookies=False)
        mine = client.get("/api/v1/me", base_url="http://localhost", headers={"Cookie": made["cookie"]})
        assert mine.json["id"] == str(person)


@pytest.mark.parametrize(
    "written", ["{}", "{}.localhost", "{}.localhost:8000", "http://{}.localhost:8000/", "{}.LOCALHOST"]
)
def test_a_city_is_named_in_several_ways(maru: Maru, make: Maker, config: Config, written: str) -> None:
    slug, (person, username) = make.slug(make.city()), named(make, config)
    (made,) = maru("sample", "session", username, written.format(slug)).lines
    with opened(config) as web:
        client = web.app.test_client(use_cookies=False)
        mine = client.get("/api/v1/me", base_url=f"http://{slug}.localhost", headers={"Cookie": made["cookie"]})
        assert mine.json["id"] == str(person)


@pytest.mark.parametrize("host", ["", "nowhere", "nowhere.localhost", "a b", "nowhere.example"])
def test_no_session_is_of_use_where_no_house_is(maru: Maru, host: str) -> None:
    answer = maru("sample", "session", "kim.youngsook", host)
    assert answer.status == 1
    assert "There is no house" in answer.said


def test_a_session_of_nobody(maru: Maru) -> None:
    answer = maru("sample", "session", "nobody.there", "localhost")
    assert answer.status == 1
    assert "nobody.there" in answer.said


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_nothing_of_it_in_production(maru: Maru, command: list[str]) -> None:
    answer = maru("sample", *command, MARU_ENV="production")
    assert answer.status == 1
    assert answer.output == b""
    assert "production" in answer.said
