"""What somebody signs in for beside signing in: to look at how they sign in, or to change it at the identity provider."""

import re
from dataclasses import dataclass

ACT = "act"
"""In the address of such a sign-in: look, password, passkey, app, link.<alias>, remove.<credential>."""
ACCOUNT_COOKIE = "maru_account"
"""On the portal: what was done and the token for one's own account, for the minutes that it is good for."""
ACTIONS = {
    "look": "",
    "password": "UPDATE_PASSWORD",
    "passkey": "webauthn-register-passwordless",
    "app": "CONFIGURE_TOTP",
}
"""Keycloak's names of what it does with a person, by ours."""
ABOUT = {
    "link": ("idp_link", re.compile(r"[a-z][a-z0-9-]{1,30}")),
    "remove": ("delete_credential", re.compile(r"[0-9a-f-]{36}")),
}
"""The same for what is done to one of several, and how that one is called."""
FAILED = "failed"
"""Instead of what was done: Keycloak could not do it."""
NAMES = {name: ours for ours, name in ACTIONS.items() if name} | {name: ours for ours, (name, _which) in ABOUT.items()}


@dataclass(frozen=True)
class Act:
    """`action` is what Keycloak is asked for; empty where only a recent sign-in is wanted."""

    action: str


def read(written: str) -> Act | None:
    """The act of an address; None where there is none that we know."""
    if written in ACTIONS:
        return Act(ACTIONS[written])
    kind, _dot, which = written.partition(".")
    if kind in ABOUT and ABOUT[kind][1].fullmatch(which):
        return Act(f"{ABOUT[kind][0]}:{which}")
    return None


def keep(token: str, action: str | None, status: str | None) -> str:
    """What the cookie holds: the token, and before it what Keycloak says was done, or that it failed."""
    done = NAMES.get((action or "").partition(":")[0], "") if status == "success" else ""
    return f"{FAILED if status == 'error' else done}.{token}"


def kept(cookie: str) -> tuple[str, str]:
    """What was done, empty where nothing was, and the token, empty where there is none."""
    done, _dot, token = cookie.partition(".")
    return (done if done in {*ACTIONS, *ABOUT, FAILED} else ""), token
