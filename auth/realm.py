"""What Maru's realm in Keycloak is: its settings, its clients, its person's fields. `auth.keycloak` makes it so."""

from typing import Any

from auth.oidc import CALLBACK_PATH
from auth.tokens import API_AUDIENCE
from maru.config import Config

SAMPLE_CLIENT = "maru-cli"
"""In development only: exchanges a password for an access token without a browser."""
SAMPLE_TOKEN_SECONDS = 3600

BUILT_IN_CLIENTS = ("account", "account-console", "admin-cli", "broker", "realm-management", "security-admin-console")
"""Keycloak makes them in every realm."""
NO_PASSWORDS = {"directAccessGrantsEnabled": False}
"""What they have to be: nobody exchanges a password for a token outside the sign-in form."""
IDENTITY_FIELDS = ("username", "firstName", "email")
OFFICE_ALONE = {"view": ["admin", "user"], "edit": ["admin"]}

SETTINGS: dict[str, Any] = {
    "enabled": True,
    "displayName": "마루",
    "internationalizationEnabled": True,
    "supportedLocales": ["ko", "en"],
    "defaultLocale": "ko",
    "registrationAllowed": False,
    "editUsernameAllowed": False,
    "loginWithEmailAllowed": False,  # nobody has verified that an address is theirs
    "duplicateEmailsAllowed": False,
    "passwordPolicy": "length(8) and notUsername",
    "bruteForceProtected": True,
    "permanentLockout": False,
    "failureFactor": 5,
    "waitIncrementSeconds": 60,
    "maxFailureWaitSeconds": 900,
    "accessTokenLifespan": 300,
    "accessCodeLifespan": 60,
    "ssoSessionIdleTimeout": 1800,
    "ssoSessionMaxLifespan": 36_000,
}
AUDIENCE_MAPPER: dict[str, Any] = {
    "name": "audience of the API",
    "protocol": "openid-connect",
    "protocolMapper": "oidc-audience-mapper",
    "config": {
        "included.custom.audience": API_AUDIENCE,
        "access.token.claim": "true",
        "id.token.claim": "false",
    },
}
CLIENT: dict[str, Any] = {
    "protocol": "openid-connect",
    "enabled": True,
    "consentRequired": False,
    "implicitFlowEnabled": False,
    "serviceAccountsEnabled": False,
    "fullScopeAllowed": False,  # tokens carry no roles: grants in auth/roles are the truth
    "webOrigins": [],
    "protocolMappers": [AUDIENCE_MAPPER],
    "defaultClientScopes": ["basic", "profile", "email"],
    "optionalClientScopes": [],
}


def settings(config: Config) -> dict[str, Any]:
    """Of the realm itself; in development it allows plain http, and hashes invented people's passwords but once."""
    if not config.development:
        return SETTINGS | {"sslRequired": "external"}
    return SETTINGS | {"sslRequired": "none", "passwordPolicy": f"{SETTINGS['passwordPolicy']} and hashIterations(1)"}


def person_fields(profile: dict[str, Any]) -> dict[str, Any]:
    """Keycloak's user profile with one field for the name: a Korean name is not taken apart.

    Who somebody is they do not decide themselves: certificates print it.
    """
    fields = (field for field in profile["attributes"] if field["name"] != "lastName")
    return profile | {
        "attributes": [
            field | {"permissions": OFFICE_ALONE} if field["name"] in IDENTITY_FIELDS else field for field in fields
        ]
    }


def clients(config: Config) -> dict[str, dict[str, Any]]:
    """The clients that the realm has to have; the one for sample tokens in development only."""
    maru = CLIENT | {
        "publicClient": False,
        "clientAuthenticatorType": "client-secret",
        "secret": config.oidc_client_secret,
        "standardFlowEnabled": True,
        "directAccessGrantsEnabled": False,
        "redirectUris": [config.origin() + CALLBACK_PATH],
        "attributes": {
            "pkce.code.challenge.method": "S256",
            "post.logout.redirect.uris": f"{config.origin()}/",
        },
    }
    sample = CLIENT | {
        "publicClient": True,
        "standardFlowEnabled": False,
        "directAccessGrantsEnabled": True,
        "redirectUris": [],
        "attributes": {"access.token.lifespan": str(SAMPLE_TOKEN_SECONDS)},
    }
    return {config.oidc_client_id: maru} | ({SAMPLE_CLIENT: sample} if config.development else {})
