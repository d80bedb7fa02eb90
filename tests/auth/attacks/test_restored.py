"""Keycloak comes back from a backup: people keep their ID and history, staff the roles they have now, and no other.

Sunday's backup holds who stayed, who left and their groups. On Monday somebody came, a member of staff left, another
one came; then Keycloak was lost. Of those whom the backup does not know, the office made one account anew by hand.
"""

import os
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from auth.keycloak.applying import Change, RealmPlan, UserPlan, apply
from auth.keycloak.connection import administrator, exported
from auth.keycloak.memberships import bring_up_to_date
from auth.keycloak.restoring import Account, restore
from auth.people import accounts
from auth.roles import accounts as role_accounts
from auth.tokens import KEYS_REST
from maru.config import Config
from maru.db import Database, Scope
from maru.migrating import engine_connection
from maru.security import SESSION_COOKIE, csrf_token
from tests.auth.attacks.conftest import PORTAL, Person, beside
from tests.auth.conftest import PASSWORD
from tests.auth.test_keycloak import without_ids
from tests.client import Web, opened
from tests.conftest import Maker

SUNDAY, MONDAY = ("stayed", "left"), ("came", "newstaff", "renewed")


@dataclass
class Lost:
    """The installation after the backup was put back; `ids` are those of the people before, by username."""

    web: Web
    config: Config
    database: Database
    city: UUID
    house: str
    slug: str
    ids: dict[str, UUID]
    subjects: dict[str, str]
    signed_in: Person

    def signs_in(self, username: str, password: str = PASSWORD) -> Person:
        person = Person(self.web)
        page = person.fills_in(person.begins(self.house), username, password)
        person.goes_on(person.calls_back(page))
        return person

    def mirrored(self, *, looking: bool = False) -> list[str]:
        with self.database.transaction(Scope.JOB, tenant=self.city):
            wanted = role_accounts.members(self.city)
        return told(bring_up_to_date(self.config, wanted, looking=looking))

    def restored(self, *, looking: bool = False) -> list[str]:
        return told(restore(self.config, self.known(), looking=looking))

    def known(self) -> list[Account]:
        """Those of this realm: other tests have people of their own in the database."""
        with engine_connection(self.config.database_url) as connection:
            return [one for one in accounts.known(connection) if one.subject in self.subjects.values()]

    def groups(self, username: str) -> set[str]:
        with administrator(self.config) as admin:
            return {group["path"] for group in admin.get_user_groups(admin.get_user_id(username))}

    def rows(self, question: str, **values: Any) -> list[Any]:
        with engine_connection(self.config.database_url) as connection:
            return list(connection.execute(sa.text(question), values))


def told(changes: Sequence[Change]) -> list[str]:
    return [f"{change.verb} {change.kind} {change.name}" for change in changes]


def people_of(config: Config, usernames: Sequence[str]) -> dict[str, str]:
    """Their subjects, once they are there."""
    plans = [UserPlan(name, PASSWORD, f"{name} 님", f"{name}@example.kr") for name in usernames]
    return apply(config, RealmPlan(users=plans)).subjects


def backup(config: Config) -> dict[str, Any]:
    """What Keycloak's own export holds: the realm, its groups, its people with their IDs and passwords."""
    kept: dict[str, Any] = without_ids(exported(config))
    with administrator(config) as admin:
        people = [
            {name: user[name] for name in ("id", "username", "firstName", "email", "enabled")}
            | {"groups": [group["path"] for group in admin.get_user_groups(user["id"])]}
            | {"credentials": [{"type": "password", "value": PASSWORD, "temporary": False}]}
            for user in admin.get_users({})
        ]
    return kept | {"realm": config.oidc_issuer.rpartition("/")[2], "users": people}


@pytest.fixture(scope="module")
def lost(config: Config, keycloak: Config, database: Database, make: Maker) -> Iterator[Lost]:
    own = beside(config, keycloak, f"lost-{os.environ.get('PYTEST_XDIST_WORKER', '')}-{secrets.token_hex(3)}")
    city = make.city()
    slug = make.slug(city)
    with opened(own) as web:
        there = Lost(web, own, database, city, f"{slug}.{PORTAL}", slug, {}, people_of(own, SUNDAY), Person(web))
        for name in SUNDAY:
            there.signs_in(name)
        know(there)
        make.grant(there.ids["left"], "city_admin", city)
        make.grant(there.ids["stayed"], "desk_clerk", city)
        there.mirrored()
        sunday = backup(own)

        there.subjects |= people_of(own, MONDAY)
        for name in MONDAY:
            there.signs_in(name)
        know(there)
        make.grant(there.ids["newstaff"], "course_operator", city)
        with engine_connection(own.database_url) as connection:
            connection.execute(
                sa.text("UPDATE role_grants SET ended_at = now() WHERE person_id = :who"), {"who": there.ids["left"]}
            )
        there.mirrored()
        assert (there.groups("left"), there.groups("newstaff")) == (set(), {f"/tenants/{slug}/course_operator"})
        there.signed_in = there.signs_in("stayed")

        with administrator(own) as admin:
            admin.delete_realm(sunday["realm"])
            admin.create_realm(sunday)
            admin.create_user(
                {
                    "username": "renewed",
                    "firstName": "renewed 님",
                    "enabled": True,
                    "credentials": [{"type": "password", "value": PASSWORD}],
                }
            )
        apply(own, RealmPlan())
        yield there


def know(there: Lost) -> None:
    asked = "SELECT username, id FROM people WHERE subject = ANY (:subjects) AND username IS NOT NULL"
    there.ids |= {row.username: row.id for row in there.rows(asked, subjects=list(there.subjects.values()))}


def test_what_was_lost(lost: Lost) -> None:
    """The backup knows nobody of Monday, and who left on Monday is back in their group."""
    with administrator(lost.config) as admin:
        there = {user["username"]: user["id"] for user in admin.get_users({})}
    assert there.keys() == {*SUNDAY, "renewed"}
    assert all(there[name] == lost.subjects[name] for name in SUNDAY)
    assert there["renewed"] != lost.subjects["renewed"]
    assert lost.groups("left") == {f"/tenants/{lost.slug}/city_admin"}


def test_whoever_was_signed_in_goes_on_and_can_leave(lost: Lost, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keycloak knows nothing of their sign-in, and has other keys: a while after, as putting a backup back takes one."""
    ring = lost.web.app.extensions["maru-identity"]._keys
    clock = ring._clock
    monkeypatch.setattr(ring, "_clock", lambda: clock() + KEYS_REST + 1)
    person = lost.signed_in
    assert person.is_known(lost.house)
    proof = csrf_token(person.jar[lost.house][SESSION_COOKIE], lost.config)
    leaving = person.posts(lost.house, "/auth/sign-out", headers={"X-CSRF-Token": proof})
    page = person.asks_keycloak(leaving.headers["Location"])
    assert page.status_code in (200, 302), page.text.partition("<main")[2]
    assert not person.is_known(lost.house)


def test_whoever_left_does_not_get_their_role_back(lost: Lost) -> None:
    """Not by the group of the backup: grants are the truth."""
    back = lost.signs_in("left")
    assert back.is_known(lost.house)
    assert back.get(lost.house, "/console").status_code == 403


def test_applying_brings_groups_and_roles_back(lost: Lost) -> None:
    left, came = f"removed membership left /tenants/{lost.slug}/city_admin", "missing account "
    came += f"{lost.subjects['newstaff']} /tenants/{lost.slug}/course_operator"
    assert lost.mirrored(looking=True) == [left, came]
    assert lost.groups("left") == {f"/tenants/{lost.slug}/city_admin"}, "looking changes nothing"
    assert lost.mirrored() == [left, came]
    assert lost.mirrored() == [came]
    assert (lost.groups("left"), lost.groups("stayed")) == (set(), {f"/tenants/{lost.slug}/desk_clerk"})


def test_accounts_are_made_again_under_their_ids(lost: Lost) -> None:
    wanted = {"created account came", "created account newstaff"}
    assert set(lost.restored(looking=True)) == {*wanted, "created account renewed"}
    assert set(lost.restored()) == {*wanted, "taken account renewed"}
    assert lost.restored() == ["taken account renewed"], "once"
    with administrator(lost.config) as admin:
        for name in ("came", "newstaff"):
            user = admin.get_user(lost.subjects[name])
            assert (user["username"], user["email"]) == (name, f"{name}@example.kr")
            assert user["emailVerified"], "else an invitation would take the address away, and make a second account"
            assert user["requiredActions"] == ["UPDATE_PASSWORD"]
            assert admin.get_credentials(user["id"]) == []
    assert lost.mirrored() == [f"created membership newstaff /tenants/{lost.slug}/course_operator"]
    assert lost.mirrored() == []


def test_nobody_gets_in_without_a_new_password(lost: Lost) -> None:
    lost.restored()
    for password in (PASSWORD, ""):
        with pytest.raises(AssertionError, match=r"맞지 않습니다|적어 주세요"):
            lost.signs_in("came", password)


def test_whoever_came_since_is_who_they_were(lost: Lost) -> None:
    lost.restored()
    with administrator(lost.config) as admin:
        admin.set_user_password(lost.subjects["came"], PASSWORD, temporary=False)
        admin.update_user(lost.subjects["came"], {"requiredActions": []})
    person = lost.signs_in("came")
    assert person.is_known(lost.house)
    (known,) = lost.rows("SELECT id FROM people WHERE username = 'came' AND subject = :s", s=lost.subjects["came"])
    assert known.id == lost.ids["came"]


def test_staff_who_came_since_get_a_first_password_and_have_their_role(lost: Lost) -> None:
    lost.restored()
    lost.mirrored()
    account = role_accounts.account_of(lost.config, "newstaff@example.kr", "")
    assert (account.username, len(account.password)) == ("newstaff", 19), "no second account"
    with administrator(lost.config) as admin:
        admin.set_user_password(lost.subjects["newstaff"], PASSWORD, temporary=False)
    person = lost.signs_in("newstaff")
    assert person.get(lost.house, "/console").headers["Location"].endswith("strong=1"), "by a second factor"


def test_an_account_that_was_made_anew_is_a_second_person_and_not_silently(lost: Lost) -> None:
    """The former one stays with all its rows, and provincial staff see the two as perhaps one human's."""
    lost.signs_in("renewed")
    (second,) = lost.rows("SELECT id FROM people WHERE username = 'renewed'")
    first = lost.ids["renewed"]
    assert second.id != first
    pair = {"a": min(first, second.id), "b": max(first, second.id)}
    (alike,) = lost.rows("SELECT rule, decision FROM likenesses WHERE person_id = :a AND other_id = :b", **pair)
    assert (alike.rule, alike.decision) == ("account", None)
    lost.signs_in("renewed")
    assert len(lost.rows("SELECT id FROM people WHERE username = 'renewed'")) == 1
    assert len(lost.rows("SELECT id FROM likenesses WHERE other_id IN (:a, :b)", **pair)) == 1


def test_one_that_keycloak_refuses_keeps_no_other_from_being_made(lost: Lost) -> None:
    """Two of one address, as after a merge: an import is whole or not at all."""
    subjects = [f"00000000-0000-4000-8000-{secrets.token_hex(6)}" for _ in range(3)]
    same = [Account(subject, f"u{subject[-12:]}", "김하늘", f"{subjects[0]}@example.kr") for subject in subjects[:2]]
    wanted = [*same, Account(subjects[2], f"u{subjects[2][-12:]}", "이도담", "")]
    verbs = {change.name: change.verb for change in restore(lost.config, wanted)}
    assert verbs[wanted[0].username] == "created"
    assert verbs[wanted[1].username] in ("taken", "refused")
    assert verbs[wanted[2].username] == "created"
