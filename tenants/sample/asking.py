"""Questions of the sample's residents to their cities: some answered, some for everybody to read, some that wait."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from maru.db import Scope, session
from maru.migrating import SetUp
from maru.web import dates
from tenants.courses.models import Course, Run
from tenants.questions.models import PublicAnswer, Question
from tenants.sample.reading import lines

ANSWERED_AFTER = timedelta(hours=20)


def load(work: SetUp, tenants: Mapping[str, UUID], persons: Mapping[str, UUID]) -> None:
    """Write what was asked, and where staff have answered, that."""
    titles = {one["key"]: one["title"] for one in lines("courses")}
    for one in lines("questions"):
        tenant = tenants[one["city"]]
        work.as_app(Scope.JOB, tenant)
        run = _run(tenant, titles[one["course"]]) if one["course"] else None
        asked = _question(one, tenant, persons, run)
        work.as_engine()
        session().add(asked)
        session().flush()
        if one["public"] and one["answer"]:
            work.as_app(Scope.JOB, tenant)
            session().add(_public(asked))


def _run(tenant: UUID, title: str) -> UUID:
    named = sa.select(Run.id).join(Course, sa.and_(Course.tenant_id == Run.tenant_id, Course.id == Run.course_id))
    return session().scalars(named.where(Run.tenant_id == tenant, Course.title == title).limit(1)).one()


def _question(one: Mapping[str, Any], tenant: UUID, persons: Mapping[str, UUID], run: UUID | None) -> Question:
    at = datetime.now(UTC) - timedelta(days=one["days_ago"], minutes=len(one["body"]))
    answered = bool(one["answer"])
    return Question(
        tenant_id=tenant,
        person_id=persons[one["username"]],
        run_id=run,
        title=one["title"],
        body=one["body"],
        may_be_public=one["public"],
        asked_at=at,
        answer=one["answer"],
        answered_at=at + ANSWERED_AFTER if answered else None,
        answered_by=persons[one["answered_by"]] if answered else None,
    )


def _public(asked: Question) -> PublicAnswer:
    assert asked.answered_at
    return PublicAnswer(
        tenant_id=asked.tenant_id,
        question_id=asked.id,
        run_id=asked.run_id,
        title=asked.title,
        question=asked.body,
        answer=asked.answer,
        answered_on=dates.in_seoul(asked.answered_at).date(),
    )
