"""People who ask for an account or a password, the worker that writes to them, and a Keycloak that takes them in."""

import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from uuid import UUID

import pytest
import sqlalchemy as sa

import tenants.sites.letterhead  # noqa: F401  # says who writes
from auth.joining import accounts
from auth.joining import service as joining
from maru import jobs
from maru.config import Config
from maru.db import Database, Scope
from maru.jobs import Tools
from maru.migrating import engine_connection
from maru.storage import connect
from tests.client import Web, opened
from tests.conftest import Maker
from tests.post import PostOffice, post_office, text_of

LINK = re.compile(r"http://\S+/accounts/(\S{43})")


@dataclass
class Street:
    """One city's host, a mail server, and the worker, which works when it is told to."""

    config: Config
    database: Database
    make: Maker
    city: UUID
    post: PostOffice
    web: Web

    @property
    def host(self) -> str:
        return f"{self.make.slug(self.city)}.localhost"

    def address(self) -> str:
        return f"join-{secrets.token_hex(6)}@example.kr"

    def asks(self, kind: str, email: str, *, address: str | None = None, language: str = "ko") -> UUID | None:
        """As the page asks; the request that the worker would be given, where there is one."""
        with self.database.transaction(Scope.PUBLIC, tenant=self.city):
            if kind == "join":
                joining.ask_to_join("이도담", email, old_enough=True, language=language, address=address)
            else:
                joining.ask_for_password(email, language=language, address=address)
        return self.latest(email.strip().lower())

    def latest(self, email: str) -> UUID | None:
        with engine_connection(self.config.database_url) as connection:
            asked = sa.text("SELECT id FROM account_requests WHERE email = :email ORDER BY id DESC LIMIT 1")
            return connection.scalar(asked, {"email": email})

    def works(self, job: "jobs.Job[[UUID]]", request: UUID | None, config: Config | None = None) -> None:
        assert request
        config = config or self.config
        transaction = partial(self.database.transaction, Scope.JOB, tenant=self.city)
        with jobs.having(Tools(config, connect(config.s3), transaction)), transaction():
            job(request)

    def gets(self, kind: str, email: str) -> str:
        """Ask, and read the letter that comes."""
        self.works(accounts.write, self.asks(kind, email))
        (letter,) = self.post.to(email.lower())
        return text_of(letter)

    def gets_another(self, kind: str, email: str) -> str:
        """The latest of several letters."""
        self.works(accounts.write, self.asks(kind, email))
        return text_of(self.post.to(email)[-1])

    def opens(self, letter: str) -> str:
        """Press the button behind the link; the password for once stands on the page when the worker is done."""
        found = LINK.search(letter)
        assert found, letter
        page = f"/accounts/{found[1]}"
        assert self.web.post(self.host, page).status_code == 303
        with engine_connection(self.config.database_url) as connection:
            held = sa.text("SELECT id FROM account_requests WHERE token_hash = :hash")
            request = connection.scalar(held, {"hash": accounts.digest(found[1])})
        self.works(accounts.open_account, request)
        return self.web.get(self.host, page).text


@pytest.fixture(scope="module")
def whole(config: Config, keycloak: Config) -> Config:
    return replace(config, oidc_issuer=keycloak.oidc_issuer, keycloak_admin=keycloak.keycloak_admin)


@pytest.fixture(scope="module")
def web(whole: Config) -> Iterator[Web]:
    with opened(whole) as asked:
        yield asked


@pytest.fixture
def street(whole: Config, database: Database, make: Maker, web: Web) -> Iterator[Street]:
    with post_office() as office:
        posting = replace(whole, mail_url=office.url)
        yield Street(posting, database, make, make.city(region=make.region()), office, web)
