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
def account(browser, keycloak, provider, curious):
    """The person's account at Keycloak's own API, by a token of the one client that may ask for it."""
    address = provider.authorization_url(
        state="state", nonce="nonce", code_challenge=code_challenge(VERIFIER), redirect_uri=browser.redirect_uri,
        ui_locales="ko", account=True,
    )  # fmt: skip
    credentials = {"username": curious, "password": PASSWORD}
    answer = browser.session.post(form_at(browser, address), credentials, allow_redirects=False, timeout=10)
    (code,) = parse_qs(urlsplit(answer.headers["Location"]).query)["code"]
    who = provider.exchange(code, code_verifier=VERIFIER, redirect_uri=browser.redirect_uri, nonce="nonce")
    own = requests.Session()
    own.headers.update({"Authorization": f"Bearer {who.account_token}", "Accept": "application/json"})
    own.address = f"{keycloak.oidc_issuer}/account/"
    return own


def test_keycloaks_own_console_is_closed(browser, keycloak):
    page = f"{keycloak.oidc_issuer}/account/"
    asked = {"client_id": "account-console", "redirect_uri": page, "response_type": "code", "scope": "openid"}
    query = requests.Request("GET", f"{keycloak.oidc_issuer}/protocol/openid-connect/auth", params=asked)
    assert browser.get(query.prepare().url).status_code == 400


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
    assert answer.json()["error"] == ("invalid_client" if client == "account-console" else "unauthorized_client")


def test_people_sign_in_by_username_alone(browser, curious):
    def answer(username):
        action = form_at(browser, browser.address())
        return browser.session.post(action, {"username": username, "password": PASSWORD}, allow_redirects=False)

    assert answer(CURIOUS.email).status_code == 200  # the form once more
    assert answer(curious).status_code == 302
