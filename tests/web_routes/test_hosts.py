"""The Host header decides the house, so every way to bend it is tried: in the process, and on a socket."""

import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from maru.config import ROOT, Config
from maru.db import Database, Scope
from maru.embedded.process import free_port
from maru.tenancy import parse_host
from tests.client import Web, opened
from tests.web_routes.conftest import City

SAME = ["{}", "{}:8000", "{}.", "{}.:8000", "{}:", "{}:0080"]
"""Other ways to write the same host; an empty port is the scheme's own (RFC 3986, 3.2.3)."""
TRICKS = [
    "", " ", ".", "..", ":", ":8000", "{}:port", "{}:80:80", "{} ", " {}", "{},localhost", "{};x", "{}/", "{}/..", "{}#",
    "{}?x", "user@{}", "user:pass@{}", "{}@localhost", "localhost@{}", "http://{}", "//{}", "{}\\@localhost", "[{}]",
    "[::1]", "[::1]:8000", "127.0.0.1", "2130706433", "0x7f.1", "localhost.localdomain", "x.{}", "{}.x", "-{}", "_{}",
    "{}%00", "{}%2e", "%73uwon.localhost", "수원.localhost", "xn--9t4b11yi5a.localhost", "ｌocalhost", "localhost\xb7",
    "{}\x00", "{}\t", "{}'", '{}"', "{}<script>", "a" * 64 + ".localhost", "a" * 300 + ".localhost", "a." * 200 + "localhost",
    "*.localhost", "{{7*7}}.localhost", "' OR true --.localhost", "{}:8000 ", "{}:-1", "{}:\xb2",
]  # fmt: skip


@pytest.mark.parametrize("written", SAME)
def test_a_host_may_be_written_in_several_ways(web: Web, here: City, written: str) -> None:
    for host in (here.host, here.host.upper()):
        answer = web.get("localhost", "/api/v1/courses", headers={"Host": written.format(host)})
        assert answer.status_code == 200
        assert [run["id"] for run in answer.get_json()["items"]] == [str(here.things["run_id"])]


@pytest.mark.parametrize("trick", TRICKS)
def test_a_bent_host_opens_no_house(web: Web, here: City, trick: str) -> None:
    host = trick.replace("{}", here.host)
    for path in ("/", "/courses", "/api/v1/courses", "/api/v1/search", "/auth/sign-in", "/nothing"):
        answer = web.get("localhost", path, headers={"Host": host})
        assert answer.status_code in (400, 404), (path, answer.status)
        assert here.host not in answer.headers.get("Location", "")


@pytest.mark.parametrize("host", ["nowhere.localhost", "x y", "", "[::1]", "10.0.0.7:8000"])
def test_liveness_answers_any_host(web: Web, host: str) -> None:
    assert web.get("localhost", "/healthz", headers={"Host": host}).json == {"process": "up"}
    ready = web.get("localhost", "/readyz", headers={"Host": host})
    assert (ready.status_code, ready.json) == (503, {"database": "up", "storage": "down", "identity": "down"})


def test_no_city_stands_at_or_below_the_base_domain_by_a_domain_of_its_own(
    config: Config, database: Database, here: City
) -> None:
    base = f"{secrets.token_hex(4)}.example"
    taken = (base, f"nowhere.{base}", f"deeper.nowhere.{base}")
    with database.transaction(Scope.STAFF, tenant=here.tenant) as opened_session:
        own = sa.text("INSERT INTO tenant_hosts (host, tenant_id) VALUES (:host, :tenant)")
        opened_session.execute(own, [{"host": host, "tenant": here.tenant} for host in (*taken, f"own-{base}")])
    with opened(replace(config, base_domain=base)) as web:
        assert [web.get(host, "/courses").status_code for host in (*taken, f"own-{base}")] == [404, 404, 404, 200]
        assert web.get(base, "/").status_code == 200, "the portal"


@pytest.mark.parametrize("name", ["X-Forwarded-Host", "X-Host", "Forwarded", "X-Original-Host", "X-Forwarded-Server"])
def test_only_the_host_header_counts(web: Web, here: City, there: City, name: str) -> None:
    value = f"host={there.host}" if name == "Forwarded" else there.host
    answer = web.get(here.host, "/api/v1/courses", headers={name: value})
    assert [run["id"] for run in answer.get_json()["items"]] == [str(here.things["run_id"])]
    assert there.host not in web.get(here.host, "/auth/sign-in", headers={name: value}).headers["Location"]


@pytest.mark.parametrize("where", ["query", "form", "header", "cookie"])
def test_who_asks_cannot_be_supplied_by_a_request(web: Web, here: City, there: City, where: str) -> None:
    """The settings of the database by name, in every place where a request could carry them."""
    settings = {
        "maru.tenant": str(there.tenant), "maru.person": str(there.resident), "maru.scope": "staff", "tenant": str(there.tenant),
        "tenant_id": str(there.tenant), "person_id": str(there.resident), "scope": "staff", "city": there.host,
    }  # fmt: skip
    pairs = "; ".join(f"{name}={value}" for name, value in settings.items())
    more: dict[str, Any] = {
        "query": {"query_string": settings},
        "form": {"data": settings},
        "header": {"headers": {name.replace(".", "-"): value for name, value in settings.items()}},
        "cookie": {"headers": {"Cookie": pairs}},
    }[where]
    assert web.get(here.host, f"/notices/{there.things['notice_id']}", **more).status_code == 404
    assert web.get(here.host, f"/courses/{there.things['run_id']}", **more).status_code == 404
    assert web.get(here.host, "/api/v1/me", **more).status_code == 401
    assert web.get(here.host, f"/console/runs/{here.things['run_id']}", **more).status_code == 302


def test_the_longest_name_is_read_and_a_longer_one_is_not() -> None:
    label = "a" * 63
    longest = ".".join([label] * 3 + ["a" * 61])
    assert len(longest) == 253
    assert parse_host(longest, "localhost") is not None
    assert parse_host(f"a{longest}", "localhost") is None


@pytest.fixture(scope="module")
def server(config: Config) -> Iterator[int]:
    """The port of the real server with one process."""
    port = free_port()
    environ = {
        "PATH": os.environ["PATH"], "PYTHONPATH": f"{ROOT}:{ROOT / 'platform'}", "MARU_HOME": str(config.home),
        "DATABASE_APP_URL": config.database_app_url, "S3_URL": config.s3_url, "MARU_SECRET_KEY": config.secret_key,
    }  # fmt: skip
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port), "maru.wsgi:app"]
    with subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            for _ in range(150):
                if send(port, b"GET /healthz HTTP/1.0\r\n\r\n").startswith(b"HTTP"):
                    break
                time.sleep(0.1)
            yield port
        finally:
            process.terminate()


def send(port: int, request: bytes, *, patience: float = 1) -> bytes:
    """What the server answers to these very bytes before it hangs up, or falls silent for `patience` seconds."""
    answer = b""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=patience) as connection:
            connection.sendall(request)
            while part := connection.recv(65536):
                answer += part
    except OSError:
        pass
    return answer


def test_on_the_wire_the_house_is_the_one_of_the_host(server: int, here: City) -> None:
    head = f"GET /api/v1/courses HTTP/1.1\r\nHost: {here.host}\r\nConnection: close\r\n\r\n"
    answer = send(server, head.encode(), patience=20)
    assert answer.startswith(b"HTTP/1.1 200")
    assert str(here.things["run_id"]).encode() in answer


@pytest.mark.parametrize(
    "request_line_and_hosts",
    [
        "GET http://{there}/api/v1/courses HTTP/1.1\r\nHost: {here}",
        "GET http://user@{there}/api/v1/courses HTTP/1.1\r\nHost: {here}",
        "GET /api/v1/courses HTTP/1.1\r\nHost: {here}\r\nHost: {there}",
        "GET //{there}/api/v1/courses HTTP/1.1\r\nHost: {here}",
        "GET /api/v1/courses HTTP/1.1",
        "GET /api/v1/courses HTTP/1.0",
        "GET /api/v1/courses HTTP/1.1\r\nHost: {here}@{there}",
        "GET /api/v1/courses HTTP/1.1\r\nHost:{here} {there}",
        "GET /api/v1/courses HTTP/1.1\r\n Host: {there}\r\nHost: {here}",
        "CONNECT {there}:80 HTTP/1.1\r\nHost: {here}",
    ],
)  # fmt: skip
def test_on_the_wire_a_bent_request_never_opens_the_other_house(
    server: int, here: City, there: City, request_line_and_hosts: str
) -> None:
    head = request_line_and_hosts.replace("{here}", here.host).replace("{there}", there.host)
    answer = send(server, f"{head}\r\nConnection: close\r\n\r\n".encode())
    assert str(there.things["run_id"]).encode() not in answer
