"""How the cities are: counts and moments of each, and what of it needs somebody to look (GP-10)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from auth.roles.models import Invitation, RoleGrant
from maru import tenancy
from maru.db import session
from maru.errors import N_
from maru.tenancy import COMING, SERVED, Tenant
from tenants.leaving.models import TenantFiles
from tenants.province.work import Work

STAFF_SILENT = timedelta(days=30)
RANKS = {"bad": 0, "soon": 1, "ok": 2, "off": 3}


@dataclass(frozen=True)
class CityHealth:
    """What the province sees of one city: no names, no rows."""

    city: Tenant
    runs: int
    opened_at: datetime | None
    opened: int
    """Runs that were opened then."""
    first_hour: int
    """Applications to them within an hour."""
    applications: int
    sign_ins: int
    staff_at: datetime | None
    files: TenantFiles | None
    admins: int
    invited: int
    work: Sequence[Work] = ()

    @property
    def needs(self) -> tuple[str, str, int]:
        """Kind (ok, soon, bad, off), the sentence, and how many it counts; the first that applies is the worst."""
        return next((kind, words, count) for holds, kind, words, count in self._findings() if holds)

    def _findings(self) -> Sequence[tuple[bool, str, str, int]]:
        open_now, failed = self.city.state in SERVED, sum(one.failed for one in self.work)
        stuck = len(self.work) - failed
        silent = self.staff_at is None or self.staff_at < datetime.now(UTC) - STAFF_SILENT
        return (
            (self.city.state == "archived", "off", N_("문 닫음"), 0),
            (failed > 0, "bad", N_("실패한 작업 %(count)s건"), failed),
            (stuck > 0, "bad", N_("멈춘 작업 %(count)s건"), stuck),
            (self.city.state == "suspended", "off", N_("쉬는 중"), 0),
            (self.city.state == "planned", "off", N_("아직 시작하지 않음"), 0),
            (not self.admins and not self.invited, "soon", N_("관리자가 없음"), 0),
            (not self.admins, "soon", N_("관리자가 아직 초대를 받지 않음"), 0),
            (open_now and self.staff_at is None, "soon", N_("담당자가 들어온 적이 없음"), 0),
            (open_now and silent, "soon", N_("담당자가 30일 넘게 들어오지 않음"), 0),
            (self.city.state in COMING, "off", N_("준비하고 있음"), 0),
            (True, "ok", N_("정상"), 0),
        )

    @property
    def rank(self) -> tuple[int, int, str]:
        """First what needs somebody, then by state and name."""
        states = ("live", "pilot", "preparing", "planned", "suspended", "archived")
        return RANKS[self.needs[0]], states.index(self.city.state), self.city.name_ko


def health(
    hosts_end: str, work: Mapping[UUID, Sequence[Work]], cities: Sequence[Tenant] | None = None
) -> list[CityHealth]:
    """Of all cities, or of some, what needs attention first. `hosts_end` is what follows the slug in their hosts, `work`
    what did not get done of each.
    """
    counted = {row.tenant_id: row for row in session().execute(_counts(hosts_end))}
    files = {one.tenant_id: one for one in session().scalars(sa.select(TenantFiles))}
    admins, invited = _admins(), _invited()
    found = [
        CityHealth(
            city,
            counted[city.id].runs,
            counted[city.id].opened_at,
            counted[city.id].opened,
            counted[city.id].first_hour,
            counted[city.id].applications,
            counted[city.id].sign_ins,
            counted[city.id].staff_at,
            files.get(city.id),
            admins.get(city.id, 0),
            invited.get(city.id, 0),
            work.get(city.id, ()),
        )
        for city in (cities if cities is not None else tenancy.every())
    ]
    return sorted(found, key=lambda one: one.rank)


def _counts(hosts_end: str) -> sa.Select[Any]:
    columns: list[sa.ColumnElement[Any]] = [
        sa.column(name)
        for name in ("tenant_id", "runs", "opened_at", "opened", "first_hour", "applications", "sign_ins", "staff_at")
    ]
    return sa.select(*columns).select_from(sa.func.engine.city_health(hosts_end))


def _admins() -> dict[UUID, int]:
    held = sa.select(RoleGrant.tenant_id, sa.func.count()).where(
        RoleGrant.role == "city_admin", RoleGrant.ended_at.is_(None), RoleGrant.tenant_id.is_not(None)
    )
    return {tenant: count for tenant, count in session().execute(held.group_by(RoleGrant.tenant_id)) if tenant}


def _invited() -> dict[UUID, int]:
    waiting = sa.select(Invitation.tenant_id, sa.func.count()).where(
        Invitation.role == "city_admin", Invitation.accepted_at.is_(None), Invitation.withdrawn_at.is_(None),
        Invitation.tenant_id.is_not(None), sa.or_(Invitation.expires_at.is_(None), Invitation.expires_at > sa.func.now()),
    )  # fmt: skip
    return {tenant: count for tenant, count in session().execute(waiting.group_by(Invitation.tenant_id)) if tenant}
