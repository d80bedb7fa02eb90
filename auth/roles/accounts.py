"""What the worker does at the identity provider for staff: accounts for the invited, groups that mirror the grants.

It needs `KEYCLOAK_ADMIN`, which the web does not have; without it, invitations go to people who have an account.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
import structlog

from auth.keycloak import accounts
from auth.keycloak.connection import Administrator, administrator, found
from auth.keycloak.parts import group_id
from auth.people.models import Person
from auth.roles import letters
from auth.roles.mirror import group
from auth.roles.models import Invitation, RoleGrant
from auth.roles.permissions import CITY_ROLES, PROVINCE_ROLES
from maru.config import Config
from maru.db import session
from maru.jobs import job, tools
from maru.limits import limit
from maru.security import digest, new_token
from maru.tenancy import Tenant, get

log = structlog.get_logger()


@dataclass(frozen=True)
class Account:
    """How an invited person signs in; `password` is for once, and empty where they have one of their own."""

    username: str
    password: str = ""


@job("roles.send_invitation", calls_out=True)
def send_invitation(invitation: UUID) -> None:
    """Make an account where the address has none, and send the link. At another try a new link is sent."""
    held = session().get(Invitation, invitation, with_for_update=True)
    if held is None or not held.open or held.sent_at is not None:
        return
    config, token = tools().config, new_token()
    account = account_of(config, held.email, held.name)
    now, days = datetime.now(UTC), limit("invitation-days")
    held.token_hash, held.sent_at, held.expires_at = digest(token), now, now + timedelta(days=days)
    session().flush()
    letters.send(config, held.email, held.tenant_id, _facts(held, account) | {"link": f"/invitations/{token}"})


def _facts(held: Invitation, account: Account) -> dict[str, str]:
    inviter = session().get(Person, held.invited_by) if held.invited_by else None
    return {
        "name": held.name,
        "role": held.role,
        "inviter": f"{inviter.name} 님이" if inviter else "경기도에서",
        "days": str(limit("invitation-days")),
        "username": account.username,
        "password": account.password,
    }


def account_of(config: Config, email: str, name: str) -> Account:
    """The account of an address at the identity provider, made where there is none.

    One that was made for an invitation and has never been used gets a new password: nobody has read the old one. An
    account whose holder never showed that the address is theirs loses it.
    """
    if not config.keycloak_admin:
        return Account("")
    with administrator(config) as keycloak:
        user = accounts.holder(keycloak, email)
        if user is not None and not accounts.never_used(user):
            return Account(user["username"])
        password = accounts.password_of(secrets.token_bytes(16))
        if user is None:
            return Account(accounts.make(keycloak, email, name, password), password)
        accounts.give_password(keycloak, user, password)
        return Account(user["username"], password)


def members(tenant: UUID | None) -> dict[str, set[str]]:
    """The subjects that belong into each group of a city, or of the province; for a job of that house."""
    slug = None if tenant is None else get(tenant).slug
    roles = CITY_ROLES if slug else PROVINCE_ROLES
    held = (
        sa.select(RoleGrant.role, Person.subject)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(
            RoleGrant.tenant_id.is_not_distinct_from(tenant), RoleGrant.ended_at.is_(None), Person.subject.is_not(None)
        )
    )
    wanted: dict[str, set[str]] = {group(role, slug): set() for role in roles}
    for role, subject in session().execute(held):
        wanted[group(role, slug)].add(str(subject))
    return wanted


@job("roles.mirror", calls_out=True)
def mirror(person: UUID) -> None:
    """Make somebody's groups at the identity provider those of their grants: of the job's city, or of the province."""
    config, subject = tools().config, session().scalar(sa.select(Person.subject).where(Person.id == person))
    if not config.keycloak_admin or subject is None:
        return
    of_person = sa.select(RoleGrant.role, RoleGrant.ended_at, Tenant.slug).where(RoleGrant.person_id == person)
    grants = session().execute(of_person.outerjoin(Tenant, Tenant.id == RoleGrant.tenant_id)).all()
    wanted = {group(row.role, row.slug): False for row in grants}
    wanted |= {group(row.role, row.slug): True for row in grants if row.ended_at is None}
    with administrator(config) as keycloak:
        _join(keycloak, subject, wanted)


def _join(keycloak: Administrator, subject: str, wanted: Mapping[str, bool]) -> None:
    """Be a member of the groups that are wanted and of none of the others named; the rest is not ours to touch.

    Where the account is gone there is nothing to mirror: `maru keycloak apply` does it once it is back.
    """
    if found(keycloak.get_user, subject) is None:
        log.warning("the identity provider has lost an account", restore="maru keycloak restore")
        return
    member_of = {one["path"]: one["id"] for one in keycloak.get_user_groups(subject)}
    for path, belongs in wanted.items():
        if belongs and path not in member_of:
            keycloak.group_user_add(subject, group_id(keycloak, path))
        elif not belongs and path in member_of:
            keycloak.group_user_remove(subject, member_of[path])
