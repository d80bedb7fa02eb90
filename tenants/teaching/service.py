"""Giving instructors to runs."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from auth.people import service as people
from auth.people.models import Person
from auth.roles.models import RoleGrant
from maru.db import session
from maru.errors import N_, Invalid
from tenants.courses import service as courses
from tenants.courses.models import RunInstructor


def of(run: UUID) -> Sequence[Person]:
    """Who may open the class, by name."""
    teaching = sa.select(RunInstructor.person_id).where(RunInstructor.run_id == run)
    return people.several(set(session().scalars(teaching)))


def candidates(tenant: UUID) -> Sequence[Person]:
    """The city's instructors with an account, by name."""
    granted = sa.select(RoleGrant.person_id).where(
        RoleGrant.tenant_id == tenant, RoleGrant.role == "instructor", RoleGrant.ended_at.is_(None)
    )
    return people.several(set(session().scalars(granted)))


def give(tenant: UUID, run: UUID, person: UUID | None) -> None:
    """Let an instructor of the city open a class; Invalid for anybody else."""
    held = courses.hold(run)
    if person is None or person not in {one.id for one in candidates(tenant)}:
        words = N_("강사를 골라 주세요. 역할이 ‘맡은 강사’인 분만 고를 수 있습니다.")
        raise Invalid(words, {"person": words})
    made = insert(RunInstructor).values(tenant_id=held.tenant_id, run_id=run, person_id=person)
    session().execute(made.on_conflict_do_nothing())


def take(run: UUID, person: UUID | None) -> bool:
    """Let somebody open a class no longer, and say whether they could; what they have marked stays."""
    courses.hold(run)
    of_run = sa.delete(RunInstructor).where(RunInstructor.run_id == run, RunInstructor.person_id == person)
    return session().scalar(of_run.returning(RunInstructor.person_id)) is not None
