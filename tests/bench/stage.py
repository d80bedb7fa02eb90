"""A whole installation for one measurement: `maru up` and the sample province; with Keycloak where that is measured."""

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import psycopg
import sqlalchemy as sa

from maru.config import ROOT, Config
from maru.db import Database, Scope, session
from maru.embedded.keys import load_secrets
from maru.embedded.process import Child, free_port, port_is_free
from maru.embedded.runtime import database_url_as
from maru.tenancy import Tenant

CITY = "suwon"
NOBODYS_ISSUER = "http://localhost:9/realms/maru"
"""Stands in for Keycloak: sessions are made directly, as a crowd of thousands needs them."""
START_SECONDS, KEYCLOAK_SECONDS = 120, 600
ALL_SAID = "Ctrl-C stops Maru"
"""What `maru up` prints last, when people can sign in."""
REST_SECONDS = 600
"""Until the films of the sample are made."""
LEFT = "SELECT count(*) FROM queue.procrastinate_jobs WHERE status IN ('todo', 'doing') AND scheduled_at IS NULL"


@dataclass(frozen=True)
class Stage:
    """An installation that answers on 127.0.0.1 at `config.port`."""

    home: Path
    config: Config
    database: Database

    @property
    def address(self) -> tuple[str, int]:
        return "127.0.0.1", self.config.port

    @property
    def web(self) -> Child:
        """The web server, which `maru up` started."""
        return Child("serve", self.home)

    @property
    def superuser_url(self) -> str:
        """Of a role that no wall holds back: to look at results, and to make rows by the thousand."""
        return database_url_as(self.config.database_url, "postgres", load_secrets(self.home)["POSTGRES_PASSWORD"])

    def superuser(self) -> "psycopg.Connection[tuple[Any, ...]]":
        return psycopg.connect(self.superuser_url, autocommit=True)

    def host(self, slug: str | None = CITY) -> str:
        """The Host header of a city, or of the portal."""
        return self.config.origin(slug).removeprefix("http://")

    def city(self) -> Tenant:
        with self.database.transaction(Scope.PUBLIC):
            return session().scalars(sa.select(Tenant).where(Tenant.slug == CITY)).one()

    def rest(self) -> None:
        """Wait until the worker has nothing left to do that would be measured as well; letters are put aside."""
        deadline = time.monotonic() + REST_SECONDS
        with self.superuser() as connection:
            connection.execute("UPDATE messages SET state = 'kept' WHERE state IN ('waiting', 'handing')")
            while connection.execute(LEFT).fetchone() != (0,):
                assert time.monotonic() < deadline, "the worker does not come to rest"
                time.sleep(0.2)


@contextmanager
def staged(*, keycloak: bool = False) -> Iterator[Stage]:
    """Start everything; afterwards nothing of it runs and nothing is left on the disk."""
    folder = ROOT / ".maru"
    folder.mkdir(exist_ok=True)
    home = Path(tempfile.mkdtemp(prefix="bench-", dir=folder))
    home.chmod(0o755)
    given = {"MARU_HOME": str(home), "MARU_PORT": str(_two_free_ports())}
    given |= {} if keycloak else {"OIDC_ISSUER": NOBODYS_ISSUER}
    everything = Child("up", home, grace=15)
    try:
        everything.start(
            [sys.executable, "-m", "maru.cli", "up"], env=given | {"MARU_BASE_DOMAIN": "localhost"}, cwd=ROOT
        )
        limit = KEYCLOAK_SECONDS if keycloak else START_SECONDS
        everything.wait_until(lambda: ALL_SAID in everything.log.read_text("utf-8"), limit)
        config = Config.load({**os.environ, **given})
        database = Database(config.database_app_url)
        stage = Stage(home, config, database)
        yield stage
        database.engine.dispose()
    finally:
        everything.stop()
        shutil.rmtree(home)


def processes() -> list[psutil.Process]:
    """Everything that this measurement started."""
    return psutil.Process().children(recursive=True)


def called(name: str) -> list[psutil.Process]:
    """Those of a program; some may end while they are asked."""
    found = []
    for process in processes():
        with suppress(psutil.NoSuchProcess):
            if process.name() == name:
                found.append(process)
    return found


def _two_free_ports() -> int:
    """A free port whose successor is free too: the second is for the figures."""
    while not port_is_free((port := free_port()) + 1):
        continue
    return port
