"""Writing the province's notices, and finding those that a city shows."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from uuid import UUID

import sqlalchemy as sa

from maru.db import session
from maru.errors import N_, Invalid, NotFound, Refused
from maru.tenancy import Tenant
from tenants.announcements.models import ProvinceNotice

LONGEST_TITLE = 120


def every() -> Sequence[ProvinceNotice]:
    """All that was ever written, the latest first, in the province's scope."""
    return session().scalars(sa.select(ProvinceNotice).order_by(ProvinceNotice.id.desc())).all()


def get(notice: UUID) -> ProvinceNotice:
    """One notice that the caller may see."""
    found = session().get(ProvinceNotice, notice)
    if found is None:
        raise NotFound(N_("찾으시는 소식이 없습니다."))
    return found


def announce(title: str, body: str, cities: Collection[str], by: UUID) -> ProvinceNotice:
    """Tell the residents of the cities with these slugs, or of all cities where none is named. Raises Invalid."""
    tenants = session().scalars(sa.select(Tenant.id).where(Tenant.slug.in_(cities))).all() if cities else None
    errors = {
        "title": "" if 0 < len(title) <= LONGEST_TITLE else N_("제목을 120자까지 적어 주세요."),
        "body": "" if body else N_("내용을 적어 주세요."),
        "cities": ""
        if tenants is None or len(tenants) == len(set(cities))
        else N_("알릴 시군을 목록에서 골라 주세요."),
    }
    errors = {field: sentence for field, sentence in errors.items() if sentence}
    if errors:
        raise Invalid(next(iter(errors.values())), errors)
    told = ProvinceNotice(
        title=title,
        body=body,
        tenants=list(tenants) if tenants else None,
        published_at=datetime.now(UTC),
        written_by=by,
    )
    session().add(told)
    session().flush()
    return told


def withdraw(notice: UUID) -> None:
    """Take a notice down everywhere; it stays in the province's list."""
    found = get(notice)
    if found.withdrawn_at is not None:
        raise Refused(N_("이미 내린 소식입니다."), slug="notice-withdrawn")
    found.withdrawn_at = datetime.now(UTC)
    session().flush()


def shown_in(tenant: UUID, limit: int = 20) -> Sequence[ProvinceNotice]:
    """What a city's residents are told by the province, newest first."""
    told = _public().where(
        sa.or_(ProvinceNotice.tenants.is_(None), sa.literal(tenant) == sa.any_(ProvinceNotice.tenants))
    )
    return session().scalars(told.order_by(ProvinceNotice.published_at.desc()).limit(limit)).all()


def one_shown_in(tenant: UUID, notice: UUID) -> ProvinceNotice:
    """One of those. NotFound."""
    found = next((one for one in shown_in(tenant, 100) if one.id == notice), None)
    if found is None:
        raise NotFound(N_("찾으시는 소식이 없습니다."))
    return found


def _public() -> sa.Select[ProvinceNotice]:
    return sa.select(ProvinceNotice).where(
        ProvinceNotice.published_at <= sa.func.now(), ProvinceNotice.withdrawn_at.is_(None)
    )
