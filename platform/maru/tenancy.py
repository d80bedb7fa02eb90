"""The registry of tenants, and how a request enters: which house, who asks, and what they may open."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from maru.columns import Id, Recorded, Words
from maru.db import Model, Scope, session

ENTER = "SELECT * FROM engine.enter(%s, %s, %s, %s, %s, %s)"
"""Host, slug, digest of the session token, subject of a bearer token, wanted scope, whether the bearer is strong."""
COMING = ("planned", "preparing")
SERVED = ("pilot", "live")
CLOSED = ("suspended", "archived")
HOST = re.compile(r"([a-z0-9-]+(?:\.[a-z0-9-]+)*)\.?(?::[0-9]*)?", re.IGNORECASE | re.ASCII)
"""A host name, perhaps with the dot of the root, and perhaps a port."""
LONGEST_HOST = 253


class Tenant(Model):
    """A city or county. States in order: planned, preparing, pilot, live, suspended, archived (GP 1.4).

    `region_code` is the first five digits of its legal-dong code, or 9nnnn for a tenant that is no municipality.
    """

    __tablename__ = "tenants"
    __table_args__ = (
        CheckConstraint("slug ~ '^[a-z][a-z0-9-]{1,30}[a-z0-9]$'"),
        CheckConstraint("state IN ('planned', 'preparing', 'pilot', 'live', 'suspended', 'archived')"),
    )

    id: Mapped[Id]
    slug: Mapped[str] = mapped_column(Text, unique=True)
    name_ko: Mapped[str] = mapped_column(Text)
    name_en: Mapped[str] = mapped_column(Text)
    region_code: Mapped[str | None] = mapped_column(Text, unique=True)
    state: Mapped[str] = mapped_column(Text, server_default="preparing")
    state_reason: Mapped[Words]
    onboarded_on: Mapped[date | None]
    legacy_import_batch: Mapped[UUID | None]
    created_at: Mapped[Recorded]


class TenantHost(Model):
    """A city's own domain, served beside its slug."""

    __tablename__ = "tenant_hosts"

    host: Mapped[str] = mapped_column(Text, primary_key=True)
    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenants.id"))


def get(tenant: UUID | None) -> Tenant:
    """A tenant that is known to exist."""
    return session().get_one(Tenant, tenant)


def every() -> Sequence[Tenant]:
    """All cities in whatever state, by their region."""
    return session().scalars(sa.select(Tenant).order_by(Tenant.region_code, Tenant.slug)).all()


def find(address: "Address") -> Tenant | None:
    """The tenant that an address belongs to, in whatever state."""
    if address.slug is not None:
        return session().scalar(sa.select(Tenant).where(Tenant.slug == address.slug))
    by_host = (
        sa.select(Tenant).join(TenantHost, TenantHost.tenant_id == Tenant.id).where(TenantHost.host == address.host)
    )
    return session().scalar(by_host)


@dataclass(frozen=True)
class Caller:
    """What the database found at the door; `tenant_id` is None on the portal, `person_id` when nobody is signed in."""

    host: str
    portal: bool
    tenant_id: UUID | None
    slug: str | None
    tenant_name: str | None
    state: str | None
    site_version: int | None
    person_id: UUID | None
    person_name: str | None
    language: str | None
    session_id: UUID | None
    roles: frozenset[str]
    province_roles: frozenset[str]
    scope: Scope
    strong: bool
    """Whether a second factor stands behind the session or the token."""
    represents: bool
    """Whether the person has ever acted for somebody."""


@dataclass(frozen=True)
class Address:
    """A Host header taken apart: `slug` is empty for the portal and None for a name outside the base domain."""

    host: str
    slug: str | None

    @property
    def portal(self) -> bool:
        return self.slug == ""


def parse_host(header: str, base_domain: str) -> Address | None:
    """The tenant that a Host header asks for; None when it is not a host name at all."""
    written = HOST.fullmatch(header)
    if written is None or len(written[1]) > LONGEST_HOST:
        return None
    host = written[1].lower()
    if host == base_domain:
        return Address(host, "")
    if host.endswith(f".{base_domain}"):
        slug = host.removesuffix(f".{base_domain}")
        return None if "." in slug else Address(host, slug)
    return Address(host, None)
