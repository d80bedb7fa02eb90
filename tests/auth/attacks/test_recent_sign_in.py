"""The page of ways to sign in opens after a recent sign-in only, whatever the browser asks Keycloak for."""

import re
import time

import pytest

from auth import oidc
from auth.sessions.acts import ACCOUNT_COOKIE
from auth.tokens import LEEWAY
from tests.auth.attacks.conftest import PORTAL, Person


def looks(person: Person, house: str, *, asking_for_age: bool) -> str:
    """Comes back from Keycloak for one's own account; the cookie that opens the page, empty where there is none."""
    started = person.goes_on(person.get(house, "/auth/sign-in?act=look&next=/my/sign-in")).headers["Location"]
    assert "max_age=" in started
    there = person.asks_keycloak(started if asking_for_age else re.sub(r"&max_age=-?\d+", "", started))
    person.calls_back(there.headers["Location"])
    return next((value for name, value in person.jar[PORTAL].items() if name.endswith(ACCOUNT_COOKIE)), "")


def test_a_recent_sign_in_opens_it(person: Person, house: str) -> None:
    person.signs_in(house, "resident")
    assert looks(person, house, asking_for_age=True)


def test_an_old_one_does_not_even_where_its_age_is_cut_out_of_the_address(
    person: Person, house: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    person.signs_in(house, "resident")
    monkeypatch.setattr(oidc, "RECENT_SECONDS", 1 - LEEWAY)
    time.sleep(3)
    assert not looks(person, house, asking_for_age=False)
