"""What it costs to know who asks: the same route with nobody, with a session, and with a token."""

import http.client
import time
from collections.abc import Callable
from http import HTTPStatus
from statistics import median

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

from auth.tokens import API_AUDIENCE, KeyRing, read_access_token
from maru.security import digest
from tenants.sample.making import make_people, open_sessions
from tests.bench.report import Measure
from tests.bench.stage import CITY, Stage

ISSUER = "http://localhost:9/realms/maru"
ROUNDS, CALLS = 30, 200
ENTER = "SELECT * FROM engine.enter(%s, %s, %s, %s, NULL)"


def entering(stage: Stage, quick: bool) -> list[Measure]:
    """Milliseconds each, the median of rounds that take turns; the shares are of an empty route with a session."""
    calls = CALLS // 10 if quick else CALLS
    ((person, name),) = make_people(stage.config.database_url, 1)
    host = stage.host().partition(":")[0]
    (resident,) = open_sessions(stage.config, [(person, name)], host)
    token = digest(resident.cookie.partition("=")[2])
    key = ECKey.generate_key("P-256", auto_kid=True)
    ring = KeyRing(lambda: KeySet([key]))
    now = int(time.time())
    claims = {"iss": ISSUER, "aud": API_AUDIENCE, "sub": "somebody", "typ": "Bearer", "iat": now, "exp": now + 600}
    bearer = jwt.encode({"alg": "ES256", "kid": key.kid}, claims, key, algorithms=["ES256"])
    with stage.database.engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None

        def entered(known: bytes | None) -> Callable[[], object]:
            return lambda: driver.execute(ENTER, (host, CITY, known, None)).fetchone()

        asked = {
            "nobody": entered(None),
            "session": entered(token),
            "token": lambda: read_access_token(bearer, ring, issuer=ISSUER),
            "whole": _route(stage, resident.cookie),
        }
        took = _medians(asked, calls)
    session, whole = took["session"] - took["nobody"], took["whole"]
    return [
        Measure(
            "knowing who a session is",
            0,
            p50=session,
            note=f"{session / whole:.1%} of a route that says nothing else",
            aim="< 5%",
        ),
        Measure(
            "checking an access token",
            0,
            p50=took["token"],
            note=f"{took['token'] / whole:.1%} of the same",
            aim="< 5%",
        ),
    ]


def _medians(asked: dict[str, Callable[[], object]], calls: int) -> dict[str, float]:
    rounds: dict[str, list[float]] = {name: [] for name in asked}
    for _ in range(ROUNDS):
        for name, ask in asked.items():
            began = time.perf_counter()
            for _ in range(calls):
                ask()
            rounds[name].append(1000 * (time.perf_counter() - began) / calls)
    return {name: median(times) for name, times in rounds.items()}


def _route(stage: Stage, cookie: str) -> Callable[[], object]:
    """A whole request of a signed-in person for next to nothing, over one connection that stays open."""
    address, port = stage.address
    connection = http.client.HTTPConnection(address, port)
    headers = {"Host": stage.host(), "Cookie": cookie}

    def ask() -> object:
        connection.request("GET", "/api/v1/me", headers=headers)
        answer = connection.getresponse()
        answer.read()
        assert answer.status == HTTPStatus.OK
        return answer

    return ask
