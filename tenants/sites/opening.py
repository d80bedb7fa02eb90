"""Making a city: its row in the registry and a plain site, so that its address answers at once."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from auth.residence.models import Region
from maru.db import go_on_for, session
from maru.errors import N_, Invalid
from maru.tenancy import COMING, Tenant
from maru.web import dates
from tenants.sites import lifecycle
from tenants.sites.models import Site

SLUG = re.compile(r"(?=.{3,32}$)[a-z][a-z0-9]*(-[a-z0-9]+)*")
"""Never two dashes: browsers read `xn--` as another writing, and find no such host."""
NAME = re.compile(r"[^\W_][\w ·.()-]{1,39}")
ENGLISH = re.compile(r"[A-Za-z][A-Za-z0-9 .,'()-]{1,59}")
RESERVED = {
    "admin", "api", "app", "assets", "auth", "cdn", "console", "dev", "docs", "files", "gyeonggi", "help", "id", "imap",
    "keycloak", "live", "localhost", "province", "verify",
    "login", "mail", "maru", "media", "metrics", "ns1", "ns2", "ops", "pop", "portal", "search", "smtp", "sso", "static",
    "staging", "status", "storage", "support", "test", "web", "webmail", "www",
}  # fmt: skip
"""Names of hosts that people take for the province's own, or that programs look for."""
ODD_SLUG = N_(
    "주소 이름은 영어 소문자로 시작해 소문자, 숫자, 줄표로 3자에서 32자까지 적어 주세요. 줄표는 하나씩만 씁니다."
)
ODD_NAME = N_("시군의 이름을 글자와 숫자로 두 자에서 마흔 자까지 적어 주세요. 예: 과천시")
TAKEN_NAME = N_("이미 있는 시군입니다. 시군 목록에서 그 시군을 찾아 준비를 시작하거나 다시 여세요.")
KEPT_SLUG = N_("도가 쓰려고 남겨 둔 주소 이름입니다. 시군의 이름으로 지어 주세요.")
TAKEN_SLUG = N_("이미 쓰고 있는 주소 이름입니다. 다른 이름을 골라 주세요.")
MADE_BY_COMMAND = "서버 명령으로 열었습니다."


@dataclass(frozen=True)
class NewCity:
    """What provincial staff say of a city to be made; `region` is empty for a tenant that is no municipality."""

    slug: str
    name_ko: str
    name_en: str
    region: str
    reason: str


def make_city(new: NewCity, by: UUID | None) -> Tenant:
    """A city that is being prepared and has no `faults`, in the province's scope; `furnish` gives it its site.

    Raises Invalid where somebody was quicker.
    """
    city = Tenant(
        slug=new.slug, name_ko=new.name_ko, name_en=new.name_en, region_code=new.region or _code_of_no_municipality()
    )
    try:
        with session().begin_nested():
            session().add(city)
    except sa.exc.IntegrityError as error:  # somebody has made it since we looked
        raise Invalid(TAKEN_SLUG, {"slug": TAKEN_SLUG}) from error
    lifecycle.record(city, None, "preparing", new.reason[: lifecycle.LONGEST_REASON], by)
    return city


def open_city(slug: str, name: str) -> Tenant:
    """Make a live tenant, or bring one that is planned or prepared to life; `furnish` gives it its site.

    Its region is the municipality of that name; a tenant that is none, such as a provincial institute, gets a code of
    its own. Runs in the province's scope.
    """
    if fault := _fault_of_slug(slug) or ("" if NAME.fullmatch(name) else ODD_NAME):
        raise Invalid(fault)
    tenant = session().scalar(sa.select(Tenant).where(Tenant.slug == slug))
    before = tenant.state if tenant else None
    if tenant is None:
        tenant = Tenant(slug=slug, name_ko=name, name_en=slug.replace("-", " ").title(), region_code=_code(name))
        session().add(tenant)
    elif tenant.state not in COMING:
        raise Invalid(TAKEN_SLUG)
    elif tenant.name_ko != name:
        kept = N_(
            "‘%(city)s’ 누리집을 열려고 준비해 둔 주소 이름입니다. 그 시군이라면 이름을 ‘%(city)s’ 그대로 적어 주세요."
        )
        raise Invalid(kept, values={"city": tenant.name_ko})
    lifecycle.record(tenant, before, "live", MADE_BY_COMMAND, None)
    return tenant


def furnish(tenant: Tenant) -> None:
    """Give a city a plain site where it has none, written as a job of the tenant would: the last act of a transaction."""
    if session().get(Site, tenant.id) is None:
        go_on_for(tenant.id)
        name = f"{tenant.name_ko} 평생학습관"
        session().add(Site(tenant_id=tenant.id, name=name, name_en=f"{tenant.name_en} Learning Centre"))
        session().flush()


def free_regions() -> Sequence[Region]:
    """The municipalities of today that are no tenant yet, by name."""
    today = dates.today()
    taken = sa.select(sa.func.walls.region_on(Tenant.region_code, today)).where(Tenant.region_code.is_not(None))
    return session().scalars(_municipalities().where(Region.code.not_in(taken)).order_by(Region.name_ko)).all()


def faults(new: NewCity) -> dict[str, str]:
    """The sentences of the fields that cannot stay as they are."""
    taken = session().scalar(sa.select(Tenant.id).where(Tenant.slug == new.slug))
    region_is_free = not new.region or any(region.code == new.region for region in free_regions())
    known = session().scalar(sa.select(Tenant.id).where(Tenant.name_ko == new.name_ko).limit(1))
    found = {
        "slug": _fault_of_slug(new.slug) or (TAKEN_SLUG if taken else ""),
        "name_ko": ODD_NAME if not NAME.fullmatch(new.name_ko) else TAKEN_NAME if known else "",
        "name_en": "" if ENGLISH.fullmatch(new.name_en) else N_("영어 이름을 로마자로 적어 주세요. 예: Gwacheon"),
        "region": "" if region_is_free else N_("다른 시군이 이미 쓰는 지역입니다. 목록에서 다시 골라 주세요."),
        "reason": "" if new.reason else N_("왜 함께하게 되었는지 적어 주세요. 예: 쓰던 시스템이 낡아 교체가 급함"),
    }
    return {field: sentence for field, sentence in found.items() if sentence}


def _fault_of_slug(slug: str) -> str:
    if not SLUG.fullmatch(slug):
        return ODD_SLUG
    return KEPT_SLUG if slug in RESERVED else ""


def _municipalities() -> sa.Select[Region]:
    return sa.select(Region).where(Region.kind.in_(("city", "county")), Region.valid.contains(dates.today()))


def _code(name: str) -> str:
    municipality = session().scalar(_municipalities().where(Region.name_ko == name))
    if municipality and not session().scalar(sa.select(Tenant.id).where(Tenant.region_code == municipality.code)):
        return municipality.code
    return _code_of_no_municipality()


def _code_of_no_municipality() -> str:
    last = session().scalar(sa.select(sa.func.max(Tenant.region_code)).where(Tenant.region_code.like("9____")))
    return str(int(last or "90000") + 1)
