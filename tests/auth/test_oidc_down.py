"""Sign-in while its provider is starting, down or stuck: a clear answer, soon."""

import socket
import socketserver
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler

import pytest

from auth.oidc import READY_LIVES, Provider
from maru.config import Config
from maru.errors import Unavailable


def provider_at(issuer: str) -> Provider:
    nowhere = "/nonexistent"  # not the home of a `make up` that runs beside the tests
    return Provider(Config.load({"MARU_HOME": nowhere, "OIDC_ISSUER": issuer, "OIDC_CLIENT_SECRET": "secret"}))


def calls(provider: Provider):
    """Whatever a page could ask for, each in its own way."""
    return {
        "start": lambda: provider.authorization_url(
            state="s", nonce="n", code_challenge="c", redirect_uri="http://localhost/auth/callback", ui_locales="ko"
        ),
        "exchange": lambda: provider.exchange("code", code_verifier="v", redirect_uri="http://localhost", nonce="n"),
        "token": lambda: provider.verify_access_token("eyJhbGciOiJSUzI1NiIsImtpZCI6ImEifQ.e30.AAAA"),
        "logout": lambda: provider.logout_url(id_token_hint="t", post_logout_redirect_uri="http://localhost"),
    }


@pytest.fixture
def closed_port() -> Iterator[int]:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


@pytest.fixture
def silent_port() -> Iterator[int]:
    """Takes connections and never answers, as a stuck program does."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


class Starting(BaseHTTPRequestHandler):
    """What Keycloak answers while it starts."""

    asked = 0

    def do_GET(self) -> None:
        type(self).asked += 1
        self.send_response(503)
        self.end_headers()
        self.wfile.write(b'{"error":"Bootstrap in progress"}')

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def starting_port() -> Iterator[int]:
    Starting.asked = 0
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Starting) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("call", ["start", "exchange", "token", "logout"])
def test_everything_says_plainly_that_sign_in_needs_a_moment(closed_port, call):
    provider = provider_at(f"http://127.0.0.1:{closed_port}/realms/maru")
    with pytest.raises(Unavailable, match="로그인하는 곳이 지금 열려 있지 않습니다"):
        calls(provider)[call]()


def test_a_provider_that_has_no_address_yet_is_not_ready():
    assert not provider_at("").ready()


def test_a_stuck_provider_is_given_up_soon(silent_port):
    provider = provider_at(f"http://127.0.0.1:{silent_port}/realms/maru")
    begun = time.monotonic()
    assert not provider.ready()
    with pytest.raises(Unavailable):
        calls(provider)["start"]()
    assert time.monotonic() - begun < 2


def test_a_starting_provider_is_asked_once_a_second_however_many_want_to_sign_in(starting_port):
    provider = provider_at(f"http://127.0.0.1:{starting_port}/realms/maru")
    answers: list[bool] = []
    threads = [threading.Thread(target=lambda: answers.append(provider.ready())) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [False] * 20
    assert Starting.asked == 1
    time.sleep(READY_LIVES)
    assert not provider.ready()
    assert Starting.asked == 2
