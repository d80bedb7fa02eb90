"""What Maru's realm in Keycloak is: its settings, its clients, its person's fields, the names of its cities."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from auth.keycloak.providers import OutsideProvider
from auth.oidc import ACCOUNT_SCOPE, BACK_CHANNEL_PATH, CALLBACK_PATH, CODE_LIVES
from auth.tokens import API_AUDIENCE, STRONG
from maru.config import Config
from maru.web.sign_in import THEME

SAMPLE_CLIENT = "maru-cli"
"""In development only: exchanges a password for an access token without a browser."""
SAMPLE_TOKEN_SECONDS = 3600

BUILT_IN_CLIENTS = ("account", "account-console", "admin-cli", "broker", "realm-management", "security-admin-console")
"""Keycloak makes them in every realm."""
NO_PASSWORDS = {"directAccessGrantsEnabled": False}
"""What they have to be: nobody exchanges a password for a token outside the sign-in form."""
CLOSED = {"account-console": {"enabled": False}}
"""People look after how they sign in on a page of ours (auth.account), in their language and with its rules."""
IDENTITY_FIELDS = ("username", "firstName", "email")
OFFICE_ALONE = {"view": ["admin", "user"], "edit": ["admin"]}

REQUIRED_ACTIONS: dict[str, dict[str, bool]] = {
    "CONFIGURE_TOTP": {"enabled": True, "defaultAction": False},
    "UPDATE_PASSWORD": {"enabled": True, "defaultAction": False},
    "webauthn-register-passwordless": {"enabled": True, "defaultAction": False},
    "delete_credential": {"enabled": True, "defaultAction": False},
    "idp_link": {"enabled": True, "defaultAction": False},
    "TERMS_AND_CONDITIONS": {"enabled": False},  # consents are given to Maru, each by itself
    "UPDATE_PROFILE": {"enabled": False},  # who somebody is they do not decide themselves
    "delete_account": {"enabled": False},  # a history hangs on it: people ask Maru to be forgotten
}
"""What people may be asked to do at a sign-in, and what not."""

LANGUAGES = ("ko", "en")
TOLD_EVENTS = ("UPDATE_CREDENTIAL", "REMOVE_CREDENTIAL", "FEDERATED_IDENTITY_LINK", "REMOVE_FEDERATED_IDENTITY")
"""What Keycloak keeps for a while of what happens, so that people are told of it (auth.account.watching); nothing else."""
SETTINGS: dict[str, Any] = {
    "enabled": True,
    "eventsEnabled": True,
    "eventsExpiration": 7 * 24 * 3600,
    "enabledEventTypes": list(TOLD_EVENTS),
    "rememberMe": False,
    "displayName": "마루",
    "loginTheme": THEME,
    "internationalizationEnabled": True,
    "supportedLocales": list(LANGUAGES),
    "defaultLocale": LANGUAGES[0],
    "registrationAllowed": False,  # its form tells strangers which addresses have an account: auth.joining
    "resetPasswordAllowed": False,  # auth.joining writes the letter: Keycloak would send it to addresses that nobody has shown to be theirs
    "editUsernameAllowed": False,
    "loginWithEmailAllowed": False,  # nobody has verified that an address is theirs
    "duplicateEmailsAllowed": False,
    "passwordPolicy": "length(8) and notUsername and passwordHistory(1)",
    "bruteForceProtected": True,
    "permanentLockout": False,
    "failureFactor": 5,
    "waitIncrementSeconds": 60,
    "maxFailureWaitSeconds": 900,
    "otpPolicyType": "totp",  # as every app understands it (RFC 6238)
    "otpPolicyAlgorithm": "HmacSHA1",
    "otpPolicyDigits": 6,
    "otpPolicyPeriod": 30,
    "otpPolicyInitialCounter": 0,
    "otpPolicyLookAheadWindow": 1,
    "otpPolicyCodeReusable": False,
    "webAuthnPolicyPasswordlessPasskeysEnabled": True,
    "webAuthnPolicyPasswordlessRpEntityName": "마루",
    "webAuthnPolicyPasswordlessResidentKey": "required",
    "webAuthnPolicyPasswordlessUserVerificationRequirement": "required",
    "accessTokenLifespan": 300,
    "accessCodeLifespan": CODE_LIVES,
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
SAMPLE_STRENGTH: dict[str, Any] = {
    "name": "as after a second factor",
    "protocol": "openid-connect",
    "protocolMapper": "oidc-hardcoded-claim-mapper",
    "config": {
        "claim.name": "acr",
        "claim.value": STRONG,
        "jsonType.label": "String",
        "access.token.claim": "true",
        "id.token.claim": "false",
    },
}
ACCOUNT_SCOPES: dict[str, dict[str, Any]] = {
    ACCOUNT_SCOPE: {
        "protocol": "openid-connect",
        "attributes": {"include.in.token.scope": "true", "display.on.consent.screen": "false"},
        "protocolMappers": [
            {
                "name": "audience of the account",
                "protocol": "openid-connect",
                "protocolMapper": "oidc-audience-mapper",
                "config": {
                    "included.client.audience": "account",
                    "access.token.claim": "true",
                    "id.token.claim": "false",
                },
            },
            {
                "name": "roles at the account",
                "protocol": "openid-connect",
                "protocolMapper": "oidc-usermodel-client-role-mapper",
                "config": {
                    "usermodel.clientRoleMapping.clientId": "account",
                    "claim.name": "resource_access.account.roles",
                    "jsonType.label": "String",
                    "multivalued": "true",
                    "access.token.claim": "true",
                    "id.token.claim": "false",
                },
            },
        ],
    }
}
"""What a token must be asked for to read and change its owner's own account (auth.keycloak.own_account), and nothing else."""
ACCOUNT_ROLES = ("manage-account", "view-profile")
LINKING_ROLE = "manage-account-links"
"""What Keycloak's action that links another account asks of the client itself; no token of ours carries it."""
CLIENT: dict[str, Any] = {
    "protocol": "openid-connect",
    "enabled": True,
    "authenticationFlowBindingOverrides": {
        "browser": None,
        "direct_grant": None,
    },  # the realm's flow asks for all it has to
    "consentRequired": False,
    "implicitFlowEnabled": False,
    "frontchannelLogout": False,  # sign-outs are told from server to server
    "serviceAccountsEnabled": False,
    "fullScopeAllowed": False,  # tokens carry no roles: grants in auth/roles are the truth
    "webOrigins": [],
    "protocolMappers": [AUDIENCE_MAPPER],
    "defaultClientScopes": ["acr", "basic", "profile", "email"],
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
        "optionalClientScopes": [ACCOUNT_SCOPE],
        "redirectUris": [config.origin() + CALLBACK_PATH],
        "baseUrl": f"{config.origin()}/",
        "attributes": {
            "pkce.code.challenge.method": "S256",
            "post.logout.redirect.uris": f"{config.origin()}/",
            "backchannel.logout.url": config.origin() + BACK_CHANNEL_PATH,
            "backchannel.logout.session.required": "true",
        },
    }
    sample = CLIENT | {
        "publicClient": True,
        "standardFlowEnabled": False,
        "directAccessGrantsEnabled": True,
        "redirectUris": [],
        "defaultClientScopes": ["basic", "profile", "email"],
        "protocolMappers": [AUDIENCE_MAPPER, SAMPLE_STRENGTH],
        "attributes": {"access.token.lifespan": str(SAMPLE_TOKEN_SECONDS)},
    }
    return {config.oidc_client_id: maru} | ({SAMPLE_CLIENT: sample} if config.development else {})


def credentials(password: str, code_secret: str) -> list[dict[str, Any]]:
    """Of a sample person: a password, and an authenticator app where there is a secret for it."""
    known: list[dict[str, Any]] = [{"type": "password", "value": password, "temporary": False}]
    if code_secret:
        kept = {"subType": "totp", "digits": 6, "counter": 0, "period": 30, "algorithm": "HmacSHA1"}
        secret = {"secretData": json.dumps({"value": code_secret}), "credentialData": json.dumps(kept)}
        known.append({"type": "otp", "userLabel": "sample"} | secret)
    return known


def house(slug: str) -> str:
    """The key by which the sign-in pages find a city's name (`maru/web/sign_in/pages/house.ftl`)."""
    return f"house.{slug}"


def names(cities: Mapping[str, tuple[str, str]]) -> dict[str, dict[str, str]]:
    """What the cities are called, by language and key; `cities` are names in Korean and English by slug."""
    return {
        language: {house(slug): _message(both[place]) for slug, both in cities.items()}
        for place, language in enumerate(LANGUAGES)
    }


def provider_names(outside: Sequence[OutsideProvider]) -> dict[str, dict[str, str]]:
    """What stands on the buttons of other providers, by language and key (`maru/web/sign_in/pages/outside.ftl`)."""
    return {
        language: {f"provider.{one.alias}": _message(one.names[place]) for one in outside}
        for place, language in enumerate(LANGUAGES)
    }


def _message(text: str) -> str:
    """A text as java.text.MessageFormat reads it: apostrophes twice, braces between apostrophes."""
    return text.replace("'", "''").replace("{", "'{'").replace("}", "'}'")
