"""What refuses to start in production: a key that can be guessed, plain http, unknown proxies, published passwords."""

from collections.abc import Iterator
from pathlib import Path

import click
import pytest
import sqlalchemy as sa

from maru.config import Config
from maru.migrating import engine_connection
from tests.api.conftest import Maru
from tests.post import post_office

SAFE = {
    "MARU_ENV": "production",
    "MARU_BASE_DOMAIN": "learn.example.kr",
    "OIDC_CLIENT_SECRET": "secret",
    "MARU_PROXIES": "1",
}
"""With the long key of the test's installation, and https by default."""
PROVEN = {
    "IDENTITY_AGENCY_URL": "https://agency.example.kr",
    "IDENTITY_AGENCY_SECRET": "a" * 32,
    "MARU_IDENTITY_KEY": "i" * 32,
}
"""Where an identity agency is."""
SERVED = "the web is served"


@pytest.fixture(autouse=True)
def served(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever would serve for ever says so instead."""

    def serve(_: Config) -> None:
        click.echo(SERVED)

    monkeypatch.setattr("maru.commands.serve.serve_web", serve)
    monkeypatch.setattr("maru.commands.worker.run_worker", serve)


@pytest.fixture
def sample_person(config: Config) -> Iterator[None]:
    with engine_connection(config.database_url) as connection:
        someone = "INSERT INTO people (name, email) VALUES ('김영숙', 'kim.youngsook@maru.example')"
        connection.execute(sa.text(someone))
    yield
    with engine_connection(config.database_url) as connection:
        connection.execute(sa.text("DELETE FROM people WHERE email = 'kim.youngsook@maru.example'"))


@pytest.mark.parametrize("command", ["serve", "worker"])
@pytest.mark.parametrize(
    ("changed", "variable"),
    [
        ({"MARU_SECRET_KEY": ""}, "MARU_SECRET_KEY"),
        ({"MARU_SECRET_KEY": "x" * 31}, "MARU_SECRET_KEY"),
        ({"MARU_SCHEME": "http"}, "MARU_SCHEME"),
        ({"MARU_PROXIES": ""}, "MARU_PROXIES"),
        (PROVEN | {"MARU_IDENTITY_KEY": ""}, "MARU_IDENTITY_KEY"),
        (PROVEN | {"MARU_IDENTITY_KEY": "s" * 32, "MARU_SECRET_KEY": "s" * 32}, "MARU_IDENTITY_KEY"),
        (PROVEN | {"IDENTITY_AGENCY_SECRET": "short"}, "IDENTITY_AGENCY_SECRET"),
        ({"DATA_SHARE_URL": "http://key@share.example/"}, "DATA_SHARE_URL"),
    ],
)
def test_nothing_is_served_without_secrets(maru: Maru, command: str, changed: dict[str, str], variable: str) -> None:
    answer = maru(command, **SAFE | changed)
    assert answer.status == 1
    assert answer.said.startswith(f"Error: {variable} is not safe for production. ")
    assert len(answer.said.splitlines()) == 1


@pytest.mark.parametrize("command", ["serve", "worker"])
@pytest.mark.parametrize(
    "more",
    [
        SAFE,
        SAFE | {"MARU_SCHEME": "http", "MARU_BASE_DOMAIN": "localhost"},  # a trial on the machine itself
        SAFE | PROVEN,
        SAFE | {"DATA_SHARE_URL": "https://key@share.example/"},
        SAFE | {"MARU_PROXIES": "0"},  # nothing stands before it
        {"MARU_SECRET_KEY": ""},  # development
    ],
)
def test_what_is_safe_is_served(maru: Maru, command: str, more: dict[str, str]) -> None:
    answer = maru(command, **more)
    assert (answer.status, answer.output.decode().strip()) == (0, SERVED)


@pytest.mark.parametrize("proxies", ["one", "-1", "1.5"])
def test_proxies_are_counted_in_whole_numbers(maru: Maru, proxies: str) -> None:
    answer = maru("serve", **SAFE | {"MARU_PROXIES": proxies})
    assert answer.status == 1
    assert answer.said.strip() == f"Error: MARU_PROXIES is '{proxies}'; it must be a number, 0 or more."


def test_a_realm_is_not_made_for_plain_http(maru: Maru) -> None:
    answer = maru("keycloak", "apply", **SAFE | {"MARU_SCHEME": "http"})
    assert answer.status == 1
    assert "MARU_SCHEME" in answer.said


@pytest.mark.parametrize("command", [["serve"], ["keycloak", "apply"]])
def test_nothing_is_served_where_sample_people_could_sign_in(
    maru: Maru, sample_person: None, command: list[str]
) -> None:
    answer = maru(*command, **SAFE)
    assert answer.status == 1
    assert answer.said.startswith("Error: 1 sample people are in this database")


def test_the_doctor_finds_all_of_it(maru: Maru, sample_person: None) -> None:
    answer = maru("doctor", **SAFE | {"MARU_SCHEME": "http", "MARU_SECRET_KEY": "x", "MARU_PROXIES": ""})
    assert answer.status == 1
    ill = [line.split()[1].rstrip(":") for line in answer.output.decode().splitlines() if line.startswith("BAD")]
    assert ill[:4] == ["MARU_SECRET_KEY", "MARU_SCHEME", "MARU_PROXIES", "sample"]


def test_the_doctor_is_content_with_what_is_safe(maru: Maru) -> None:
    lines = maru("doctor", **SAFE).output.decode().splitlines()
    settings = ["ok   MARU_SECRET_KEY", "ok   MARU_SCHEME", "ok   MARU_PROXIES", "ok   DATA_SHARE_URL"]
    assert lines[:6] == [*settings, "ok   database", "ok   sample people"]


def test_the_doctor_says_that_nobody_is_written_to(maru: Maru, tmp_path: Path) -> None:
    def of_mail(url: str) -> list[str]:
        lines = maru("doctor", **SAFE | {"MAIL_URL": url}).output.decode().splitlines()
        return [line for line in lines if "e-mail" in line]

    assert of_mail("") == [
        "BAD  e-mail: MAIL_URL is not set: nobody is written to, and messages can only be read in Maru"
    ]
    assert of_mail("smtp://127.0.0.1:9") == ["BAD  e-mail: Unreachable: unreachable"]
    assert of_mail(f"file:{tmp_path}") == ["ok   e-mail"]
    with post_office() as post:
        assert of_mail(post.url) == ["ok   e-mail"]
