"""Sheets of people that leave the house: what is in them, and from how many on a second person approves (domain 7.4)."""

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import TypeVar
from uuid import UUID

import sqlalchemy as sa
from flask import g, request
from flask_babel import gettext as _
from flask_babel import ngettext

from auth.access_log import service as access_log
from auth.approvals import service as approvals
from auth.approvals.kinds import Kind, declare
from auth.approvals.models import Approval
from auth.people.models import Person
from auth.rights import service as rights
from maru import masking
from maru.db import session
from maru.dispatch import me
from maru.errors import N_
from maru.limits import limit
from maru.web import dates
from tenants.participants import service as participants
from tenants.participants.searching import Search
from tenants.participants.service import Applicant, Participant

Listed = TypeVar("Listed", Applicant, Participant)
FIELDS = (N_("이름"), N_("생년월일"), N_("전화번호"))
DAY = timedelta(days=1)
ONE_AT_A_TIME = sa.text("SELECT pg_advisory_xact_lock(hashtextextended('sheets of ' || :who, 0))")
MOST_COURSES, MOST_PEOPLE = 5, 10
STATES = {"placed": N_("자리 정해짐"), "waiting": N_("대기"), "offered": N_("대기"), "cancelled": N_("취소함")}
JUDGING = N_("명단을 승인하기 전에 살펴보기")
ABOUT_PEOPLE = ("name", "phone", "born")
CONDITIONS = {
    "name": N_("이름으로 찾음"), "phone": N_("전화번호로 찾음"), "born": N_("태어난 해로 찾음"), "course": N_("강좌"),
    "term": N_("학기"), "state": N_("상태"), "since": N_("신청한 날, 이날부터"), "until": N_("신청한 날, 이날까지"),
}  # fmt: skip


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


def narrowed(search: Search) -> dict[str, str]:
    """What the second person reads of a search. Whom somebody looked for is said to nobody, only that they did."""
    courses = {name: value for name, value in search.asked.items() if name not in ABOUT_PEOPLE}
    return courses | {name: "" for name in ABOUT_PEOPLE if name in search.asked}


def _of_applicants(asked: Approval) -> list[tuple[str, str]]:
    assert asked.tenant_id
    found = participants.chosen_applicants(asked.tenant_id, asked.subjects)
    courses = list(dict.fromkeys(one.run.course.title for one in found))
    more = len(courses) - MOST_COURSES
    said = ", ".join(courses[:MOST_COURSES])
    if more > 0:
        said = ngettext("%(courses)s 외 %(num)s개", "%(courses)s 외 %(num)s개", more, courses=said)
    return [*_described(asked, [one.person for one in found]), (_("강좌"), said)]


def _of_people(asked: Approval) -> list[tuple[str, str]]:
    assert asked.tenant_id
    found = participants.chosen_people(asked.tenant_id, asked.subjects, asked.details["sort"])
    return _described(asked, [one.person for one in found])


def _described(asked: Approval, listed: Sequence[Person]) -> list[tuple[str, str]]:
    """How many, some of them by parts of their names while it waits, by what search, and which fields leave the house."""
    found = list({person.id: person for person in listed}.values())
    said = [(_("몇 분"), ngettext("%(num)s명", "%(num)s명", len(found)))]
    if approvals.waits(asked) and asked.asked_by != me():
        shown = found[:: -(-len(found) // MOST_PEOPLE) or 1]
        said.append((_("어떤 분들"), _in_part(asked, shown, len(found) - len(shown))))
    return [*said, (_("찾은 조건"), _by_what(asked)), (_("담기는 것"), ", ".join(_(name) for name in FIELDS))]


def _in_part(asked: Approval, shown: Sequence[Person], more: int) -> str:
    """Names in part; that somebody saw them is written to the access log."""
    access_log.look(
        me(), [person.id for person in shown], tenant=asked.tenant_id, task=JUDGING, purpose=asked.reason,
        fields=[N_("이름 일부")], address=request.remote_addr, request_id=g.request_id,
    )  # fmt: skip
    names = ", ".join(masking.name(person.name) for person in shown)
    return ngettext("%(names)s 외 %(num)s명", "%(names)s 외 %(num)s명", more, names=names) if more > 0 else names


def _by_what(asked: Approval) -> str:
    by = asked.details.get("by", {})
    said = [f"{_(CONDITIONS[name])} {_value(name, value)}".strip() for name, value in by.items() if name in CONDITIONS]
    return ", ".join(said) or _("조건 없이 모두")


def _value(name: str, value: str) -> str:
    return _(STATES[value]) if name == "state" else value


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
        _of_people,
        take="/console/people/exports/{id}",
        hand=N_("엑셀로 내려받기"),
    )
)
