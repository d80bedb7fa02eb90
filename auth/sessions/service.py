"""Sign-in as the database sees it: begun, called back, carried over by a ticket, opened, ended."""

from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import INET

from auth.tokens import Identity, SignedOut
from maru.db import session
from maru.errors import N_, TooMany
from maru.security import digest


@dataclass(frozen=True)
class Begun:
    """A sign-in under way, taken once by the callback."""

    nonce: str
    code_verifier: str
    host: str


@dataclass(frozen=True)
class Opened:
    """A session just opened, and where its person wanted to go."""

    person_id: UUID
    return_to: str


def counted(address: str | None) -> str | None:
    """As whose sign-ins they count: of an IPv6 address the first 64 bits, since one connection has all that begin so."""
    if address is None:
        return None
    known = ip_address(address)
    if known.version == 4:
        return address
    return str(known.ipv4_mapped or ip_network((known, 64), strict=False).network_address)


def begin(
    *,
    state: str,
    portal_binding: str,
    city_binding: bytes,
    nonce: str,
    code_verifier: str,
    host: str,
    return_to: str,
    address: str | None,
) -> None:
    """Remember a sign-in for ten minutes; refuses more than the limit per address (or IPv6 /64) and minute."""
    allowed = _call(
        sa.func.engine.begin_sign_in(
            digest(state),
            digest(portal_binding),
            city_binding,
            nonce,
            code_verifier,
            host,
            return_to,
            sa.cast(counted(address), INET),
        )
    ).scalar_one()
    if not allowed:
        raise TooMany(N_("이 자리에서 로그인을 너무 여러 번 시작했습니다. 1분 뒤에 다시 해 주세요."))


def take(state: str, portal_binding: str) -> Begun | None:
    """The sign-in that `state` belongs to, for the browser that began it; a second time there is none."""
    row = _row(sa.func.engine.take_sign_in(digest(state), digest(portal_binding)))
    return Begun(row.nonce, row.code_verifier, row.host) if row.nonce else None


def issue_ticket(state: str, ticket: str, identity: Identity) -> bool:
    """Keep a ticket for the host where the sign-in of `state` began, and for the person behind `identity`, who is made at
    their first sign-in and brought up to date at the later ones. It is good for 60 seconds, once.

    False, and nothing is kept, unless the sign-in was taken within the last minute.
    """
    about = (identity.subject, identity.username, identity.name, identity.email)
    issued: bool = _call(
        sa.func.engine.issue_ticket(
            digest(ticket), digest(state), *about, identity.session_id, identity.id_token, identity.strong
        )
    ).scalar_one()
    return issued


def redeem(ticket: str, city_binding: str, host: str, session_token: str) -> Opened | None:
    """Use up a ticket; opens the session only for its host and the browser that it was issued to."""
    row = _row(sa.func.engine.redeem_ticket(digest(ticket), digest(city_binding), host, digest(session_token)))
    return Opened(row.person_id, row.return_to) if row.person_id else None


def end(session_token: str, host: str) -> str | None:
    """End this session and the others of the same sign-in on all hosts; gives the ID token for the provider."""
    ended: str | None = _call(sa.func.engine.end_session(digest(session_token), host)).scalar_one()
    return ended


def end_elsewhere(told: SignedOut) -> int:
    """End on all hosts what the provider says is over, and tickets on their way; sessions that began later go on.

    Gives how many sessions ended; the same word a second time ends none.
    """
    ended: int = _call(sa.func.engine.end_elsewhere(told.subject, told.session_id or None, told.told_at)).scalar_one()
    return ended


def _call(function: sa.ColumnElement[Any]) -> sa.Result[Any]:
    return session().execute(sa.select(function))


def _row(function: sa.FunctionElement[Any]) -> sa.Row[Any]:
    return session().execute(sa.select(sa.text("*")).select_from(function)).one()
