"""Moving house, and where a person lives on a day."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from auth.people.models import Person
from auth.residence.models import Region, Residence
from maru.db import Statement, session
from maru.errors import N_, Invalid

REFUSALS: Mapping[str, tuple[str, str]] = {
    "unknown-region": ("region", N_("시군을 목록에서 골라 주세요.")),
    "too-far-ahead": ("since", N_("이사한 날은 오늘부터 %(days)s일 안의 날로 적어 주세요.")),
    "before-last-move": ("since", N_("이사한 날이 지금 주소로 이사하신 날보다 뒤여야 합니다.")),
    "too-far-back": (
        "since",
        N_(
            "%(days)s일보다 더 전에 이사하신 것은 여기에서 적으실 수 없습니다."
            " 주민등록등본이나 초본을 가지고 창구로 와 주세요."
        ),
    ),
    "moved-lately": (
        "since",
        N_(
            "사는 곳은 %(days)s일에 한 번 직접 알려 주실 수 있습니다."
            " 그 사이에 다시 바뀌었다면 주민등록등본이나 초본을 가지고 창구로 와 주세요."
        ),
    ),
}
"""The field of the form that each is about, and its sentence."""
ALREADY_THERE = N_(
    "지금 사시는 곳이 이미 이곳으로 되어 있습니다. 같은 시에서 구만 옮기셨다면 새로 사시는 구를 골라 주세요."
)
ELSEWHERE = N_("고르신 시군에 없는 구입니다. 그 시의 구를 고르거나 비워 두세요.")

MOVE = sa.text("SELECT * FROM engine.move(:region, :district, :since)")
AGE_AND_HOME = Statement(
    sa.select(Person.birth_date, Residence.region_code.label("home"), Person.verified_at)
    .outerjoin(
        Residence,
        sa.and_(Residence.person_id == Person.id, Residence.valid.contains(sa.bindparam("day", type_=sa.Date))),
    )
    .where(Person.id == sa.bindparam("person", type_=sa.Uuid))
)


def history(person: UUID) -> Sequence[Residence]:
    """Every home of a person, the latest first."""
    homes = sa.select(Residence).where(Residence.person_id == person).order_by(sa.func.lower(Residence.valid).desc())
    return session().scalars(homes).all()


def home_on(person: UUID, day: date) -> Residence | None:
    """Where a person lives on `day`, as far as is known."""
    return session().scalar(sa.select(Residence).where(Residence.person_id == person, Residence.valid.contains(day)))


def age_and_home(person: UUID, day: date) -> Any:
    """What rules of admission look at: `birth_date`, `home` (the region lived in on `day`) and `verified_at`; each None
    if unknown.
    """
    return AGE_AND_HOME.one_or_none(person=person, day=day)


def move(region: str, district: str | None, since: date) -> None:
    """Record that the signed-in person lives in `region` from `since` on, as they declare it; ends the former home.

    Raises Invalid, with the field, for what is no move or cannot be one; a home that was confirmed stays confirmed.
    """
    if _lives_there(region, district):
        raise Invalid(ALREADY_THERE, {"region": ALREADY_THERE})
    if district and not _lies_in(district, region, since):
        raise Invalid(ELSEWHERE, {"district": ELSEWHERE})
    row = session().execute(MOVE, {"region": region, "district": district, "since": since}).one()
    if row.refusal:
        field, words = REFUSALS[row.refusal]
        raise Invalid(words, {field: words}, values={"days": row.days})


def _lives_there(region: str, district: str | None) -> bool:
    """Whether it is where the signed-in person lives now; a district that is not told is no other one."""
    mine = Residence.person_id == sa.func.walls.person()
    latest = session().scalar(sa.select(Residence).where(mine, sa.func.upper_inf(Residence.valid)))
    return latest is not None and latest.region_code == region and district in (None, latest.district_code)


def _lies_in(district: str, region: str, day: date) -> bool:
    known = sa.select(Region.code).where(Region.code == district, Region.parent_code == region)
    return session().scalar(known.where(Region.valid.contains(day))) is not None


def as_of(code: str | None, day: date) -> str | None:
    """The code that stands on `day` for what a code once meant (1.6: codes are dated, and have successors)."""
    return session().scalar(sa.select(sa.func.walls.region_on(code, day))) if code else None


def known() -> dict[str, Region]:
    """Every municipality and what is outside, by code, as it was called last: former ones too."""
    latest = sa.select(Region).where(Region.kind != "district").order_by(sa.func.lower(Region.valid))
    return {region.code: region for region in session().scalars(latest)}


def homes(day: date) -> Sequence[Region]:
    """Where one can live on `day`: cities and counties by name, then everything outside of the province."""
    there = sa.select(Region).where(Region.kind != "district", Region.valid.contains(day))
    return session().scalars(there.order_by(Region.kind == "outside", Region.name_ko)).all()


def districts(day: date) -> Sequence[Region]:
    """Districts that exist on `day`, by their city and name."""
    return (
        session()
        .scalars(
            sa.select(Region)
            .where(Region.kind == "district", Region.valid.contains(day))
            .order_by(Region.parent_code, Region.name_ko)
        )
        .all()
    )
