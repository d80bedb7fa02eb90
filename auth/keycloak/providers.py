"""Through whom people may sign in beside Keycloak's own password: OpenID providers that the installation names.

`MARU_IDENTITY_PROVIDERS` is a JSON list, or the path of a file with one. Each entry has `alias`, `name` (`ko`, `en`), `client_id`,
`client_secret`, and either `discovery` (the address of its discovery document) or `issuer`, `authorization_url`, `token_url`
and `jwks_url`, perhaps `userinfo_url`. It may have `kind` ("oidc"), `scope`, `name_claim` (where the person's name
stands, "name") and `trust_email` (whether the province relies on it for who reads an address; false).
"""

import hmac
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from maru.config import Config
from maru.errors import ConfigurationError

VARIABLE = "MARU_IDENTITY_PROVIDERS"
ALIAS = re.compile(r"[a-z][a-z0-9-]{1,30}")
ADDRESSES = {
    "issuer": "issuer",
    "authorization_url": "authorizationUrl",
    "token_url": "tokenUrl",
    "jwks_url": "jwksUrl",
    "userinfo_url": "userInfoUrl",
}
"""Our names of a provider's addresses, and Keycloak's."""
NEEDED = ("issuer", "authorization_url", "token_url", "jwks_url")
TEXTS = frozenset({"alias", "kind", "client_id", "client_secret", "discovery", "scope", "name_claim", *ADDRESSES})
KNOWN = TEXTS | {"name", "trust_email"}
SCOPE = "openid profile email"
MARK = "maru.secret"
"""Where a provider carries the mark of its secret: Keycloak shows the secret itself to nobody, so nothing else tells of a new one."""
LANGUAGES = ("ko", "en")


@dataclass(frozen=True)
class OutsideProvider:
    """One provider; `addresses` by our names, empty where `discovery` tells them. `names` are Korean and English."""

    alias: str
    names: tuple[str, str]
    client_id: str
    client_secret: str
    discovery: str
    addresses: Mapping[str, str]
    scope: str
    name_claim: str
    trust_email: bool


def configured(config: Config) -> Sequence[OutsideProvider]:
    """The providers of this installation. Raises ConfigurationError, which names the entry and what is wrong with it."""
    if not config.identity_providers:
        return ()
    entries = _read(config.identity_providers.strip())
    found = [_provider(entry, place, config) for place, entry in enumerate(entries, start=1)]
    aliases = [provider.alias for provider in found]
    if twice := {alias for alias in aliases if aliases.count(alias) > 1}:
        raise ConfigurationError(f"{VARIABLE} names {', '.join(sorted(twice))} twice.")
    return found


def _read(written: str) -> Sequence[Any]:
    try:
        entries = json.loads(written if written.startswith("[") else Path(written).read_text("utf-8"))
    except OSError as error:
        raise ConfigurationError(f"{VARIABLE} is no JSON list, and no file that can be read: {error}") from error
    except ValueError as error:
        raise ConfigurationError(f"{VARIABLE} is not JSON: {error}") from error
    if not isinstance(entries, list):
        raise ConfigurationError(f"{VARIABLE} must be a JSON list of providers.")
    return entries


def _provider(entry: Any, place: int, config: Config) -> OutsideProvider:
    if not isinstance(entry, dict):
        raise ConfigurationError(f"{VARIABLE}: entry {place} must be an object.")
    if fault := next(_faults(entry, config), None):
        raise ConfigurationError(f"{VARIABLE}: entry {place} ({entry.get('alias', 'no alias')}): {fault}")
    return OutsideProvider(
        alias=entry["alias"],
        names=(entry["name"]["ko"], entry["name"]["en"]),
        client_id=entry["client_id"],
        client_secret=entry["client_secret"],
        discovery=entry.get("discovery", ""),
        addresses={name: entry[name] for name in ADDRESSES if entry.get(name)},
        scope=entry.get("scope", SCOPE),
        name_claim=entry.get("name_claim", "name"),
        trust_email=entry.get("trust_email", False),
    )


def _faults(entry: Mapping[str, Any], config: Config) -> Iterator[str]:
    """What is wrong with an entry, the first thing first."""
    if unknown := entry.keys() - KNOWN:
        yield f"{', '.join(sorted(unknown))} is not known."
    if wrong := [name for name in sorted(TEXTS & entry.keys()) if not isinstance(entry[name], str)]:
        yield f"{wrong[0]} must be a text."
    if not ALIAS.fullmatch(entry.get("alias", "")):
        yield "alias must be 2 to 31 small letters, digits and hyphens, and begin with a letter."
    if entry.get("kind", "oidc") != "oidc":
        yield 'kind must be "oidc".'
    if missing := [name for name in ("client_id", "client_secret") if not entry.get(name)]:
        yield f"{missing[0]} is missing."
    name = entry.get("name")
    if not isinstance(name, dict) or not all(isinstance(name.get(one), str) and name[one] for one in LANGUAGES):
        yield "name must have a text for ko and one for en: both stand on the button."
    if not isinstance(entry.get("trust_email", False), bool):
        yield "trust_email must be true or false."
    yield from _faults_of_addresses(entry, config)


def _faults_of_addresses(entry: Mapping[str, Any], config: Config) -> Iterator[str]:
    if not entry.get("discovery") and (missing := [name for name in NEEDED if not entry.get(name)]):
        yield f"{missing[0]} is missing; or give discovery."
    allowed = ("https", "http") if config.development else ("https",)
    for name in ("discovery", *ADDRESSES):
        address = urlsplit(entry.get(name, ""))
        if entry.get(name) and not (address.scheme in allowed and address.hostname):
            yield f"{name} must begin with https://."


def represented(
    provider: OutsideProvider, addresses: Mapping[str, str], key: str, *, first: str, after: str
) -> dict[str, Any]:
    """A provider as Keycloak keeps it, without its secret. `addresses` by Keycloak's names; `first` and `after` name the
    flows of a first sign-in through it, and of what follows each.
    """
    return {
        "providerId": "oidc",
        "enabled": True,
        "displayName": provider.names[0],
        "trustEmail": provider.trust_email,
        "storeToken": False,
        "addReadTokenRoleOnCreate": False,
        "linkOnly": False,
        "firstBrokerLoginFlowAlias": first,
        "postBrokerLoginFlowAlias": after,
        "config": {
            **addresses,
            "clientId": provider.client_id,
            "clientAuthMethod": "client_secret_post",
            "defaultScope": provider.scope,
            "validateSignature": "true",
            "useJwksUrl": "true",
            "pkceEnabled": "true",
            "pkceMethod": "S256",
            "syncMode": "IMPORT",  # who somebody is the provider says once, and Maru from then on
            MARK: _mark(provider, key),
        },
    }


def mappers(provider: OutsideProvider) -> dict[str, dict[str, Any]]:
    """How a person of the provider becomes one of ours, by the mapper's name.

    The username has the provider in it: a name that somebody took elsewhere is never that of an account here.
    """
    return {
        "username": {
            "identityProviderMapper": "oidc-username-idp-mapper",
            "config": {"template": "${ALIAS}.${CLAIM.sub}", "target": "LOCAL", "syncMode": "IMPORT"},
        },
        "name": {
            "identityProviderMapper": "oidc-user-attribute-idp-mapper",
            "config": {"claim": provider.name_claim, "user.attribute": "firstName", "syncMode": "IMPORT"},
        },
    }


def _mark(provider: OutsideProvider, key: str) -> str:
    """Changes with the secret, and tells nobody what it is."""
    return hmac.digest(key.encode(), f"{provider.alias} {provider.client_secret}".encode(), "sha256").hex()
