"""Reading the log as those do who watch over it: narrowed, page by page, names of people in part."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Self
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from auth.access_log.models import Look
from auth.people.models import Person
from maru import cursors
from maru.db import session
from maru.tenancy import Tenant
from maru.web.dates import SEOUL

PAGE = 50
MOST_EXPORTED = 10_000
AT_ONCE = 500
"""Rows of a file that are in memory together."""


@dataclass(frozen=True)
class Narrowing:
    """Days in Seoul, both included; whose looks: `province`, or those of a city by its slug; words in task or purpose;
    who looked; who was looked at.
    """

    since: date | None = None
    until: date | None = None
    whose: str = ""
    words: str = ""
    actor: UUID | None = None
    person: UUID | None = None

    @classmethod
    def read(cls, given: Mapping[str, str]) -> Self:
        """From an address; what is no day or no id is left out."""
        return cls(
            _day(given.get("since", "")),
            _day(given.get("until", "")),
            given.get("whose", "")[:40],
            given.get("q", "").strip()[:100],
            _id(given.get("actor", "")),
            _id(given.get("person", "")),
        )

    @property
    def asked(self) -> dict[str, str]:
        """The same as it stands in an address."""
        days = {
            "since": self.since.isoformat() if self.since else "",
            "until": self.until.isoformat() if self.until else "",
        }
        people = {"actor": str(self.actor or ""), "person": str(self.person or "")}
        asked = {**days, "whose": self.whose, "q": self.words, **people}
        return {name: value for name, value in asked.items() if value}


def page(narrowing: Narrowing, cursor: str | None, *, tenant: UUID | None = None) -> tuple[Sequence[Any], str | None]:
    """Looks, newest first, as far as the caller's scope opens them; of `tenant`, its own and the province's."""
    query = _looks(narrowing, tenant)
    if cursor:
        (last,) = cursors.decode(cursor, cursors.identity)
        query = query.where(Look.id < last)
    found = session().execute(query.limit(PAGE + 1)).all()
    return found[:PAGE], cursors.encode(found[PAGE - 1].id) if len(found) > PAGE else None


def exported(narrowing: Narrowing, *, tenant: UUID | None = None) -> Iterator[Any]:
    """The same whole, up to the most that a file holds: as it stands at the call, read some rows at a time."""
    query = _looks(narrowing, tenant).limit(MOST_EXPORTED)
    return iter(session().execute(query, execution_options={"yield_per": AT_ONCE}))


def _looks(narrowing: Narrowing, tenant: UUID | None) -> sa.Select[*tuple[Any, ...]]:
    """Names are empty where the caller may not see the person, as a city may not see the province's staff."""
    actor = aliased(Person)
    columns = (Look.id, Look.at, Look.task, Look.purpose, Look.fields, Look.address)
    query = (
        sa.select(
            *columns, actor.name.label("actor"), Person.name.label("person"),
            Tenant.name_ko.label("city_ko"), Tenant.name_en.label("city_en"),
        )
        .outerjoin(actor, actor.id == Look.actor_id)
        .outerjoin(Person, Person.id == Look.person_id)
        .outerjoin(Tenant, Tenant.id == Look.tenant_id)
        .order_by(Look.id.desc())
    )  # fmt: skip
    if tenant:
        query = query.where(sa.or_(Look.tenant_id == tenant, Look.tenant_id.is_(None)))
    return query.where(*_conditions(narrowing))


def _conditions(narrowing: Narrowing) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = []
    if narrowing.since:
        conditions.append(Look.at >= _begins(narrowing.since))
    if narrowing.until:
        conditions.append(Look.at < _begins(narrowing.until + timedelta(days=1)))
    if narrowing.whose:
        of_city = Tenant.slug == narrowing.whose
        conditions.append(Look.tenant_id.is_(None) if narrowing.whose == "province" else of_city)
    if narrowing.words:
        conditions.append(
            sa.or_(*(one.icontains(narrowing.words, autoescape=True) for one in (Look.task, Look.purpose)))
        )
    for column, wanted in ((Look.actor_id, narrowing.actor), (Look.person_id, narrowing.person)):
        if wanted:
            conditions.append(column == wanted)
    return conditions


def _begins(day: date) -> datetime:
    return datetime.combine(day, time.min, SEOUL)


def _day(written: str) -> date | None:
    try:
        day = date.fromisoformat(written)
    except ValueError:
        return None
    return day if 2000 <= day.year <= 2200 else None


def _id(written: str) -> UUID | None:
    try:
        return UUID(written)
    except ValueError:
        return None
