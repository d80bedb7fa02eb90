"""Venues and institutions of a city; what is public of them changes with them."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from maru.db import session
from maru.errors import N_, Invalid, NotFound, Refused
from tenants.catalogue.projection import project
from tenants.courses import service as courses
from tenants.courses.models import Institution, Run, Venue

Named = TypeVar("Named", Venue, Institution)
BESIDE: Mapping[type[Any], str] = {Venue: "address", Institution: "phone"}
"""What tells two of the same name apart."""
POINTS: Mapping[type[Any], Any] = {Venue: Run.venue_id, Institution: Run.institution_id}
NO_NAME = N_("이름을 적어 주세요.")
TAKEN = N_("이름이 같은 곳이 이미 있습니다. 같은 곳이면 아래에서 합쳐 주세요.")


def get(venue: UUID) -> Venue:
    """A venue of the tenant."""
    return _get(Venue, venue, N_("찾으시는 교육장이 없습니다."))


def get_institution(institution: UUID) -> Institution:
    """An institution of the tenant."""
    return _get(Institution, institution, N_("찾으시는 운영기관이 없습니다."))


def _get(kind: type[Named], row: UUID, words: str) -> Named:
    found = session().scalar(sa.select(kind).where(kind.id == row))
    if found is None:
        raise NotFound(words)
    return found


def all_venues(tenant: UUID) -> Sequence[Venue]:
    """By name."""
    return session().scalars(sa.select(Venue).where(Venue.tenant_id == tenant).order_by(Venue.name, Venue.id)).all()


def all_institutions(tenant: UUID) -> Sequence[Institution]:
    """By name."""
    named = sa.select(Institution).where(Institution.tenant_id == tenant)
    return session().scalars(named.order_by(Institution.name, Institution.id)).all()


def rooms(tenant: UUID) -> Mapping[UUID, Sequence[str]]:
    """The rooms that runs of the last two years name, by venue."""
    query = (
        sa.select(Run.venue_id, Run.room)
        .where(Run.tenant_id == tenant, Run.venue_id.is_not(None), Run.room != "")
        .group_by(Run.venue_id, Run.room)
        .order_by(Run.room)
    )
    found: dict[UUID, list[str]] = {}
    for at, room in session().execute(query):
        if at is not None:
            found.setdefault(at, []).append(room)
    return found


def used(kind: type[Named], tenant: UUID) -> Mapping[UUID, int]:
    """How many runs there are by the venue or institution they name."""
    column = POINTS[kind]
    counted = sa.select(column, sa.func.count()).where(Run.tenant_id == tenant, column.is_not(None))
    return dict(session().execute(counted.group_by(column)).all())


def venue(tenant: UUID, name: str, address: str = "") -> Venue:
    """The venue of this name and address, made if it is new."""
    return _one(Venue, tenant, name, address)


def institution(tenant: UUID, name: str, phone: str = "") -> Institution:
    """The institution of this name and telephone, made if it is new."""
    return _one(Institution, tenant, name, phone)


def _one(kind: type[Named], tenant: UUID, name: str, beside: str) -> Named:
    if not name:
        raise Invalid(NO_NAME, {"name": NO_NAME})
    values = {"tenant_id": tenant, "name": name, BESIDE[kind]: beside}
    session().execute(insert(kind).values(**values).on_conflict_do_nothing())
    return session().scalars(sa.select(kind).filter_by(**values)).one()


def change(row: Venue | Institution, values: Mapping[str, Any]) -> None:
    """Write a venue or an institution anew, with every public row that names it."""
    kind = type(row)
    if not values["name"]:
        raise Invalid(NO_NAME, {"name": NO_NAME})
    beside = BESIDE[kind]
    same = sa.select(kind.id).where(kind.tenant_id == row.tenant_id, kind.name == values["name"])
    same = same.where(getattr(kind, beside) == values[beside], kind.id != row.id)
    if session().scalar(same):
        raise Invalid(TAKEN, {"name": TAKEN})
    _hold_runs(row)
    for name, value in values.items():
        setattr(row, name, value)
    _project(row)


def merge(row: Named, into: Named) -> int:
    """Let every run of `row` be at `into`, and forget `row`; gives how many runs."""
    if row.id == into.id:
        raise Refused(N_("같은 곳끼리는 합치지 않습니다. 다른 곳을 골라 주세요."), slug="same-place")
    column = POINTS[type(row)]
    runs = _hold_runs(row)
    moved = sa.update(Run).where(Run.id == sa.any_(sa.literal(runs, sa.ARRAY(sa.Uuid)))).values({column: into.id})
    session().execute(moved.execution_options(synchronize_session=False))
    session().expire_all()
    session().delete(row)
    session().flush()
    _project(into)
    return len(runs)


def remove(row: Venue | Institution) -> None:
    """Forget one that no run names."""
    if _hold_runs(row):
        raise Refused(
            N_("이곳을 쓰는 강좌가 있어서 지우지 않습니다. 다른 곳에 합치면 강좌도 함께 옮깁니다."), slug="place-in-use"
        )
    session().delete(row)
    session().flush()


def _hold_runs(row: Venue | Institution) -> list[UUID]:
    named = sa.select(Run.id).where(Run.tenant_id == row.tenant_id, POINTS[type(row)] == row.id)
    return [run.id for run in courses.hold_several(session().scalars(named).all())]


def _project(row: Venue | Institution) -> None:
    session().flush()
    named = sa.select(Run.id).where(Run.tenant_id == row.tenant_id, POINTS[type(row)] == row.id)
    project(session().scalars(named.where(Run.published_at.is_not(None))).all())
