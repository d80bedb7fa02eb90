"""What people may do with their own account at Keycloak: not decide who they are."""

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from auth.keycloak.applying import RealmPlan, UserPlan, apply
from auth.oidc import code_challenge

PASSWORD = "floor-of-the-house"
CURIOUS = UserPlan("curious", PASSWORD, "박호심", "curious@example.kr")
VERIFIER = "v" * 43


@pytest.fixture(scope="module")
def curious(keycloak):
    apply(keycloak, RealmPlan([], users=[CURIOUS]))
    return CURIOUS.username


def form_at(browser, address):
    """Where the form of the sign-in page is sent to."""
    return unescape(re.search(r'<form[^>]+action="([^"]+)"', browser.get(address).text)[1])


@pytest.fixture
def account(browser, keycloak, curious):
    """The person's account as Keycloak's own console reads and writes it."""
    page, openid = f"{keycloak.oidc_issuer}/account/", f"{keycloak.oidc_issuer}/protocol/openid-connect"
    console = {"client_id": "account-console", "redirect_uri": page}
    question = {"response_type": "code", "scope": "openid", "code_challenge_method": "S256"} | console
    query = requests.Request("GET", f"{openid}/auth", params=question | {"code_challenge": code_challenge(VERIFIER)})
    action = form_at(browser, query.prepare().url)
    credentials = {"username": curious, "password": PASSWORD}
    back = browser.session.post(action, credentials, allow_redirects=False, timeout=10).headers["Location"]
    (code,) = parse_qs(urlsplit(back).query)["code"]
    grant = {"grant_type": "authorization_code", "code": code, "code_verifier": VERIFIER} | console
    token = requests.post(f"{openid}/token", grant, timeout=10).json()["access_token"]
    own = requests.Session()
    own.headers.update({"Authorization": f"Bearer {token}", "Accept": "application/json"})
    own.address = page
    return own


@pytest.mark.parametrize("field", ["firstName", "lastName", "email", "username"])
def test_nobody_gives_themself_a_name_or_an_address(account, field):
    before = account.get(account.address, timeout=10).json()
    assert (before["firstName"], before["email"]) == (CURIOUS.name, CURIOUS.email)
    account.post(account.address, json=before | {field: "forged@example.kr"}, timeout=10)
    after = account.get(account.address, timeout=10).json()
    assert after == before


@pytest.mark.parametrize("client", ["admin-cli", "account", "account-console", "security-admin-console"])
def test_no_client_of_keycloak_takes_passwords(keycloak, curious, client):
    asked = {"grant_type": "password", "client_id": client, "username": curious, "password": PASSWORD}
    answer = requests.post(f"{keycloak.oidc_issuer}/protocol/openid-connect/token", asked, timeout=10)
    assert answer.json()["error"] == "unauthorized_client"


def test_people_sign_in_by_username_alone(browser, curious):
    def answer(username):
        action = form_at(browser, browser.address())
        return browser.session.post(action, {"username": username, "password": PASSWORD}, allow_redirects=False)

    assert answer(CURIOUS.email).status_code == 200  # the form once more
    assert answer(curious).status_code == 302
