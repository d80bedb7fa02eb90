"""The groups of the realm with the people of Maru's grants in them, and nobody else (design.md, section 3)."""

from collections.abc import Iterator, Mapping, Set
from typing import Any

from auth.keycloak.applying import Change
from auth.keycloak.comparing import ids_by_path
from auth.keycloak.connection import Administrator, administrator, found
from auth.keycloak.parts import group_id
from maru.config import Config


def bring_up_to_date(config: Config, wanted: Mapping[str, Set[str]], *, looking: bool = False) -> list[Change]:
    """Let each group, by its path, have the people with these subjects, and nobody else; groups not named are left alone.

    Whoever has no account here, as after a restored backup, is told as missing. Only said and not done while `looking`.
    Raises ConfigurationError.
    """
    with administrator(config) as admin:
        ids = ids_by_path(admin.export_realm(export_groups_and_role=True).get("groups", []))
        return [
            change
            for path, subjects in wanted.items()
            for change in _group(admin, path, ids.get(path), subjects, looking)
        ]


def _group(admin: Administrator, path: str, known: str | None, wanted: Set[str], looking: bool) -> Iterator[Change]:
    members = {one["id"]: one["username"] for one in admin.get_group_members(known)} if known else {}
    for subject in sorted(members.keys() - wanted):
        yield Change("removed", "membership", f"{members[subject]} {path}")
        if known and not looking:
            admin.group_user_remove(subject, known)
    for subject in sorted(wanted - members.keys()):
        account: dict[str, Any] | None = found(admin.get_user, subject)
        if account is None:
            yield Change("missing", "account", f"{subject} {path}")
            continue
        yield Change("created", "membership", f"{account['username']} {path}")
        if not looking:
            admin.group_user_add(subject, known or group_id(admin, path))
