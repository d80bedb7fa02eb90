"""Databases of their own on the test server, not migrated yet."""

import secrets
from collections.abc import Callable, Iterator
from dataclasses import replace

import psycopg
import pytest

from maru.config import Config
from maru.embedded.postgres import Postgres

NewDatabase = Callable[[], Config]


@pytest.fixture
def new_database(postgres: Postgres, config: Config) -> Iterator[NewDatabase]:
    """Makes an empty database; gives the settings of an installation on it."""
    made: list[str] = []
    with psycopg.connect(postgres.url("postgres", "postgres"), autocommit=True) as server:

        def make() -> Config:
            name = f"m{secrets.token_hex(6)}"
            server.execute(f"CREATE DATABASE {name} OWNER maru_owner")
            made.append(name)
            return replace(
                config, database_url=postgres.url(name, "maru_owner"), database_app_url=postgres.url(name, "maru_app")
            )

        yield make
        for name in made:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")
