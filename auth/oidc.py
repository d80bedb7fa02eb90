"""The one door to the OpenID provider for the web: sign-in, sign-out, API tokens (design, section 3).

Authorization code flow with PKCE (OpenID Connect Core 1.0, RFC 7636). Keycloak by default, any `OIDC_ISSUER` instead.
Realm and people are administered by `auth.keycloak`, which the web never needs.
"""

import base64
import hashlib
import json
import threading
import time
from dataclasses import dataclass, replace
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import parse_qs, quote_plus, urlencode, urlsplit

import structlog
import urllib3
from joserfc.jwk import KeySet

from auth.tokens import (
    LEEWAY,
    STRONG,
    Identity,
    KeyRing,
    SignedOut,
    TokenIdentity,
    TokenRefused,
    is_signed,
    read_access_token,
    read_end,
    read_id_token,
    read_logout_token,
)
from maru.config import Config
from maru.errors import N_, ConfigurationError, Unavailable

CALLBACK_PATH = "/auth/callback"
"""On the portal's host, for every city: the one redirect address that the provider knows."""
BACK_CHANNEL_PATH = "/auth/signed-out"
"""Where the provider tells of sign-outs, from server to server; on the portal's host too."""
SCOPE = "openid profile email"
CODE_LIVES = 60
"""Seconds within which a code has to be exchanged: `accessCodeLifespan` of the realm."""
ACCOUNT_SCOPE = "maru-account"
"""Asked for beside the others where somebody looks at how they sign in (auth.keycloak.own_account)."""
RECENT_SECONDS = 300
"""How long ago a sign-in may be for that."""
NOT_READY = N_("로그인하는 곳이 지금 열려 있지 않습니다. 잠시 뒤에 다시 해 주세요.")
NETWORK_LIMITS = urllib3.Timeout(connect=2, read=5)
READY_LIMITS = urllib3.Timeout(connect=0.5, read=1)
READY_LIVES = 1.0
"""Seconds for which an answer to "can people sign in?" is given again without asking."""

log = structlog.get_logger()


class Away(Unavailable):
    """The provider is starting, down or stuck: nobody signs in now, and whoever is signed in goes on."""

    title = N_("지금은 로그인할 수 없습니다")

    def __init__(self, **more: Any) -> None:
        super().__init__(NOT_READY, **more)


@dataclass(frozen=True)
class Endpoints:
    """The provider's addresses, from its discovery document."""

    authorization: str
    token: str
    keys: str
    end_session: str


class Provider:
    """The OpenID provider of this installation. One for each process, safe between threads, silent until asked.

    Whatever needs the provider raises Away while it is starting or down.
    """

    def __init__(self, config: Config) -> None:
        self._config = config
        self._http = urllib3.PoolManager(retries=False, timeout=NETWORK_LIMITS, maxsize=4)
        self._keys = KeyRing(self._fetch_keys)
        self._asking = threading.Lock()
        self._endpoints: Endpoints | None = None
        self._ask_again_at = float("-inf")

    def ready(self) -> bool:
        """Whether people can sign in now; takes 1.5 s at most, and asks the provider at most once a second.

        One caller waits for the answer; the others get the one before, so that a stuck provider holds no more than a thread.
        """
        known = self._ask_again_at > float("-inf")
        if self._asking.acquire(blocking=not known):
            try:
                if time.monotonic() >= self._ask_again_at:
                    self._endpoints = self._discover()
                    self._ask_again_at = time.monotonic() + READY_LIVES
            finally:
                self._asking.release()
        return self._endpoints is not None

    def authorization_url(
        self,
        *,
        state: str,
        nonce: str,
        code_challenge: str,
        redirect_uri: str,
        ui_locales: str,
        strong: bool = False,
        account: bool = False,
        action: str = "",
    ) -> str:
        """Where to send a browser that wants to sign in; `ui_locales` such as "ko" or "en".

        A `strong` sign-in shows a second factor or does not succeed (OpenID Connect Core 1.0, 5.5.1.1). One for the `account`
        is recent, and gives a token for it. An `action` is what Keycloak is to do with the person, such as "UPDATE_PASSWORD".
        """
        query = {
            "response_type": "code",
            "client_id": self._config.oidc_client_id,
            "redirect_uri": redirect_uri,
            "scope": SCOPE,
            "state": state,
            "nonce": nonce,
            "code_challenge": code_challenge,
            "code_challenge_method": "S256",
            "ui_locales": ui_locales,
        }
        if account:
            query |= {"scope": f"{SCOPE} {ACCOUNT_SCOPE}", "max_age": str(RECENT_SECONDS)}
        if action:
            query["kc_action"] = action
        if strong:
            query["claims"] = json.dumps({"id_token": {"acr": {"essential": True, "values": [STRONG]}}})
        return f"{self._reach().authorization}?{urlencode(query)}"

    def exchange(self, code: str, *, code_verifier: str, redirect_uri: str, nonce: str) -> Identity:
        """Who signed in, by the code that the provider sent along to the callback.

        Raises TokenRefused for a code that is wrong, used or too old, and for an ID token that is not ours.
        """
        status, answer = self._call(
            "POST",
            self._reach().token,
            headers=urllib3.make_headers(basic_auth=self._client_credentials())
            | {"Content-Type": "application/x-www-form-urlencoded"},
            body=urlencode(
                {
                    "grant_type": "authorization_code",
                    "code": code,
                    "code_verifier": code_verifier,
                    "redirect_uri": redirect_uri,
                }
            ),
        )
        if answer.get("error") in ("invalid_client", "unauthorized_client"):
            raise ConfigurationError("The OpenID provider does not accept OIDC_CLIENT_ID with OIDC_CLIENT_SECRET.")
        if status != 200 or not isinstance(answer.get("id_token"), str):
            raise TokenRefused(str(answer.get("error", "no id_token")))
        identity = read_id_token(
            answer["id_token"],
            self._keys,
            issuer=self._config.oidc_issuer,
            client_id=self._config.oidc_client_id,
            nonce=nonce,
        )
        asked_for = ACCOUNT_SCOPE in str(answer.get("scope", "")).split()
        recent = (
            time.time() - identity.signed_in_at <= RECENT_SECONDS + LEEWAY
        )  # who asks for `max_age` checks it (3.1.3.7)
        return (
            replace(identity, account_token=str(answer.get("access_token", ""))) if asked_for and recent else identity
        )

    def verify_access_token(self, token: str) -> TokenIdentity:
        """For whom the Bearer token of an API call speaks. Raises TokenRefused."""
        return read_access_token(token, self._keys, issuer=self._config.oidc_issuer)

    def verify_logout_token(self, token: str) -> SignedOut:
        """Whose sign-in the provider has ended. Raises TokenRefused."""
        return read_logout_token(
            token, self._keys, issuer=self._config.oidc_issuer, client_id=self._config.oidc_client_id
        )

    def clock_ahead(self) -> float | None:
        """Seconds that this machine's clock is ahead of the provider's, as exactly as whole seconds can tell; None where
        the provider does not say what time it is. Raises Away.

        Keycloak sends no Date. Asked for a sign-in without a form it answers at once, with a signed and dated refusal
        (JWT Secured Authorization Response Mode), which stands for as long as a code of ours lives.
        """
        address = self.authorization_url(
            state="clock", nonce="clock", code_challenge=code_challenge("clock"),
            redirect_uri=self._config.origin() + CALLBACK_PATH, ui_locales="ko",
        )  # fmt: skip
        asked = f"{address}&{urlencode({'prompt': 'none', 'response_mode': 'query.jwt'})}"
        began = time.time()
        try:
            answer = self._http.request("GET", asked, redirect=False)
        except urllib3.exceptions.HTTPError as error:
            raise Away from error
        here = (began + time.time()) / 2
        dated = parse_qs(urlsplit(answer.headers.get("Location", "")).query).get("response")
        if dated:
            return here - read_end(dated[0], self._keys, issuer=self._config.oidc_issuer) + CODE_LIVES
        told = answer.headers.get("Date")
        return here - parsedate_to_datetime(told).timestamp() if told else None

    def logout_url(self, *, id_token_hint: str, post_logout_redirect_uri: str) -> str:
        """Where to send a browser so that its session at the provider ends too; Maru's own has ended by then.

        The provider then sends it on to the portal's front page; it knows no other address. An ID token whose key it has
        withdrawn since it would take for a forgery: without one it asks the person whether they want to leave.
        """
        query = {"client_id": self._config.oidc_client_id, "post_logout_redirect_uri": post_logout_redirect_uri}
        if is_signed(id_token_hint, self._keys.as_of_now):
            query["id_token_hint"] = id_token_hint
        return f"{self._reach().end_session}?{urlencode(query)}"

    def _reach(self) -> Endpoints:
        self.ready()
        endpoints = self._endpoints
        if endpoints is None:
            raise Away
        return endpoints

    def _discover(self) -> Endpoints | None:
        issuer = self._config.oidc_issuer
        if not issuer:
            return None
        try:
            status, document = self._call("GET", f"{issuer}/.well-known/openid-configuration", timeout=READY_LIMITS)
        except Unavailable:
            return None
        if status != 200:
            return None
        if document.get("issuer") != issuer:
            log.error("oidc issuer differs", expected=issuer, found=document.get("issuer"))
            return None
        return Endpoints(
            authorization=document["authorization_endpoint"],
            token=document["token_endpoint"],
            keys=document["jwks_uri"],
            end_session=document["end_session_endpoint"],
        )

    def _fetch_keys(self) -> KeySet:
        status, document = self._call("GET", self._reach().keys)
        if status != 200:
            raise Away
        return KeySet.import_key_set({"keys": [key for key in document["keys"] if key.get("use", "sig") == "sig"]})

    def _client_credentials(self) -> str:
        """RFC 6749, 2.3.1: both are form-encoded before they are joined."""
        return f"{quote_plus(self._config.oidc_client_id)}:{quote_plus(self._config.oidc_client_secret)}"

    def _call(self, method: str, url: str, **options: Any) -> tuple[int, dict[str, Any]]:
        """Status and JSON object of an answer; Unavailable when there is none, or a server's failure."""
        try:
            answer = self._http.request(method, url, **options)
            document = json.loads(answer.data)
        except (urllib3.exceptions.HTTPError, ValueError) as error:
            raise Away from error
        if answer.status >= 500 or not isinstance(document, dict):
            raise Away
        return answer.status, document


def code_challenge(code_verifier: str) -> str:
    """RFC 7636, method S256."""
    return base64.urlsafe_b64encode(hashlib.sha256(code_verifier.encode()).digest()).rstrip(b"=").decode()
