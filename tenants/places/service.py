"""The towns that a visitor may choose, and how far things are from the chosen one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from math import cos, radians
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from auth.residence.models import Region
from maru.db import session
from maru.recent import Recent
from maru.web import dates
from tenants.places.models import RegionCentre

KM_A_DEGREE = 111.2
"""Of latitude; of longitude less, by the cosine of the latitude."""


@dataclass(frozen=True)
class Town:
    """A city, county or district to look from; `city` is a district's city, and `half` is north or south."""

    code: str
    name_ko: str
    name_en: str
    city: str | None
    latitude: float
    longitude: float
    half: str


TOWNS: Recent[Mapping[str, Town]] = Recent(seconds=60, most=2)


def towns() -> Mapping[str, Town]:
    """Every town of today by its code, in the order of codes: a city's districts follow it. A minute old at most."""
    today = dates.today()
    return TOWNS.get(today, lambda: _read(today))


def town(code: str) -> Town | None:
    """The town with a code; None for what is none, or is none any more."""
    return towns().get(code)


def distance(here: Town, latitude: Any, longitude: Any) -> sa.ColumnElement[float]:
    """Kilometres from the town's centre, as the crow flies; within a province the earth is flat enough."""
    north = (latitude - here.latitude) * KM_A_DEGREE
    east = (longitude - here.longitude) * (KM_A_DEGREE * cos(radians(here.latitude)))
    return sa.func.sqrt(north * north + east * east, type_=sa.Double)


def kilometres(here: Town, there: Town) -> float:
    """Between two towns."""
    north = (there.latitude - here.latitude) * KM_A_DEGREE
    east = (there.longitude - here.longitude) * KM_A_DEGREE * cos(radians(here.latitude))
    return float((north * north + east * east) ** 0.5)


def _read(today: date) -> Mapping[str, Town]:
    """A district that has no centre of its own stands at its city's."""
    own, of_city = aliased(RegionCentre), aliased(RegionCentre)
    found = (
        sa.select(
            Region.code,
            Region.name_ko,
            Region.name_en,
            Region.parent_code,
            sa.func.coalesce(own.latitude, of_city.latitude),
            sa.func.coalesce(own.longitude, of_city.longitude),
            sa.func.coalesce(own.half, of_city.half),
        )
        .outerjoin(own, sa.and_(own.code == Region.code, own.valid.contains(today)))
        .outerjoin(of_city, sa.and_(of_city.code == Region.parent_code, of_city.valid.contains(today)))
        .where(Region.valid.contains(today), sa.or_(own.code.is_not(None), of_city.code.is_not(None)))
        .order_by(Region.code)
    )
    return {row[0]: Town(*row) for row in session().execute(found)}
