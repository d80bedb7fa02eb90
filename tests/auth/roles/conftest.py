"""Administrators who invite and end roles, and the mail and the accounts that follow."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from uuid import UUID

import psycopg
import pytest
import sqlalchemy as sa

from auth.roles import service as roles
from maru.config import Config
from maru.db import Database, Scope, session
from maru.embedded.postgres import Postgres
from maru.migrating import engine_connection
from maru.security import digest
from tests.conftest import Maker
from tests.post import PostOffice, post_office


@pytest.fixture
def post() -> Iterator[PostOffice]:
    with post_office() as office:
        yield office


@dataclass
class Office:
    """A city with its administrator; `sent` stands in for the worker where a test is not about mail."""

    config: Config
    database: Database
    make: Maker
    city: UUID
    admin: UUID

    def at_work(self, person: UUID | None = None) -> "AbstractContextManager[object]":
        return self.database.transaction(Scope.STAFF, tenant=self.city, person=person or self.admin)

    def as_person(self, person: UUID | None) -> "AbstractContextManager[object]":
        return self.database.transaction(Scope.PERSON, tenant=self.city, person=person)

    def invite(self, email: str, role: str = "course_operator") -> UUID:
        with self.at_work():
            return roles.invite(self.city, role, "이도담", email, self.admin).id

    def sent(self, invitation: UUID, token: str) -> str:
        """As the worker leaves it: the token is made when the mail is written."""
        with self.database.transaction(Scope.JOB, tenant=self.city):
            session().execute(
                sa.text(
                    "UPDATE invitations SET token_hash = :hash, sent_at = now(), expires_at = now() + interval '7 days'"
                    " WHERE id = :id"
                ),
                {"hash": digest(token), "id": invitation},
            )
        return token

    def person(self, email: str) -> UUID:
        """Somebody whose account the identity provider vouches for."""
        made = self.make.person()
        self.execute("UPDATE people SET email = :email, vouched_email = :email WHERE id = :id", email=email, id=made)
        return made

    def execute(self, statement: str, **values: object) -> None:
        with engine_connection(self.config.database_url) as connection:
            connection.execute(sa.text(statement), values)

    def roles_of(self, person: UUID) -> set[str]:
        with engine_connection(self.config.database_url) as connection:
            held = sa.text(
                "SELECT role FROM role_grants WHERE person_id = :id AND tenant_id = :city AND ended_at IS NULL"
            )
            return set(connection.execute(held, {"id": person, "city": self.city}).scalars())


@pytest.fixture
def office(config: Config, database: Database, make: Maker) -> Office:
    city, admin = make.city(region=make.region()), make.person()
    make.grant(admin, "city_admin", city)
    return Office(config, database, make, city, admin)


@pytest.fixture
def no_officer(postgres: Postgres) -> Iterator[None]:
    """Nobody is a privacy officer, until the test is over; what stood before stands again, which no program can do."""
    with psycopg.connect(postgres.url("maru", "postgres"), autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        ended = connection.execute(
            "UPDATE role_grants SET ended_at = now() WHERE role = 'privacy_officer' AND ended_at IS NULL RETURNING id"
        ).fetchall()
        yield
        connection.execute("UPDATE role_grants SET ended_at = NULL WHERE id = ANY (%s)", [[row[0] for row in ended]])
