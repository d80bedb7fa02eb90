"""Opening a city: its row in the registry and a plain site, so that its address answers at once."""

import re
from uuid import UUID

import sqlalchemy as sa

from auth.residence.models import Region
from maru.db import session
from maru.errors import N_, Invalid
from maru.tenancy import Tenant
from maru.web import dates
from tenants.sites.models import Site

SLUG = re.compile(r"[a-z][a-z0-9-]{1,30}[a-z0-9]")


def open_city(slug: str, name: str) -> UUID:
    """Make a live tenant with a plain site; its region is the municipality of that name.

    A tenant that is no municipality, such as a provincial institute, gets a code of its own.
    """
    if not SLUG.fullmatch(slug):
        raise Invalid(N_("주소 이름은 영어 소문자로 시작해 소문자, 숫자, 줄표로 3자에서 32자까지 적어 주세요."))
    if session().scalar(sa.select(Tenant.id).where(Tenant.slug == slug)):
        raise Invalid(N_("이미 쓰고 있는 주소 이름입니다. 다른 이름을 골라 주세요."))
    region = session().scalar(
        sa.select(Region.code).where(
            Region.name_ko == name, Region.kind != "district", Region.valid.contains(dates.today())
        )
    )
    if region is None or session().scalar(sa.select(Tenant.id).where(Tenant.region_code == region)):
        region = _code_of_its_own()
    tenant = Tenant(
        slug=slug,
        name_ko=name,
        name_en=slug.replace("-", " ").title(),
        region_code=region,
        state="live",
        onboarded_on=dates.today(),
    )
    session().add(tenant)
    session().flush()
    session().execute(sa.select(sa.func.set_config("maru.tenant", str(tenant.id), True)))
    session().execute(sa.select(sa.func.set_config("maru.scope", "job", True)))
    session().add(Site(tenant_id=tenant.id, name=f"{name} 평생학습관", name_en=f"{tenant.name_en} Learning Centre"))
    session().flush()
    return tenant.id


def _code_of_its_own() -> str:
    """A code for a tenant that is no municipality: 90001 and on, which no region has; certificates are numbered by it."""
    last = session().scalar(sa.select(sa.func.max(Tenant.region_code)).where(Tenant.region_code.like("9____")))
    return str(int(last or "90000") + 1)
