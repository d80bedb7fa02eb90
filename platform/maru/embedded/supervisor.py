"""`maru up`: brings the whole of Maru up on this machine, keeps it up, and stops it.

PostgreSQL, the object store and Keycloak start side by side, the web server as soon as its database is ready: public
pages never wait for Keycloak. Everything runs in threads; the main one waits for a signal and then stops them.
"""

import math
import os
import signal
import threading
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import click

from maru.config import ROOT, RUNTIME_FILE, Config
from maru.embedded import welcome
from maru.embedded.agency import Agency
from maru.embedded.keeper import Keeper
from maru.embedded.keycloak import Keycloak
from maru.embedded.keys import load_secrets, write_env_file
from maru.embedded.lock import only_one
from maru.embedded.postgres import Postgres
from maru.embedded.process import Child, Part, PartError
from maru.embedded.programs import check_ports, environment, maru_command, share, web, worker
from maru.embedded.runtime import PREPARED, fingerprint, keycloak_database_beside, runtime_values
from maru.embedded.s3 import S3
from maru.errors import Unavailable
from maru.storage import connect

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
RETRY_SECONDS = 10


class _ClosingError(Exception):
    """Stopping began while a step was waited for."""


def run(config: Config) -> int:
    """Run until a signal comes; the exit status. Raises ConfigurationError where it cannot start."""
    with only_one(config.home) as say_stopping:
        (config.home / RUNTIME_FILE).unlink(missing_ok=True)  # what the last run left is no setting of this one
        supervisor = Supervisor(_config_of(config.home))
        for number in SIGNALS:
            signal.signal(number, lambda *_: supervisor.ask_to_stop())
        try:
            return supervisor.run()
        finally:
            say_stopping()
            supervisor.stop()


class Supervisor:
    """All parts of one installation, from the first to the last."""

    def __init__(self, config: Config) -> None:
        self._closing = threading.Event()
        self._asked_to_stop = False
        self._config = config
        self._report = Clock()
        self._failed = False
        self._database_is_embedded = not config.database_url
        self._share_is_embedded = config.development and not config.data_share_url
        self._stores: list[Keeper] = []
        self._programs: list[Keeper] = []
        self._command: Child | None = None
        self._opening = threading.Thread(target=self._open, name="opening", daemon=True)

    def run(self) -> int:
        """Open in another thread, and wait to be asked to stop; the exit status."""
        programs = web(self._config), worker(self._config), share(self._config)
        for program in programs:
            program.end_leftovers()
        check_ports(self._config.port)
        self._report(f"Maru starts. Its data are in {self._config.home}.")
        self._opening.start()
        while not self._asked_to_stop:
            time.sleep(0.1)
        self._closing.set()
        self._report("Maru stops.")
        return 1 if self._failed else 0

    def ask_to_stop(self) -> None:
        """For signal handlers, where no lock may be waited for.

        The kernel hands a signal to any thread, which need not wake the one that runs the handlers: so that one looks
        up often, and never waits without end.
        """
        self._asked_to_stop = True

    def stop(self) -> None:
        """The programs first, then the stores that they stand on; each of a group side by side."""
        self._closing.set()
        deadline = time.monotonic() + 2
        while self._opening.is_alive() and time.monotonic() < deadline:
            if self._command is not None:
                self._command.stop()
            self._opening.join(0.1)
        _end(self._programs)
        _end(self._stores)

    def _open(self) -> None:
        try:
            self._bring_up()
        except _ClosingError:
            pass
        except Exception as problem:  # any of them means that Maru is not up
            if not self._closing.is_set():
                self._report(f"Maru cannot start: {problem}")
                self._give_up()

    def _bring_up(self) -> None:
        keycloak = self._start_parts()
        prepared = self._is_prepared()
        if not prepared:
            self._migrate()
        pages = self._keep(web(self._config), self._programs, essential=True)
        self._await_storage()
        if not prepared:
            self._load_sample()
        self._keep(worker(self._config), self._programs)
        if self._share_is_embedded:
            self._keep(share(self._config), self._programs)
        self._wait(pages.up)
        self._report(f"Public pages are open: {self._config.origin()}")
        self._open_sign_in(keycloak)
        self._welcome()

    def _start_parts(self) -> Keeper | None:
        """Start the parts that are not given in the environment, and leave their addresses; gives Keycloak's keeper."""
        config, home = self._config, self._config.home
        secrets = load_secrets(home)
        s3 = None if config.s3_url else S3(home)
        postgres = None if config.database_url else Postgres(home, report=self._report)
        if s3:
            self._keep(s3, self._stores, essential=True)
        if postgres:
            self._wait(self._keep(postgres, self._stores, essential=True).up)
            if postgres.fresh:
                (home / PREPARED).unlink(missing_ok=True)
        keycloak = None if config.oidc_issuer else self._keycloak(postgres)
        wanted = config.development and not config.agency_url
        agency = Agency(home, secrets["IDENTITY_AGENCY_SECRET"], config.origin()) if wanted else None
        if agency:
            self._keep(agency, self._programs)
        write_env_file(home / RUNTIME_FILE, runtime_values(config, secrets, postgres, s3, keycloak, agency))
        self._config = _config_of(home)
        return self._keep(keycloak, self._programs) if keycloak else None

    def _keycloak(self, postgres: Postgres | None) -> Keycloak:
        url = self._config.database_url
        database = postgres.url("keycloak", "keycloak") if postgres else keycloak_database_beside(url)
        return Keycloak(self._config.home, database, report=self._report)

    def _is_prepared(self) -> bool:
        """Whether the last run has migrated this embedded database and loaded the sample province."""
        prepared = self._config.home / PREPARED
        return self._database_is_embedded and prepared.exists() and prepared.read_text("ascii") == fingerprint()

    def _migrate(self) -> None:
        self._run("migrate")
        self._report("The database has its present shape.")

    def _load_sample(self) -> None:
        if not self._config.development:
            return
        self._run("sample", "load")
        self._report("The sample province is loaded.")
        if self._database_is_embedded:
            (self._config.home / PREPARED).write_text(fingerprint(), "ascii")

    def _await_storage(self) -> None:
        for keeper in self._stores:
            if isinstance(keeper.part, S3):
                self._wait(keeper.up)
        try:
            connect(self._config.s3).ensure_bucket()
        except Unavailable as problem:
            raise PartError("The object store at S3_URL does not answer, or has no such bucket.") from problem

    def _open_sign_in(self, keycloak: Keeper | None) -> None:
        """Apply the realm as soon as Keycloak answers, again and again until it is applied."""
        if keycloak:
            self._wait(keycloak.up)
        if not self._config.keycloak_admin:
            self._report("KEYCLOAK_ADMIN is not set: the realm at OIDC_ISSUER is taken as it is.")
            return
        while True:
            try:
                self._run("keycloak", "apply")
                break
            except PartError as problem:
                if self._closing.is_set():
                    raise _ClosingError from problem
                self._report(f"Sign-in is not ready, the next try is in {RETRY_SECONDS} s. {problem}")
                self._wait(threading.Event(), RETRY_SECONDS)
        self._report("Sign-in is open.")

    def _welcome(self) -> None:
        lines = [*welcome.addresses(self._config)]
        if self._config.development:
            with suppress(PartError):  # a courtesy, no condition
                lines += ["", *welcome.accounts(self._run("sample", "accounts"))]
        _say("\n".join(["", *lines, "", "Ctrl-C stops Maru."]))

    def _keep(self, part: Part, group: list[Keeper], *, essential: bool = False) -> Keeper:
        if self._closing.is_set():
            raise _ClosingError
        give_up = self._give_up if essential else None
        keeper = Keeper(part, closing=self._closing, report=self._report, give_up=give_up)
        group.append(keeper)
        keeper.start()
        return keeper

    def _run(self, *arguments: str) -> str:
        """Run one command of Maru to its end; gives what it printed. Raises PartError."""
        if self._closing.is_set():
            raise _ClosingError
        self._command = Child("-".join(arguments), self._config.home, grace=0.5)
        return self._command.run(maru_command(*arguments), env=environment(self._config), cwd=ROOT)

    def _wait(self, event: threading.Event, seconds: float = math.inf) -> None:
        """Wait for the event or the time, or leave when stopping begins."""
        deadline = time.monotonic() + seconds
        while not event.wait(0.05) and time.monotonic() < deadline:
            if self._closing.is_set():
                raise _ClosingError

    def _give_up(self) -> None:
        self._failed = True
        self.ask_to_stop()


class Clock:
    """Prints sentences behind the seconds since the start."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    def __call__(self, sentence: str) -> None:
        _say(f"{time.monotonic() - self._began:6.1f} s  " + sentence.replace("\n", "\n" + " " * 10))


def _say(text: str) -> None:
    with suppress(OSError):  # a closed terminal ends nothing
        click.echo(text)


def _config_of(home: Path) -> Config:
    return Config.load({**os.environ, "MARU_HOME": str(home)})


def _end(keepers: Iterable[Keeper]) -> None:
    """End them side by side."""
    threads = [threading.Thread(target=keeper.end) for keeper in keepers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
