"""What the worker does for somebody who asked for an account or a password: the letter, then the account at the identity provider.

It needs `KEYCLOAK_ADMIN`, which the web does not have. The password for once is made of the link and the installation's
secret, so that it rests nowhere.
"""

import hashlib
import hmac
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import structlog

from auth.joining import letters
from auth.joining.models import AccountRequest
from auth.keycloak import accounts
from auth.keycloak.connection import Administrator, administrator
from maru.config import Config
from maru.db import session
from maru.errors import ConfigurationError
from maru.jobs import job, tools
from maru.limits import limit
from maru.security import digest, new_token
from maru.web.languages import carried

log = structlog.get_logger()
NO_ADMINISTRATOR = "KEYCLOAK_ADMIN is not set: accounts of residents cannot be made."


@job("joining.write", calls_out=True)
def write(request: UUID) -> None:
    """Write to the address what is known of it, with a link where something is to be done. At another try a new link is sent."""
    held = session().get(AccountRequest, request, with_for_update=True)
    if held is None or held.sent_at is not None:
        return
    config, token = _administered(), new_token()
    with administrator(config) as keycloak:
        user = accounts.holder(keycloak, held.email)
    what = _letter(held.kind, user)
    if what in ("join", "password"):
        held.token_hash = digest(token)
    held.sent_at, held.username = datetime.now(UTC), user["username"] if user else held.email
    session().flush()
    facts = {
        "username": held.username,
        "hours": str(limit("account-link-hours")),
        "link": carried(f"/accounts/{token}", held.language),
    }
    letters.send(config, what, held.email, held.asked_in, held.language, facts)


def _letter(kind: str, user: dict[str, Any] | None) -> str:
    if user is None:
        return "join" if kind == "join" else "unknown"
    if not user.get("enabled"):
        return "closed"
    return "known" if kind == "join" and not accounts.never_used(user) else kind


@job("joining.open_account", calls_out=True)
def open_account(request: UUID) -> None:
    """Make the account, or give the one that is there its password for once; whoever has the link reads the address's mail."""
    held = session().get(AccountRequest, request, with_for_update=True)
    if held is None or held.done_at is not None or held.token_hash is None or held.expires_at < datetime.now(UTC):
        return
    config = _administered()
    password = once(config, held.token_hash)
    with administrator(config) as keycloak:
        user = accounts.holder(keycloak, held.email)
        if user is None:
            _make(keycloak, held, password)
        elif not user.get("enabled"):
            held.problem = "refused"
        elif held.kind == "join" and not accounts.never_used(user):
            held.problem = "known"
        else:
            accounts.give_password(keycloak, user, password)
            keycloak.user_logout(user["id"])
    held.done_at = datetime.now(UTC)


def _make(keycloak: Administrator, held: AccountRequest, password: str) -> None:
    """Or note that there can be none."""
    try:
        held.username = accounts.make(keycloak, held.email, held.name or held.email, password)
    except accounts.NoAccount as refused:
        log.warning("the identity provider refuses an account", said=str(refused))
        held.problem = "refused"


def once(config: Config, token_hash: bytes) -> str:
    """The password for once that belongs to a link."""
    made = hmac.new(config.secret_key.encode(), b"password for once " + token_hash, hashlib.sha256).digest()
    return accounts.password_of(made[:16])


def _administered() -> Config:
    config = tools().config
    if not config.keycloak_admin:
        raise ConfigurationError(NO_ADMINISTRATOR)
    return config
