"""Identity agencies [본인확인기관]: who asks them gets a signed result, by the browser of the person (PRV-01, PRV-02).

An agency is one class with `address` and `read`. Real ones each have a protocol of their own and a contract before it;
`SignedAgency` speaks the one of the counterpart that Maru brings along (maru.embedded.agency): the result is a JWS of the
agency's (so that it cannot deny it) inside a JWE for Maru alone (so that no proxy or history of the browser sees a CI).
"""

import hashlib
import json
import re
import time
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol
from urllib.parse import urlencode

import urllib3
from joserfc import jwe, jwt
from joserfc.jwk import KeySet, OctKey

from auth.tokens import ALGORITHMS, LEEWAY, MALFORMED, KeyRing
from maru.config import Config
from maru.errors import N_, Forbidden, Unavailable

AUDIENCE = "maru"
LONGEST_ANSWER = 16_000
MOBILE = re.compile(r"01[016789][0-9]{7,8}")
NETWORK_LIMITS = urllib3.Timeout(connect=2, read=5)


class ProofRefused(Forbidden):
    """An answer that is none: forged, late, for another request. `reason` is for logs and tests, never for the person."""

    slug = "identity-not-proven"
    title = N_("본인확인을 마치지 못했습니다")

    def __init__(self, reason: str) -> None:
        super().__init__(N_("본인확인 결과를 받지 못했거나 너무 늦게 도착했습니다. 처음부터 다시 해 주세요."))
        self.reason = reason

    def __str__(self) -> str:
        return self.reason


@dataclass(frozen=True)
class Proof:
    """Who somebody is, as an agency says. What else it tells (DI, sex, carrier, nationality) Maru needs for nothing and
    does not keep.
    """

    ci: str
    name: str
    birth_date: date
    phone: str | None

    def __repr__(self) -> str:
        return "Proof(...)"


class Agency(Protocol):
    """One identity agency."""

    name: str
    """As it stands in the record of every CI that it gave (PRV-03)."""
    origin: str
    """scheme://host[:port] of its pages."""

    def address(self, number: str, back: str) -> str:
        """Where to send the browser; it comes `back` with `?answer=`."""

    def read(self, answer: str, number: str) -> Proof:
        """What the agency answered to the request of that number. Raises ProofRefused, and Unavailable while it is away."""


class SignedAgency:
    """Takes JWS inside JWE; the agency's public keys stand at `<url>/keys`."""

    def __init__(self, url: str, secret: str, name: str) -> None:
        self.name = name
        self.origin = "/".join(url.split("/")[:3])
        self._url = url.rstrip("/")
        self._key = OctKey.import_key(hashlib.sha256(secret.encode()).digest())
        self._http = urllib3.PoolManager(retries=False, timeout=NETWORK_LIMITS, maxsize=2)
        self._keys = KeyRing(self._fetch)

    def address(self, number: str, back: str) -> str:
        return f"{self._url}/check?{urlencode({'number': number, 'back': back})}"

    def read(self, answer: str, number: str) -> Proof:
        if not 0 < len(answer) <= LONGEST_ANSWER:
            raise ProofRefused("no answer")
        try:
            signed = jwe.decrypt_compact(answer, self._key, algorithms=["dir", "A256GCM"]).plaintext or b""
            claims = jwt.decode(signed.decode("ascii"), self._keys, algorithms=ALGORITHMS).claims
            jwt.JWTClaimsRegistry(
                leeway=LEEWAY,
                iss={"essential": True, "value": self._url},
                aud={"essential": True, "value": AUDIENCE},
                nonce={"essential": True, "value": number},
                iat={"essential": True},
                exp={"essential": True},
            ).validate(claims)
            return _proof(claims)
        except MALFORMED as error:
            raise ProofRefused(getattr(error, "claim", "") or type(error).__name__) from error

    def _fetch(self) -> KeySet:
        try:
            answer = self._http.request("GET", f"{self._url}/keys")
            return KeySet.import_key_set(json.loads(answer.data))
        except (urllib3.exceptions.HTTPError, *MALFORMED) as error:
            raise Unavailable(N_("본인확인기관이 지금 대답하지 않습니다. 조금 뒤에 다시 해 주세요.")) from error


def agency_of(config: Config) -> Agency | None:
    """The agency of this installation; None where it has no contract with one, and the desk alone proves."""
    if not config.agency_url:
        return None
    return SignedAgency(config.agency_url, config.agency_secret, config.agency_name)


def _proof(claims: dict[str, Any]) -> Proof:
    """Raises ValueError, TypeError or KeyError for claims of another shape; CI and time are judged elsewhere."""
    name = " ".join(claims["name"].split())
    phone = re.sub(r"[^0-9]", "", claims.get("phone") or "")
    born = date.fromisoformat(claims["birthdate"])
    if not name or len(name) > 100 or born.year < 1880 or born > date.fromtimestamp(time.time() + 86_400):  # noqa: DTZ012
        raise ValueError("name or birth date")
    return Proof(claims["ci"], name, born, phone if MOBILE.fullmatch(phone) else None)
