"""Single parts of the realm: a group by its path, and the realm's own words for the sign-in pages."""

import json
from collections.abc import Mapping

from keycloak.exceptions import KeycloakDeleteError, KeycloakGetError, KeycloakPostError, raise_error_from_response

from auth.keycloak.connection import Administrator, found
from auth.keycloak.providers import ADDRESSES
from maru.errors import ConfigurationError


def group_id(admin: Administrator, path: str) -> str:
    """The id of a group, which is made with those above it where it is missing."""
    present = found(admin.get_group_by_path, path)
    if present:
        return str(present["id"])
    above, _, name = path.rpartition("/")
    parent = group_id(admin, above) if above else None
    return str(admin.create_group({"name": name}, parent, skip_exists=True) or group_id(admin, path))


def words(admin: Administrator, language: str) -> dict[str, str]:
    """The realm's own words for the sign-in pages, by key."""
    known = raise_error_from_response(admin.connection.raw_get(_words_at(admin, language)), KeycloakGetError)
    return known if isinstance(known, dict) else {}


def tell(admin: Administrator, language: str, added: Mapping[str, str]) -> None:
    """Add words of the realm's own; those it has beside them stay."""
    answer = admin.connection.raw_post(_words_at(admin, language), data=json.dumps(added))
    raise_error_from_response(answer, KeycloakPostError, expected_codes=[204])


def forget(admin: Administrator, language: str, key: str) -> None:
    """Take a word of the realm's own back, if it is there."""
    answer = admin.connection.raw_delete(f"{_words_at(admin, language)}/{key}")
    raise_error_from_response(answer, KeycloakDeleteError, expected_codes=[204, 404])


def addresses_of(admin: Administrator, discovery: str) -> dict[str, str]:
    """What a provider's discovery document says of its addresses, as Keycloak itself reads it. Raises ConfigurationError."""
    asked = json.dumps({"providerId": "oidc", "fromUrl": discovery})
    answer = admin.connection.raw_post(
        f"admin/realms/{admin.get_current_realm()}/identity-provider/import-config", data=asked
    )
    found = answer.json() if answer.ok else {}
    if not found.get("authorizationUrl"):
        raise ConfigurationError(f"Keycloak reads no discovery document at {discovery} ({answer.status_code}).")
    return {name: found[name] for name in ADDRESSES.values() if found.get(name)}


def _words_at(admin: Administrator, language: str) -> str:
    return f"admin/realms/{admin.get_current_realm()}/localization/{language}"
