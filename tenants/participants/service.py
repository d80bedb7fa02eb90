"""Applicants and people of one city: row-level security shows nobody who has not applied here."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from auth.people.models import Person
from auth.people.service import belongs
from maru import cursors
from maru.db import session
from maru.errors import N_, NotFound
from maru.web import dates
from records.certificates import service as certificates
from records.certificates.models import Certificate
from tenants.attendance.models import Attendance, Completion
from tenants.courses.models import Course, Run
from tenants.enrolments.models import Application
from tenants.participants.searching import Search

PAGE = 50
Rows = sa.Select[*tuple[Any, ...]]


@dataclass(frozen=True)
class Applicant:
    """One application with its run and its person."""

    application: Application
    run: Run
    person: Person


@dataclass(frozen=True)
class Participant:
    """A person with how often they applied here, and when last."""

    person: Person
    applications: int
    last: datetime


@dataclass(frozen=True)
class Taken:
    """One course that a person applied to here: marks by kind, the result and the papers, as far as there are any."""

    application: Application
    run: Run
    marks: Counter[str]
    completion: Completion | None
    papers: Sequence[Certificate]


def applicants(
    tenant: UUID, search: Search, own: Collection[UUID] | None, *, cursor: str | None = None, limit: int = PAGE
) -> tuple[list[Applicant], str | None]:
    """Applications to the city's runs, the latest first; of a teacher's own runs where `own` says which."""
    query = _applications(tenant, search, own).order_by(Application.id.desc())
    if cursor:
        (last,) = cursors.decode(cursor, cursors.identity)
        query = query.where(Application.id < last)
    rows = session().execute(query.limit(limit + 1)).unique().all()
    found = [Applicant(*row) for row in rows[:limit]]
    return found, cursors.encode(found[-1].application.id) if len(rows) > limit else None


def chosen_applicants(tenant: UUID, applications: Collection[UUID]) -> list[Applicant]:
    """These applications to the city's runs, the latest first."""
    query = _applications(tenant, Search(), None).where(Application.id.in_(applications))
    return [Applicant(*row) for row in session().execute(query.order_by(Application.id.desc())).unique()]


def count_applicants(tenant: UUID, search: Search, own: Collection[UUID] | None) -> int:
    """How many there are."""
    ids = _applications(tenant, search, own).with_only_columns(Application.id)
    return session().scalars(sa.select(sa.func.count()).select_from(ids.subquery())).one()


def people(
    tenant: UUID, search: Search, sort: str = "name", *, cursor: str | None = None, limit: int = PAGE
) -> tuple[list[Participant], str | None]:
    """The people of the city's runs that a search finds, in one of the orders of PEOPLE_SORTS; with "-" the last first."""
    query, key, kind = _ordered(tenant, sort)
    query = query.where(*_about(search), *_applied_to(tenant, search))
    down, place = sort.startswith("-"), sa.tuple_(key, Person.id)
    if cursor:
        value, last = cursors.decode(cursor, kind, cursors.identity)
        ended = sa.tuple_(sa.literal(value, key.type), last)
        query = query.where(place < ended if down else place > ended)
    rows = session().execute(query.limit(limit + 1)).all()
    found = [Participant(*row) for row in rows[:limit]]
    return found, _after(found[-1], sort) if len(rows) > limit else None


def chosen_people(tenant: UUID, people: Collection[UUID], sort: str) -> list[Participant]:
    """These people of the city's runs, in one of the orders of PEOPLE_SORTS."""
    query, _key, _kind = _ordered(tenant, sort)
    return [Participant(*row) for row in session().execute(query.where(Person.id.in_(people)))]


def _ordered(tenant: UUID, sort: str) -> tuple[Rows, Any, cursors.Kind]:
    """People who applied here in an order, what it goes by, and of which kind that is."""
    counted = _counted(tenant)
    key, kind = _people_order(counted)[sort.removeprefix("-")]
    query = sa.select(Person, counted.c.applications, counted.c.last).join(counted, counted.c.person_id == Person.id)
    down = sort.startswith("-")
    return query.order_by(*((key.desc(), Person.id.desc()) if down else (key, Person.id))), key, kind


def count_people(tenant: UUID, search: Search) -> int:
    """How many there are."""
    found = sa.select(Person.id).where(_has_applied(tenant), *_about(search), *_applied_to(tenant, search))
    return session().scalars(sa.select(sa.func.count()).select_from(found.subquery())).one()


def _counted(tenant: UUID) -> sa.Subquery:
    """How often each person applied here, and when last."""
    figures = sa.func.count().label("applications"), sa.func.max(Application.applied_at).label("last")
    counted = sa.select(Application.person_id, *figures).where(Application.tenant_id == tenant)
    return counted.group_by(Application.person_id).subquery()


PEOPLE_SORTS = ("name", "applications", "last")


def _people_order(counted: sa.Subquery) -> dict[str, tuple[Any, cursors.Kind]]:
    keys = (Person.name, counted.c.applications, counted.c.last)
    return dict(zip(PEOPLE_SORTS, zip(keys, (cursors.word, cursors.whole, cursors.instant), strict=True), strict=True))


def _after(last: Participant, sort: str) -> str:
    values: dict[str, str | int] = {
        "name": last.person.name,
        "applications": last.applications,
        "last": last.last.isoformat(),
    }
    return cursors.encode(values[sort.removeprefix("-")], last.person.id)


def person(tenant: UUID, person_id: UUID) -> Person:
    """Somebody who has applied here under whichever of their IDs, as they are now. Raises NotFound."""
    applied = sa.exists().where(Application.tenant_id == tenant, belongs(Application.person_id, person_id))
    found = session().scalar(sa.select(Person).where(Person.id == sa.func.engine.top_of(person_id), applied))
    if found is None:
        raise NotFound(N_("찾으시는 분이 없습니다."))
    return found


def taken(tenant: UUID, person_id: UUID) -> list[Taken]:
    """What a person applied to in this city, the latest first."""
    of_run = sa.and_(Run.tenant_id == Application.tenant_id, Run.id == Application.run_id)
    query = sa.select(Application, Run).join(Run, of_run)
    query = query.where(Application.tenant_id == tenant, belongs(Application.person_id, person_id))
    rows = session().execute(query.order_by(Application.id.desc())).unique().all()
    ids = [application.id for application, _run in rows]
    papers, marks = certificates.every_paper(ids), _marks(tenant, ids)
    done = {one.application_id: one for one in session().scalars(_of(Completion, tenant, ids))}
    return [
        Taken(one, run, marks.get(one.id, Counter()), done.get(one.id), papers.get(one.id, [])) for one, run in rows
    ]


def _marks(tenant: UUID, applications: Collection[UUID]) -> dict[UUID, Counter[str]]:
    found: dict[UUID, Counter[str]] = {}
    for one in session().scalars(_of(Attendance, tenant, applications)):
        found.setdefault(one.application_id, Counter())[one.mark] += 1
    return found


def _of(table: Any, tenant: UUID, applications: Collection[UUID]) -> Any:
    return sa.select(table).where(table.tenant_id == tenant, table.application_id.in_(applications))


def _applications(tenant: UUID, search: Search, own: Collection[UUID] | None) -> Rows:
    of_run = sa.and_(Run.tenant_id == Application.tenant_id, Run.id == Application.run_id)
    query = (
        sa.select(Application, Run, Person)
        .join(Run, of_run)
        .join(Run.course)
        .join(Person, Person.id == Application.person_id)
        .where(Application.tenant_id == tenant, *_about(search), *_runs(search))
    )
    if own is not None:
        query = query.where(Application.run_id.in_(own))
    if search.state:
        query = query.where(Application.state == search.state)
    if search.since:
        query = query.where(Application.applied_at >= _midnight(date.fromisoformat(search.since)))
    if search.until:
        query = query.where(Application.applied_at < _midnight(date.fromisoformat(search.until) + timedelta(days=1)))
    return query


def _about(search: Search) -> list[Any]:
    """Conditions on the person."""
    conditions: list[Any] = []
    if search.name:
        conditions.append(Person.name.icontains(search.name, autoescape=True))
    if search.phone:
        digits = sa.func.regexp_replace(Person.phone, "[^0-9]", "", "g")
        conditions.append(digits.endswith(search.phone, autoescape=True))
    if search.born:
        year = int(search.born)
        conditions.append(Person.birth_date.between(date(year, 1, 1), date(year, 12, 31)))
    return conditions


def _runs(search: Search) -> list[Any]:
    """Conditions on run and course."""
    conditions: list[Any] = []
    if search.course:
        conditions.append(Course.title.icontains(search.course, autoescape=True))
    if search.term:
        conditions.append(Run.term == search.term)
    return conditions


def _has_applied(tenant: UUID) -> Any:
    return Person.id.in_(sa.select(Application.person_id).where(Application.tenant_id == tenant))


def _applied_to(tenant: UUID, search: Search) -> list[Any]:
    """That a person applied to a run of the city that the search means, where it means some."""
    conditions = _runs(search)
    if not conditions:
        return []
    of_run = sa.and_(Run.tenant_id == Application.tenant_id, Run.id == Application.run_id)
    applied = sa.select(Application.person_id).where(Application.tenant_id == tenant).join(Run, of_run)
    return [Person.id.in_(applied.join(Run.course).where(*conditions))]


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, dates.SEOUL)
