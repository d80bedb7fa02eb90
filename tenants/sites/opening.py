"""Opening a city: its row in the registry and a plain site, so that its address answers at once."""

import re
from uuid import UUID

import sqlalchemy as sa

from auth.residence.models import Region
from maru.db import go_on_for, session
from maru.errors import N_, Invalid
from maru.tenancy import Tenant
from maru.web import dates
from tenants.sites.models import Site

SLUG = re.compile(r"[a-z][a-z0-9-]{1,30}[a-z0-9]")
NAME = re.compile(r"[^\W_][\w ·.()-]{1,39}")
RESERVED = {
    "admin", "api", "app", "assets", "auth", "cdn", "console", "dev", "docs", "files", "gyeonggi", "help", "id", "imap",
    "keycloak", "live", "localhost", "province", "verify",
    "login", "mail", "maru", "media", "metrics", "ns1", "ns2", "ops", "pop", "portal", "search", "smtp", "sso", "static",
    "staging", "status", "storage", "support", "test", "web", "webmail", "www",
}  # fmt: skip
"""Names of hosts that people take for the province's own, or that programs look for."""
BEFORE_OPENING = ("planned", "preparing")


def open_city(slug: str, name: str) -> UUID:
    """Make a live tenant with a plain site, or bring one that is planned or prepared to life.

    Its region is the municipality of that name; a tenant that is none, such as a provincial institute, gets a code of
    its own. Runs in the province's scope.
    """
    if not SLUG.fullmatch(slug):
        raise Invalid(N_("주소 이름은 영어 소문자로 시작해 소문자, 숫자, 줄표로 3자에서 32자까지 적어 주세요."))
    if not NAME.fullmatch(name):
        raise Invalid(N_("시군의 이름을 글자와 숫자로 두 자에서 마흔 자까지 적어 주세요. 예: 과천시"))
    if slug in RESERVED:
        raise Invalid(N_("도가 쓰려고 남겨 둔 주소 이름입니다. 시군의 이름으로 지어 주세요."))
    tenant = session().scalar(sa.select(Tenant).where(Tenant.slug == slug))
    if tenant is None:
        tenant = Tenant(slug=slug, name_ko=name, name_en=slug.replace("-", " ").title(), region_code=_code(name))
        session().add(tenant)
    elif tenant.state not in BEFORE_OPENING:
        raise Invalid(N_("이미 쓰고 있는 주소 이름입니다. 다른 이름을 골라 주세요."))
    elif tenant.name_ko != name:
        kept = N_(
            "‘%(city)s’ 누리집을 열려고 준비해 둔 주소 이름입니다. 그 시군이라면 이름을 ‘%(city)s’ 그대로 적어 주세요."
        )
        raise Invalid(kept, values={"city": tenant.name_ko})
    tenant.state, tenant.onboarded_on = "live", dates.today()
    session().flush()
    _give_site(tenant)
    return tenant.id


def _code(name: str) -> str:
    municipality = session().scalar(
        sa.select(Region.code).where(
            Region.name_ko == name, Region.kind != "district", Region.valid.contains(dates.today())
        )
    )
    if municipality and not session().scalar(sa.select(Tenant.id).where(Tenant.region_code == municipality)):
        return municipality
    last = session().scalar(sa.select(sa.func.max(Tenant.region_code)).where(Tenant.region_code.like("9____")))
    return str(int(last or "90000") + 1)


def _give_site(tenant: Tenant) -> None:
    """A plain site, written as a job of the tenant would."""
    go_on_for(tenant.id)
    if session().get(Site, tenant.id) is None:
        name = f"{tenant.name_ko} 평생학습관"
        session().add(Site(tenant_id=tenant.id, name=name, name_en=f"{tenant.name_en} Learning Centre"))
    session().flush()
