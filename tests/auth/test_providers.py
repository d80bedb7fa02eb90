"""Other providers as code, on a real Keycloak whose second realm plays one (issue 5.2)."""

import json
import os
from dataclasses import replace

import pytest
from keycloak import KeycloakAdmin

from auth.keycloak.applying import Change, RealmPlan, apply, compare
from auth.keycloak.connection import administrator, exported
from auth.keycloak.providers import configured
from auth.roles.accounts import account_of
from maru.errors import ConfigurationError
from tests.auth.test_keycloak import at_realm, without_ids

SKY = {"alias": "sky", "name": {"ko": "하늘", "en": "Sky"}, "client_id": "maru", "client_secret": "between two"}
SEA = SKY | {
    "alias": "sea", "name": {"ko": "바다", "en": "Sea's {one}"}, "issuer": "https://sea.example", "trust_email": True,
    "authorization_url": "https://sea.example/a", "token_url": "https://sea.example/t", "jwks_url": "https://sea.example/j",
}  # fmt: skip


@pytest.fixture(scope="module")
def crafted(keycloak):
    """A realm of this process that knows of no other provider yet."""
    config = at_realm(keycloak, f"brokering-{os.environ.get('PYTEST_XDIST_WORKER', '')}")
    apply(config, RealmPlan())
    return config


@pytest.fixture
def sky(keycloak):
    """As an installation names the provider: its discovery document is that of the realm of the other tests."""
    return SKY | {"discovery": f"{keycloak.oidc_issuer}/.well-known/openid-configuration"}


@pytest.fixture
def admin(crafted):
    server, _, realm = crafted.oidc_issuer.rpartition("/realms/")
    username, _, password = crafted.keycloak_admin.partition(":")
    return KeycloakAdmin(
        server_url=server, username=username, password=password, realm_name=realm, user_realm_name="master"
    )


def told_of(config, *entries):
    return replace(config, identity_providers=json.dumps(entries))


def told(changes):
    return [(change.verb, change.kind, change.name) for change in changes]


def test_providers_are_made_once_and_switched_off_when_they_are_named_no_more(crafted, admin, keycloak, sky):
    both = told_of(crafted, sky, SEA)
    foreseen = compare(both, RealmPlan())
    made = apply(both, RealmPlan()).changes
    assert [str(change) for change in made] == [str(change) for change in foreseen]
    assert ("created", "provider", "sky") in told(made)
    assert apply(both, RealmPlan()).changes == []
    kept = admin.get_idp("sky")
    assert kept["config"]["issuer"] == keycloak.oidc_issuer
    assert (kept["trustEmail"], kept["storeToken"], kept["config"]["validateSignature"]) == (False, False, "true")
    alone = told_of(crafted, sky)
    off = Change("updated", "provider", "sea")
    assert compare(alone, RealmPlan()) == [off]
    assert apply(alone, RealmPlan()).changes == [off]
    assert not admin.get_idp("sea")["enabled"]
    assert compare(alone, RealmPlan()) == []
    assert told(apply(both, RealmPlan()).changes) == [("updated", "provider", "sea")]


def test_what_was_changed_by_hand_is_mended(crafted, admin, sky):
    config = told_of(crafted, sky)
    apply(config, RealmPlan())
    loosened = admin.get_idp("sky") | {"trustEmail": True, "firstBrokerLoginFlowAlias": "first broker login"}
    loosened["config"] |= {"validateSignature": "false"}
    loosened["postBrokerLoginFlowAlias"] = ""
    admin.update_idp("sky", loosened)
    mapper = next(mapper for mapper in admin.get_idp_mappers("sky") if mapper["name"] == "username")
    mapper["config"]["template"] = "${CLAIM.preferred_username}"
    admin.update_mapper_in_idp("sky", mapper["id"], mapper)
    mended = apply(config, RealmPlan()).changes
    assert told(mended) == [("updated", "provider", "sky"), ("updated", "provider", "sky username")]
    assert "trustEmail: true -> false" in mended[0].fields
    assert admin.get_idp("sky")["postBrokerLoginFlowAlias"]
    assert compare(config, RealmPlan()) == []


def test_a_flow_that_was_changed_is_built_anew_beside_the_one_in_use(crafted, admin, sky):
    config = told_of(crafted, sky)
    apply(told_of(crafted, sky, SEA), RealmPlan())
    apply(config, RealmPlan())
    before = admin.get_idp("sky")["postBrokerLoginFlowAlias"]
    (step,) = [
        one for one in admin.get_authentication_flow_executions(before) if one["displayName"].endswith("level 2")
    ]
    admin.update_authentication_flow_executions(step | {"requirement": "DISABLED"}, before)
    assert told(apply(config, RealmPlan()).changes) == [
        ("updated", "flow", "after another provider"),
        ("updated", "provider", "sky"),
        ("updated", "provider", "sea"),  # switched off, and still one that names its flows
    ]
    assert admin.get_idp("sky")["postBrokerLoginFlowAlias"] != before
    assert before not in {flow["alias"] for flow in admin.get_authentication_flows()}
    assert compare(config, RealmPlan()) == []


def test_a_new_secret_is_noticed_and_not_told(crafted, sky):
    apply(told_of(crafted, sky), RealmPlan())
    renewed = told_of(crafted, sky | {"client_secret": "another"})
    (change,) = compare(renewed, RealmPlan())
    assert change.fields == ("config.maru.secret: another one",)
    apply(renewed, RealmPlan())
    assert compare(renewed, RealmPlan()) == []
    assert "another" not in json.dumps(exported(crafted))


def test_what_is_exported_makes_the_same_providers_again(crafted, admin, sky):
    config = told_of(crafted, sky)
    apply(config, RealmPlan())
    name = f"{admin.get_current_realm()}-again"
    admin.create_realm(without_ids(exported(config)) | {"realm": name})
    restored = at_realm(config, name)
    assert [(change.name, change.fields) for change in compare(restored, RealmPlan())] == [
        ("maru", ("secret: another one",)),
        ("sky", ("config.maru.secret: another one",)),
    ]
    apply(restored, RealmPlan())
    assert compare(restored, RealmPlan()) == []


def test_who_was_linked_stays_linked_when_a_provider_is_named_no_more(crafted, admin, sky):
    apply(told_of(crafted, sky), RealmPlan())
    subject = admin.create_user({"username": "linked", "enabled": True})
    link = {"identityProvider": "sky", "userId": "1", "userName": "one"}
    admin.add_user_social_login(subject, "sky", link["userId"], link["userName"])
    apply(crafted, RealmPlan())
    assert admin.get_user_social_logins(subject) == [link]


def test_an_invitation_makes_no_account_of_somebody_who_only_says_that_the_address_is_theirs(crafted, admin):
    address = "colleague@city.example"
    stranger = admin.create_user({"username": "sky.7", "email": address, "emailVerified": False, "enabled": True})
    account = account_of(crafted, address, "이도담")
    assert (account.username, len(account.password)) == (address, 19)
    assert not admin.get_user(stranger).get("email")
    with administrator(crafted) as own:
        assert own.get_user(own.get_user_id(address))["emailVerified"]


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        ("[", "not JSON"),
        ("/nowhere/providers.json", "no file"),
        ([SEA, SEA], "sea twice"),
        ([7], "entry 1 must be an object"),
        ([SEA, SEA | {"alias": "Kakao"}], "entry 2 .Kakao.: alias"),
        ([SEA | {"kind": "saml"}], "kind"),
        ([SEA | {"client_secret": ""}], "client_secret is missing"),
        ([SEA | {"name": {"ko": "바다"}}], "name must have"),
        ([SEA | {"jwks_url": ""}], "jwks_url is missing"),
        ([SEA | {"token_url": "ftp://sea.example"}], "token_url must begin"),
        ([SEA | {"trust_email": "yes"}], "trust_email"),
        ([SEA | {"sceret": "x"}], "sceret is not known"),
        ([SEA | {"client_id": 7}], "client_id must be a text"),
        ([SKY | {"discovery": "http://127.0.0.1:1/none"}], "discovery document"),
    ],
)
def test_a_wrong_entry_is_named(crafted, written, fault):
    text = written if isinstance(written, str) else json.dumps(written)
    with pytest.raises(ConfigurationError, match=fault):
        compare(replace(crafted, identity_providers=text), RealmPlan())


def test_a_file_may_hold_them_and_production_wants_https(crafted, tmp_path):
    file = tmp_path / "providers.json"
    file.write_text(json.dumps([SEA]))
    (sea,) = configured(replace(crafted, identity_providers=str(file)))
    assert (sea.alias, sea.names, sea.trust_email) == ("sea", ("바다", "Sea's {one}"), True)
    open_address = json.dumps([SEA | {"token_url": "http://sea.example/t"}])
    with pytest.raises(ConfigurationError, match="https"):
        configured(replace(crafted, identity_providers=open_address, environment="production"))
