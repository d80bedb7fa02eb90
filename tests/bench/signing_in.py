"""Sign-ins a second, end to end: the link, Keycloak's form, the code, the ticket, the session; and Keycloak's own part."""

import secrets
import time
from base64 import b64encode
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import cycle, islice
from urllib.parse import quote_plus, urlsplit

from auth.oidc import CALLBACK_PATH, Provider, code_challenge
from maru.embedded.process import Child
from tenants.sample.accounts import PASSWORD, users
from tests.bench.browsing import Browser, address_of, signs_in
from tests.bench.load import Answer, Connection, Crowd, connected, request, visit_all
from tests.bench.report import Measure, seconds_of, spent
from tests.bench.stage import Stage

AT_A_TIME, EACH = 4, 40
"""Sign-ins at the same time, and of one round."""
WHOLE, QUICK = 8, 2
"""Rounds."""
Visit = Callable[[Connection, Crowd], Awaitable[None]]


@dataclass
class Rounds:
    """What one kind of crowd got in all its rounds, and the seconds of processor that it cost."""

    kind: Callable[[str], Visit]
    crowd: Crowd = field(default_factory=Crowd)
    web: float = 0
    database: float = 0
    keycloak: float = 0

    def go(self, stage: Stage, residents: Sequence[str]) -> None:
        stage.rest()
        program = Child("keycloak", stage.home).processes()
        before, at_keycloak = spent(stage, stage.web), seconds_of(program)
        crowd = visit_all(stage.address, map(self.kind, residents), at_a_time=AT_A_TIME)
        after = spent(stage, stage.web)
        self.crowd.answers += crowd.answers
        self.crowd.seconds += crowd.seconds
        self.web += after.web - before.web
        self.database += after.database - before.database
        self.keycloak += seconds_of(program) - at_keycloak

    def measure(self, name: str, note: str) -> Measure:
        crowd, thousandth = self.crowd, len(self.crowd.answers) / 1000
        times = [crowd.percentile(share) for share in (0.5, 0.95, 0.99)]
        cost = f"Keycloak {self.keycloak / thousandth:.0f} ms of a core each"
        spent_on = {"web": self.web / thousandth, "database": self.database / thousandth}
        return Measure(name, crowd.rate, *times, **spent_on, note=", ".join(filter(None, (note, cost))))


def signing_in(stage: Stage, quick: bool) -> list[Measure]:
    """Residents of the sample, each time with an empty browser; the same crowd at Keycloak alone takes turns with them.

    A sign-in is one answer here. Keycloak hashes invented people's passwords once (auth.keycloak.realm), so what a real
    password costs it is not in these figures.
    """
    residents = [user.username for user in users() if not user.groups]
    alone, whole = Rounds(partial(_alone, Provider(stage.config), stage)), Rounds(partial(_whole, stage))
    for warming in (alone, whole):
        Rounds(warming.kind).go(stage, residents[:EACH])
    for number in range(QUICK if quick else WHOLE):
        turn = list(islice(cycle(residents), number * EACH, (number + 1) * EACH))
        for rounds in (alone, whole) if number % 2 else (whole, alone):
            rounds.go(stage, turn)
    return [
        alone.measure("sign-ins, Keycloak alone", ""),
        whole.measure("sign-ins, end to end", f"{whole.crowd.rate / alone.crowd.rate:.0%} of Keycloak alone"),
    ]


def _whole(stage: Stage, username: str) -> Visit:
    config = stage.config

    async def visit(web: Connection, crowd: Crowd) -> None:
        async with connected(address_of(config.oidc_issuer)) as keycloak:
            browser = Browser(web, keycloak, config.oidc_issuer)
            took = await signs_in(browser, config.origin("suwon"), username, PASSWORD)
        crowd.answers.append(Answer(200, b"", b"", took))

    return visit


def _alone(provider: Provider, stage: Stage, username: str) -> Visit:
    """What Keycloak has to do in any case: the form, the password, the code, the tokens."""
    config = stage.config
    issuer = urlsplit(config.oidc_issuer)
    basic = b64encode(f"{quote_plus(config.oidc_client_id)}:{quote_plus(config.oidc_client_secret)}".encode()).decode()

    async def visit(web: Connection, crowd: Crowd) -> None:
        verifier, callback = secrets.token_urlsafe(32), config.origin() + CALLBACK_PATH
        asked = provider.authorization_url(
            state="suwon.x", nonce="n", code_challenge=code_challenge(verifier), redirect_uri=callback, ui_locales="ko"
        )
        async with connected(address_of(config.oidc_issuer)) as keycloak:
            began = time.perf_counter()
            browser = Browser(web, keycloak, config.oidc_issuer)
            sent = await browser.fills_in(await browser.opens(asked), username, PASSWORD)
            code = sent.header("location").partition("code=")[2].partition("&")[0]
            grant = {
                "grant_type": "authorization_code",
                "code": code,
                "code_verifier": verifier,
                "redirect_uri": callback,
            }
            path = f"{issuer.path}/protocol/openid-connect/token"
            tokens = await keycloak.ask(
                request("POST", issuer.netloc, path, {"Authorization": f"Basic {basic}"}, grant)
            )
            assert tokens.status == 200, tokens.body
        crowd.answers.append(Answer(200, b"", b"", time.perf_counter() - began))

    return visit
