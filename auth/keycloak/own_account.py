"""Somebody's own account at Keycloak, by a token of their own: how they sign in, and where they are signed in.

The web has no administrator's password. It asks Keycloak's account API as the person themself, with an access token that
a sign-in within the last minutes has given for this (`ACCOUNT_SCOPE`), so nobody reads or changes an account but its owner.
What makes a credential or takes one away happens at Keycloak's own pages, which ask for what is there first.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import urllib3

from maru.config import Config
from maru.errors import N_, MaruError, Unavailable

LIMITS = urllib3.Timeout(connect=2, read=5)
KINDS = {"password": "password", "otp": "app", "webauthn-passwordless": "passkey", "webauthn": "passkey"}
"""Keycloak's kinds of credentials, and ours."""


class Stale(MaruError):
    """The token is too old, or Keycloak does not take it: the person signs in once more."""

    status = 403
    slug = "sign-in-again"
    title = N_("한 번 더 확인해 주세요")


@dataclass(frozen=True)
class Credential:
    """Something that its owner signs in with; `kind` is password, app or passkey, `label` what they called it."""

    id: str
    kind: str
    label: str
    made_at: datetime | None


@dataclass(frozen=True)
class Link:
    """Another provider, and as whom the person is known there; `username` is empty where they are not linked."""

    alias: str
    name: str
    username: str

    @property
    def linked(self) -> bool:
        return bool(self.username)


@dataclass(frozen=True)
class Device:
    """Where the person is signed in."""

    system: str
    browser: str
    address: str
    last_seen_at: datetime
    current: bool


@dataclass(frozen=True)
class Ways:
    """All ways in of one account."""

    credentials: Sequence[Credential]
    links: Sequence[Link]
    devices: Sequence[Device]

    def of(self, kind: str) -> Sequence[Credential]:
        return [one for one in self.credentials if one.kind == kind]

    @property
    def linked(self) -> Sequence[Link]:
        return [one for one in self.links if one.linked]

    @property
    def count(self) -> int:
        """How many ways lead in by themselves; an authenticator app alone does not."""
        return len(self.of("password")) + len(self.of("passkey")) + len(self.linked)


class Accounts:
    """The account API of this installation's realm. One for each process, safe between threads."""

    def __init__(self, config: Config) -> None:
        self._address = f"{config.oidc_issuer}/account"
        self._http = urllib3.PoolManager(retries=False, timeout=LIMITS, maxsize=4)

    def ways(self, token: str) -> Ways:
        """How the owner of the token may sign in. Raises Stale, Unavailable."""
        return Ways(
            credentials=[
                _credential(kept["credential"])
                for kind in self._call("GET", "credentials", token)
                for kept in kind.get("userCredentialMetadatas", [])
            ],
            links=[_link(one) for one in self._call("GET", "linked-accounts", token)],
            devices=[
                _device(device, session)
                for device in self._call("GET", "sessions/devices", token)
                for session in device["sessions"]
            ],
        )

    def unlink(self, token: str, alias: str) -> None:
        """Let another provider open the account no longer. Raises Stale, Unavailable."""
        self._call("DELETE", f"linked-accounts/{quote(alias, safe='')}", token)

    def sign_out_everywhere(self, token: str) -> None:
        """End every sign-in of the person, this one too; Keycloak tells Maru, which ends its own. Raises Stale, Unavailable."""
        self._call("DELETE", "sessions?current=true", token)

    def _call(self, method: str, path: str, token: str) -> Any:
        headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
        try:
            answer = self._http.request(method, f"{self._address}/{path}", headers=headers)
            document = json.loads(answer.data) if answer.data else None
        except (urllib3.exceptions.HTTPError, ValueError) as error:
            raise Unavailable(N_("로그인 방법을 지금 불러올 수 없습니다. 잠시 뒤에 다시 해 주세요.")) from error
        if answer.status in (401, 403):
            raise Stale(N_("확인하신 지 시간이 지났습니다. 한 번 더 확인해 주세요."))
        if answer.status >= 300:
            raise Unavailable(N_("로그인 방법을 지금 불러올 수 없습니다. 잠시 뒤에 다시 해 주세요."))
        return document


def _credential(kept: dict[str, Any]) -> Credential:
    made = kept.get("createdDate")
    kind = KINDS.get(kept["type"], kept["type"])
    return Credential(kept.get("id", ""), kind, kept.get("userLabel") or "", _moment(made / 1000) if made else None)


def _link(one: dict[str, Any]) -> Link:
    username = one.get("linkedUsername") or one["providerAlias"]
    return Link(
        one["providerAlias"], one.get("displayName") or one["providerAlias"], username if one["connected"] else ""
    )


def _device(device: dict[str, Any], session: dict[str, Any]) -> Device:
    return Device(
        system=device.get("os", ""),
        browser=session.get("browser", "").partition("/")[0],
        address=session.get("ipAddress", ""),
        last_seen_at=_moment(session["lastAccess"]),
        current=bool(session.get("current")),
    )


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
