"""The realm as code, on a real Keycloak."""

from dataclasses import replace

import pytest
import requests
from keycloak import KeycloakAdmin

from auth.keycloak import Change, RealmPlan, UserPlan, apply, fits, sample_token, tree, with_ancestors
from auth.realm import SAMPLE_CLIENT
from maru.errors import ConfigurationError

pytestmark = pytest.mark.xdist_group("keycloak")


@pytest.fixture
def admin(keycloak):
    server, _, realm = keycloak.oidc_issuer.rpartition("/realms/")
    username, _, password = keycloak.keycloak_admin.partition(":")
    return KeycloakAdmin(
        server_url=server, username=username, password=password, realm_name=realm, user_realm_name="master"
    )


@pytest.fixture
def client(admin, keycloak):
    return admin.get_client(admin.get_client_id(keycloak.oidc_client_id))


def test_a_second_run_changes_nothing(keycloak, plan):
    apply(keycloak, plan)
    again = apply(keycloak, plan)
    assert again.changes == []
    assert again.subjects.keys() == {user.username for user in plan.users}


def test_the_realm_is_what_the_design_says(admin, client, keycloak):
    realm = admin.get_realm("maru")
    assert (realm["defaultLocale"], set(realm["supportedLocales"])) == ("ko", {"ko", "en"})
    assert realm["bruteForceProtected"]
    assert client["redirectUris"] == ["http://localhost:8000/auth/callback"]
    assert client["attributes"]["post.logout.redirect.uris"] == "http://localhost:8000/"
    assert client["attributes"]["pkce.code.challenge.method"] == "S256"
    flows = ("standardFlowEnabled", "implicitFlowEnabled", "directAccessGrantsEnabled", "serviceAccountsEnabled")
    assert [client[flow] for flow in flows] == [True, False, False, False]
    assert not client["publicClient"]
    assert client["secret"] == keycloak.oidc_client_secret


def test_what_was_changed_by_hand_is_mended(admin, client, keycloak, plan):
    scopes = {scope["name"]: scope["id"] for scope in admin.get_client_scopes()}
    admin.update_realm("maru", {"bruteForceProtected": False})
    loosened = {"clientId": "maru", "redirectUris": ["*"], "attributes": {"pkce.code.challenge.method": ""}}
    admin.update_client(client["id"], loosened)
    admin.remove_client_mapper(client["id"], client["protocolMappers"][0]["id"])
    admin.delete_client_default_client_scope(client["id"], scopes["profile"])
    admin.add_client_optional_client_scope(client["id"], scopes["offline_access"], {})
    admin.update_user(admin.get_user_id("haneul"), {"enabled": False})
    assert apply(keycloak, plan).changes == [
        Change("updated", "realm", "maru"),
        Change("updated", "client", "maru"),
        Change("updated", "user", "haneul"),
    ]
    mended = admin.get_client(client["id"])
    for field in ("redirectUris", "attributes", "optionalClientScopes"):
        assert mended[field] == client[field]
    assert set(mended["defaultClientScopes"]) == set(client["defaultClientScopes"])
    assert apply(keycloak, plan).changes == []


def test_a_new_city_and_a_new_colleague_are_added(admin, keycloak, plan):
    person = UserPlan("newcomer", "floor-of-the-house", "정누리", "newcomer@example.kr", ("/tenants/guri/clerk",))
    wider = RealmPlan(["/tenants/guri/operator"], [person])
    first = apply(keycloak, wider)
    assert [str(change.name) for change in first.changes] == [
        "/tenants/guri",
        "/tenants/guri/clerk",
        "/tenants/guri/operator",
        "newcomer",
    ]
    promoted = RealmPlan([], [replace(person, groups=("/tenants/guri/operator",))])
    assert [change.kind for change in apply(keycloak, promoted).changes] == ["membership"]
    groups = {group["path"] for group in admin.get_user_groups(first.subjects["newcomer"])}
    assert groups == {"/tenants/guri/clerk", "/tenants/guri/operator"}


def test_a_person_keeps_a_password_of_their_own(keycloak, plan):
    apply(keycloak, RealmPlan([], [replace(plan.users[0], password="another-password")]))
    assert sample_token(keycloak, "haneul", plan.users[0].password)


def test_guessing_a_password_is_stopped(keycloak, plan):
    for guess in range(5):
        with pytest.raises(ConfigurationError, match="forgetful"):
            sample_token(keycloak, "forgetful", f"guess {guess}")
    with pytest.raises(ConfigurationError, match="forgetful"):
        sample_token(keycloak, "forgetful", plan.users[2].password)


def test_production_has_no_door_for_samples(admin, keycloak, plan):
    production = replace(
        keycloak,
        environment="production",
        scheme="https",
        base_domain="maru.example.kr",
        public_port=443,
        oidc_issuer=keycloak.oidc_issuer.replace("/maru", "/production"),
    )
    with pytest.raises(ConfigurationError, match="development"):
        apply(production, plan)
    with pytest.raises(ConfigurationError, match="development"):
        sample_token(production, "haneul", plan.users[0].password)
    apply(replace(production, environment="development"), RealmPlan())
    changes = apply(production, RealmPlan()).changes
    assert Change("removed", "client", SAMPLE_CLIENT) in changes
    admin.change_current_realm("production")
    assert admin.get_realm("production")["sslRequired"] == "external"
    assert SAMPLE_CLIENT not in {client["clientId"] for client in admin.get_clients()}
    client = admin.get_client(admin.get_client_id("maru"))
    assert client["redirectUris"] == ["https://maru.example.kr/auth/callback"]


@pytest.mark.parametrize(
    ("changes", "variable"),
    [
        ({"keycloak_admin": "admin:wrong"}, "KEYCLOAK_ADMIN"),
        ({"oidc_client_secret": ""}, "OIDC_CLIENT_SECRET"),
        ({"oidc_issuer": "https://id.example.kr"}, "OIDC_ISSUER"),
        ({"oidc_issuer": "http://127.0.0.1:1/realms/maru"}, "does not answer"),
    ],
)
def test_a_wrong_setting_is_named(keycloak, changes, variable):
    with pytest.raises(ConfigurationError, match=variable):
        apply(replace(keycloak, **changes), RealmPlan())


def test_the_administrator_is_not_in_the_realm_of_the_people(keycloak):
    username, _, password = keycloak.keycloak_admin.partition(":")
    with pytest.raises(ConfigurationError, match="does not know"):
        sample_token(keycloak, username, password)
    assert requests.get(keycloak.oidc_issuer, timeout=5).status_code == 200


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
