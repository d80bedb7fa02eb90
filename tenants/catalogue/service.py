"""Finding published runs, in one city or over all live cities, and publishing them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from maru import cursors
from maru.db import Statement, session
from maru.errors import N_, Invalid, NotFound, Refused, Remedy
from maru.tenancy import SERVED, Tenant
from maru.web import dates
from tenants.catalogue.conditions import WITH_SEATS, conditions, in_house
from tenants.catalogue.filters import NEAR, SORTS, Filters
from tenants.catalogue.models import Listing, Seats
from tenants.catalogue.moments import Moment
from tenants.catalogue.ordering import Place, nearest, order
from tenants.catalogue.projection import project
from tenants.courses import service as courses
from tenants.courses.models import Run
from tenants.courses.states import State, closes_soon, state_of
from tenants.places import service as towns
from tenants.places.models import RegionCentre

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
        "verified_only",
        "first_come",
        "category",
        "latitude",
        "in_person",
    ]
)
SEAT_COLUMNS = (Seats.capacity, Seats.waiting_limit, Seats.placed, Seats.waiting)
CITY_COLUMNS = (Tenant.slug, Tenant.name_ko.label("city"), Tenant.name_en)
WHOLE = tuple(column for column in Listing.__table__.columns if column.name not in {"search", "boxes", "title_key"})
ONE = Statement(
    sa.select(*WHOLE, *SEAT_COLUMNS, *CITY_COLUMNS, Tenant.region_code)
    .join(Seats, WITH_SEATS)
    .join(Tenant, Tenant.id == Listing.tenant_id)
    .where(
        Listing.tenant_id == sa.bindparam("tenant", type_=sa.Uuid), Listing.run_id == sa.bindparam("run", type_=sa.Uuid)
    )
)


@dataclass(frozen=True)
class Found:
    """One page of a list: rows with the columns above and their city's, and where the next begins."""

    rows: Sequence[Any]
    as_of: datetime
    next: str | None


def find(filters: Filters, *, tenant: UUID | None, limit: int = PAGE, cursor: str | None = None) -> Found:
    """Published runs of `tenant`, or of all live cities when it is None, that `filters` leaves."""
    place = Place.read(cursor) if cursor else None
    as_of = place.as_of if place else datetime.now(UTC)
    away, rows_from = _away(filters.near, as_of)
    by_place = filters.order == NEAR and rows_from is not Listing
    group, key = (
        nearest(filters.q, as_of, away)
        if by_place
        else order(filters.order if filters.order in SORTS else SORTS[0], filters.q, as_of)
    )
    chosen = (
        sa.select(Listing.tenant_id, Listing.run_id, group.label("group"), key.label("key"), away.label("away"))
        .select_from(rows_from)
        .where(*conditions(filters, Moment.at(as_of)), in_house(tenant, filters.city))
        .order_by(group, key, Listing.run_id)
        .limit(limit + 1)
    )
    if place:
        chosen = chosen.where(sa.tuple_(group, key, Listing.run_id) > (place.group, place.key, place.run_id))
    rows = session().connection().execute(whole_rows(chosen.subquery())).all()
    following = None
    if len(rows) > limit:
        last = rows[limit - 1]
        following = Place(as_of, last.group, last.key, last.run_id).write()
    return Found(rows[:limit], as_of, following)


def _away(near: str, as_of: datetime) -> tuple[sa.ColumnElement[Any], Any]:
    """How far a row is from the chosen town, and what it is read from: its venue decides, else its city's centre."""
    town = towns.town(near) if near else None
    if town is None:
        return sa.cast(sa.null(), sa.Double), Listing
    centre = (
        sa.select(Tenant.id, RegionCentre.latitude, RegionCentre.longitude)
        .join(RegionCentre, RegionCentre.code == Tenant.region_code)
        .where(RegionCentre.valid.contains(dates.today(as_of)))
        .subquery()
    )
    latitude = sa.func.coalesce(Listing.latitude, centre.c.latitude)
    longitude = sa.func.coalesce(Listing.longitude, centre.c.longitude)
    return towns.distance(town, latitude, longitude), sa.outerjoin(Listing, centre, centre.c.id == Listing.tenant_id)


def whole_rows(chosen: sa.Subquery) -> sa.Select[Any]:
    """What is shown of the chosen rows: they are ordered by the index alone, and only these few are read whole."""
    same = sa.and_(Listing.tenant_id == chosen.c.tenant_id, Listing.run_id == chosen.c.run_id)
    return (
        sa.select(*ROW_COLUMNS, *SEAT_COLUMNS, *CITY_COLUMNS, chosen.c.group, chosen.c.key, chosen.c.away)
        .join(chosen, same)
        .join(Seats, WITH_SEATS)
        .join(Tenant, Tenant.id == Listing.tenant_id)
        .order_by(chosen.c.group, chosen.c.key, Listing.run_id)
    )


def get(run: UUID, tenant: UUID) -> Any:
    """The public row of one run with its seats and its city; NotFound for an unpublished one and for another city's."""
    found = ONE.one_or_none(tenant=tenant, run=run)
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


@dataclass(frozen=True)
class PublicChange:
    """A class day that was called off, or moved to another day or hour."""

    number: int
    starts_at: datetime
    moved_from: datetime | None
    called_off: bool
    reason: str


def changes(row: Any) -> list[PublicChange]:
    """The class days of a public row that are not as they were planned."""
    return [
        PublicChange(
            one["number"],
            datetime.fromisoformat(one["starts_at"]),
            datetime.fromisoformat(one["moved_from"]) if one["moved_from"] else None,
            one["called_off"],
            one["reason"],
        )
        for one in row.meeting_changes
    ]


def several(runs: Collection[tuple[UUID, UUID]]) -> dict[UUID, Any]:
    """Public rows by run id, each with its city's state, for (tenant, run) pairs of any cities."""
    if not runs:
        return {}
    query = sa.select(*WHOLE, *SEAT_COLUMNS, *CITY_COLUMNS, Tenant.state.label("city_state")).join(Seats, WITH_SEATS)
    query = query.join(Tenant, Tenant.id == Listing.tenant_id)
    wanted = sa.tuple_(Listing.tenant_id, Listing.run_id).in_(list(runs))
    return {row.run_id: row for row in session().execute(query.where(wanted))}


def cities(limit: int, cursor: str | None = None) -> tuple[Sequence[Tenant], str | None]:
    """One page of the cities whose courses are offered, by slug, and the cursor of the next."""
    served = sa.select(Tenant).where(Tenant.state.in_(SERVED)).order_by(Tenant.slug).limit(limit + 1)
    if cursor:
        (after,) = cursors.decode(cursor, cursors.word)
        served = served.where(Tenant.slug > after)
    found = session().scalars(served).all()
    return found[:limit], cursors.encode(found[limit - 1].slug) if len(found) > limit else None


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


def full(row: Any, now: datetime | None = None) -> bool:
    """Whether a public row is closed only because places and places in line are taken: a cancellation opens it again."""
    moment = now or datetime.now(UTC)
    return state(row, moment) == "closed" and (row.closes_at is None or moment < row.closes_at)


def publish(runs: Collection[UUID]) -> int:
    """Make runs of the tenant public; gives how many were not yet."""
    ready = [run for run in courses.hold_several(runs) if run.cancelled_at is None]
    fresh = [run for run in ready if run.published_at is None]
    for run in fresh:
        run.published_at = datetime.now(UTC)
    project([run.id for run in ready])
    return len(fresh)


def obstacle_to_cancelling(run: Run) -> Refused | None:
    """Why a run cannot be called off: it has begun, or is over (domain 6.3)."""
    if run.settled_at is not None:
        return Refused(
            N_("수료 처리를 마친 강좌는 폐강할 수 없습니다."),
            slug="run-settled",
            remedies=[Remedy(N_("수료증이 잘못되었다면 까닭을 적어 취소하기"), f"/console/runs/{run.id}/close")],
        )
    if run.cancelled_at is not None:
        return Refused(
            N_("이미 폐강한 강좌입니다."),
            slug="run-cancelled",
            remedies=[Remedy(N_("강좌 보기"), f"/console/runs/{run.id}")],
        )
    if run.starts_on <= dates.today():
        return Refused(
            N_("%(day)s에 시작한 강좌라 폐강할 수 없습니다."),
            slug="run-begun",
            rule=N_("폐강은 강좌가 시작하기 전에만 합니다."),
            remedies=_instead_of_cancelling(run),
            values={"day": run.starts_on},
        )
    return None


def _instead_of_cancelling(run: Run) -> list[Remedy]:
    seats = seats_of(run)
    if seats is None:
        return [Remedy(N_("공개한 적이 없는 강좌이니 지우기"), f"/console/courses/delete?run={run.id}")]
    if seats.untouched:
        return [Remedy(N_("아무도 신청하지 않은 강좌이니 공개를 거두기"), f"/console/runs/{run.id}/withdraw")]
    return [Remedy(N_("모든 회차가 끝난 뒤 마치기에서 수료를 정하기"), f"/console/runs/{run.id}/close")]


def cancel_run(run: UUID, reason: str) -> None:
    """Call a whole run off before it begins; its page says so and why. Invalid without a reason."""
    held = hold(run)
    obstacle = obstacle_to_cancelling(held)
    if obstacle:
        raise obstacle
    if not reason:
        words = N_("왜 열지 못하는지 적어 주세요. 신청하신 분들이 보십니다.")
        raise Invalid(words, {"reason": words})
    held.cancelled_at = datetime.now(UTC)
    held.cancel_reason = reason
    if held.published_at is not None:
        project([run])


def hold(run: UUID) -> Run:
    """A run that nobody else changes, applies to or cancels until the transaction ends: itself first, then its counter."""
    held = courses.hold(run)
    session().execute(sa.select(sa.func.engine.hold_seats(run)))
    return held


def counted(runs: Collection[UUID]) -> set[UUID]:
    """Those of `runs` that have a seat counter: they were published at least once."""
    return set(session().scalars(sa.select(Seats.run_id).where(Seats.run_id.in_(runs))))


def seats_of(run: Run) -> Seats | None:
    """The counter of a run that was published at least once."""
    return session().scalar(sa.select(Seats).where(Seats.tenant_id == run.tenant_id, Seats.run_id == run.id))
