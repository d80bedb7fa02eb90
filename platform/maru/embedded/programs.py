"""Maru's own programs as `maru up` runs them: the web server and the worker, and commands that come to an end."""

import http.client
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress

import psutil

from maru.config import ROOT, Config
from maru.embedded.process import Child, port_is_free
from maru.errors import ConfigurationError

START_SECONDS = 60


class Program:
    """`maru <command>`, started as a part; it is up when `answers` says so."""

    def __init__(self, name: str, config: Config, command: str, *, answers: Callable[[], bool]) -> None:
        self.name = name
        self._command = maru_command(command)
        self._environment = environment(config)
        self._answers = answers
        self._child = Child(command, config.home, grace=2)

    def start(self) -> None:
        self._child.start(self._command, env=self._environment, cwd=ROOT)
        self._child.wait_until(self._answers, START_SECONDS)

    def alive(self) -> bool:
        return self._child.alive()

    def stop(self) -> None:
        self._child.stop()

    def end_leftovers(self) -> None:
        """End what an earlier run left of it."""
        self._child.end_leftovers()


def web(config: Config) -> Program:
    return Program("Web", config, "serve", answers=lambda: web_answers(config.port))


def worker(config: Config) -> Program:
    return Program("Worker", config, "worker", answers=lambda: True)


def share(config: Config) -> Program:
    """The data share of development (`maru share`)."""
    return Program("Data share", config, "share", answers=lambda: True)


def maru_command(*arguments: str) -> list[str]:
    """The command line of this installation, whatever PATH says."""
    return [sys.executable, "-m", "maru.cli", *arguments]


def environment(config: Config) -> Mapping[str, str]:
    """What a program of this home must be told; the rest stands in the runtime file."""
    return {"MARU_HOME": str(config.home), "MARU_PORT": str(config.port)}


def web_answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.client.OK
    except OSError:
        return False
    finally:
        connection.close()


def check_ports(port: int) -> None:
    """Refuse a public port that somebody listens on, or a port for metrics after it."""
    for wanted in (port, port + 1):
        if not port_is_free(wanted):
            raise ConfigurationError(
                f"Port {wanted} is taken{_listener(wanted)}. Maru needs {port} and {port + 1}: choose others, as in"
                f" MARU_PORT={port + 100} make up."
            )


def _listener(port: int) -> str:
    """' by NAME (process N)' where the system tells us, else nothing."""
    with suppress(psutil.Error):
        for connection in psutil.net_connections("tcp"):
            listens = connection.status == psutil.CONN_LISTEN and connection.laddr and connection.laddr.port == port
            if listens and connection.pid:
                return f" by {psutil.Process(connection.pid).name()} (process {connection.pid})"
    return ""
