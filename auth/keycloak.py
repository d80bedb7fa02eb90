"""Administration of Keycloak: makes the realm what `auth.realm` and a plan say, and touches nothing that is so already.

Only this module imports `keycloak`. Signing in and reading tokens is `auth.oidc`.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from keycloak import KeycloakAdmin, KeycloakOpenID
from keycloak.exceptions import KeycloakConnectionError, KeycloakError, KeycloakGetError

from auth import realm
from maru.config import Config
from maru.errors import ConfigurationError

SECONDS = 30
"""Limit of one call; creating the realm is the longest, 3 s."""


@dataclass(frozen=True)
class UserPlan:
    """A sample person. `name` is the whole name; `groups` are paths."""

    username: str
    password: str
    name: str
    email: str
    groups: tuple[str, ...] = ()


@dataclass(frozen=True)
class RealmPlan:
    """What the realm has to hold beside its settings and clients: paths such as `/tenants/suwon/operator`, people.

    `unwanted` are usernames that must not be there.
    """

    groups: Sequence[str] = ()
    users: Sequence[UserPlan] = ()
    unwanted: Sequence[str] = ()


@dataclass(frozen=True)
class Change:
    """One thing that `apply` did, such as created group /province/auditor."""

    verb: Literal["created", "updated", "removed"]
    kind: Literal["realm", "profile", "client", "group", "user", "membership"]
    name: str


@dataclass(frozen=True)
class Applied:
    """`subjects` maps the username of each planned person to Keycloak's id of that person, the `sub` of tokens."""

    changes: Sequence[Change]
    subjects: dict[str, str]


def apply(config: Config, plan: RealmPlan) -> Applied:
    """Make the realm of `config.oidc_issuer` what `auth.realm` and `plan` say. No group and no person is removed.

    A person's password is set when the person is made, and is theirs from then on. Raises ConfigurationError.
    """
    if plan.users and not config.development:
        raise ConfigurationError("Sample people are for development only.")
    if not config.oidc_client_secret:
        raise ConfigurationError("OIDC_CLIENT_SECRET is missing.")
    with _explained(config, "Keycloak does not accept KEYCLOAK_ADMIN."):
        return _Realm(config).apply(plan)


def sample_token(config: Config, username: str, password: str) -> str:
    """An access token of a sample person, good for an hour. Raises ConfigurationError."""
    if not config.development:
        raise ConfigurationError("Sample tokens are for development only.")
    server, name = _address(config)
    client = KeycloakOpenID(server_url=server, realm_name=name, client_id=realm.SAMPLE_CLIENT, timeout=SECONDS)
    with _explained(config, f"Keycloak does not know {username} with this password."):
        return str(client.token(username, password, scope="openid")["access_token"])


Administrator: TypeAlias = KeycloakAdmin
"""Of the realm's people and groups."""


@contextmanager
def administrator(config: Config) -> Iterator[Administrator]:
    """For the worker, which makes accounts of the invited and mirrors grants. Raises ConfigurationError."""
    with _explained(config, "Keycloak does not accept KEYCLOAK_ADMIN."):
        yield _administrator(config)


def group_id(admin: Administrator, path: str) -> str:
    """The id of a group, which is made with those above it where it is missing."""
    try:
        return str(admin.get_group_by_path(path)["id"])
    except KeycloakGetError as error:
        if error.response_code != 404:
            raise
    parent, _, name = path.rpartition("/")
    above = group_id(admin, parent) if parent else None
    return str(admin.create_group({"name": name}, parent=above, skip_exists=True) or group_id(admin, path))


def _administrator(config: Config) -> Administrator:
    server, name = _address(config)
    username, _, password = config.keycloak_admin.partition(":")
    return KeycloakAdmin(
        server_url=server,
        username=username,
        password=password,
        realm_name=name,
        user_realm_name="master",
        timeout=SECONDS,
    )


@contextmanager
def _explained(config: Config, refused: str) -> Iterator[None]:
    """Says in our words that Keycloak is down, or that it takes no such password (`refused`)."""
    try:
        yield
    except KeycloakConnectionError as error:
        raise ConfigurationError(f"Keycloak does not answer at {config.oidc_issuer}.") from error
    except KeycloakError as error:
        if error.response_code == 401 or b"invalid_grant" in (error.response_body or b""):
            raise ConfigurationError(refused) from error
        raise


def _address(config: Config) -> tuple[str, str]:
    """Keycloak's own address, and the realm's name, which together make its issuer."""
    server, separator, name = config.oidc_issuer.rpartition("/realms/")
    if not separator:
        raise ConfigurationError("OIDC_ISSUER is not a realm of Keycloak: it must read https://HOST/realms/NAME.")
    return server, name


class _Realm:
    """The realm while it is compared with what it should be, and mended."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._name = _address(config)[1]
        self._changes: list[Change] = []
        self._admin = _administrator(config)

    def apply(self, plan: RealmPlan) -> Applied:
        paths = with_ancestors([*plan.groups, *(path for user in plan.users for path in user.groups)])
        self._settings(paths)
        self._refuse(plan.unwanted)
        self._profile()
        self._clients()
        groups = self._groups(paths)
        return Applied(self._changes, self._users(plan.users, groups) if plan.users else {})

    def _note(self, verb: Literal["created", "updated", "removed"], kind: Any, name: str) -> None:
        self._changes.append(Change(verb, kind, name))

    def _settings(self, paths: Sequence[str]) -> None:
        wanted = realm.settings(self._config)
        try:
            found = self._admin.get_realm(self._name)
        except KeycloakGetError as error:
            if error.response_code != 404:
                raise
            self._admin.create_realm(wanted | {"realm": self._name, "groups": tree(paths)})  # one call for all groups
            self._note("created", "realm", self._name)
            return
        if not fits(wanted, found):
            self._admin.update_realm(self._name, wanted)
            self._note("updated", "realm", self._name)

    def _refuse(self, usernames: Sequence[str]) -> None:
        there = [username for username in usernames if self._admin.get_user_id(username)]
        if there:
            raise ConfigurationError(
                f"Everybody can read the password of {', '.join(there)}: remove them from the realm at {self._config.oidc_issuer}."
            )

    def _profile(self) -> None:
        found = self._admin.get_realm_users_profile()
        wanted = realm.person_fields(found)
        if not fits(wanted, found):
            self._admin.update_realm_users_profile(wanted)
            self._note("updated", "profile", "of a person")

    def _clients(self) -> None:
        found = {client["clientId"]: client for client in self._admin.get_clients()}
        wanted = realm.clients(self._config)
        for name, client in wanted.items():
            if name not in found:
                self._admin.create_client(client | {"clientId": name})
                self._note("created", "client", name)
            elif not fits(client, found[name]):
                self._admin.update_client(found[name]["id"], client | {"clientId": name})
                self._scopes(client, found[name])
                self._note("updated", "client", name)
        for name in realm.BUILT_IN_CLIENTS:
            if name in found and not fits(realm.NO_PASSWORDS, found[name]):
                self._admin.update_client(found[name]["id"], realm.NO_PASSWORDS | {"clientId": name})
                self._note("updated", "client", name)
        if realm.SAMPLE_CLIENT in found.keys() - wanted.keys():
            self._admin.delete_client(found[realm.SAMPLE_CLIENT]["id"])
            self._note("removed", "client", realm.SAMPLE_CLIENT)

    def _scopes(self, wanted: dict[str, Any], found: dict[str, Any]) -> None:
        """An update of a client leaves its scopes alone; they are added and taken away one by one."""
        ids = {scope["name"]: scope["id"] for scope in self._admin.get_client_scopes()}
        before, after = set(found["defaultClientScopes"]), set(wanted["defaultClientScopes"])
        for name in after - before:
            self._admin.add_client_default_client_scope(found["id"], ids[name], {})
        for name in before - after:
            self._admin.delete_client_default_client_scope(found["id"], ids[name])
        for name in found["optionalClientScopes"]:
            self._admin.delete_client_optional_client_scope(found["id"], ids[name])

    def _groups(self, paths: Sequence[str]) -> dict[str, str]:
        """Ids by path; the export is the one call that answers with the whole tree."""
        exported = self._admin.export_realm(export_groups_and_role=True)
        ids = ids_by_path(exported.get("groups", []))
        for path in paths:
            if path not in ids:
                parent, _, name = path.rpartition("/")
                ids[path] = str(self._admin.create_group({"name": name}, parent=ids.get(parent)))
                self._note("created", "group", path)
        return ids

    def _users(self, plans: Sequence[UserPlan], groups: dict[str, str]) -> dict[str, str]:
        """Subjects by username. One call lists them all: a realm with a plan for people is one for development."""
        found = {user["username"]: user for user in self._admin.get_users({})}
        return {plan.username: self._user(plan, found.get(plan.username), groups) for plan in plans}

    def _user(self, plan: UserPlan, found: dict[str, Any] | None, groups: dict[str, str]) -> str:
        wanted = {"firstName": plan.name, "email": plan.email, "emailVerified": True, "enabled": True}
        if found is None:
            password = {"type": "password", "value": plan.password, "temporary": False}
            new = wanted | {"username": plan.username, "credentials": [password], "groups": list(plan.groups)}
            self._note("created", "user", plan.username)
            return str(self._admin.create_user(new))
        subject = str(found["id"])
        if not fits(wanted, found):
            self._admin.update_user(subject, found | wanted)
            self._note("updated", "user", plan.username)
        member_of = {group["path"] for group in self._admin.get_user_groups(subject)} if plan.groups else set()
        for path in plan.groups:
            if path not in member_of:
                self._admin.group_user_add(subject, groups[path])
                self._note("created", "membership", f"{plan.username} {path}")
        return subject


def fits(wanted: Any, found: Any) -> bool:
    """Whether what Keycloak has agrees with all that we ask for; it may have more fields, and another order."""
    if isinstance(wanted, dict):
        return isinstance(found, dict) and all(fits(value, found.get(key)) for key, value in wanted.items())
    if isinstance(wanted, list):
        same_length = isinstance(found, list) and len(wanted) == len(found)
        return same_length and all(any(fits(item, candidate) for candidate in found) for item in wanted)
    return bool(wanted == found)


def with_ancestors(paths: Sequence[str]) -> list[str]:
    """The paths and those above them, each once, parents first."""
    parts = [path.strip("/").split("/") for path in paths]
    return sorted({"/" + "/".join(names[: depth + 1]) for names in parts for depth in range(len(names))})


def tree(paths: Sequence[str]) -> list[dict[str, Any]]:
    """Groups as Keycloak takes them, nested, of paths that come parents first."""
    root: dict[str, Any] = {"subGroups": []}
    groups = {"": root}
    for path in paths:
        parent, _, name = path.rpartition("/")
        groups[path] = {"name": name, "subGroups": []}
        groups[parent]["subGroups"].append(groups[path])
    return list(root["subGroups"])


def ids_by_path(groups: Sequence[dict[str, Any]]) -> dict[str, str]:
    """Ids of nested groups, as Keycloak exports them, by path."""
    ids: dict[str, str] = {}
    for group in groups:
        ids |= {group["path"]: group["id"]} | ids_by_path(group.get("subGroups", []))
    return ids
