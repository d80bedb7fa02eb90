"""Another OpenID provider: a second realm of the house's own Keycloak, with people who have accounts there alone."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import expect

from auth.keycloak.connection import administrator
from auth.keycloak.realm import person_fields
from tests.auth.conftest import locked
from tests.e2e.house import House
from tests.e2e.visiting import Visitor

REALM, CLIENT, SECRET = "outside", "maru-broker", "a secret between two: 50%&="
PASSWORD = "outside-the-house"
ALIAS, NAME = "sky", {"ko": "하늘", "en": "Sky"}


@contextmanager
def outside_provider(house: House, shared: Path, people: dict[str, tuple[str, str]]) -> Iterator[None]:
    """The provider stands, and the house knows it; `people` are name and e-mail by username. Afterwards it is switched off.

    One file of tests at a time: the house is one for all processes, whose folder is `shared`.
    """
    with (shared / "outside.door").open("w") as door, locked(door):
        with administrator(house.config) as admin:
            remove(admin)
            admin.create_realm(realm_of(house, people))
            admin.change_current_realm(REALM)
            admin.update_realm_users_profile(person_fields(admin.get_realm_users_profile()))
        told = house.maru("keycloak", "apply", MARU_IDENTITY_PROVIDERS=json.dumps([entry(house)]))
        assert told.returncode == 0, told.stderr
        try:
            yield
        finally:
            switched_off = house.maru("keycloak", "apply")
            assert b"updated provider sky\n    enabled: true -> false" in switched_off.stdout
            with administrator(house.config) as admin:
                remove(admin)
                admin.delete_idp(ALIAS)


def remove(admin: Any) -> None:
    if REALM in {realm["realm"] for realm in admin.get_realms()}:
        admin.delete_realm(REALM)


def entry(house: House) -> dict[str, Any]:
    """The provider as an installation names it."""
    server = house.config.oidc_issuer.rpartition("/realms/")[0]
    discovery = f"{server}/realms/{REALM}/.well-known/openid-configuration"
    return {"alias": ALIAS, "name": NAME, "client_id": CLIENT, "client_secret": SECRET, "discovery": discovery}


def realm_of(house: House, people: dict[str, tuple[str, str]]) -> dict[str, Any]:
    credentials = [{"type": "password", "value": PASSWORD, "temporary": False}]
    client = {"clientId": CLIENT, "secret": SECRET, "publicClient": False, "consentRequired": True}
    return {
        "realm": REALM,
        "enabled": True,
        "sslRequired": "none",
        "clients": [client | {"redirectUris": [f"{house.config.oidc_issuer}/broker/{ALIAS}/endpoint"]}],
        "users": [
            {"username": username, "firstName": name, "email": email, "enabled": True, "credentials": credentials}
            for username, (name, email) in people.items()
        ],
    }


def comes_through(visitor: Visitor, username: str, *, first: bool = False) -> Visitor:
    """Press the provider's button on the sign-in page, and sign in there; the first time people are asked to agree."""
    visitor.follows("하늘 계정으로 로그인")
    expect(visitor.page).to_have_url(re.compile(rf"/realms/{REALM}/"))
    visitor.page.locator("#username").fill(username)
    visitor.page.locator("#password").fill(PASSWORD)
    visitor.page.locator("#kc-login").click()
    if first:
        visitor.page.locator("[name=accept]").click()
    return visitor
