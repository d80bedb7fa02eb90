"""What a sign-in may be for beside signing in: nothing but what is on the list reaches Keycloak."""

import pytest

from auth.sessions import acts

CREDENTIAL = "0e8d3ad4-6f0f-4a7e-9d61-0d2f1c2b3a4d"


@pytest.mark.parametrize(
    ("written", "action"),
    [
        ("look", ""),
        ("password", "UPDATE_PASSWORD"),
        ("passkey", "webauthn-register-passwordless"),
        ("app", "CONFIGURE_TOTP"),
        ("link.sky", "idp_link:sky"),
        (f"remove.{CREDENTIAL}", f"delete_credential:{CREDENTIAL}"),
    ],
)
def test_an_act_is_one_of_keycloaks(written, action):
    assert acts.read(written) == acts.Act(action)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "delete_account",
        "UPDATE_EMAIL",
        "link",
        "link.",
        "link.Sky",
        "link.sky:x",
        "remove.1",
        f"remove.{CREDENTIAL}x",
        "look.x",
    ],
)
def test_nothing_else_is_asked_for(written):
    assert acts.read(written) is None


@pytest.mark.parametrize(
    ("action", "status", "done"),
    [
        ("webauthn-register-passwordless", "success", "passkey"),
        ("idp_link:sky", "success", "link"),
        (f"delete_credential:{CREDENTIAL}", "success", "remove"),
        ("UPDATE_PASSWORD", "cancelled", ""),
        ("UPDATE_EMAIL", "success", ""),
        (None, None, ""),
        ("idp_link:sky", "error", "failed"),
        (None, "error", "failed"),
    ],
)
def test_what_was_done_is_kept_beside_the_token(action, status, done):
    assert acts.kept(acts.keep("a.b.c", action, status)) == (done, "a.b.c")


@pytest.mark.parametrize(("cookie", "kept"), [("", ("", "")), ("nonsense", ("", "")), ("forged.a.b.c", ("", "a.b.c"))])
def test_a_cookie_of_another_shape_says_nothing(cookie, kept):
    assert acts.kept(cookie) == kept
