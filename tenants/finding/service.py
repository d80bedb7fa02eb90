"""Finding courses and people of one city by words."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on

from auth.people.models import Person
from maru.db import session
from tenants.courses.models import Course, Run
from tenants.enrolments.models import Application

MOST_COURSES, MOST_PEOPLE = 8, 20
LEAST_LETTERS = 2
"""Of a name: one letter would be a look at half a city."""


class CourseHit(NamedTuple):
    id: UUID
    title: str
    number: int
    starts_on: date
    instructor: str


class PersonHit(NamedTuple):
    """A person, and the run of the city to which they applied last, where a teacher finds them."""

    id: UUID
    run_id: UUID
    course: str


def courses(tenant: UUID, words: str, most: int = MOST_COURSES) -> Sequence[CourseHit]:
    """Runs with every one of `words` in title or instructor, the latest start first."""
    found = (
        sa.select(Run.id, Course.title, Run.number, Run.starts_on, Run.instructor)
        .join(Course, sa.and_(Course.tenant_id == Run.tenant_id, Course.id == Run.course_id))
        .where(Run.tenant_id == tenant, *_in_each(words, Course.title, Run.instructor))
        .order_by(Run.starts_on.desc(), Run.id.desc())
    )
    return [CourseHit(*row) for row in session().execute(found.limit(most))] if words else []


def people(tenant: UUID, words: str, own: Collection[UUID] | None = None) -> Sequence[PersonHit]:
    """People with `words` in their name who applied to a run of the city, or to one of `own`; log the look first
    where anything of them is shown."""
    if len(words) < LEAST_LETTERS:
        return []
    latest = (
        sa.select(Person.id, Person.name, Application.run_id)
        .ext(distinct_on(Person.id))
        .join(Application, Application.person_id == Person.id)
        .where(Application.tenant_id == tenant, *_in_each(words, Person.name))
        .order_by(Person.id, Application.applied_at.desc())
    )
    if own is not None:
        latest = latest.where(Application.run_id.in_(own))
    one = latest.subquery()
    named = (
        sa.select(one.c.id, one.c.run_id, Course.title)
        .join(Run, sa.and_(Run.tenant_id == tenant, Run.id == one.c.run_id))
        .join(Course, sa.and_(Course.tenant_id == Run.tenant_id, Course.id == Run.course_id))
        .order_by(one.c.name, one.c.id)
    )
    return [PersonHit(*row) for row in session().execute(named.limit(MOST_PEOPLE))]


def _in_each(words: str, *columns: Any) -> list[sa.ColumnElement[bool]]:
    return [sa.or_(*(column.icontains(word, autoescape=True) for column in columns)) for word in words.split()]
