"""The house from outside: what machines ask it, and where it listens."""

import http.client
import json
from typing import Any

import psutil
import pytest

from tests.e2e.house import House


def test_health_is_told_on_any_host(house: House) -> None:
    for host in ("suwon.localhost", "anything.example", "127.0.0.1"):
        assert house.get(None, "/healthz", Host=host)[0] == 200
        status, body = house.get(None, "/readyz", Host=host)
        assert status == 200
        assert json.loads(body).keys() == {"database", "storage", "identity"}


def test_metrics_are_on_the_port_after(house: House) -> None:
    assert house.get(None, "/metrics")[0] == 404
    connection = http.client.HTTPConnection("127.0.0.1", house.port + 1, timeout=5)
    connection.request("GET", "/metrics")
    answer = connection.getresponse()
    assert answer.status == 200
    assert b"# TYPE maru_" in answer.read()
    connection.close()


def listens(process: psutil.Process) -> set[Any]:
    """Where a process listens; nowhere if it has ended meanwhile, as the database's helpers do."""
    try:
        return {one.laddr for one in process.net_connections("inet") if one.status == "LISTEN"}
    except psutil.NoSuchProcess:
        return set()


def test_everything_listens_on_loopback_only(signed_in_house: House) -> None:
    listening = {address for process in signed_in_house.parts() for address in listens(process)}
    assert len(listening) > 5
    assert {address.ip for address in listening} <= {"127.0.0.1", "::1"}


def test_pages_open_before_people_can_sign_in(signed_in_house: House) -> None:
    pages = signed_in_house.seconds_until("Public pages are open")
    sign_in = signed_in_house.seconds_until("Sign-in is open.")
    assert pages is not None
    assert sign_in is not None
    assert pages < sign_in


def test_the_addresses_and_accounts_are_printed(signed_in_house: House) -> None:
    said = signed_in_house.said()
    assert signed_in_house.url("suwon", "") in said
    for account in ("kim.youngsook", "heo.junyoung"):
        assert account in said


@pytest.mark.parametrize("path", ["/api/openapi.json", "/api/docs", "/api/v1/tenants", "/api/v1/search?q=수채화"])
def test_programs_find_their_way(house: House, path: str) -> None:
    assert house.get(None, path)[0] == 200
