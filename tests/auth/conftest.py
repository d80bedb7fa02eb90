"""A real Keycloak for the session, and a browser that can sign in there."""

import fcntl
import json
import os
import re
import secrets
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import IO
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from auth.keycloak.applying import RealmPlan, UserPlan, apply
from auth.oidc import CALLBACK_PATH, Provider, code_challenge
from maru.config import Config
from maru.embedded.keycloak import Keycloak
from maru.embedded.postgres import Postgres

PASSWORD = "floor-of-the-house"
PLAN = RealmPlan(
    groups=["/province/auditor", "/tenants/suwon/operator", "/tenants/suwon/clerk"],
    names={"suwon": ("수원시", "Suwon"), "odd": ("{이름}'의 시", "City of {odd}'s")},
    users=[
        UserPlan("haneul", PASSWORD, "김하늘", "haneul@example.kr"),
        UserPlan("operator", PASSWORD, "이도담", "operator@example.kr", ("/tenants/suwon/operator",)),
        UserPlan("forgetful", PASSWORD, "박가온", "forgetful@example.kr"),
    ],
)


@pytest.fixture(scope="session")
def keycloak(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Config]:
    """Settings of a development installation with a running Keycloak, whose realm and people are there."""
    own = tmp_path_factory.getbasetemp()
    folder = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    with shared_keycloak(folder) as addresses:
        yield settings(own, addresses)


def settings(home: Path, addresses: dict[str, str]) -> Config:
    return Config.load(
        {"MARU_HOME": str(home), "OIDC_CLIENT_SECRET": "a secret of+many/kinds: 50%&=", **addresses},
    )


@contextmanager
def shared_keycloak(folder: Path) -> Iterator[dict[str, str]]:
    """One Keycloak for all processes of a test run: the first one that needs it starts it, and is the last to leave.

    (xdist's groups cannot keep its tests together: with this pytest they do nothing.)
    """
    addresses = folder / "keycloak.json"
    with (
        (folder / "keycloak.door").open("w") as door,
        (folder / "keycloak.inside").open("w") as inside,
        ExitStack() as own,
    ):
        with locked(door):
            if not addresses.exists():
                started = own.enter_context(started_keycloak(folder / "keycloak"))
                apply(settings(folder, started), PLAN)
                addresses.write_text(json.dumps(started))
                own.callback(wait_to_be_the_last, door, inside, addresses)
            fcntl.flock(inside, fcntl.LOCK_SH)
        yield json.loads(addresses.read_text())


@contextmanager
def started_keycloak(home: Path) -> Iterator[dict[str, str]]:
    with Postgres(home, durable=False).running() as postgres:
        part = Keycloak(home, postgres.url("keycloak", "keycloak"), report=print)
        try:
            part.start()
            yield {"OIDC_ISSUER": part.issuer, "KEYCLOAK_ADMIN": part.admin}
        finally:
            part.stop()


@contextmanager
def locked(file: IO[str]) -> Iterator[None]:
    fcntl.flock(file, fcntl.LOCK_EX)
    try:
        yield
    finally:
        fcntl.flock(file, fcntl.LOCK_UN)


def wait_to_be_the_last(door: IO[str], inside: IO[str], addresses: Path) -> None:
    """With the door shut, so that whoever comes later starts a Keycloak of their own."""
    while True:
        with locked(door):
            try:
                fcntl.flock(inside, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                pass
            else:
                addresses.unlink()
                return
        time.sleep(0.1)


@pytest.fixture(scope="session")
def plan() -> RealmPlan:
    """What the realm was made with, passwords and all."""
    return PLAN


@pytest.fixture(scope="session")
def provider(keycloak: Config) -> Provider:
    return Provider(keycloak)


@dataclass
class Attempt:
    """One sign-in: what Maru remembers of it, and the code that came back."""

    nonce: str
    code_verifier: str
    redirect_uri: str
    code: str


class Browser:
    """A person's browser at Keycloak. Real ones take its Secure cookies over http on localhost; so does this."""

    def __init__(self, provider: Provider, config: Config) -> None:
        self.provider = provider
        self.redirect_uri = config.origin() + CALLBACK_PATH
        self.session = requests.Session()

    def get(self, url: str) -> requests.Response:
        return self._kept(self.session.get(url, allow_redirects=False, timeout=10))

    def address(
        self, *, state: str = "state", nonce: str = "nonce", code_verifier: str = "v" * 43, language: str = "ko"
    ) -> str:
        return self.provider.authorization_url(
            state=state,
            nonce=nonce,
            code_challenge=code_challenge(code_verifier),
            redirect_uri=self.redirect_uri,
            ui_locales=language,
        )

    def ask(self, **question: str) -> requests.Response:
        """The answer to a wish to sign in: the form, or a redirect for somebody who is signed in already."""
        return self.get(self.address(**question))

    def sign_in(self, username: str, password: str = PASSWORD) -> Attempt:
        """Fill in the form, and stop before the callback."""
        state, nonce, code_verifier = (secrets.token_urlsafe(32) for _ in range(3))
        page = self.ask(state=state, nonce=nonce, code_verifier=code_verifier)
        action = unescape(re.search(r'<form[^>]+action="([^"]+)"', page.text)[1])
        credentials = {"username": username, "password": password}
        answer = self._kept(self.session.post(action, credentials, allow_redirects=False, timeout=10))
        assert "Location" in answer.headers, answer.text.partition("<main")[2]
        location = answer.headers["Location"]
        assert location.startswith(self.redirect_uri + "?")
        sent = parse_qs(urlsplit(location).query)
        assert sent["state"] == [state]
        return Attempt(nonce, code_verifier, self.redirect_uri, sent["code"][0])

    def _kept(self, answer: requests.Response) -> requests.Response:
        for cookie in self.session.cookies:
            cookie.secure = False
        return answer


@pytest.fixture
def browser(provider: Provider, keycloak: Config) -> Browser:
    return Browser(provider, keycloak)
