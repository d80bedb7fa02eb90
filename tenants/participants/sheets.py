"""Sheets of people that leave the house: what is in them, and from how many on a second person approves (domain 7.4)."""

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import TypeVar
from uuid import UUID

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import ngettext

from auth.access_log import service as access_log
from auth.approvals.kinds import Kind, declare
from auth.approvals.models import Approval
from auth.rights import service as rights
from maru.db import session
from maru.errors import N_
from maru.limits import limit
from maru.web import dates
from tenants.participants import service as participants
from tenants.participants.service import Applicant, Participant

Listed = TypeVar("Listed", Applicant, Participant)
FIELDS = (N_("이름"), N_("생년월일"), N_("전화번호"))
DAY = timedelta(days=1)
ONE_AT_A_TIME = sa.text("SELECT pg_advisory_xact_lock(hashtextextended('sheets of ' || :who, 0))")
MOST_COURSES = 5


def needs_a_second(people: Collection[UUID], actor: UUID, tenant: UUID) -> bool:
    """Whether these and those whom the actor took out within a day are more than the limit `export-alone`.

    Whoever takes out several sheets at once waits for the one before, until that is written to the access log.
    """
    session().execute(ONE_AT_A_TIME, {"who": f"{tenant} {actor}"})
    lately = access_log.people_seen(actor, tenant, [APPLICANTS.title, PEOPLE.title], DAY)
    return len(lately | set(people)) > limit("export-alone")


def without_stopped(tenant: UUID, found: Sequence[Listed]) -> list[Listed]:
    """Those who may stand on a sheet: not who had the city stop processing, but for a course that still goes on."""
    stopped = set(session().scalars(sa.select(rights.stopped_in(tenant).subquery().c.person_id)))
    return [one for one in found if one.person.id not in stopped or _goes_on(one)]


def _goes_on(one: Applicant | Participant) -> bool:
    return isinstance(one, Applicant) and one.run.ends_on >= dates.today()


def _of_applicants(asked: Approval) -> list[tuple[str, str]]:
    assert asked.tenant_id
    found = participants.chosen_applicants(asked.tenant_id, asked.subjects)
    courses = list(dict.fromkeys(one.run.course.title for one in found))
    more = len(courses) - MOST_COURSES
    said = ", ".join(courses[:MOST_COURSES])
    if more > 0:
        said = ngettext("%(courses)s 외 %(num)s개", "%(courses)s 외 %(num)s개", more, courses=said)
    return [*_size(len({one.person.id for one in found})), (_("강좌"), said)]


def _size(people: int) -> list[tuple[str, str]]:
    return [
        (_("몇 분"), ngettext("%(num)s명", "%(num)s명", people)),
        (_("담기는 것"), ", ".join(_(name) for name in FIELDS)),
    ]


APPLICANTS = declare(
    Kind(
        "participants.applicants",
        N_("신청자 명단 내려받기"),
        "people:export",
        {"ko": "신청자 명단 내려받기", "en": "Downloading a list of applicants"},
        _of_applicants,
        take="/console/applicants/exports/{id}",
        hand=N_("엑셀로 내려받기"),
    )
)
PEOPLE = declare(
    Kind(
        "participants.people",
        N_("참여한 분 명단 내려받기"),
        "people:export",
        {"ko": "참여한 분 명단 내려받기", "en": "Downloading a list of participants"},
        lambda asked: _size(len(asked.subjects)),
        take="/console/people/exports/{id}",
        hand=N_("엑셀로 내려받기"),
    )
)
