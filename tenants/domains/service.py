"""Claims of domains, their proof by a TXT record, and looking after the proven ones."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import NAMESPACE_OID, UUID, uuid5

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from auth.messages import service as messages
from auth.messages.kinds import Kind
from auth.roles.models import RoleGrant
from auth.roles.permissions import holders
from maru.config import Config
from maru.db import session
from maru.errors import N_, NotFound, Refused, Unavailable
from maru.jobs import job, tools
from maru.security import new_token
from maru.tenancy import TenantHost
from maru.web import dates
from tenants.domains import resolver
from tenants.domains.messages import FAILING, GIVEN_UP
from tenants.domains.models import DomainClaim
from tenants.domains.names import RECORD

MOST = 5
GRACE = timedelta(days=7)
"""After which a proven domain without its proof is served no more."""


def claims(tenant: UUID) -> Sequence[DomainClaim]:
    """The names that a city says are its own."""
    return (
        session()
        .scalars(sa.select(DomainClaim).where(DomainClaim.tenant_id == tenant).order_by(DomainClaim.host))
        .all()
    )


def failing(tenant: UUID) -> Sequence[DomainClaim]:
    """Proven names that will be served no more unless their record comes back."""
    return [found for found in claims(tenant) if found.failing_since]


def claim(tenant: UUID, host: str, by: UUID) -> DomainClaim:
    """Say that a name is the city's; nothing follows until its record proves it, and others may say the same."""
    found = session().get(DomainClaim, (tenant, host))
    if found:
        return found
    if len(claims(tenant)) >= MOST:
        raise Refused(N_("도메인은 다섯 개까지 두실 수 있습니다. 쓰지 않는 것을 먼저 빼 주세요."), slug="domains-full")
    made = DomainClaim(tenant_id=tenant, host=host, token=new_token(), claimed_by=by)
    session().add(made)
    session().flush()
    return made


def record_of(found: DomainClaim) -> tuple[str, str]:
    """Name and words of the TXT record that proves the claim."""
    return f"{RECORD}.{found.host}", f"maru={found.token}"


def withdraw(tenant: UUID, host: str) -> None:
    """Serve a name no longer, and forget it."""
    session().delete(get(tenant, host))
    _release(tenant, host)


def get(tenant: UUID, host: str) -> DomainClaim:
    """One claim."""
    found = session().get(DomainClaim, (tenant, host))
    if found is None:
        raise NotFound(N_("그런 도메인을 적어 두지 않으셨습니다."))
    return found


def ask(tenant: UUID, host: str) -> None:
    """Have the record looked for, by a job: a slow name server keeps no page waiting. Pressed again meanwhile, once."""
    found = get(tenant, host)
    if found.finding != "asked":
        found.finding = "asked"
        session().flush()
        check.later(tenant, host)


@job("domains.check")
def check(tenant: UUID, host: str) -> None:
    """Look for the record, now."""
    found = session().get(DomainClaim, (tenant, host), with_for_update=True)
    if found is not None:
        judge(found, tools().config)


@job("domains.check_all", daily=True)
def check_all() -> None:
    """Look once a day whether what was proven still is; each city in a job of its own."""
    hosts = session().execute(sa.select(TenantHost.tenant_id, TenantHost.host)).all()
    for tenant, host in hosts:
        check.later_in(tenant, tenant, host)


def judge(found: DomainClaim, config: Config) -> None:
    """Take down what the DNS says of a claim, and serve the name or no longer."""
    found.checked_at = datetime.now(UTC)
    name, words = record_of(found)
    try:
        said = resolver.texts(name, config)
    except Unavailable:
        found.finding = "silent"
        return
    if words in said:
        _prove(found)
    else:
        _miss(found, "wrong" if any(text.startswith("maru=") for text in said) else "missing")


def _prove(found: DomainClaim) -> None:
    """Serve it, unless another city has proven it and still does: it is never taken from somebody."""
    session().execute(insert(TenantHost).values(host=found.host, tenant_id=found.tenant_id).on_conflict_do_nothing())
    holder = session().scalar(sa.select(TenantHost.tenant_id).where(TenantHost.host == found.host))
    if holder != found.tenant_id:
        found.finding = "held"
        return
    found.finding, found.failing_since = "proven", None
    found.proven_at = found.proven_at or found.checked_at


def _miss(found: DomainClaim, finding: str) -> None:
    found.finding = finding
    if found.proven_at is None or found.checked_at is None:
        return
    found.failing_since = found.failing_since or found.checked_at
    given_up = found.checked_at - found.failing_since >= GRACE
    _tell(GIVEN_UP if given_up else FAILING, found, found.failing_since)
    if given_up:
        _release(found.tenant_id, found.host)
        found.proven_at = found.failing_since = None


def _tell(kind: Kind, found: DomainClaim, since: datetime) -> None:
    """Write to those who may mend it, once for each time that the record is gone."""
    name, words = record_of(found)
    until = dates.in_seoul(since + GRACE).date()
    values = {"host": found.host, "record": name, "words": words, "day": until.isoformat()}
    about = uuid5(NAMESPACE_OID, f"{found.tenant_id} {found.host} {since.isoformat()}")
    granted = sa.select(RoleGrant.person_id).where(
        RoleGrant.tenant_id == found.tenant_id, RoleGrant.role.in_(holders("site:write")), RoleGrant.ended_at.is_(None)
    )
    for person in set(session().scalars(granted)):
        messages.send(kind, person, values, about=about, tenant=found.tenant_id)


def _release(tenant: UUID, host: str) -> None:
    session().execute(sa.delete(TenantHost).where(TenantHost.tenant_id == tenant, TenantHost.host == host))
    session().flush()
