"""Which signed tokens Maru believes: the checks on ID and access tokens of the one OpenID provider.

Rules from OpenID Connect Core 3.1.3.7 and RFC 8725: asymmetric algorithms only, the issuer and the audience must be
ours, times with a small leeway. Nothing here talks to the network; `KeyRing` is told how to fetch keys.
"""

import hmac
import json
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from joserfc import jws, jwt
from joserfc.errors import ClaimError, JoseError
from joserfc.jwk import GuestProtocol, KeySet

from maru.errors import N_, NotSignedIn, Unavailable

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Without `none`, and without HS*: with those a public key would serve as the secret."""
API_AUDIENCE = "maru-api"
LEEWAY = 30
"""Seconds that two clocks may differ."""
KEYS_FRESH = 300
"""Seconds after which the provider is asked whether it has withdrawn a key."""
KEYS_LIVE = 600
"""Seconds after which its keys are believed no longer, should it not have answered since: they outlive every access token
that it made before it went away."""
KEYS_REST = 10
"""Seconds between two fetches, however many unknown keys are asked for."""
FAILURE_RESTS = 1
"""Seconds for which nobody tries again after a fetch that failed."""

STRONG = "2"
"""The `acr` of somebody who has shown a second factor (auth.keycloak.flows)."""
LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"

KeysOf = Callable[[GuestProtocol], KeySet]
MALFORMED = (JoseError, ValueError, TypeError, KeyError, AttributeError)
"""What joserfc raises for a header or payload of the wrong shape."""


TIMES = ("exp", "iat", "nbf")
"""The claims that a clock decides about."""


class TokenRefused(NotSignedIn):
    """A token that Maru does not believe. `reason` is for logs and tests, never for the person."""

    slug = "invalid-token"

    def __init__(self, reason: str) -> None:
        super().__init__(N_("로그인을 확인하지 못했습니다. 다시 로그인해 주세요."))
        self.reason = reason

    @property
    def look_at(self) -> str | None:
        """What an operator looks at first, where it may be our own fault and not the token's."""
        return "the clock: maru doctor compares it with the provider's" if self.reason in TIMES else None

    def __str__(self) -> str:
        return self.reason


@dataclass(frozen=True)
class Identity:
    """A person who has just signed in. `id_token` is kept for the sign-out; `email` may be empty, and is so where nobody has
    verified that the person reads it: another provider may have told it, and Maru writes to it and recognises people by it.

    `strong` says that a second factor stands behind it; `signed_in_at` is when they showed who they are, in seconds since
    1970; `account_token` is one for their own account, where it was asked for.
    """

    subject: str
    username: str
    name: str
    email: str
    session_id: str
    id_token: str
    strong: bool = False
    signed_in_at: float = 0
    account_token: str = ""


@dataclass(frozen=True)
class TokenIdentity:
    """For whom an API call is made, by its access token."""

    subject: str
    username: str
    session_id: str
    expires_at: datetime
    strong: bool = False


@dataclass(frozen=True)
class SignedOut:
    """Whose sign-in the provider has ended: that of `session_id`, or all that had begun when it said so."""

    subject: str
    session_id: str
    told_at: datetime


class KeyRing:
    """The provider's public keys, fetched when first needed, when old, and when a token names an unknown one.

    Anybody can make up a token with an unknown key: whatever they send, there is one fetch in `KEYS_REST` seconds, and
    one in `FAILURE_RESTS` while the provider is away. Keys that are only no longer fresh keep nobody waiting: one caller
    fetches, the others go on, and where the provider is away so does that one.
    """

    def __init__(self, fetch: Callable[[], KeySet], clock: Callable[[], float] = time.monotonic) -> None:
        self._fetch = fetch
        self._clock = clock
        self._lock = threading.Lock()
        self._fetched: tuple[KeySet, float] = (KeySet([]), float("-inf"))
        self._failed: tuple[Unavailable, float] | None = None

    def __call__(self, token: GuestProtocol) -> KeySet:
        """The keys to verify `token` with; joserfc then picks the one that it names. Raises Unavailable."""
        return self._keys_for(token, KEYS_REST)

    def at_once(self, token: GuestProtocol) -> KeySet:
        """The same for a token that the provider has just handed to us itself: nobody else can have named its key, so a
        key that it began to use this very second is fetched without a rest. Raises Unavailable."""
        return self._keys_for(token, 0)

    def as_of_now(self, token: GuestProtocol) -> KeySet:
        """The same without a key that was withdrawn more than `KEYS_REST` seconds ago. Raises Unavailable."""
        return self._keys_for(token, 0, KEYS_REST)

    def _keys_for(self, token: GuestProtocol, rest: float, live: float = KEYS_LIVE) -> KeySet:
        kid = token.headers().get("kid")
        if self._must_fetch(kid, rest, live):
            with self._lock:
                if self._must_fetch(kid, rest, live):
                    self._fetch_now()
        elif self._may_fetch() and self._lock.acquire(blocking=False):
            try:
                with suppress(Unavailable):
                    self._fetch_now()
            finally:
                self._lock.release()
        return self._fetched[0]

    def _must_fetch(self, kid: object, rest: float, live: float) -> bool:
        keys, fetched_at = self._fetched
        age = self._clock() - fetched_at
        return age > live or (age >= rest and all(key.kid != kid for key in keys))

    def _may_fetch(self) -> bool:
        now = self._clock()
        rested = self._failed is None or now - self._failed[1] >= KEYS_REST
        return rested and now - self._fetched[1] > KEYS_FRESH

    def _fetch_now(self) -> None:
        if self._failed and self._clock() - self._failed[1] < FAILURE_RESTS:
            raise self._failed[0].with_traceback(None)
        try:
            self._fetched, self._failed = (self._fetch(), self._clock()), None
        except Unavailable as away:
            self._failed = away, self._clock()
            raise


def read_id_token(token: str, keys: KeyRing, *, issuer: str, client_id: str, nonce: str) -> Identity:
    """Who signed in, by a token meant for our client in the sign-in that `nonce` belongs to. Raises TokenRefused."""
    claims = _verified(token, keys.at_once, issuer=issuer, audience=client_id)[1]
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if claims.get("azp", None if several else client_id) != client_id:
        raise TokenRefused("azp")
    if not hmac.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()) or not nonce:
        raise TokenRefused("nonce")
    return Identity(
        subject=claims["sub"],
        username=claims.get("preferred_username", ""),
        name=claims.get("name", ""),
        email=claims.get("email", "") if claims.get("email_verified") is True else "",
        session_id=claims.get("sid", ""),
        id_token=token,
        strong=claims.get("acr") == STRONG,
        signed_in_at=float(claims.get("auth_time", 0)),
    )


def read_access_token(token: str, keys: KeyRing, *, issuer: str) -> TokenIdentity:
    """For whom a Bearer token speaks: Keycloak's `typ` claim, or the header of RFC 9068. Raises TokenRefused."""
    header, claims = _verified(token, keys, issuer=issuer, audience=API_AUDIENCE)
    if claims.get("typ") != "Bearer" and str(header.get("typ", "")).removeprefix("application/") != "at+jwt":
        raise TokenRefused("typ")
    return TokenIdentity(
        subject=claims["sub"],
        username=claims.get("preferred_username", ""),
        session_id=claims.get("sid", ""),
        expires_at=datetime.fromtimestamp(claims["exp"], UTC),
        strong=claims.get("acr") == STRONG,
    )


def read_logout_token(token: str, keys: KeyRing, *, issuer: str, client_id: str) -> SignedOut:
    """Who was signed out at the provider (OpenID Connect Back-Channel Logout 1.0, 2.6). Raises TokenRefused.

    An ID token must not do: it has a nonce, and tells of no event.
    """
    claims = _verified(token, keys, issuer=issuer, audience=client_id)[1]
    events = claims.get("events")
    if "nonce" in claims or not isinstance(events, dict) or not isinstance(events.get(LOGOUT_EVENT), dict):
        raise TokenRefused("events")
    session_id = claims.get("sid") or ""
    if not isinstance(session_id, str):
        raise TokenRefused("sid")
    # whole seconds: the second in which it was said belongs to what came before
    return SignedOut(claims["sub"], session_id, datetime.fromtimestamp(int(claims["iat"]) + 1, UTC))


def is_signed(token: str, keys: KeysOf) -> bool:
    """Whether one of `keys` has signed it, whatever it says and however old it is."""
    try:
        jwt.decode(token, keys, algorithms=ALGORITHMS)
    except MALFORMED:
        return False
    return True


def session_of(id_token: str) -> str:
    """The provider's name of the sign-in that an ID token, which was believed once, belongs to; empty where it has none."""
    payload = json.loads(jws.extract_compact(id_token.encode()).payload)
    return str(payload.get("sid", ""))


def read_end(token: str, keys: KeyRing, *, issuer: str) -> int:
    """Until when the provider says that something of its own is good, in seconds since 1970, whatever our clock says.

    Raises TokenRefused for what it has not signed.
    """
    try:
        claims = jwt.decode(token, keys, algorithms=ALGORITHMS).claims
        if claims["iss"] != issuer:
            raise TokenRefused("iss")
        return int(claims["exp"])
    except MALFORMED as error:
        raise TokenRefused(getattr(error, "error", "") or "malformed") from error


def _verified(token: str, keys: KeysOf, *, issuer: str, audience: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Header and claims, once signature, issuer, audience and times are right."""
    required = jwt.JWTClaimsRegistry(
        leeway=LEEWAY,
        iss={"essential": True, "value": issuer},
        aud={"essential": True, "value": audience},
        sub={"essential": True},
        exp={"essential": True},
        iat={"essential": True},
    )
    try:
        decoded = jwt.decode(token, keys, algorithms=ALGORITHMS)
        required.validate(decoded.claims)
    except ClaimError as error:
        raise TokenRefused(error.claim) from error
    except MALFORMED as error:
        raise TokenRefused(getattr(error, "error", "") or "malformed") from error
    return decoded.header, decoded.claims
