"""A real Keycloak for the session, and a browser that can sign in there."""

import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from auth.keycloak import RealmPlan, UserPlan, apply
from auth.oidc import CALLBACK_PATH, Provider, code_challenge
from maru.config import Config
from maru.embedded.keycloak import Keycloak
from maru.embedded.postgres import Postgres

PASSWORD = "floor-of-the-house"
PLAN = RealmPlan(
    groups=["/province/auditor", "/tenants/suwon/operator", "/tenants/suwon/clerk"],
    users=[
        UserPlan("haneul", PASSWORD, "김하늘", "haneul@example.kr"),
        UserPlan("operator", PASSWORD, "이도담", "operator@example.kr", ("/tenants/suwon/operator",)),
        UserPlan("forgetful", PASSWORD, "박가온", "forgetful@example.kr"),
    ],
)


@pytest.fixture(scope="session")
def keycloak_part(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Keycloak]:
    """The program, started."""
    home = tmp_path_factory.mktemp("keycloak")
    postgres = Postgres(home, durable=False)
    with postgres.running():
        part = Keycloak(home, postgres.url("keycloak", "keycloak"), report=print)
        try:
            part.start()
            yield part
        finally:
            part.stop()


@pytest.fixture(scope="session")
def keycloak(keycloak_part: Keycloak, tmp_path_factory: pytest.TempPathFactory) -> Config:
    """Settings of a development installation whose realm and people are there."""
    config = Config.load(
        {
            "MARU_HOME": str(tmp_path_factory.mktemp("maru")),
            "OIDC_ISSUER": keycloak_part.issuer,
            "OIDC_CLIENT_SECRET": "a secret of+many/kinds: 50%&=",
            "KEYCLOAK_ADMIN": keycloak_part.admin,
        }
    )
    apply(config, PLAN)
    return config


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
