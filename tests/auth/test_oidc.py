"""Sign-in, sign-out and API tokens against a real Keycloak."""

from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from auth.keycloak.applying import apply
from auth.keycloak.connection import sample_token
from auth.oidc import Provider
from auth.tokens import TokenRefused
from maru.errors import ConfigurationError


def exchange(provider, attempt):
    return provider.exchange(
        attempt.code, code_verifier=attempt.code_verifier, redirect_uri=attempt.redirect_uri, nonce=attempt.nonce
    )


def token_of(keycloak, plan):
    return sample_token(keycloak, plan.users[0].username, plan.users[0].password)


def change_of(address, **changes):
    """The address with some of its query replaced; None takes a part away."""
    url = urlsplit(address)
    query = {name: values[0] for name, values in parse_qs(url.query).items()} | changes
    return requests.Request("GET", url._replace(query="").geturl(), params=query).prepare().url


def test_a_person_signs_in(browser, provider, keycloak, plan):
    identity = exchange(provider, browser.sign_in("haneul"))
    assert (identity.username, identity.name, identity.email) == ("haneul", "김하늘", "haneul@example.kr")
    assert identity.subject == apply(keycloak, plan).subjects["haneul"]
    assert identity.session_id


@pytest.mark.parametrize(("language", "word"), [("ko", "로그인"), ("en", "Sign in")])
def test_the_form_speaks_the_language_asked_for(browser, language, word):
    page = browser.ask(language=language)
    assert page.status_code == 200
    assert f'lang="{language}"' in page.text
    assert word in page.text


def test_a_code_is_good_once(browser, provider):
    attempt = browser.sign_in("haneul")
    exchange(provider, attempt)
    with pytest.raises(TokenRefused, match="invalid_grant"):
        exchange(provider, attempt)


def test_a_code_is_good_for_its_verifier_only(browser, provider):
    attempt = browser.sign_in("haneul")
    with pytest.raises(TokenRefused, match="invalid_grant"):
        exchange(provider, replace(attempt, code_verifier="w" * 43))


@pytest.mark.parametrize("nonce", ["of another sign-in", ""])
def test_a_code_is_good_for_its_nonce_only(browser, provider, nonce):
    attempt = browser.sign_in("haneul")
    with pytest.raises(TokenRefused, match="nonce"):
        exchange(provider, replace(attempt, nonce=nonce))


def test_a_wrong_client_secret_is_our_mistake_and_not_the_persons(browser, keycloak):
    attempt = browser.sign_in("haneul")
    with pytest.raises(ConfigurationError, match="OIDC_CLIENT_SECRET"):
        exchange(Provider(replace(keycloak, oidc_client_secret="wrong")), attempt)


def test_keycloak_wants_pkce_with_s256(browser):
    with_challenge = {"code_challenge": None, "code_challenge_method": None}
    for changes in (with_challenge, {"code_challenge_method": "plain"}):
        answer = browser.get(change_of(browser.address(), **changes))
        assert parse_qs(urlsplit(answer.headers["Location"]).query)["error"] == ["invalid_request"]


@pytest.mark.parametrize(
    "redirect_uri",
    ["http://localhost:8000/", "http://suwon.localhost:8000/auth/callback", "http://localhost:8000/auth/callback/x"],
)
def test_keycloak_knows_one_callback(browser, redirect_uri):
    answer = browser.get(change_of(browser.address(), redirect_uri=redirect_uri))
    assert answer.status_code == 400


@pytest.mark.parametrize("response_type", ["token", "id_token", "code id_token"])
def test_keycloak_gives_codes_only(browser, response_type):
    answer = browser.get(change_of(browser.address(), response_type=response_type))
    assert "unauthorized_client" in answer.headers["Location"]


def test_our_client_takes_no_passwords(provider, keycloak, plan):
    answer = requests.post(
        f"{keycloak.oidc_issuer}/protocol/openid-connect/token",
        auth=(keycloak.oidc_client_id, requests.utils.quote(keycloak.oidc_client_secret, safe="")),
        data={"grant_type": "password", "username": "haneul", "password": plan.users[0].password},
        timeout=10,
    )
    assert answer.json()["error"] == "unauthorized_client"


def test_signing_out_ends_the_session_at_keycloak_too(browser, provider, keycloak):
    identity = exchange(provider, browser.sign_in("haneul"))
    assert browser.ask().status_code == 302  # signed in: no form
    url = provider.logout_url(id_token_hint=identity.id_token, post_logout_redirect_uri=f"{keycloak.origin()}/")
    assert browser.get(url).headers["Location"] == "http://localhost:8000/"
    assert browser.ask().status_code == 200


def test_signing_out_leads_to_the_portal_only(browser, provider):
    identity = exchange(provider, browser.sign_in("haneul"))
    for elsewhere in ("http://example.com/", "http://localhost:8000.example.com/", "http://suwon.localhost:8000/"):
        url = provider.logout_url(id_token_hint=identity.id_token, post_logout_redirect_uri=elsewhere)
        assert browser.get(url).status_code == 400


def test_an_access_token_says_for_whom_it_speaks(provider, keycloak, plan):
    identity = provider.verify_access_token(token_of(keycloak, plan))
    assert identity.username == "haneul"
    assert identity.subject == apply(keycloak, plan).subjects["haneul"]


def test_an_id_token_is_no_access_token(browser, provider):
    identity = exchange(provider, browser.sign_in("haneul"))
    with pytest.raises(TokenRefused, match="aud"):
        provider.verify_access_token(identity.id_token)


def test_an_access_token_of_another_realm_is_refused(provider, keycloak):
    username, _, password = keycloak.keycloak_admin.partition(":")
    master = replace(keycloak, oidc_issuer=keycloak.oidc_issuer.replace("/maru", "/master"))
    answer = requests.post(
        f"{master.oidc_issuer}/protocol/openid-connect/token",
        data={"grant_type": "password", "client_id": "admin-cli", "username": username, "password": password},
        timeout=10,
    )
    with pytest.raises(TokenRefused, match="invalid_key_id"):
        provider.verify_access_token(answer.json()["access_token"])


def test_a_changed_access_token_is_refused(provider, keycloak, plan):
    header, claims, signature = token_of(keycloak, plan).split(".")
    with pytest.raises(TokenRefused, match="bad_signature"):
        provider.verify_access_token(f"{header}.{claims[:-4]}AAAA.{signature}")


def test_an_issuer_that_calls_itself_otherwise_is_not_ready(keycloak, provider):
    assert provider.ready()
    elsewhere = replace(keycloak, oidc_issuer=keycloak.oidc_issuer.replace("localhost", "127.0.0.1"))
    assert not Provider(elsewhere).ready()


def test_a_realm_that_is_not_there_yet_is_not_ready(keycloak):
    assert not Provider(replace(keycloak, oidc_issuer=keycloak.oidc_issuer + "-absent")).ready()
