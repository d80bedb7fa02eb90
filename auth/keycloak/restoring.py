"""Accounts that Keycloak has lost, as after it was restored from a backup: made again under the same ID, so that whoever
signs in by one is who they were. They have no password and no second factor: the office gives the first one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from keycloak.exceptions import KeycloakPostError

from auth.keycloak.applying import Change
from auth.keycloak.connection import Administrator, administrator
from maru.config import Config

AT_A_TIME = 500
"""Accounts of one call, some 200 KB."""
NEW_PASSWORD = ["UPDATE_PASSWORD"]


@dataclass(frozen=True)
class Account:
    """One that Maru has seen: `subject` is Keycloak's ID of it; `email` may be empty.

    The address is one that Keycloak had called verified: of a sign-in Maru keeps no other (auth.tokens).
    """

    subject: str
    username: str
    name: str
    email: str


def restore(config: Config, known: Sequence[Account], *, looking: bool = False) -> list[Change]:
    """Make the accounts of `known` again that are missing; only said and not done while `looking`.

    Where somebody has made an account of that username or address by hand, nothing is made: it is told as taken, and
    whoever signs in by it is a second person, proposed for a merge. Raises ConfigurationError.
    """
    with administrator(config) as admin:
        there = set(_subjects(admin))
        lost = [account for account in known if account.subject not in there]
        if looking:
            return [Change("created", "account", account.username) for account in lost]
        batches = (lost[at : at + AT_A_TIME] for at in range(0, len(lost), AT_A_TIME))
        return [change for batch in batches for change in _make(admin, batch)]


def _subjects(admin: Administrator) -> Iterator[str]:
    first = 0
    while page := admin.get_users({"first": first, "max": AT_A_TIME, "briefRepresentation": True}):
        yield from (user["id"] for user in page)
        first += len(page)


def _make(admin: Administrator, lost: Sequence[Account]) -> Iterator[Change]:
    """An import, and no creation of users, because that alone takes the ID along. It is whole or not at all: what it
    refuses is tried one by one."""
    wish = {"ifResourceExists": "SKIP", "users": [_user(account) for account in lost]}
    try:
        results = admin.partial_import_realm(str(admin.get_current_realm()), wish)["results"]
    except KeycloakPostError:
        if len(lost) == 1:
            yield Change("refused", "account", lost[0].username)
            return
        for account in lost:
            yield from _make(admin, [account])
        return
    added = {result["resourceName"] for result in results if result["action"] == "ADDED"}
    for account in lost:
        yield Change("created" if account.username in added else "taken", "account", account.username)


def _user(account: Account) -> dict[str, Any]:
    named = {"id": account.subject, "username": account.username, "firstName": account.name, "enabled": True}
    address = {"email": account.email, "emailVerified": True} if account.email else {}
    return named | {"requiredActions": NEW_PASSWORD} | address
