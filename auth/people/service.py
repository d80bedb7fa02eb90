"""Finding people."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from auth.people.models import Person
from maru.db import session
from maru.errors import N_, NotFound


def get(person: UUID) -> Person:
    """A person whom the caller may see."""
    found = session().get(Person, person)
    if found is None:
        raise NotFound(N_("찾으시는 분이 없습니다."))
    return found


def several(people: Collection[UUID]) -> Sequence[Person]:
    """The ones of `people` whom the caller may see, by name."""
    return session().scalars(sa.select(Person).where(Person.id.in_(people)).order_by(Person.name, Person.id)).all()


def belongs(column: Any, person: UUID) -> sa.ColumnElement[bool]:
    """That a row is a person's, under whichever of their IDs it was written (see auth.merging)."""
    return sa.type_coerce(column, sa.Uuid) == sa.any_(sa.func.engine.ids_of(sa.bindparam(None, person, sa.Uuid)))


def in_use(person: UUID) -> UUID:
    """The ID in use of a human, by whichever of their IDs is asked (see auth.merging)."""
    found: UUID = session().scalars(sa.select(sa.func.engine.top_of(person))).one()
    return found


def signs_in_as(person: UUID, subject: str) -> bool:
    """Whether an account at the identity provider is that of the signed-in person, or of an ID merged into theirs."""
    account = sa.select(Person.id).where(Person.subject == subject, belongs(Person.id, person))
    return session().scalar(account) is not None


def speak(person: UUID, language: str) -> None:
    """Remember the language of the signed-in person."""
    get(person).language = "en" if language == "en" else "ko"
