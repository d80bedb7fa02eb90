"""Whoever's ways to sign in have changed is told, wherever and by whomever that was done: Keycloak says so itself.

A page of ours, or a cookie, could be gone round by whoever sits at an open browser. It needs `KEYCLOAK_ADMIN`, as the
worker has it for accounts of the invited, with leave to see the realm's events.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID, uuid5

import sqlalchemy as sa
import structlog

from auth.account.messages import WHAT
from auth.keycloak.connection import Administrator, administrator
from auth.keycloak.realm import TOLD_EVENTS
from maru.db import session
from maru.errors import ConfigurationError
from maru.jobs import every, tools

SECONDS = 20
"""Between two looks."""
AT_A_TIME = 100
SUBJECT = UUID("5b0a4c1e-6a55-4f43-9b6c-2f1f4a1d9f10")
"""What the subjects of these messages are named under, with Keycloak's own number of what happened."""
MADE: Mapping[str, str] = {
    "password": "password",
    "otp": "app",
    "webauthn-passwordless": "passkey",
    "webauthn": "passkey",
}
"""What was done, of `WHAT`, by Keycloak's kind of credential."""
TELL = sa.text("SELECT engine.tell_account_changes(CAST(:changes AS jsonb))").bindparams(
    sa.bindparam("changes", type_=sa.JSON)
)
log = structlog.get_logger()


@every("account.watch", seconds=SECONDS)
def watch() -> None:
    """Write about every change that nobody was written to about: the newest first, back to what was told before."""
    config = tools().config
    if not config.keycloak_admin:
        return
    try:
        with administrator(config) as admin:
            for page in _pages(admin):
                with tools().transaction():
                    new = session().scalar(TELL, {"changes": page})
                if not new:
                    return
                log.info("changes of accounts told", changes=new)
    except ConfigurationError as away:
        log.info("changes of accounts not looked at", reason=str(away))


def _pages(admin: Administrator) -> Iterator[Sequence[dict[str, str]]]:
    first = 0
    while events := admin.get_events({"type": list(TOLD_EVENTS), "first": first, "max": AT_A_TIME}):
        yield [_change(event) for event in events]
        first += len(events)


def _change(event: Mapping[str, Any]) -> dict[str, str]:
    done = _done(event["type"], event.get("details", {}).get("credential_type", ""))
    about = uuid5(SUBJECT, f"{event['id']}")
    return {
        "about": str(about),
        "subject": event.get("userId", ""),
        "what": WHAT[done]["ko"],
        "what_en": WHAT[done]["en"],
    }


def _done(event: str, credential: str) -> str:
    match event:
        case "FEDERATED_IDENTITY_LINK":
            return "link"
        case "REMOVE_FEDERATED_IDENTITY":
            return "unlink"
        case "REMOVE_CREDENTIAL":
            return "remove"
        case _:
            return MADE.get(credential, "other")
