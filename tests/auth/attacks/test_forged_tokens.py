"""Tokens that Keycloak did not make, or did not make for us, at the real doors of the web."""

import hashlib
import hmac
import json
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
from joserfc import jwt
from joserfc.jwk import RSAKey

from auth.keycloak.connection import administrator
from auth.keycloak.parts import group_id
from auth.keycloak.realm import AUDIENCE_MAPPER, SAMPLE_CLIENT
from auth.oidc import BACK_CHANNEL_PATH
from auth.tokens import ALGORITHMS, KEYS_REST, LOGOUT_EVENT, STRONG
from maru.config import Config
from tests.auth.attacks.conftest import PORTAL, Person, api, token_of
from tests.auth.conftest import PASSWORD
from tests.client import Web

STRANGER, ADMITTED = "maru-stranger", "maru-admitted"
FORGED_GROUPS = {
    "name": "groups that nobody gave", "protocol": "openid-connect", "protocolMapper": "oidc-hardcoded-claim-mapper",
    "config": {
        "claim.name": "groups", "claim.value": '["/province/province_admin", "/tenants/suwon/city_admin"]',
        "jsonType.label": "JSON", "access.token.claim": "true", "id.token.claim": "true",
    },
}  # fmt: skip


def claims_of(token: str) -> dict[str, Any]:
    body = token.split(".")[1]
    read: dict[str, Any] = json.loads(urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return read


def part(value: object) -> str:
    return urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


@pytest.fixture(scope="module")
def genuine(whole: Config) -> str:
    """An access token of the resident, for the API."""
    return token_of(whole, "resident")


@pytest.fixture(scope="module")
def published(whole: Config) -> dict[str, Any]:
    """Keycloak's signing key, as everybody can read it."""
    keys = requests.get(f"{whole.oidc_issuer}/protocol/openid-connect/certs", timeout=10).json()["keys"]
    return next(key for key in keys if key["use"] == "sig")


def tokens_of(config: Config, client: str, *mappers: dict[str, Any]) -> Iterator[dict[str, str]]:
    """Of another client of the same realm, with mappers of its own, for somebody who is staff nowhere."""
    new = {
        "clientId": client, "publicClient": True, "directAccessGrantsEnabled": True, "standardFlowEnabled": False,
        "protocol": "openid-connect", "fullScopeAllowed": True, "protocolMappers": list(mappers),
        "defaultClientScopes": ["basic", "profile", "email"],
    }  # fmt: skip
    with administrator(config) as admin:
        made = admin.create_client(new)
    try:
        yield granted(config, client, "thief")
    finally:
        with administrator(config) as admin:
            admin.delete_client(made)


def granted(config: Config, client: str, username: str) -> dict[str, str]:
    """All tokens that a client gets for a password."""
    asked = {
        "grant_type": "password",
        "client_id": client,
        "username": username,
        "password": PASSWORD,
        "scope": "openid",
    }
    answer = requests.post(f"{config.oidc_issuer}/protocol/openid-connect/token", asked, timeout=10).json()
    return {name: answer[name] for name in ("access_token", "id_token", "refresh_token")}


@pytest.fixture(scope="module")
def strange(whole: Config) -> Iterator[dict[str, str]]:
    yield from tokens_of(whole, STRANGER, FORGED_GROUPS)


@pytest.fixture(scope="module")
def admitted(whole: Config) -> Iterator[dict[str, str]]:
    """Of a client that the realm's administrator lets speak to the API."""
    yield from tokens_of(whole, ADMITTED, FORGED_GROUPS, AUDIENCE_MAPPER)


def test_a_genuine_token_is_somebody(web: Web, person: Person, house: str, genuine: str) -> None:
    person.signs_in(house, "resident")
    answer = api(web, house, genuine)
    assert answer.status_code == 200
    assert answer.json == person.get(house, "/api/v1/me").json


def test_a_token_of_another_client_is_not_for_us(web: Web, house: str, strange: dict[str, str]) -> None:
    """Real, signed by our Keycloak, with the groups of an administrator in it: no audience of ours."""
    claims = claims_of(strange["access_token"])
    assert claims["azp"] == STRANGER
    assert "/province/province_admin" in claims["groups"]
    for path in ("/api/v1/me", "/api/v1/me/history"):
        assert api(web, house, strange["access_token"], path).status_code == 401


def test_an_id_token_is_no_access_token(web: Web, house: str, strange: dict[str, str]) -> None:
    assert api(web, house, strange["id_token"]).status_code == 401


def test_each_token_opens_its_own_door_alone(web: Web, person: Person, whole: Config, house: str) -> None:
    """An ID token and a refresh token are no access token, and none of them signs anybody out."""
    person.signs_in(house, "resident")
    given = granted(whole, SAMPLE_CLIENT, "resident")
    assert api(web, house, given["id_token"]).status_code == 401
    assert api(web, house, given["refresh_token"]).status_code == 401
    assert api(web, house, given["access_token"]).status_code == 200
    for token in given.values():
        assert web.post(PORTAL, BACK_CHANNEL_PATH, data={"logout_token": token}).status_code == 400
    assert person.is_known(house)


def test_groups_in_a_token_open_nothing(web: Web, house: str, admitted: dict[str, str]) -> None:
    """Grants are the truth: a token only says who somebody is."""
    claims = claims_of(admitted["access_token"])
    assert "maru-api" in claims["aud"]
    assert "/province/province_admin" in claims["groups"]
    Person(web).signs_in(house, "thief")
    assert api(web, house, admitted["access_token"]).status_code == 200
    header = {"Authorization": f"Bearer {admitted['access_token']}", "Accept": "application/json"}
    for host, path in (
        (PORTAL, "/province"),
        (PORTAL, "/province/staff"),
        (house, "/console"),
        (house, "/console/staff"),
    ):
        answer = web.post(host, path, headers=header) if path.endswith("staff") else web.get(host, path, headers=header)
        assert answer.status_code in (403, 405), path


def test_a_group_given_in_keycloak_opens_nothing(web: Web, whole: Config, house: str, person: Person) -> None:
    """Nor the real membership, given by whoever administers Keycloak and is no administrator of Maru's."""
    with administrator(whole) as admin:
        subject = admin.get_user_id("thief")

        admin.group_user_add(subject, group_id(admin, "/province/province_admin"))
    person.signs_in(PORTAL, "thief")
    assert person.get(PORTAL, "/province").status_code == 403


def forged(token: str, published: dict[str, Any]) -> dict[str, str]:
    """The genuine token bent in every way that has a name."""
    head, body, signature = token.split(".")
    claims, kid = claims_of(token), published["kid"]
    own = RSAKey.generate_key(2048, {"kid": kid})
    pem = RSAKey.import_key(published).as_pem(private=False)
    hashed = f"{part({'alg': 'HS256', 'kid': kid})}.{body}"
    other = claims | {"sub": "00000000-0000-0000-0000-000000000000", "preferred_username": "clerk"}

    def signed(changed: dict[str, Any], **header: Any) -> str:
        return jwt.encode({"alg": "RS256", "kid": kid} | header, changed, own, algorithms=list(ALGORITHMS))

    return {
        "algorithm none": f"{part({'alg': 'none', 'kid': kid})}.{body}.",
        "algorithm none, signature kept": f"{part({'alg': 'none', 'kid': kid})}.{body}.{signature}",
        "key confusion: the public key as a secret": f"{hashed}."
        + urlsafe_b64encode(hmac.digest(pem, hashed.encode(), hashlib.sha256)).rstrip(b"=").decode(),
        "key confusion: the modulus as a secret": f"{hashed}."
        + urlsafe_b64encode(hmac.digest(published["n"].encode(), hashed.encode(), hashlib.sha256))
        .rstrip(b"=")
        .decode(),
        "a key of one's own under the known name": signed(claims),
        "a key that it brings along": signed(claims, jwk=own.as_dict(private=False)),
        "a key at an address of one's own": signed(claims, jku="http://localhost:9/keys", kid="mine"),
        "an unknown key": signed(claims, kid="mine"),
        "another person": f"{head}.{part(other)}.{signature}",
        "another issuer": signed(claims | {"iss": "https://evil.example/realms/maru"}),
        "no signature": f"{head}.{body}.",
    }


NAMES = [
    "algorithm none", "algorithm none, signature kept", "key confusion: the public key as a secret",
    "key confusion: the modulus as a secret", "a key of one's own under the known name", "a key that it brings along",
    "a key at an address of one's own", "an unknown key", "another person", "another issuer", "no signature",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_forged_access_token_is_refused(
    web: Web, house: str, genuine: str, published: dict[str, Any], name: str
) -> None:
    bent = forged(genuine, published)
    assert list(bent) == NAMES
    answer = api(web, house, bent[name])
    assert answer.status_code == 401
    assert answer.json["type"] == "/problems/invalid-token"  # type: ignore[index]
    assert api(web, house, genuine).status_code == 200


@pytest.mark.parametrize("name", NAMES)
def test_a_forged_logout_token_ends_nothing(
    web: Web, house: str, genuine: str, published: dict[str, Any], person: Person, name: str
) -> None:
    person.signs_in(house, "resident")
    now = int(time.time())
    told = claims_of(genuine) | {"aud": "maru", "events": {LOGOUT_EVENT: {}}, "iat": now, "exp": now + 60}
    head, _, signature = genuine.split(".")
    bent = forged(f"{head}.{part(told)}.{signature}", published)[name]
    assert web.post(PORTAL, BACK_CHANNEL_PATH, data={"logout_token": bent}).status_code == 400
    assert person.is_known(house)


@pytest.fixture
def fetches(web: Web, monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """How often the keys were fetched from Keycloak since."""
    ring = web.app.extensions["maru-identity"]._keys
    fetch, counted = ring._fetch, []

    def counting() -> Any:
        counted.append(time.monotonic())
        return fetch()

    monkeypatch.setattr(ring, "_fetch", counting)
    return lambda: len(counted)


def test_forged_key_names_make_no_storm_of_fetches(
    web: Web, house: str, genuine: str, fetches: Callable[[], int]
) -> None:
    """Two hundred made-up keys within one rest: one fetch at most, from the API and the sign-outs together."""
    own = RSAKey.generate_key(2048)
    began = time.monotonic()
    for number in range(100):
        token = jwt.encode({"alg": "RS256", "kid": f"made-up-{number}"}, claims_of(genuine), own)
        assert api(web, house, token).status_code == 401
        assert web.post(PORTAL, BACK_CHANNEL_PATH, data={"logout_token": token}).status_code == 400
    assert fetches() <= 1 + (time.monotonic() - began) // KEYS_REST
    assert api(web, house, genuine).status_code == 200


def test_strength_is_keycloaks_to_say(web: Web, house: str, strange: dict[str, str], admitted: dict[str, str]) -> None:
    """A password alone is not `acr` 2, in whatever client's token."""
    for given in (strange, admitted):
        assert claims_of(given["access_token"]).get("acr") != STRONG
