"""Makes the realm what `auth.keycloak.realm` and a plan say, and touches nothing that is so already."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

from auth.keycloak import flows, providers, realm
from auth.keycloak.comparing import differences, ids_by_path, tree, with_ancestors
from auth.keycloak.connection import Administrator, administrator, found
from auth.keycloak.flows import Flow
from auth.keycloak.parts import addresses_of, tell, words
from auth.keycloak.providers import OutsideProvider
from maru.config import Config
from maru.errors import ConfigurationError

T = TypeVar("T")
ROLES = {"roles": sorted(realm.ACCOUNT_ROLES)}
LINKING = {"roles": [realm.LINKING_ROLE]}
FLOWS_OF_PROVIDER = ("firstBrokerLoginFlowAlias", "postBrokerLoginFlowAlias")
Verb = Literal["created", "updated", "removed", "missing", "taken", "refused", "foreign"]
Kind = Literal[
    "realm",
    "profile",
    "action",
    "flow",
    "scope",
    "client",
    "provider",
    "names",
    "group",
    "user",
    "membership",
    "account",
]


@dataclass(frozen=True)
class UserPlan:
    """A sample person. `name` is the whole name; `groups` are paths; `code_secret` is that of an authenticator app."""

    username: str
    password: str
    name: str
    email: str
    groups: tuple[str, ...] = ()
    code_secret: str = ""


@dataclass(frozen=True)
class RealmPlan:
    """What the realm has to hold beside its settings and clients: paths such as `/tenants/suwon/operator`, people.

    `names` are those of the cities by slug, in Korean and English, for the sign-in pages. `unwanted` are usernames that
    must not be there.
    """

    groups: Sequence[str] = ()
    names: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    users: Sequence[UserPlan] = ()
    unwanted: Sequence[str] = ()


@dataclass(frozen=True)
class Change:
    """One thing that `apply` did or would do, such as created group /province/auditor.

    `fields` say of an update what was another way: "bruteForceProtected: false -> true". Of accounts, some are only told
    about: missing here, taken by a newer one of that name, refused by Keycloak. So are foreign clients: somebody has made
    them by hand.
    """

    verb: Verb
    kind: Kind
    name: str
    fields: tuple[str, ...] = field(default=(), compare=False)


@dataclass(frozen=True)
class Applied:
    """`subjects` maps the username of each planned person to Keycloak's id of that person, the `sub` of tokens."""

    changes: Sequence[Change]
    subjects: dict[str, str]


def apply(config: Config, plan: RealmPlan) -> Applied:
    """Make the realm of `config.oidc_issuer` what `auth.keycloak.realm` and `plan` say. No group and no person is removed.

    A person's password is set when the person is made, and is theirs from then on. Raises ConfigurationError.
    """
    return _applied(config, plan, looking=False)


def compare(config: Config, plan: RealmPlan) -> Sequence[Change]:
    """What `apply` would do; nothing is done. Where there is no realm yet, that it would be made. Raises ConfigurationError."""
    return _applied(config, plan, looking=True).changes


def _applied(config: Config, plan: RealmPlan, *, looking: bool) -> Applied:
    if plan.users and not config.development:
        raise ConfigurationError("Sample people are for development only.")
    if not config.oidc_client_secret:
        raise ConfigurationError("OIDC_CLIENT_SECRET is missing.")
    outside = providers.configured(config)
    with administrator(config) as admin:
        return _Realm(config, admin, looking=looking).apply(plan, outside)


class _Realm:
    """The realm while it is compared with what it should be, and mended unless we are only `looking`."""

    def __init__(self, config: Config, admin: Administrator, *, looking: bool) -> None:
        self._config = config
        self._admin = admin
        self._looking = looking
        self._name = str(admin.get_current_realm())
        self._changes: list[Change] = []

    def apply(self, plan: RealmPlan, outside: Sequence[OutsideProvider]) -> Applied:
        paths = with_ancestors([*plan.groups, *(path for user in plan.users for path in user.groups)])
        there = self._settings(paths)
        if not there and self._looking:
            return Applied(self._changes, {})
        self._refuse(plan.unwanted)
        self._profile()
        self._actions()
        self._flow()
        self._scopes()
        self._clients()
        self._names(realm.names(plan.names), "of cities")
        self._names(realm.provider_names(outside), "of providers")
        groups = self._groups(paths)
        subjects = self._users(plan.users, groups) if plan.users else {}
        self._outside(outside)  # last: a provider that does not answer keeps nothing of ours from being right
        return Applied(self._changes, subjects)

    def _do(self, change: Change, act: Callable[..., T], *arguments: Any) -> T | None:
        self._changes.append(change)
        return None if self._looking else act(*arguments)

    def _mend(
        self, kind: Kind, name: str, wanted: Any, present: Any, act: Callable[..., object], *arguments: Any
    ) -> None:
        """Update what is another way than it should be."""
        if fields := tuple(differences(wanted, present)):
            self._do(Change("updated", kind, name, fields), act, *arguments)

    def _settings(self, paths: Sequence[str]) -> bool:
        """Whether the realm was there."""
        wanted, name = realm.settings(self._config), self._name
        present = found(self._admin.get_realm, name)
        if present is None:
            new = wanted | {"realm": name, "groups": tree(paths)}  # one call for all groups
            self._do(Change("created", "realm", name), self._admin.create_realm, new)
            return False
        self._mend("realm", name, wanted, present, self._admin.update_realm, name, wanted)
        return True

    def _refuse(self, usernames: Sequence[str]) -> None:
        there = [username for username in usernames if self._admin.get_user_id(username)]
        if there:
            raise ConfigurationError(
                f"Everybody can read the password of {', '.join(there)}: remove them from the realm at {self._config.oidc_issuer}."
            )

    def _profile(self) -> None:
        present = self._admin.get_realm_users_profile()
        wanted = realm.person_fields(present)
        self._mend("profile", "of a person", wanted, present, self._admin.update_realm_users_profile, wanted)

    def _actions(self) -> None:
        """What people may be asked to do at a sign-in, such as to connect an authenticator app."""
        present = {action["alias"]: action for action in self._admin.get_required_actions()}
        for alias, wanted in realm.REQUIRED_ACTIONS.items():
            action = present[alias]
            self._mend("action", alias, wanted, action, self._admin.update_required_action, alias, action | wanted)

    def _flow(self) -> None:
        bound = str(self._admin.get_realm(self._name)["browserFlow"])
        if bound in flows.SIGN_IN.names and flows.stands(self._admin, flows.SIGN_IN, bound):
            return
        new = next(name for name in flows.SIGN_IN.names if name != bound)
        self._do(Change("updated", "flow", flows.SIGN_IN.purpose), self._bind, new)

    def _bind(self, name: str) -> None:
        flows.build(self._admin, flows.SIGN_IN, name)
        self._admin.update_realm(self._name, {"browserFlow": name})
        self._clear(flows.SIGN_IN, name)

    def _clear(self, flow: Flow, name: str) -> None:
        """Take away what `name` has taken the place of."""
        for former in flow.names:
            if former != name:
                flows.remove(self._admin, former)

    def _outside(self, wanted: Sequence[OutsideProvider]) -> None:
        """Other providers, with the flows that sign-ins through them go by. What is not wanted is switched off, not removed:
        Keycloak would forget whose accounts hang on it, and a variable that is missing once must not cost them that.
        """
        present = {provider["alias"]: provider for provider in self._admin.get_idps()}
        first = self._way(flows.FIRST_FROM_OUTSIDE, present.values())
        after = self._way(flows.FROM_OUTSIDE, present.values())
        for provider in wanted:
            self._provider(provider, present.get(provider.alias), first, after)
        for alias in present.keys() - {provider.alias for provider in wanted}:
            off = {"enabled": False} | dict(zip(FLOWS_OF_PROVIDER, (first, after), strict=True))
            whole = present[alias] | off
            self._mend("provider", alias, off, present[alias], self._admin.update_idp, alias, whole)
        if not self._looking:
            self._clear(flows.FIRST_FROM_OUTSIDE, first)
            self._clear(flows.FROM_OUTSIDE, after)

    def _way(self, flow: Flow, present: Iterable[Mapping[str, Any]]) -> str:
        """The name under which the flow stands, or will: one that no provider uses yet."""
        if name := flows.standing(self._admin, flow):
            return name
        used = {provider.get(field) for provider in present for field in FLOWS_OF_PROVIDER}
        new = next(name for name in flow.names if name not in used)
        self._do(Change("updated", "flow", flow.purpose), flows.build, self._admin, flow, new)
        return new

    def _provider(self, provider: OutsideProvider, present: dict[str, Any] | None, first: str, after: str) -> None:
        addresses = addresses_of(self._admin, provider.discovery) if provider.discovery else {}
        addresses |= {providers.ADDRESSES[name]: address for name, address in provider.addresses.items()}
        key = self._config.oidc_client_secret
        wanted = providers.represented(provider, addresses, key, first=first, after=after)
        whole = wanted | {"alias": provider.alias}
        whole["config"] = wanted["config"] | {"clientSecret": provider.client_secret}
        if present is None:
            self._do(Change("created", "provider", provider.alias), self._make_provider, provider, whole)
            return
        self._mend("provider", provider.alias, wanted, present, self._admin.update_idp, provider.alias, whole)
        there = {mapper["name"]: mapper for mapper in self._admin.get_idp_mappers(provider.alias)}
        for name, mapper in providers.mappers(provider).items():
            self._mapper(provider.alias, name, mapper, there.get(name))

    def _make_provider(self, provider: OutsideProvider, whole: dict[str, Any]) -> None:
        self._admin.create_idp(whole)
        for name, mapper in providers.mappers(provider).items():
            self._admin.add_mapper_to_idp(
                provider.alias, mapper | {"name": name, "identityProviderAlias": provider.alias}
            )

    def _mapper(self, alias: str, name: str, wanted: dict[str, Any], present: dict[str, Any] | None) -> None:
        whole = (present or {}) | wanted | {"name": name, "identityProviderAlias": alias}
        if present:
            change = self._admin.update_mapper_in_idp
            self._mend("provider", f"{alias} {name}", wanted, present, change, alias, present["id"], whole)
        else:
            self._do(Change("created", "provider", f"{alias} {name}"), self._admin.add_mapper_to_idp, alias, whole)

    def _scopes(self) -> None:
        """The scope of a token for one's own account, with the roles that it may carry."""
        present = {scope["name"]: scope for scope in self._admin.get_client_scopes()}
        for name, scope in realm.ACCOUNT_SCOPES.items():
            wanted, there = scope | {"name": name}, present.get(name)
            if there is None:
                self._do(Change("created", "scope", name), self._make_scope, wanted)
                continue
            self._mend("scope", name, wanted, there, self._make_scope_anew, there["id"], wanted)
            account = self._account()
            held = self._admin.get_client_specific_roles_of_client_scope(there["id"], account)
            roles = {"roles": sorted(role["name"] for role in held)}
            self._mend("scope", f"{name} roles", ROLES, roles, self._give_roles, there["id"], account)

    def _make_scope(self, wanted: dict[str, Any]) -> None:
        self._give_roles(self._admin.create_client_scope(wanted), self._account())

    def _make_scope_anew(self, scope: str, wanted: dict[str, Any]) -> None:
        """Its mappers cannot be updated with it; clients get it back when they are looked at next."""
        self._admin.delete_client_scope(scope)
        self._make_scope(wanted)

    def _give_roles(self, scope: str, account: str) -> None:
        """These roles at the account and no others."""
        held = self._admin.get_client_specific_roles_of_client_scope(scope, account)
        if surplus := [role for role in held if role["name"] not in realm.ACCOUNT_ROLES]:
            self._admin.remove_client_specific_roles_of_client_scope(scope, account, surplus)
        roles = [self._admin.get_client_role(account, role) for role in realm.ACCOUNT_ROLES]
        self._admin.add_client_specific_roles_to_client_scope(scope, account, roles)

    def _account(self) -> str:
        """The id of Keycloak's own client for people's accounts."""
        return str(self._admin.get_client_id("account"))

    def _clients(self) -> None:
        present = {client["clientId"]: client for client in self._admin.get_clients()}
        wanted = realm.clients(self._config)
        for name, client in wanted.items():
            if name in present:
                self._client(name, client, present[name])
                if name == self._config.oidc_client_id:
                    self._linking(name, present[name]["id"])
            else:
                self._do(Change("created", "client", name), self._make_client, name, client)
        for name in realm.BUILT_IN_CLIENTS:
            if name in present:
                self._client(name, realm.NO_PASSWORDS | realm.CLOSED.get(name, {}), present[name])
        for name in sorted(present.keys() - wanted.keys() - {*realm.BUILT_IN_CLIENTS, realm.SAMPLE_CLIENT}):
            if present[name]["enabled"]:
                self._changes.append(Change("foreign", "client", name))
        if realm.SAMPLE_CLIENT in present.keys() - wanted.keys():
            change = Change("removed", "client", realm.SAMPLE_CLIENT)
            self._do(change, self._admin.delete_client, present[realm.SAMPLE_CLIENT]["id"])

    def _make_client(self, name: str, wanted: dict[str, Any]) -> None:
        made = self._admin.create_client(wanted | {"clientId": name})
        if name == self._config.oidc_client_id:
            self._let_link(made, self._account())

    def _linking(self, name: str, client: str) -> None:
        account = self._account()
        held = self._admin.get_client_roles_of_client_scope(client, account)
        roles = {"roles": sorted(role["name"] for role in held)}
        self._mend("client", f"{name} roles", LINKING, roles, self._let_link, client, account)

    def _let_link(self, client: str, account: str) -> None:
        held = self._admin.get_client_roles_of_client_scope(client, account)
        if surplus := [role for role in held if role["name"] != realm.LINKING_ROLE]:
            self._admin.delete_client_roles_of_client_scope(client, account, surplus)
        role = self._admin.get_client_role(account, realm.LINKING_ROLE)
        self._admin.assign_client_roles_to_client_scope(client, account, [role])

    def _client(self, name: str, wanted: dict[str, Any], present: dict[str, Any]) -> None:
        self._mend("client", name, wanted, present, self._update_client, name, wanted, present)

    def _update_client(self, name: str, wanted: dict[str, Any], present: dict[str, Any]) -> None:
        """An update of a client leaves its scopes alone; they are added and taken away one by one."""
        self._admin.update_client(present["id"], wanted | {"clientId": name})
        if "defaultClientScopes" not in wanted:
            return
        ids = {scope["name"]: scope["id"] for scope in self._admin.get_client_scopes()}
        before, after = set(present["defaultClientScopes"]), set(wanted["defaultClientScopes"])
        for scope in after - before:
            self._admin.add_client_default_client_scope(present["id"], ids[scope], {})
        for scope in before - after:
            self._admin.delete_client_default_client_scope(present["id"], ids[scope])
        before, after = set(present["optionalClientScopes"]), set(wanted["optionalClientScopes"])
        for scope in after - before:
            self._admin.add_client_optional_client_scope(present["id"], ids[scope], {})
        for scope in before - after:
            self._admin.delete_client_optional_client_scope(present["id"], ids[scope])

    def _names(self, names: Mapping[str, Mapping[str, str]], whose: str) -> None:
        """Tell the sign-in pages what cities and providers are called, by language and key."""
        for language, wanted in names.items():
            present = words(self._admin, language)
            self._mend("names", f"{whose} in {language}", wanted, present, tell, self._admin, language, wanted)

    def _groups(self, paths: Sequence[str]) -> dict[str, str]:
        """Ids by path; the export is the one call that answers with the whole tree."""
        exported = self._admin.export_realm(export_groups_and_role=True)
        ids = ids_by_path(exported.get("groups", []))
        for path in paths:
            if path not in ids:
                above, _, name = path.rpartition("/")
                change = Change("created", "group", path)
                ids[path] = str(self._do(change, self._admin.create_group, {"name": name}, ids.get(above)))
        return ids

    def _users(self, plans: Sequence[UserPlan], groups: dict[str, str]) -> dict[str, str]:
        """Subjects by username. One call lists them all: a realm with a plan for people is one for development."""
        present = {user["username"]: user for user in self._admin.get_users({})}
        return {plan.username: self._user(plan, present.get(plan.username), groups) for plan in plans}

    def _user(self, plan: UserPlan, present: dict[str, Any] | None, groups: dict[str, str]) -> str:
        wanted = {"firstName": plan.name, "email": plan.email, "emailVerified": True, "enabled": True}
        if present is None:
            new = wanted | {
                "username": plan.username,
                "credentials": realm.credentials(plan.password, plan.code_secret),
            }
            new |= {"groups": list(plan.groups)}
            return str(self._do(Change("created", "user", plan.username), self._admin.create_user, new))
        subject = str(present["id"])
        self._mend("user", plan.username, wanted, present, self._admin.update_user, subject, present | wanted)
        member_of = {group["path"] for group in self._admin.get_user_groups(subject)} if plan.groups else set()
        for path in plan.groups:
            if path not in member_of:
                change = Change("created", "membership", f"{plan.username} {path}")
                self._do(change, self._admin.group_user_add, subject, groups[path])
        return subject
