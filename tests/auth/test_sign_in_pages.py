"""Whose house Keycloak's pages show, by the state that Maru sends along (issue 5.1)."""

from html import unescape

import pytest

from maru.web.sign_in import THEME


def brand(page):
    return unescape(page.text.split('class="brand"')[1].split("</a>")[0])


@pytest.mark.parametrize(
    ("state", "name", "home"),
    [
        ("suwon.x", "수원시 평생학습", "http://suwon.localhost:8000/"),
        ("odd.x", "{이름}'의 시 평생학습", "http://odd.localhost:8000/"),
        (".x", "경기 평생배움 마루", "http://localhost:8000/"),
        ("x" * 43, "경기 평생배움 마루", "http://localhost:8000/"),
        ("guri.x", "경기 평생배움 마루", "http://localhost:8000/"),
        ("evil.example/#.x", "경기 평생배움 마루", "http://localhost:8000/"),
        ('"><script>alert(1)</script>.x', "경기 평생배움 마루", "http://localhost:8000/"),
        ("수원.x", "경기 평생배움 마루", "http://localhost:8000/"),
        (f"{'suwon' * 300}.x", "경기 평생배움 마루", "http://localhost:8000/"),
    ],
)
def test_the_house_is_that_of_the_state(browser, state, name, home):
    page = browser.ask(state=state)
    assert page.status_code == 200
    assert f"/login/{THEME}/" in page.text
    assert name in brand(page)
    assert f'href="{home}"' in page.text
    assert f'href="{home}brand.css"' in page.text


def test_the_house_speaks_english(browser):
    assert "City of {odd}'s lifelong learning" in brand(browser.ask(state="odd.x", language="en"))
    assert "Suwon lifelong learning" in brand(browser.ask(state="suwon.x", language="en"))


@pytest.mark.parametrize(
    "address",
    [
        "{issuer}/protocol/openid-connect/auth?client_id=maru&redirect_uri=http://evil.example&response_type=code",
        "{issuer}/protocol/openid-connect/auth?client_id=nobody",
        "{issuer}/login-actions/authenticate?client_id=maru&tab_id=x",
        "{issuer}/login-actions/authenticate?client_id=maru&tab_id=x&client_data=A",
        "{issuer}/login-actions/required-action?execution=CONFIGURE_TOTP&client_id=maru",
        "{issuer}/login-actions/reset-credentials?client_id=maru",
    ],
)
def test_an_odd_address_is_answered_in_our_words(browser, keycloak, address):
    """Pages that end a sign-in have no form, from whose address others read the house."""
    page = browser.get(address.format(issuer=keycloak.oidc_issuer))
    assert page.status_code < 500
    if page.status_code not in (302, 303):
        assert f"/login/{THEME}/" in page.text
        assert "FreeMarker" not in page.text
        assert "??" not in page.text
