"""The connection to Keycloak's administration, and what goes wrong with it in our words.

Only `auth.keycloak` imports `keycloak`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeAlias

from keycloak import KeycloakAdmin, KeycloakOpenID
from keycloak.exceptions import KeycloakConnectionError, KeycloakError, KeycloakGetError

from auth.keycloak import realm
from auth.keycloak.providers import MARK
from maru.config import Config
from maru.errors import ConfigurationError

SECONDS = 30
"""Limit of one call; creating the realm is the longest, 3 s."""

Administrator: TypeAlias = KeycloakAdmin
"""Of the realm's settings, people and groups."""


@contextmanager
def administrator(config: Config) -> Iterator[Administrator]:
    """Whoever may change the realm of `config.oidc_issuer`. Raises ConfigurationError."""
    with _explained(config, "Keycloak does not accept KEYCLOAK_ADMIN."):
        server, name = _address(config)
        username, _, password = config.keycloak_admin.partition(":")
        yield KeycloakAdmin(
            server_url=server,
            username=username,
            password=password,
            realm_name=name,
            user_realm_name="master",
            timeout=SECONDS,
        )


def found(call: Any, *arguments: Any) -> Any:
    """The answer of a call that asks for one thing; None where Keycloak has no such thing."""
    try:
        return call(*arguments)
    except KeycloakGetError as error:
        if error.response_code == 404:
            return None
        raise


def exported(config: Config) -> dict[str, Any]:
    """The realm with its clients, flows and groups as Keycloak exports it: no people, and secrets as stars."""
    with administrator(config) as admin:
        realm_of_keycloak: dict[str, Any] = admin.export_realm(export_clients=True, export_groups_and_role=True)
        for provider in realm_of_keycloak.get("identityProviders", []):
            provider["config"].pop(MARK, None)  # it tells of a secret that is not in the file
        return realm_of_keycloak


def sample_token(config: Config, username: str, password: str) -> str:
    """An access token of a sample person, good for an hour. Raises ConfigurationError."""
    if not config.development:
        raise ConfigurationError("Sample tokens are for development only.")
    server, name = _address(config)
    client = KeycloakOpenID(server_url=server, realm_name=name, client_id=realm.SAMPLE_CLIENT, timeout=SECONDS)
    with _explained(config, f"Keycloak does not know {username} with this password."):
        return str(client.token(username, password, scope="openid")["access_token"])


@contextmanager
def _explained(config: Config, refused: str) -> Iterator[None]:
    """Says in our words that Keycloak is down, or that it takes no such password (`refused`)."""
    try:
        yield
    except KeycloakConnectionError as error:
        raise ConfigurationError(f"Keycloak does not answer at {config.oidc_issuer}.") from error
    except KeycloakError as error:
        if error.response_code == 401 or b"invalid_grant" in (error.response_body or b""):
            raise ConfigurationError(refused) from error
        if error.response_code == 403:
            raise ConfigurationError(
                "KEYCLOAK_ADMIN may not do this: docs/keycloak.md names the roles it needs."
            ) from error
        raise


def _address(config: Config) -> tuple[str, str]:
    """Keycloak's own address, and the realm's name, which together make its issuer."""
    server, separator, name = config.oidc_issuer.rpartition("/realms/")
    if not separator:
        raise ConfigurationError("OIDC_ISSUER is not a realm of Keycloak: it must read https://HOST/realms/NAME.")
    return server, name
