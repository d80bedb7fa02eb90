"""`maru up` on a home of its own, and what a test asks of it."""

import http.client
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import UUID

import psutil
import sqlalchemy as sa

from maru.config import ROOT, Config
from maru.db import Scope, session
from maru.embedded.process import MARK, free_port, port_is_free
from maru.embedded.programs import web_answers
from maru.embedded.reset import remove
from maru.tenancy import Tenant
from tenants.catalogue.projection import project
from tenants.courses import service as courses
from tenants.enrolments import service as enrolments
from tenants.sample import accounts, making
from tenants.sample.making import Resident
from tests.conftest import Maker

PAGES_SECONDS, SIGN_IN_SECONDS, STOP_SECONDS = 120, 600, 10
"""The first two are for a machine that still has to fetch Keycloak; the last is a promise."""
LEASH = ["setpriv", "--pdeathsig", "INT"] if shutil.which("setpriv") else []
"""So that a test run that is killed leaves no house behind."""
REGIONS = {"suwon": "41110", "seongnam": "41130"}
ALL_SAID = "Ctrl-C stops Maru."
"""Addresses and accounts are printed after people can sign in."""


@dataclass
class House:
    """A running Maru. `make` makes people, sessions and runs directly."""

    home: Path
    port: int
    log: Path
    make: Maker = field(init=False)

    @classmethod
    def from_note(cls, note: dict[str, Any]) -> "House":
        return cls(Path(note["home"]), note["port"], Path(note["log"]))

    def note(self) -> dict[str, Any]:
        return {"home": str(self.home), "port": self.port, "log": str(self.log)}

    @property
    def config(self) -> Config:
        return Config.load({"MARU_HOME": str(self.home)})

    def url(self, slug: str | None, path: str = "/") -> str:
        """Of a page on a city's host, or on the portal's."""
        return self.config.origin(slug) + path

    def maru(self, *arguments: str, **settings: str) -> subprocess.CompletedProcess[bytes]:
        """Run a command of this installation, with further settings of its own."""
        return subprocess.run(
            [sys.executable, "-m", "maru.cli", *arguments],
            env=environment(self.home) | settings,
            cwd=ROOT,
            capture_output=True,
            check=False,
        )

    def host(self, slug: str | None) -> str:
        """Without the port."""
        return self.url(slug, "").split("//")[1].split(":")[0]

    def get(self, slug: str | None, path: str, **headers: str) -> tuple[int, bytes]:
        """Status and body of a request that does not go through a browser."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request(
                "GET", quote(path, safe="/?=&%"), headers={"Host": f"{self.host(slug)}:{self.port}"} | headers
            )
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def city(self, slug: str) -> UUID:
        """A sample city's id."""
        with self.make.database.transaction(Scope.PUBLIC):
            return session().scalars(sa.select(Tenant.id).where(Tenant.slug == slug)).one()

    def account(self, username: str, slug: str) -> Resident:
        """An open session of a sample account on a city's host."""
        return accounts.session_of(self.config, username, self.host(slug))

    def residents(self, count: int, slug: str) -> list[Resident]:
        """New people of different names who live in the city, signed in on its host; they want one history."""
        people = making.make_people(self.config.database_url, count, home=REGIONS[slug], consent=True)
        return making.open_sessions(self.config, people, self.host(slug))

    def apply(self, resident: Resident, tenant: UUID, run: UUID) -> None:
        """Take a place for somebody."""
        with self.make.database.transaction(Scope.PERSON, tenant=tenant, person=resident.person_id):
            enrolments.apply(run, tenant)

    def resident_only(self, tenant: UUID, capacity: int = 5) -> UUID:
        """A new run for residents of the city."""
        made = self.make.run(tenant, capacity)
        with self.make.database.transaction(Scope.JOB, tenant=tenant):
            courses.get(made).resident_only = True
            project([made])
        return made

    def verified_only(self, tenant: UUID, capacity: int = 5) -> UUID:
        """A new run for people whose identity is proven."""
        made = self.make.run(tenant, capacity)
        with self.make.database.transaction(Scope.JOB, tenant=tenant):
            courses.get(made).verified_only = True
            project([made])
        return made

    def let_pass(self, tenant: UUID, run: UUID, days: int = 60) -> None:
        """As if the run had been opened so much earlier; with 60 days it is over."""
        by = timedelta(days=days)
        with self.make.database.transaction(Scope.JOB, tenant=tenant):
            found = courses.get(run)
            found.starts_on, found.ends_on = found.starts_on - by, found.ends_on - by
            assert found.opens_at
            assert found.closes_at
            found.opens_at, found.closes_at = found.opens_at - by, found.closes_at - by
            for meeting in found.meetings:
                meeting.starts_at, meeting.ends_at = meeting.starts_at - by, meeting.ends_at - by
            project([run])

    def parts(self, name: str = "") -> list[psutil.Process]:
        """Programs that run in the house: all of them, or those of one part."""
        return [process for process in psutil.process_iter() if fits(process, f"{name}@{self.home}", name)]

    def said(self) -> str:
        """What `maru up` has printed so far."""
        return self.log.read_text("utf-8", "replace")

    def seconds_until(self, sentence: str) -> float | None:
        """When `maru up` said it, after its start."""
        found = re.search(rf"^ *([\d.]+) s  {re.escape(sentence)}", self.said(), re.MULTILINE)
        return float(found[1]) if found else None

    def wait_for_sign_in(self) -> str:
        """Why people cannot sign in; empty once they can."""
        deadline = time.monotonic() + SIGN_IN_SECONDS
        while ALL_SAID not in self.said():
            if "could not be fetched" in self.said():
                return "Keycloak could not be fetched: the Maven registry does not answer."
            assert time.monotonic() < deadline, self.said()
            time.sleep(0.2)
        return ""


def fits(process: psutil.Process, mark: str, name: str) -> bool:
    try:
        found = process.environ().get(MARK, "")
    except psutil.Error:
        return False
    return found == mark if name else found.endswith(mark)


@contextmanager
def running_house() -> Iterator[House]:
    """Bring Maru up on an empty home, and see at the end that Ctrl-C stops it in time."""
    home = Path(tempfile.mkdtemp(prefix="maru-"))
    home.chmod(0o711)  # so that PostgreSQL's own user can reach its data there
    log = home / "up.txt"
    port = two_free_ports()
    with log.open("w") as output:
        up = subprocess.Popen(
            [*LEASH, sys.executable, "-m", "maru.cli", "up"],
            env=environment(home) | {"MARU_PORT": str(port), "PYTHONUNBUFFERED": "1"},
            cwd=ROOT,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    house = House(home, port, log)
    try:
        wait_for_pages(house, up)
        yield house
    finally:
        seconds = stop(up)
        said = house.said()
        print(f"\n{said}\nStopped in {seconds:.1f} s.")  # noqa: T201  # shown with a failure
        remove(home)
        log.unlink()
        home.rmdir()
    assert up.returncode == 0, said
    assert seconds < STOP_SECONDS


def environment(home: Path) -> dict[str, str]:
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("MARU_", "DATABASE_", "OIDC_"))}
    return ours | {"MARU_HOME": str(home), "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "platform")])}


def two_free_ports() -> int:
    while not port_is_free((port := free_port()) + 1):
        pass
    return port


def wait_for_pages(house: House, up: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PAGES_SECONDS
    while not web_answers(house.port) or "Public pages are open" not in house.said():
        assert up.poll() is None, house.said()
        assert time.monotonic() < deadline, house.said()
        time.sleep(0.1)


def stop(up: subprocess.Popen[bytes]) -> float:
    """Press Ctrl-C; how many seconds it took to end."""
    began = time.monotonic()
    up.send_signal(signal.SIGINT)
    try:
        up.wait(6 * STOP_SECONDS)
    except subprocess.TimeoutExpired:
        up.kill()
    return time.monotonic() - began
