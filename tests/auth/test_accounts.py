"""Accounts of the invited and groups that mirror grants, at a real Keycloak."""

import re
import secrets
from dataclasses import replace

from auth.keycloak.accounts import remove
from auth.keycloak.connection import administrator
from auth.keycloak.parts import group_id
from auth.oidc import Provider
from auth.roles.accounts import _join, account_of
from maru.config import Config
from tests.auth.conftest import PASSWORD, Browser


def address() -> str:
    return f"new-{secrets.token_hex(6)}@example.go.kr"


def first_form(browser: Browser, username: str, password: str) -> str:
    """What Keycloak shows after the name and the password were typed."""
    page = browser.ask(state="s", nonce="n", code_verifier="v" * 43)
    action = re.search(r'<form[^>]+action="([^"]+)"', page.text)
    assert action
    answer = browser._kept(
        browser.session.post(
            action[1].replace("&amp;", "&"),
            {"username": username, "password": password},
            allow_redirects=True,
            timeout=20,
        )
    )
    return answer.text


def test_the_first_password_opens_the_form_for_a_new_one(keycloak: Config, provider: Provider) -> None:
    email = address()
    account = account_of(keycloak, email, "이도담")
    assert (account.username, len(account.password)) == (email, 19)
    page = first_form(Browser(provider, keycloak), account.username, account.password)
    assert "password-new" in page
    assert "password-new" not in first_form(Browser(provider, keycloak), account.username, "another-password-2026")


def test_an_account_that_was_never_used_gets_a_new_first_password(keycloak: Config, provider: Provider) -> None:
    """The job that made it may have been killed before its mail was sent."""
    email = address()
    first, second = account_of(keycloak, email, "이도담"), account_of(keycloak, email, "이도담")
    assert first.password != second.password
    assert "password-new" not in first_form(Browser(provider, keycloak), email, first.password)
    assert "password-new" in first_form(Browser(provider, keycloak), email, second.password)


def test_whoever_has_an_account_keeps_their_password(keycloak: Config, browser: Browser) -> None:
    account = account_of(keycloak, "haneul@example.kr", "다른 이름")
    assert (account.username, account.password) == ("haneul", "")
    browser.sign_in("haneul", PASSWORD)


def test_where_maru_does_not_administer_the_provider_no_account_is_made(keycloak: Config) -> None:
    assert account_of(replace(keycloak, keycloak_admin=""), address(), "이도담").password == ""


def test_groups_follow_the_grants_and_leave_others_alone(keycloak: Config) -> None:
    email = address()
    account_of(keycloak, email, "이도담")
    with administrator(keycloak) as admin:
        subject = admin.get_user_id(email)
        assert subject
        admin.group_user_add(subject, group_id(admin, "/province/auditor"))
        _join(admin, subject, {"/tenants/new-city/city_admin": True, "/tenants/suwon/clerk": False})
        assert paths(admin, subject) == {"/province/auditor", "/tenants/new-city/city_admin"}
        _join(admin, subject, {"/tenants/new-city/city_admin": False, "/tenants/suwon/clerk": True})
        assert paths(admin, subject) == {"/province/auditor", "/tenants/suwon/clerk"}
        _join(admin, subject, {"/tenants/suwon/clerk": True})
        assert paths(admin, subject) == {"/province/auditor", "/tenants/suwon/clerk"}


def paths(admin: object, subject: str) -> set[str]:
    return {group["path"] for group in admin.get_user_groups(subject)}  # type: ignore[attr-defined]


def test_an_account_that_is_removed_opens_nothing_and_removing_it_again_is_no_error(
    keycloak: Config, provider: Provider
) -> None:
    email = address()
    account = account_of(keycloak, email, "이도담")
    with administrator(keycloak) as admin:
        subject = str(admin.get_user_id(email))
    remove(keycloak, subject)
    remove(keycloak, subject)
    assert "password-new" not in first_form(Browser(provider, keycloak), email, account.password)
    with administrator(keycloak) as admin:
        assert admin.get_users({"email": email, "exact": True}) == []
