"""The states of a city and the ways between them (GP-04, domain 1.4): every change keeps who, when and why."""

from collections.abc import Mapping, Sequence
from uuid import UUID

import sqlalchemy as sa

from auth.roles.cities import bring_up_to_date
from maru import forms
from maru.db import session
from maru.errors import N_, Forbidden, NotFound, Refused
from maru.tenancy import SERVED, Tenant
from maru.web import dates
from tenants.sites.models import TenantChange

WAYS: Mapping[str, tuple[str, ...]] = {
    "planned": ("preparing", "archived"),
    "preparing": ("pilot", "live", "archived"),
    "pilot": ("live", "suspended"),
    "live": ("suspended",),
    "suspended": ("pilot", "live", "archived"),
    "archived": ("suspended",),
}
"""From each state to those that may follow. A city that has been open is suspended before it is closed for good, and
one that was closed by mistake comes back by the same door.
"""
STATES = {
    "planned": N_("계획"),
    "preparing": N_("준비 중"),
    "pilot": N_("시범 운영"),
    "live": N_("운영 중"),
    "suspended": N_("쉬는 중"),
    "archived": N_("문 닫음"),
}
LONGEST_REASON = 500
OPENED_BY_CITY = "점검표를 마치고 시군이 열었습니다."


def change(tenant: UUID, wanted: str, reason: str, by: UUID | None) -> Tenant:
    """Move a city to another state, in the province's scope. `by` is None for a command of the server."""
    city = session().get(Tenant, tenant, with_for_update={"key_share": True}, populate_existing=True)
    if city is None:
        raise NotFound(N_("찾으시는 시군이 없습니다."))
    if wanted not in WAYS[city.state]:
        words = N_("지금 상태가 ‘%(state)s’이어서 그렇게 바꿀 수 없습니다. 열었던 누리집은 먼저 쉬게 한 뒤에 닫습니다.")
        raise Refused(words, values={"state": STATES[city.state]}, slug="tenant-state")
    said = forms.words("reason", reason, LONGEST_REASON, N_("왜 바꾸는지 적어 주세요. 기록에 남습니다."))
    record(city, city.state, wanted, said, by)
    return city


def record(city: Tenant, before: str | None, state: str, reason: str, by: UUID | None) -> None:
    """Write the state, and the line that keeps how it came about; `before` is None for a city that is new."""
    city.state, city.state_reason = state, reason
    if state in SERVED:
        city.onboarded_on = city.onboarded_on or dates.today()
    session().flush()
    session().add(TenantChange(tenant_id=city.id, from_state=before, to_state=state, reason=reason, changed_by=by))
    session().flush()
    if before is None or "archived" in (before, state):
        bring_up_to_date.later(city.id)


def resume(tenant: UUID, reason: str, by: UUID | None) -> Tenant:
    """Open a suspended city again, as it was before. Raises Refused where it is not suspended."""
    city = session().get(Tenant, tenant)
    if city is None or city.state != "suspended":
        raise Refused(N_("쉬고 있는 시군만 다시 엽니다."), slug="tenant-state")
    return change(tenant, resumed_to(tenant), reason, by)


def resumed_to(tenant: UUID) -> str:
    """The state that a suspended city goes back to: the one before it was suspended."""
    before = session().scalar(
        sa.select(TenantChange.from_state)
        .where(TenantChange.tenant_id == tenant, TenantChange.to_state == "suspended")
        .where(TenantChange.from_state.in_(SERVED))
        .order_by(TenantChange.id.desc())
        .limit(1)
    )
    return before or "live"


def history(tenant: UUID) -> Sequence[TenantChange]:
    """All changes of a city, the latest first."""
    return (
        session()
        .scalars(sa.select(TenantChange).where(TenantChange.tenant_id == tenant).order_by(TenantChange.id.desc()))
        .all()
    )


def go_live(tenant: UUID, wanted: str = "live", reason: str = OPENED_BY_CITY) -> None:
    """Open a prepared city, or one on trial, in the scope of its own staff: only its administrator can, and only forwards.

    The engine looks at the caller's grant and at the state itself; `tenant` is the house whose console asks.
    """
    refusal = session().scalar(sa.select(sa.func.engine.go_live(wanted, reason)))
    if refusal == "not-admin":
        raise Forbidden(N_("누리집은 시군 관리자만 열 수 있습니다."))
    if refusal:
        raise Refused(
            N_("지금은 누리집을 열 수 있는 상태가 아닙니다. 경기도 담당자에게 알려 주세요."), slug="tenant-state"
        )
    session().expire(session().get_one(Tenant, tenant))
