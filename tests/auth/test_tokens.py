"""Forged, stale and misdirected tokens, made with keys of our own."""

import hashlib
import hmac
import json
import threading
import time
from base64 import urlsafe_b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey

from auth.keycloak.realm import SETTINGS
from auth.tokens import (
    FAILURE_RESTS,
    KEYS_FRESH,
    KEYS_LIVE,
    KEYS_REST,
    LEEWAY,
    LOGOUT_EVENT,
    KeyRing,
    TokenRefused,
    read_access_token,
    read_id_token,
    read_logout_token,
)
from maru.errors import Unavailable

ISSUER = "https://id.example.kr/realms/maru"
KEY = RSAKey.generate_key(2048, {"kid": "ours", "use": "sig", "alg": "RS256"})
CURVE = ECKey.generate_key("P-256", {"kid": "curve", "use": "sig"})
STRANGER = ECKey.generate_key("P-256", {"kid": "curve"})
PUBLIC = KeySet.import_key_set({"keys": [KEY.as_dict(private=False), CURVE.as_dict(private=False)]})
RING = KeyRing(lambda: PUBLIC)


def claims(**changes):
    now = int(time.time())
    usual = {
        "iss": ISSUER,
        "aud": "maru-api",
        "sub": "7a0e",
        "typ": "Bearer",
        "iat": now,
        "exp": now + 300,
        "sid": "s1",
        "nonce": "n1",
        "preferred_username": "haneul",
    }
    return {name: value for name, value in (usual | changes).items() if value is not None}


def signed(key=KEY, alg="RS256", header=None, **changes):
    return jwt.encode({"alg": alg, "kid": key.kid} | (header or {}), claims(**changes), key, algorithms=[alg])


def part(value):
    return urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def access(token, ring=RING):
    return read_access_token(token, ring, issuer=ISSUER)


def sign_in(token, nonce="n1"):
    return read_id_token(token, RING, issuer=ISSUER, client_id="maru", nonce=nonce)


def sign_out(token):
    return read_logout_token(token, RING, issuer=ISSUER, client_id="maru")


@pytest.mark.parametrize(("key", "alg"), [(KEY, "RS256"), (CURVE, "ES256")])
def test_a_good_token_is_believed(key, alg):
    assert access(signed(key, alg)).subject == "7a0e"
    assert sign_in(signed(key, alg, aud="maru")).username == "haneul"


def test_access_tokens_by_the_header_of_rfc_9068_are_believed():
    assert access(signed(typ=None, header={"typ": "at+jwt"})).session_id == "s1"


def test_a_token_without_signature_is_refused():
    for alg in ("none", "None", ""):
        with pytest.raises(TokenRefused, match=r"unsupported_algorithm|missing_algorithm"):
            access(f"{part({'alg': alg, 'kid': 'ours'})}.{part(claims())}.")


@pytest.mark.parametrize("secret", [KEY.as_pem(private=False), json.dumps(KEY.as_dict(private=False)).encode()])
def test_our_public_key_is_not_taken_for_a_shared_secret(secret):
    signing_input = f"{part({'alg': 'HS256', 'kid': 'ours'})}.{part(claims())}"
    mac = hmac.digest(secret, signing_input.encode(), hashlib.sha256)
    with pytest.raises(TokenRefused, match="unsupported_algorithm"):
        access(f"{signing_input}.{urlsafe_b64encode(mac).rstrip(b'=').decode()}")


def test_a_key_that_the_token_brings_along_is_not_used():
    with pytest.raises(TokenRefused, match="bad_signature"):
        access(signed(STRANGER, "ES256", header={"jwk": STRANGER.as_dict(private=False)}))


def test_a_key_of_another_kind_or_algorithm_is_not_used():
    same_key_for_more = RSAKey.import_key(KEY.as_pem(private=True), {"kid": "ours"})
    with pytest.raises(TokenRefused, match="invalid_key_id"):
        access(signed(same_key_for_more, "RS512"))  # published for RS256
    with pytest.raises(TokenRefused, match="invalid_key_id"):
        access(signed(CURVE, "ES256", header={"kid": "ours"}))


@pytest.mark.parametrize(
    ("reason", "changes"),
    [
        ("iss", {"iss": "https://id.example.kr/realms/master"}),
        ("iss", {"iss": ISSUER + "/"}),
        ("iss", {"iss": None}),
        ("aud", {"aud": "maru"}),
        ("aud", {"aud": ["account", "maru"]}),
        ("aud", {"aud": None}),
        ("exp", {"exp": int(time.time()) - 60}),
        ("exp", {"exp": None}),
        ("exp", {"exp": "tomorrow"}),
        ("iat", {"iat": int(time.time()) + 3600}),
        ("nbf", {"nbf": int(time.time()) + 3600}),
        ("sub", {"sub": None}),
        ("sub", {"sub": ""}),
        ("typ", {"typ": "ID"}),
        ("typ", {"typ": "Refresh"}),
        ("typ", {"typ": None}),
    ],
)
def test_an_access_token_with_a_wrong_claim_is_refused(reason, changes):
    with pytest.raises(TokenRefused) as refusal:
        access(signed(**changes))
    assert refusal.value.reason == reason


@pytest.mark.parametrize("seconds", [0, 15, LEEWAY - 2])
def test_clocks_may_differ_a_little(seconds):
    now = int(time.time())
    assert access(signed(iat=now + seconds, nbf=now + seconds, exp=now - seconds))


@pytest.mark.parametrize(("claim", "sign"), [("iat", 1), ("nbf", 1), ("exp", -1)])
def test_clocks_may_not_differ_more(claim, sign):
    with pytest.raises(TokenRefused, match=claim) as refusal:
        access(signed(**{claim: int(time.time()) + sign * (LEEWAY + 2)}))
    assert "maru doctor" in refusal.value.look_at
    with pytest.raises(TokenRefused) as refusal:
        access(signed(iss="https://evil.example"))
    assert refusal.value.look_at is None


@pytest.mark.parametrize(
    ("reason", "changes"),
    [
        ("aud", {"aud": "maru-api"}),
        ("azp", {"azp": "maru-cli"}),
        ("azp", {"aud": ["maru", "other"]}),
        ("nonce", {"nonce": "n2"}),
        ("nonce", {"nonce": None}),
    ],
)
def test_an_id_token_with_a_wrong_claim_is_refused(reason, changes):
    with pytest.raises(TokenRefused) as refusal:
        sign_in(signed(**{"aud": "maru"} | changes))
    assert refusal.value.reason == reason


def test_no_nonce_matches_no_nonce():
    with pytest.raises(TokenRefused, match="nonce"):
        sign_in(signed(aud="maru", nonce=None), nonce="")


@given(st.one_of(st.text(), st.from_regex(r"[\w-]{0,40}\.[\w-]{0,40}\.[\w-]{0,40}", fullmatch=True)))
def test_rubbish_is_refused_and_never_a_failure(token):
    with pytest.raises(TokenRefused):
        access(token)


SCALARS = st.none() | st.booleans() | st.integers() | st.text(max_size=5)
VALUES = st.recursive(
    SCALARS | st.sampled_from(["RS256", "ours"]), lambda inner: st.lists(inner, max_size=3), max_leaves=5
)
NAMES = st.sampled_from(["alg", "kid", "typ", "cty", "crit", "b64", "jwk", "jku", "x5c", "zip"])


@given(st.dictionaries(NAMES, VALUES) | VALUES)
def test_rubbish_in_the_header_is_refused_and_never_a_failure(header):
    with pytest.raises(TokenRefused):
        access(f"{part(header)}.{part(claims())}.AAAA")


class Keys:
    """Keys that can be exchanged, a clock that can be moved, and a count of fetches."""

    def __init__(self):
        self.now = 0.0
        self.published = PUBLIC
        self.fetches = 0

    def fetch(self):
        self.fetches += 1
        if self.published is None:
            raise Unavailable("down")
        return self.published

    def ring(self):
        return KeyRing(self.fetch, lambda: self.now)


def test_keys_are_fetched_once_and_again_for_an_unknown_one_but_not_for_every_one():
    keys = Keys()
    ring = keys.ring()
    fresh = RSAKey.generate_key(2048, {"kid": "fresh"})
    for _ in range(3):
        assert access(signed(), ring)
        with pytest.raises(TokenRefused, match="invalid_key_id"):
            access(signed(fresh), ring)
    assert keys.fetches == 1
    keys.published = KeySet([fresh])
    keys.now += KEYS_REST + 1
    assert access(signed(fresh), ring)
    assert keys.fetches == 2


def test_a_sign_in_does_not_wait_for_a_new_key():
    """Its ID token comes from the provider itself, so nobody can make it fetch by a name that they have made up."""
    keys = Keys()
    ring = keys.ring()
    assert access(signed(), ring)
    fresh = RSAKey.generate_key(2048, {"kid": "fresh"})
    keys.published = KeySet([KEY, fresh])
    with pytest.raises(TokenRefused, match="invalid_key_id"):
        access(signed(fresh), ring)
    assert read_id_token(signed(fresh, aud="maru"), ring, issuer=ISSUER, client_id="maru", nonce="n1")
    assert access(signed(fresh), ring)
    assert keys.fetches == 2


def test_while_the_keys_cannot_be_fetched_it_is_tried_once_a_second():
    """Whoever sends tokens then, and whatever they send."""
    keys = Keys()
    keys.published = None
    ring = keys.ring()
    for _ in range(20):
        with pytest.raises(Unavailable):
            access(signed(), ring)
    assert keys.fetches == 1
    keys.now += FAILURE_RESTS
    with pytest.raises(Unavailable):
        access(signed(), ring)
    assert keys.fetches == 2
    keys.published, keys.now = PUBLIC, keys.now + FAILURE_RESTS
    assert access(signed(), ring)


def test_a_withdrawn_key_is_believed_for_a_while_only():
    keys = Keys()
    ring = keys.ring()
    assert access(signed(), ring)
    keys.published = KeySet([CURVE])
    keys.now = KEYS_FRESH - 1
    assert access(signed(), ring)
    keys.now = KEYS_FRESH + 1
    with pytest.raises(TokenRefused, match="invalid_key_id"):
        access(signed(), ring)


def test_known_keys_serve_while_the_provider_is_down():
    keys = Keys()
    ring = keys.ring()
    assert access(signed(), ring)
    keys.published = None
    for seconds in (0, KEYS_FRESH + 1, KEYS_LIVE - 1):
        keys.now = seconds
        assert access(signed(), ring)
    keys.now = KEYS_LIVE + 1
    with pytest.raises(Unavailable):
        access(signed(), ring)


def test_every_token_that_was_made_before_the_provider_went_away_serves_to_its_end():
    """However old the keys were then: they are asked for anew before that, and believed for as long again."""
    assert SETTINGS["accessTokenLifespan"] <= KEYS_LIVE - KEYS_FRESH


def test_nobody_waits_for_keys_that_are_not_fresh_but_one():
    keys, asked, answered = Keys(), threading.Event(), threading.Event()
    ring = KeyRing(keys.fetch, lambda: keys.now)
    assert access(signed(), ring)

    def slowly():
        asked.set()
        assert answered.wait(10)
        return PUBLIC

    ring._fetch, keys.now = slowly, KEYS_FRESH + 1
    waiting = threading.Thread(target=lambda: access(signed(), ring))
    waiting.start()
    assert asked.wait(10)
    assert access(signed(), ring)
    answered.set()
    waiting.join()
    assert ring._fetched[1] == keys.now


def test_a_provider_that_is_away_is_asked_for_fresh_keys_now_and_then():
    keys = Keys()
    ring = keys.ring()
    assert access(signed(), ring)
    keys.published, keys.now = None, KEYS_FRESH + 1
    for _ in range(20):
        assert access(signed(), ring)
    assert keys.fetches == 2
    keys.now += KEYS_REST
    assert access(signed(), ring)
    assert keys.fetches == 3


def test_many_threads_fetch_the_keys_once():
    keys = Keys()
    ring = keys.ring()
    token = signed()
    believed = []
    threads = [threading.Thread(target=lambda: believed.append(access(token, ring))) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(believed) == 16
    assert keys.fetches == 1


LOGOUT = {"aud": "maru", "typ": "Logout", "nonce": None, "events": {LOGOUT_EVENT: {}}}


def test_a_logout_token_says_whose_sign_in_is_over():
    now = int(time.time())
    told = sign_out(signed(**LOGOUT, iat=now))
    assert (told.subject, told.session_id, told.told_at.timestamp()) == ("7a0e", "s1", now + 1)
    assert sign_out(signed(**LOGOUT | {"sid": None})).session_id == ""


@pytest.mark.parametrize(
    ("reason", "changes"),
    [
        ("events", {"nonce": "n1"}),  # an ID token in disguise
        ("events", {"nonce": ""}),
        ("events", {"events": None}),
        ("events", {"events": {}}),
        ("events", {"events": [LOGOUT_EVENT]}),
        ("events", {"events": LOGOUT_EVENT}),
        ("events", {"events": {LOGOUT_EVENT: True}}),
        ("sid", {"sid": ["s1", "s2"]}),
        ("sid", {"sid": 7}),
        ("aud", {"aud": "account"}),
        ("aud", {"aud": "maru-api"}),
        ("iss", {"iss": "https://id.example.kr/realms/master"}),
        ("sub", {"sub": None}),
        ("iat", {"iat": None}),
        ("iat", {"iat": int(time.time()) + 3600}),
        ("exp", {"exp": int(time.time()) - 60}),
    ],
)
def test_a_logout_token_with_a_wrong_claim_is_refused(reason, changes):
    with pytest.raises(TokenRefused) as refusal:
        sign_out(signed(**LOGOUT | changes))
    assert refusal.value.reason == reason


def test_no_other_token_signs_anybody_out():
    for token in (signed(), signed(aud="maru"), signed(aud="maru", typ="ID"), "", "a.b.c", "x" * 5000):
        with pytest.raises(TokenRefused):
            sign_out(token)


def test_a_forged_logout_token_is_refused():
    with pytest.raises(TokenRefused, match="bad_signature"):
        sign_out(signed(STRANGER, "ES256", **LOGOUT))
    with pytest.raises(TokenRefused, match="unsupported_algorithm"):
        sign_out(f"{part({'alg': 'none', 'kid': 'ours'})}.{part(claims(**LOGOUT))}.")
