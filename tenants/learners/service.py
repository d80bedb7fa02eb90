"""A person's applications over all cities, each with its public row, and whose staff looked at the person."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from auth.access_log import service as access_log
from auth.access_log.service import Looks
from auth.people.service import belongs
from maru import cursors
from maru.db import session
from maru.errors import Named
from maru.tenancy import Tenant
from maru.web import dates
from tenants.catalogue import service as catalogue
from tenants.catalogue.models import Listing
from tenants.enrolments import service as enrolments
from tenants.enrolments.models import Application

PAGE = 100
RUNNING = ("scheduled", "open", "waiting", "closed", "running")


@dataclass(frozen=True)
class Mine:
    """One application with the run it is for; `row` is the run's public row."""

    id: UUID
    run_id: UUID
    tenant: str
    tenant_name: str
    title: str
    state: str
    position: int | None
    run_state: str
    applied_at: datetime
    row: Any

    def current(self, today: date) -> bool:
        """Whether it still stands and its course runs, is to come, or was called off and would be running now."""
        going_on = self.run_state in RUNNING or (self.run_state == "cancelled" and self.row.ends_on >= today)
        return self.state != "cancelled" and going_on


def applications(
    person: UUID, limit: int = PAGE, cursor: str | None = None, *, without: Collection[UUID] = ()
) -> tuple[Sequence[Mine], str | None]:
    """One page of the person's applications but for those of the ids `without`, newest first; the cursor of the next."""
    query = _applications(person).where(Application.id.not_in(without))
    if cursor:
        (last,) = cursors.decode(cursor, cursors.identity)
        query = query.where(Application.id < last)
    found = session().scalars(query.limit(limit + 1)).all()
    following = cursors.encode(found[limit - 1].id) if len(found) > limit else None
    return _with_runs(found[:limit]), following


def current(person: UUID) -> Sequence[Mine]:
    """All of the person's applications that are current today, newest first."""
    today = dates.today()
    of_run = sa.and_(Listing.tenant_id == Application.tenant_id, Listing.run_id == Application.run_id)
    not_over = _applications(person).join(Listing, of_run).where(Listing.ends_on >= today)
    standing = session().scalars(not_over.where(Application.state != "cancelled")).all()
    return [one for one in _with_runs(standing) if one.current(today)]


def looks(person: UUID, cursor: str | None = None) -> tuple[list[tuple[Looks, Named | None]], str | None]:
    """Who looked at the person's data, a page, newest first, each with the city whose staff it was; None is the province.

    And the cursor of the next page.
    """
    found, following = access_log.looks_at(person, cursor)
    cities = sa.select(Tenant.id, Tenant.name_ko, Tenant.name_en).where(Tenant.id.in_({one.tenant_id for one in found}))
    names = {row.id: Named(row.name_ko, row.name_en) for row in session().execute(cities)}
    return [(one, names.get(one.tenant_id) if one.tenant_id else None) for one in found], following


def _applications(person: UUID) -> sa.Select[Application]:
    return sa.select(Application).where(belongs(Application.person_id, person)).order_by(Application.id.desc())


def _with_runs(found: Sequence[Application]) -> list[Mine]:
    rows = catalogue.several([(one.tenant_id, one.run_id) for one in found])
    positions = enrolments.positions(found)
    return [_mine(one, rows[one.run_id], positions.get(one.id)) for one in found if one.run_id in rows]


def _mine(one: Application, row: Any, position: int | None) -> Mine:
    return Mine(
        id=one.id,
        run_id=one.run_id,
        tenant=row.slug,
        tenant_name=row.city,
        title=row.title,
        state=one.state,
        position=position,
        run_state=catalogue.state(row),
        applied_at=one.applied_at,
        row=row,
    )
