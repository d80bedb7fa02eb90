"""The whole application beside a real Keycloak, and people whose browsers walk through both."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from html import unescape
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

import pytest
import requests
from werkzeug.test import TestResponse

from auth.keycloak.applying import RealmPlan, UserPlan, apply
from auth.keycloak.connection import sample_token
from maru.config import Config
from tests.auth.conftest import PASSWORD
from tests.client import Web, opened
from tests.conftest import Maker

PORTAL = "localhost"
PEOPLE = [
    UserPlan(name, PASSWORD, "김하늘", f"{name}@example.kr")
    for name in ("resident", "neighbour", "clerk", "thief", "unseen")
]


def beside(config: Config, keycloak: Config, realm: str) -> Config:
    """The database of this test run and a realm of the real Keycloak."""
    issuer = f"{keycloak.oidc_issuer.rpartition('/')[0]}/{realm}"
    known = {"oidc_client_secret": keycloak.oidc_client_secret, "keycloak_admin": keycloak.keycloak_admin}
    return replace(config, oidc_issuer=issuer, **known)


@pytest.fixture(scope="session")
def whole(config: Config, keycloak: Config) -> Config:
    """An installation with a realm of this process, which may be spoilt while other tests sign in."""
    both = beside(config, keycloak, f"attacked-{os.environ.get('PYTEST_XDIST_WORKER', '')}")
    apply(both, RealmPlan(users=PEOPLE))
    return both


@pytest.fixture(scope="module")
def web(whole: Config) -> Iterator[Web]:
    """A web that has asked Keycloak for nothing yet."""
    with opened(whole) as asked:
        yield asked


@pytest.fixture(scope="module")
def house(make: Maker) -> str:
    """The host of a city."""
    return f"{make.slug(make.city())}.{PORTAL}"


@pytest.fixture(scope="module")
def other_house(make: Maker) -> str:
    return f"{make.slug(make.city())}.{PORTAL}"


@dataclass
class Person:
    """Somebody's browser: cookies of each host by themselves, and a session of its own at Keycloak."""

    web: Web
    jar: dict[str, dict[str, str]] = field(default_factory=dict)
    keycloak: requests.Session = field(default_factory=requests.Session)

    def get(self, host: str, path: str) -> TestResponse:
        """One page of Maru's, without following where it leads."""
        return self._asked("GET", host, path)

    def goes_on(self, answer: TestResponse, host: str = "") -> TestResponse:
        """Follow one redirect inside Maru."""
        there = urlsplit(answer.headers["Location"])
        return self.get(there.hostname or host, f"{there.path}?{there.query}" if there.query else there.path)

    def begins(self, host: str, back: str = "/my") -> str:
        """The address of Keycloak's form for a sign-in that begins on `host`."""
        started = self.goes_on(self.get(host, f"/auth/sign-in?{urlencode({'next': back})}"))
        return started.headers["Location"]

    def fills_in(self, address: str, username: str, password: str = PASSWORD) -> str:
        """The address of our callback, code and all; whoever is signed in at Keycloak already fills in nothing."""
        page = self.asks_keycloak(address)
        if page.status_code == 200:
            action = unescape(re.search(r'<form[^>]+action="([^"]+)"', page.text)[1])  # type: ignore[index]
            sent = {"username": username, "password": password}
            page = self._kept(self.keycloak.post(action, sent, allow_redirects=False, timeout=20))
        assert "Location" in page.headers, page.text.partition("<main")[2]
        return page.headers["Location"]

    def asks_keycloak(self, address: str) -> requests.Response:
        return self._kept(self.keycloak.get(address, allow_redirects=False, timeout=20))

    def confirms(self, page: requests.Response) -> requests.Response:
        """Press the button of a page of Keycloak's."""
        action = unescape(re.search(r'<form[^>]+action="([^"]+)"', page.text)[1])  # type: ignore[index]
        hidden = re.findall(r'<(?:input type="hidden"|button class="btn") name="([^"]+)" value="([^"]*)"', page.text)
        address = urljoin(page.url, action)
        return self._kept(self.keycloak.post(address, dict(hidden), allow_redirects=False, timeout=20))

    def calls_back(self, address: str) -> TestResponse:
        there = urlsplit(address)
        return self.get(PORTAL, f"{there.path}?{there.query}")

    def signs_in(self, host: str, username: str) -> TestResponse:
        """All the way; the answer of the ticket."""
        return self.goes_on(self.calls_back(self.fills_in(self.begins(host), username)))

    def posts(self, host: str, path: str, **more: Any) -> TestResponse:
        return self._asked("POST", host, path, **more)

    def is_known(self, host: str) -> bool:
        return self.get(host, "/api/v1/me").status_code == 200

    def _asked(self, method: str, host: str, path: str, **more: Any) -> TestResponse:
        jar = self.jar.setdefault(host, {})
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in jar.items())} | more.pop("headers", {})
        answer = self.web.ask(method, host, path, headers=headers, **more)
        for header in answer.headers.getlist("Set-Cookie"):
            for name, cookie in SimpleCookie(header).items():
                jar[name] = cookie.value
                if cookie["max-age"] == "0":
                    del jar[name]
        return answer

    def _kept(self, answer: requests.Response) -> requests.Response:
        """Browsers take Keycloak's Secure cookies over http on localhost."""
        for cookie in self.keycloak.cookies:
            cookie.secure = False
        return answer


@pytest.fixture
def person(web: Web) -> Person:
    return Person(web)


@pytest.fixture
def thief(web: Web) -> Person:
    return Person(web)


def query(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def api(web: Web, host: str, token: str, path: str = "/api/v1/me") -> TestResponse:
    """A program's call."""
    return web.get(host, path, headers={"Authorization": f"Bearer {token}"})


def token_of(config: Config, username: str) -> str:
    """A program's access token, for the audience of the API."""
    return sample_token(config, username, PASSWORD)
