"""The realm as code, on a real Keycloak."""

import os
from dataclasses import replace

import pytest
import requests
from keycloak import KeycloakAdmin

from auth.keycloak.applying import Change, RealmPlan, UserPlan, apply, compare
from auth.keycloak.comparing import differences, fits, tree, with_ancestors
from auth.keycloak.connection import exported, sample_token
from auth.keycloak.realm import SAMPLE_CLIENT
from maru.errors import ConfigurationError


@pytest.fixture(scope="module")
def crafted(keycloak, plan):
    """A realm of this process, which may be spoilt while other tests sign in."""
    config = at_realm(keycloak, f"crafted-{os.environ.get('PYTEST_XDIST_WORKER', '')}")
    apply(config, plan)
    return config


def at_realm(config, name):
    server, separator, _ = config.oidc_issuer.rpartition("/realms/")
    return replace(config, oidc_issuer=server + separator + name)


@pytest.fixture
def admin(crafted):
    server, _, realm = crafted.oidc_issuer.rpartition("/realms/")
    username, _, password = crafted.keycloak_admin.partition(":")
    return KeycloakAdmin(
        server_url=server, username=username, password=password, realm_name=realm, user_realm_name="master"
    )


@pytest.fixture
def client(admin, crafted):
    return admin.get_client(admin.get_client_id(crafted.oidc_client_id))


def test_a_second_run_changes_nothing(crafted, plan):
    apply(crafted, plan)
    again = apply(crafted, plan)
    assert again.changes == []
    assert again.subjects.keys() == {user.username for user in plan.users}


def test_the_realm_is_what_the_design_says(admin, client, crafted):
    realm = admin.get_realm(admin.get_current_realm())
    assert (realm["defaultLocale"], set(realm["supportedLocales"])) == ("ko", {"ko", "en"})
    assert realm["bruteForceProtected"]
    assert client["redirectUris"] == ["http://localhost:8000/auth/callback"]
    assert client["attributes"]["post.logout.redirect.uris"] == "http://localhost:8000/"
    assert client["attributes"]["pkce.code.challenge.method"] == "S256"
    flows = ("standardFlowEnabled", "implicitFlowEnabled", "directAccessGrantsEnabled", "serviceAccountsEnabled")
    assert [client[flow] for flow in flows] == [True, False, False, False]
    assert not client["publicClient"]
    assert client["secret"] == crafted.oidc_client_secret


def test_what_was_changed_by_hand_is_mended(admin, client, crafted, plan):
    scopes = {scope["name"]: scope["id"] for scope in admin.get_client_scopes()}
    admin.update_realm(admin.get_current_realm(), {"bruteForceProtected": False})
    loosened = {"clientId": "maru", "redirectUris": ["*"], "attributes": {"pkce.code.challenge.method": ""}}
    admin.update_client(client["id"], loosened)
    admin.remove_client_mapper(client["id"], client["protocolMappers"][0]["id"])
    admin.delete_client_default_client_scope(client["id"], scopes["profile"])
    admin.add_client_optional_client_scope(client["id"], scopes["offline_access"], {})
    admin.update_client(admin.get_client_id("admin-cli"), {"clientId": "admin-cli", "directAccessGrantsEnabled": True})
    profile = admin.get_realm_users_profile()
    (named,) = (field for field in profile["attributes"] if field["name"] == "firstName")
    named["permissions"]["edit"] = ["admin", "user"]
    admin.update_realm_users_profile(profile)
    admin.update_user(admin.get_user_id("haneul"), {"enabled": False})
    admin.update_required_action(
        "delete_account", admin.get_required_action_by_alias("delete_account") | {"enabled": True}
    )
    admin.connection.raw_delete(f"admin/realms/{admin.get_current_realm()}/localization/en/house.suwon")
    foreseen = compare(crafted, plan)
    assert "bruteForceProtected: false -> true" in foreseen[0].fields
    mended = apply(crafted, plan).changes
    assert [str(change) for change in mended] == [str(change) for change in foreseen]
    assert mended == [
        Change("updated", "realm", admin.get_current_realm()),
        Change("updated", "profile", "of a person"),
        Change("updated", "action", "delete_account"),
        Change("updated", "client", "maru"),
        Change("updated", "client", "admin-cli"),
        Change("updated", "names", "of cities in en"),
        Change("updated", "user", "haneul"),
    ]
    mended = admin.get_client(client["id"])
    for field in ("redirectUris", "attributes", "optionalClientScopes"):
        assert mended[field] == client[field]
    assert set(mended["defaultClientScopes"]) == set(client["defaultClientScopes"])
    assert apply(crafted, plan).changes == []


def test_a_new_city_and_a_new_colleague_are_added(admin, crafted, plan):
    person = UserPlan("newcomer", "floor-of-the-house", "정누리", "newcomer@example.kr", ("/tenants/guri/clerk",))
    wider = RealmPlan(["/tenants/guri/operator"], users=[person])
    first = apply(crafted, wider)
    assert [str(change.name) for change in first.changes] == [
        "/tenants/guri",
        "/tenants/guri/clerk",
        "/tenants/guri/operator",
        "newcomer",
    ]
    promoted = RealmPlan([], users=[replace(person, groups=("/tenants/guri/operator",))])
    assert [change.kind for change in apply(crafted, promoted).changes] == ["membership"]
    groups = {group["path"] for group in admin.get_user_groups(first.subjects["newcomer"])}
    assert groups == {"/tenants/guri/clerk", "/tenants/guri/operator"}


def test_a_person_keeps_a_password_of_their_own(crafted, plan):
    apply(crafted, RealmPlan([], users=[replace(plan.users[0], password="another-password")]))
    assert sample_token(crafted, "haneul", plan.users[0].password)


def test_guessing_a_password_is_stopped(crafted, plan):
    for guess in range(5):
        with pytest.raises(ConfigurationError, match="forgetful"):
            sample_token(crafted, "forgetful", f"guess {guess}")
    with pytest.raises(ConfigurationError, match="forgetful"):
        sample_token(crafted, "forgetful", plan.users[2].password)


def test_production_has_no_door_for_samples(admin, crafted, plan):
    name = f"{admin.get_current_realm()}-production"
    before = at_realm(crafted, name)
    public = {"scheme": "https", "base_domain": "maru.example.kr", "public_port": 443}
    production = replace(before, environment="production", **public)
    with pytest.raises(ConfigurationError, match="development"):
        apply(production, plan)
    with pytest.raises(ConfigurationError, match="development"):
        sample_token(production, "haneul", plan.users[0].password)
    assert compare(before, RealmPlan()) == [Change("created", "realm", name)]
    apply(before, RealmPlan())
    changes = apply(production, RealmPlan()).changes
    assert Change("removed", "client", SAMPLE_CLIENT) in changes
    admin.change_current_realm(name)
    assert admin.get_realm(name)["sslRequired"] == "external"
    assert SAMPLE_CLIENT not in {client["clientId"] for client in admin.get_clients()}
    client = admin.get_client(admin.get_client_id("maru"))
    assert client["redirectUris"] == ["https://maru.example.kr/auth/callback"]


def test_people_whose_password_is_published_are_refused(crafted):
    with pytest.raises(ConfigurationError, match="password of haneul: remove them"):
        apply(crafted, RealmPlan(unwanted=["nobody.there", "haneul"]))
    apply(crafted, RealmPlan(unwanted=["nobody.there", "hane"]))


@pytest.mark.parametrize(
    ("changes", "variable"),
    [
        ({"keycloak_admin": "admin:wrong"}, "KEYCLOAK_ADMIN"),
        ({"oidc_client_secret": ""}, "OIDC_CLIENT_SECRET"),
        ({"oidc_issuer": "https://id.example.kr"}, "OIDC_ISSUER"),
        ({"oidc_issuer": "http://127.0.0.1:1/realms/maru"}, "does not answer"),
    ],
)
def test_a_wrong_setting_is_named(crafted, changes, variable):
    with pytest.raises(ConfigurationError, match=variable):
        apply(replace(crafted, **changes), RealmPlan())


def test_the_administrator_is_not_in_the_realm_of_the_people(crafted):
    username, _, password = crafted.keycloak_admin.partition(":")
    with pytest.raises(ConfigurationError, match="does not know"):
        sample_token(crafted, username, password)
    assert requests.get(crafted.oidc_issuer, timeout=5).status_code == 200


def test_a_secret_is_not_told(crafted, plan):
    (change,) = compare(replace(crafted, oidc_client_secret="known to nobody else"), plan)
    assert change.fields == ("secret: another one",)


def test_what_is_exported_makes_the_same_realm_again(admin, crafted, plan):
    """Keycloak writes stars for secrets and keeps people to itself; nothing else is missing."""
    apply(crafted, plan)
    kept = exported(crafted)
    name = f"{admin.get_current_realm()}-again"
    admin.create_realm(without_ids(kept) | {"realm": name})
    restored = at_realm(crafted, name)
    without_people = replace(plan, users=[])
    assert [(change.name, change.fields) for change in compare(restored, without_people)] == [
        ("maru", ("secret: another one",))
    ]
    apply(restored, without_people)
    assert compare(restored, without_people) == []
    assert compare(crafted, plan) == []


OF_A_DATABASE = ("id", "containerId", "internalId")


def without_ids(exported_part):
    """Ids are of one Keycloak's database; an import makes its own."""
    if isinstance(exported_part, dict):
        return {key: without_ids(value) for key, value in exported_part.items() if key not in OF_A_DATABASE}
    return [without_ids(value) for value in exported_part] if isinstance(exported_part, list) else exported_part


def test_differences_are_named_by_their_field():
    wanted = {"a": {"b": "x", "secret": "y"}, "c": [1], "d": "z" * 200}
    found = {"a": {"b": "w", "secret": "v"}, "c": [1], "d": None}
    assert list(differences(wanted, found)) == [
        'a.b: "w" -> "x"',
        "a.secret: another one",
        f'd: null -> "{"z" * 119}...',
    ]


def test_ancestors_come_first_and_once():
    assert with_ancestors(["/b/c/d", "/b/c/e", "/a"]) == ["/a", "/b", "/b/c", "/b/c/d", "/b/c/e"]
    assert tree(["/a", "/b", "/b/c"]) == [
        {"name": "a", "subGroups": []},
        {"name": "b", "subGroups": [{"name": "c", "subGroups": []}]},
    ]


@pytest.mark.parametrize(
    ("wanted", "found", "agrees"),
    [
        ({"a": 1}, {"a": 1, "b": 2}, True),
        ({"a": 1}, {}, False),
        ({"a": {"b": "x"}}, {"a": {"b": "x", "c": "y"}}, True),
        ({"a": {"b": "x"}}, {"a": {"b": "y"}}, False),
        (["x", "y"], ["y", "x"], True),
        (["x"], ["x", "y"], False),
        ([{"name": "m"}], [{"name": "m", "id": 7}], True),
        ([], None, False),
    ],
)
def test_what_agrees(wanted, found, agrees):
    assert fits(wanted, found) is agrees
