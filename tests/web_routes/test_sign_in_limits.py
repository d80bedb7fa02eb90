"""Signing in is slowed down by address, for all processes together; one's own machine is exempt in development."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from maru.config import Config
from tests.client import Web, opened
from tests.web_routes.conftest import PORTAL, City

MOST = 30
"""A minute, by the dated row of `limits`."""


def begin(web: Web, here: City, address: str, **more: Any) -> int:
    query = {"host": here.host, "binding": "00" * 32, "back": "/"}
    return web.get(
        PORTAL, "/auth/start", query_string=query, environ_overrides={"REMOTE_ADDR": address}, **more
    ).status_code


@pytest.fixture
def provided(web: Web, monkeypatch: pytest.MonkeyPatch) -> Web:
    """The provider's address is known; nobody goes there."""
    monkeypatch.setattr(web.app.extensions["maru-identity"], "authorization_url", lambda **_: "https://id.example/")
    return web


def test_an_address_begins_so_many_sign_ins_a_minute(provided: Web, here: City) -> None:
    answers = [begin(provided, here, "198.51.100.7") for _ in range(MOST + 2)]
    assert answers == [302] * MOST + [429] * 2
    assert begin(provided, here, "198.51.100.8") == 302


def test_one_ipv6_connection_is_one_address(provided: Web, here: City) -> None:
    """It has 2**64 addresses of its own."""
    answers = [begin(provided, here, f"2001:db8:1:2::{number:x}") for number in range(1, MOST + 2)]
    assert answers == [302] * MOST + [429]
    assert begin(provided, here, "2001:db8:1:3::1") == 302


def test_an_address_cannot_be_made_up(provided: Web, here: City) -> None:
    for number in range(MOST):
        begin(
            provided,
            here,
            "198.51.100.9",
            headers={"X-Forwarded-For": f"203.0.113.{number}", "X-Real-IP": f"203.0.113.{number}"},
        )
    assert begin(provided, here, "198.51.100.9", headers={"X-Forwarded-For": "203.0.113.99"}) == 429


def test_the_limit_is_one_for_all_processes(
    config: Config, provided: Web, here: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(MOST):
        begin(provided, here, "198.51.100.10")
    with opened(config) as other:
        monkeypatch.setattr(
            other.app.extensions["maru-identity"], "authorization_url", lambda **_: "https://id.example/"
        )
        assert begin(other, here, "198.51.100.10") == 429


@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
def test_ones_own_machine_is_exempt_in_development_alone(
    config: Config, provided: Web, here: City, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert {begin(provided, here, address) for _ in range(MOST + 5)} == {302}
    with opened(replace(config, environment="production")) as production:
        identity = production.app.extensions["maru-identity"]
        monkeypatch.setattr(identity, "authorization_url", lambda **_: "https://id.example/")
        assert [begin(production, here, address) for _ in range(MOST + 1)][-1] == 429


@pytest.fixture
def proxied(config: Config, provided: Web, monkeypatch: pytest.MonkeyPatch) -> Iterator[Web]:
    """The same, behind one proxy."""
    with opened(replace(config, proxies=1)) as web:
        monkeypatch.setitem(web.app.extensions, "maru-identity", provided.app.extensions["maru-identity"])
        yield web


def test_behind_a_proxy_everybody_is_held_to_their_own_address(proxied: Web, here: City) -> None:
    def said(client: str) -> int:
        return begin(proxied, here, "198.51.100.20", headers={"X-Forwarded-For": client})

    assert [said(f"203.0.113.{number}, 198.51.100.21") for number in range(MOST + 1)] == [302] * MOST + [429]
    assert said("198.51.100.22") == 302
    assert begin(proxied, here, "198.51.100.20") == 302


@pytest.mark.parametrize(
    "client",
    ["198.51.100.23:5678", "[2001:db8:a::1]:443", "[2001:db8:b::2]", "2001:db8:c::1%eth0", "[2001:db8:d::2%eth0]:80"],
)
def test_an_address_may_come_with_port_and_zone(proxied: Web, here: City, client: str) -> None:
    answers = [begin(proxied, here, "198.51.100.24", headers={"X-Forwarded-For": client}) for _ in range(MOST + 1)]
    assert answers == [302] * MOST + [429]
    assert begin(proxied, here, "198.51.100.24") == 302


def test_what_is_no_address_counts_as_the_proxys(proxied: Web, here: City) -> None:
    odd = ["unknown", "_hidden", "198.51.100.300", "198.51.100.7/8", "[", "[]:80", ":", "a:b:c", "\xe9", "%", '""', ","]
    for client in odd:
        assert begin(proxied, here, "198.51.100.25", headers={"X-Forwarded-For": client}) == 302, client
    for _ in range(MOST - len(odd)):
        begin(proxied, here, "198.51.100.25", headers={"X-Forwarded-For": "unknown"})
    assert begin(proxied, here, "198.51.100.25", headers={"X-Forwarded-For": "unknown"}) == 429
