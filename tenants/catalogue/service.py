"""Finding published runs, in one city or over all live cities, and publishing them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from maru.db import session
from maru.errors import N_, NotFound, Refused
from maru.tenancy import SERVED, Tenant
from maru.web import dates
from tenants.catalogue.conditions import conditions
from tenants.catalogue.filters import Filters
from tenants.catalogue.models import Listing, Seats
from tenants.catalogue.ordering import Place, order
from tenants.catalogue.projection import project
from tenants.courses import service as courses
from tenants.courses.models import Run
from tenants.courses.states import State, closes_soon, state_of

PAGE = 20
ROW_COLUMNS = tuple(
    getattr(Listing, name)
    for name in [
        "tenant_id",
        "run_id",
        "title",
        "title_en",
        "venue",
        "room",
        "method",
        "starts_on",
        "ends_on",
        "starts_at",
        "ends_at",
        "weekdays",
        "weekdays_text",
        "meeting_count",
        "fee",
        "opens_at",
        "closes_at",
        "cancelled_at",
        "cancel_reason",
        "settled_at",
        "updated_at",
        "resident_only",
        "category",
    ]
)
SEAT_COLUMNS = (Seats.capacity, Seats.waiting_limit, Seats.placed, Seats.waiting)
WITH_SEATS = sa.and_(Seats.tenant_id == Listing.tenant_id, Seats.run_id == Listing.run_id)
SERVED_TENANT = sa.and_(Tenant.id == Listing.tenant_id, Tenant.state.in_(SERVED))


@dataclass(frozen=True)
class Found:
    """One page of a list: rows with the columns above (and `slug`, `city` on the portal), and where the next begins."""

    rows: Sequence[Any]
    as_of: datetime
    next: str | None


def find(filters: Filters, *, tenant: UUID | None, limit: int = PAGE, cursor: str | None = None) -> Found:
    """Published runs of `tenant`, or of all live cities when it is None, that `filters` leaves."""
    place = Place.read(cursor) if cursor else None
    as_of = place.as_of if place else datetime.now(UTC)
    group, key = order(filters.sort, filters.q, as_of)
    query = (
        sa.select(*ROW_COLUMNS, *SEAT_COLUMNS, group.label("group"), key.label("key"))
        .join(Seats, WITH_SEATS)
        .where(*conditions(filters, as_of))
    )
    if tenant is not None:
        query = query.where(Listing.tenant_id == tenant)
    else:
        query = query.join(Tenant, SERVED_TENANT).add_columns(Tenant.slug, Tenant.name_ko.label("city"), Tenant.name_en)
        if filters.city:
            query = query.where(Tenant.slug.in_(filters.city))
    if place:
        query = query.where(sa.tuple_(group, key, Listing.run_id) > (place.group, place.key, place.run_id))
    rows = session().execute(query.order_by(group, key, Listing.run_id).limit(limit + 1)).all()
    following = None
    if len(rows) > limit:
        last = rows[limit - 1]
        following = Place(as_of, last.group, last.key, last.run_id).write()
    return Found(rows[:limit], as_of, following)


def count(filters: Filters, *, tenant: UUID | None) -> int:
    """How many `find` would find in all."""
    query = sa.select(sa.func.count()).select_from(Listing).where(*conditions(filters, datetime.now(UTC)))
    if filters.state:
        query = query.join(Seats, WITH_SEATS)
    if tenant is not None:
        query = query.where(Listing.tenant_id == tenant)
    else:
        query = query.join(Tenant, SERVED_TENANT)
        if filters.city:
            query = query.where(Tenant.slug.in_(filters.city))
    return session().scalars(query).one()


def counts(tenant: UUID | None, wanted: Mapping[str, Filters]) -> dict[str, int]:
    """How many each of several filters would find, in one query."""
    as_of = datetime.now(UTC)
    columns = [
        sa.func.count().filter(sa.and_(sa.true(), *conditions(filters, as_of))).label(name)
        for name, filters in wanted.items()
    ]
    query = sa.select(*columns).select_from(Listing).join(Seats, WITH_SEATS)
    query = query.where(Listing.tenant_id == tenant) if tenant is not None else query.join(Tenant, SERVED_TENANT)
    return dict(session().execute(query).one()._mapping)


def get(run: UUID, tenant: UUID) -> Any:
    """The public row of one run with its seats; NotFound for an unpublished one and for another city's."""
    query = sa.select(*Listing.__table__.columns, *SEAT_COLUMNS).join(Seats, WITH_SEATS)
    found = session().execute(query.where(Listing.tenant_id == tenant, Listing.run_id == run)).one_or_none()
    if found is None:
        raise NotFound(N_("찾으시는 강좌가 없습니다. 주소가 바뀌었거나 공개가 끝났을 수 있습니다."))
    return found


@dataclass(frozen=True)
class PublicMeeting:
    """One class day of a public row."""

    number: int
    starts_at: datetime
    ends_at: datetime
    topic: str


def meetings(row: Any) -> list[PublicMeeting]:
    """The class days of a public row, in order."""
    return [
        PublicMeeting(
            one["number"],
            datetime.fromisoformat(one["starts_at"]),
            datetime.fromisoformat(one["ends_at"]),
            one["topic"],
        )
        for one in row.meetings
    ]


def several(runs: Collection[tuple[UUID, UUID]]) -> dict[UUID, Any]:
    """Public rows by run id, for (tenant, run) pairs of any cities."""
    if not runs:
        return {}
    query = sa.select(*Listing.__table__.columns, *SEAT_COLUMNS, Tenant.slug, Tenant.name_ko.label("city")).join(
        Seats, WITH_SEATS
    )
    query = query.join(Tenant, Tenant.id == Listing.tenant_id)
    wanted = sa.tuple_(Listing.tenant_id, Listing.run_id).in_(list(runs))
    return {row.run_id: row for row in session().execute(query.where(wanted))}


def places(tenant: UUID) -> Sequence[str]:
    """Venues of a city's published runs, most used first."""
    query = (
        sa.select(Listing.venue)
        .where(Listing.tenant_id == tenant, Listing.venue != "", Listing.ends_on >= dates.today())
        .group_by(Listing.venue)
        .order_by(sa.func.count().desc(), Listing.venue)
        .limit(12)
    )
    return session().scalars(query).all()


def state(row: Any, now: datetime | None = None) -> State:
    """The state of a public row with its seats."""
    moment = now or datetime.now(UTC)
    return state_of(row, row, moment, dates.today(moment))


def soon(row: Any, now: datetime | None = None) -> bool:
    """Whether a public row that is open closes soon."""
    return closes_soon(row, row, now or datetime.now(UTC))


def publish(runs: Collection[UUID]) -> int:
    """Make runs of the tenant public; gives how many were not yet."""
    ready = [run for run in courses.several(runs) if run.cancelled_at is None]
    fresh = [run for run in ready if run.published_at is None]
    for run in fresh:
        run.published_at = datetime.now(UTC)
    project([run.id for run in ready])
    return len(fresh)


def cancel_run(run: Run, reason: str) -> None:
    """Call a whole run off; its page says so and why."""
    if run.settled_at is not None:
        raise Refused(N_("수료 처리를 마친 강좌는 폐강할 수 없습니다."), slug="run-settled")
    run.cancelled_at = run.cancelled_at or datetime.now(UTC)
    run.cancel_reason = reason
    if run.published_at is not None:
        project([run.id])
