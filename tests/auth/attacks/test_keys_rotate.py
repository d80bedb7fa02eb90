"""Keycloak gets a new key: nobody is signed out by it, and the old one is believed no longer than it is published."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from auth.keycloak.connection import Administrator, administrator
from auth.tokens import KEYS_LIVE, KEYS_REST
from maru.config import Config
from maru.security import SESSION_COOKIE, csrf_token
from tests.auth.attacks.conftest import Person, api, token_of
from tests.client import Web, opened

KIND = "org.keycloak.keys.KeyProvider"


class Keys:
    """The realm's keys, as its administrator rotates them."""

    def __init__(self, admin: Administrator) -> None:
        self._admin = admin
        self._realm = admin.get_realm(admin.get_current_realm())["id"]
        self.old = [one for one in admin.get_components({"type": KIND}) if one["providerId"] == "rsa-generated"]

    def add(self) -> None:
        """One that is used from now on."""
        priority = max(int(one["config"].get("priority", ["0"])[0]) for one in self.old) + 100
        config = {"priority": [str(priority)], "enabled": ["true"], "active": ["true"], "algorithm": ["RS256"]}
        new = {"name": f"rsa-{priority}", "providerId": "rsa-generated", "providerType": KIND, "parentId": self._realm}
        self._admin.create_component(new | {"config": config})

    def retire(self) -> None:
        """The old ones sign nothing any more, and are still published."""
        for one in self.old:
            config: dict[str, Any] = one["config"] | {"active": ["false"]}
            self._admin.update_component(one["id"], one | {"config": config})

    def remove(self) -> None:
        for one in self.old:
            self._admin.delete_component(one["id"])


@pytest.fixture
def keys(whole: Config) -> Iterator[Keys]:
    with administrator(whole) as admin:
        yield Keys(admin)


@pytest.fixture
def web(whole: Config) -> Iterator[Web]:
    """One for each test, whose clock then only goes on."""
    with opened(whole) as asked:
        yield asked


@pytest.fixture
def started(whole: Config) -> Iterator[Any]:
    """More processes of the web, which have seen no key yet."""
    with ExitStack() as stack:
        yield lambda: stack.enter_context(opened(whole))


def kid(web: Web) -> set[str]:
    return {str(key.kid) for key in web.app.extensions["maru-identity"]._keys._fetched[0]}


def let_pass(web: Web, seconds: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """As the web's keys count it; the tokens stay as they are."""
    ring = web.app.extensions["maru-identity"]._keys
    clock = ring._clock
    monkeypatch.setattr(ring, "_clock", lambda: clock() + seconds)


def leaves(person: Person, house: str, config: Config) -> Any:
    """Sign out; Keycloak's answer."""
    proof = csrf_token(person.jar[house][SESSION_COOKIE], config)
    leaving = person.posts(house, "/auth/sign-out", headers={"X-CSRF-Token": proof})
    return person.asks_keycloak(leaving.headers["Location"])


def test_a_rotation_from_the_new_key_to_the_end_of_the_old(
    web: Web, whole: Config, house: str, keys: Keys, started: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed_in, newcomer = Person(web), Person(web)
    signed_in.signs_in(house, "resident")
    before = token_of(whole, "resident")
    assert api(web, house, before).status_code == 200
    seen = kid(web)

    keys.add()
    newcomer.signs_in(house, "neighbour")
    assert newcomer.is_known(house), "at once, although the keys were fetched a moment ago"
    assert kid(web) > seen
    assert signed_in.is_known(house)
    after = token_of(whole, "resident")
    assert [api(web, house, token).status_code for token in (before, after)] == [200, 200]

    keys.retire()
    later = started()
    assert [api(asked, house, token).status_code for asked in (web, later) for token in (before, after)] == [200] * 4

    keys.remove()
    assert signed_in.is_known(house)
    assert api(started(), house, before).status_code == 401, "who fetches now does not know it"
    assert api(web, house, before).status_code == 200, "who has fetched lately still does"
    let_pass(web, KEYS_LIVE + 1, monkeypatch)
    assert [api(web, house, token).status_code for token in (before, after)] == [401, 200]


def test_whoever_was_signed_in_by_a_withdrawn_key_can_sign_out(
    web: Web, whole: Config, house: str, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a key that is not published any more Keycloak takes the hint for forged: it asks, and does not refuse."""
    by_the_old = Person(web)
    by_the_old.signs_in(house, "resident")
    keys.add()
    by_the_new = Person(web)
    by_the_new.signs_in(house, "resident")
    keys.remove()
    let_pass(web, KEYS_REST + 1, monkeypatch)
    asked = leaves(by_the_old, house, whole)
    assert asked.status_code == 200, asked.text.partition("<main")[2]
    assert "로그아웃하시겠습니까?" in asked.text
    assert not by_the_old.is_known(house)
    by_the_old.confirms(asked)
    assert by_the_old.asks_keycloak(by_the_old.begins(house)).status_code == 200
    assert leaves(by_the_new, house, whole).headers["Location"] == f"{whole.origin()}/"
