"""Applicants and people in the console: searched, masked, logged; taken away as a sheet only with a purpose."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import Blueprint, Response, g, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as AnyResponse

from auth.access_log import service as access_log
from auth.approvals import service as approvals
from auth.approvals.kinds import Kind
from auth.approvals.models import Approval
from auth.residence import desk
from auth.residence import service as residence
from auth.residence.words import SOURCES
from auth.roles.permissions import permits_throughout, throughout
from maru import forms, masking, spreadsheets
from maru.access import staff
from maru.dispatch import caller, here, me
from maru.errors import N_, NotFound, Refused
from maru.limits import limit
from maru.web import dates, notices
from maru.web.mount import language
from tenants.console import service as console
from tenants.courses import service as courses
from tenants.participants import service as participants
from tenants.participants import sheets
from tenants.participants.searching import Search

blueprint = Blueprint("participants", __name__, template_folder="templates", url_prefix="/console")
SHOWN = (N_("이름"), N_("태어난 해"), N_("전화번호 일부"))
TAKEN_AWAY = sheets.FIELDS
LONGEST_PURPOSE = 200
NO_PURPOSE = N_("무엇에 쓰시는지 적어 주세요. 신청하신 분도 보십니다.")


@dataclass(frozen=True)
class Listed:
    """A list that can be taken away: its page, what taking it is called, how many it holds, and who approves many."""

    page: str
    title: str
    count: Callable[[Search], int]
    kind: Kind


APPLICANTS = Listed(
    "/console/applicants",
    sheets.APPLICANTS.title,
    lambda search: participants.count_applicants(here(), search, None),
    sheets.APPLICANTS,
)
PEOPLE = Listed(
    "/console/people",
    sheets.PEOPLE.title,
    lambda search: participants.count_people(here(), search),
    sheets.PEOPLE,
)


@blueprint.get("/applicants")
@staff("applicants:read")
def applicants() -> str:
    """Applications to all runs; a teacher's to their own."""
    search = Search.read(request.args)
    found, following = participants.applicants(here(), search, _own(), cursor=request.args.get("after"))
    _look({one.person.id for one in found}, N_("여러 강좌의 신청자 보기"), _meant(search), SHOWN)
    return render_template(
        "participants/applicants.html",
        found=found,
        search=search,
        asked=search.asked,
        next=following,
        total=participants.count_applicants(here(), search, _own()),
        terms=[("", _("모두")), *((term, term) for term in console.terms(here()))],
        states=sheets.STATES,
        masked=masking.phone,
    )


@blueprint.get("/applicants/export")
@staff("people:export")
def ask_export() -> str:
    """What for, before anything leaves the house."""
    return _export_page(APPLICANTS, {})


@blueprint.post("/applicants/export")
@staff("people:export")
def export() -> AnyResponse | tuple[str, int]:
    """The applicants as they are searched, as a sheet; every one of them reads in their record who took it and why.

    More people than one may take out alone wait for a second person.
    """
    search, purpose = Search.read(request.args), request.form.get("purpose", "")
    if wrong := _fault(purpose):
        return _export_page(APPLICANTS, {"purpose": _(wrong)}), 422
    most = _most(APPLICANTS)
    listed, _following = participants.applicants(here(), search, None, limit=most)
    found = sheets.without_stopped(here(), listed)
    if sheets.needs_a_second({one.person.id for one in found}, me(), here()):
        return _ask(APPLICANTS, purpose, [one.application.id for one in found], {"by": sheets.narrowed(search)})
    return _applicants_sheet(found, purpose)


@blueprint.post("/applicants/exports/<uuid:approval_id>")
@staff("people:export")
def take(approval_id: UUID) -> Response:
    """The applicants that a second person has approved, once."""
    held = _granted(approval_id, APPLICANTS)
    found = participants.chosen_applicants(here(), held.subjects)
    return _applicants_sheet(sheets.without_stopped(here(), found), held.reason)


def _applicants_sheet(found: list[participants.Applicant], purpose: str) -> Response:
    _look({one.person.id for one in found}, APPLICANTS.title, purpose, TAKEN_AWAY)
    headings = (N_("강좌"), N_("시작하는 날"), N_("순서"), N_("상태"), *TAKEN_AWAY, N_("신청한 때"))
    return _sheet(_("신청자"), "applicants", headings, _rows(found))


def _rows(found: Iterable[participants.Applicant]) -> Iterable[list[Any]]:
    for one in found:
        application, person = one.application, one.person
        yield [
            one.run.course.title,
            one.run.starts_on,
            application.number,
            _(sheets.STATES[application.state]),
            person.name,
            person.birth_date,
            person.phone or "",
            application.applied_at,
        ]


@blueprint.get("/people/export")
@staff("people:export")
def ask_export_of_people() -> str:
    """What for, as with applicants."""
    return _export_page(PEOPLE, {})


@blueprint.post("/people/export")
@staff("people:export")
def export_people() -> AnyResponse | tuple[str, int]:
    """The people as they are searched and ordered, as a sheet."""
    search, purpose = Search.read(request.args), request.form.get("purpose", "")
    if wrong := _fault(purpose):
        return _export_page(PEOPLE, {"purpose": _(wrong)}), 422
    most = _most(PEOPLE)
    listed, _following = participants.people(here(), search, _sort(), limit=most)
    found = sheets.without_stopped(here(), listed)
    if sheets.needs_a_second({one.person.id for one in found}, me(), here()):
        details = {"sort": _sort(), "by": sheets.narrowed(search)}
        return _ask(PEOPLE, purpose, [one.person.id for one in found], details)
    return _people_sheet(found, purpose)


@blueprint.post("/people/exports/<uuid:approval_id>")
@staff("people:export")
def take_people(approval_id: UUID) -> Response:
    """The people that a second person has approved, once."""
    held = _granted(approval_id, PEOPLE)
    found = participants.chosen_people(here(), held.subjects, held.details["sort"])
    return _people_sheet(sheets.without_stopped(here(), found), held.reason)


def _ask(listed: Listed, purpose: str, subjects: list[UUID], details: dict[str, Any]) -> AnyResponse:
    asked = approvals.ask(listed.kind, purpose, subjects, details)
    notices.leave(
        _("다른 담당자의 승인을 부탁했습니다."),
        ngettext(
            "하루에 %(num)s명을 넘게 내려받으려면 두 분이 함께 정합니다.",
            "하루에 %(num)s명을 넘게 내려받으려면 두 분이 함께 정합니다.",
            limit("export-alone"),
        ),
    )
    return redirect(f"/console/approvals/{asked}", 303)


def _granted(approval_id: UUID, listed: Listed) -> Approval:
    """What was approved, noted as taken. Refused to anybody but who asked, before, and again."""
    held = approvals.get(approval_id, here(), throughout(caller().roles))
    if held.kind != listed.kind.name:
        raise NotFound(N_("찾으시는 부탁이 없습니다."))
    approvals.take(held)
    return held


def _people_sheet(found: list[participants.Participant], purpose: str) -> Response:
    _look({one.person.id for one in found}, PEOPLE.title, purpose, TAKEN_AWAY)
    rows = ([p.name, p.birth_date, p.phone or "", one.applications, one.last] for one in found for p in [one.person])
    return _sheet(_("참여한 분"), "people", (*TAKEN_AWAY, N_("신청"), N_("마지막 신청")), rows)


def _fault(purpose: str) -> str:
    return forms.purpose_flaw(purpose, LONGEST_PURPOSE, NO_PURPOSE)


def _most(listed: Listed) -> int:
    """How many one sheet may hold; refused where more are meant."""
    most = limit("people-per-export")
    if listed.count(Search.read(request.args)) > most:
        words = N_("한 번에 %(most)s명까지 내려받습니다. 강좌나 학기로 좁혀 주세요.")
        raise Refused(words, slug="too-many-people", values={"most": most})
    return most


def _sheet(title: str, name: str, headings: Iterable[str], rows: Iterable[list[Any]]) -> Response:
    data = spreadsheets.write(title, [_(heading) for heading in headings], rows)
    file = f"{caller().slug}-{name}-{dates.today():%Y%m%d}.xlsx"
    headers = {"Content-Disposition": f'attachment; filename="{file}"', "Cache-Control": "no-store"}
    return Response(data, mimetype=spreadsheets.MEDIA_TYPE, headers=headers)


def _export_page(listed: Listed, errors: dict[str, str]) -> str:
    search = Search.read(request.args)
    query = urlencode({**search.asked, **({"sort": _sort()} if listed is PEOPLE else {})})
    return render_template(
        "participants/export.html",
        title=_(listed.title),
        total=listed.count(search),
        action=f"{listed.page}/export?{query}",
        back=f"{listed.page}?{query}",
        alone=limit("export-alone"),
        fields=[_(name) for name in TAKEN_AWAY],
        errors=errors,
        purpose=request.form.get("purpose", ""),
    )


def _sort() -> str:
    """The order of people that an address asks for."""
    written = request.args.get("sort", "")
    return written if written.removeprefix("-") in participants.PEOPLE_SORTS else "name"


@blueprint.get("/people")
@staff("people:read")
def people() -> str:
    """People of this city's runs; nobody before somebody is looked for."""
    search, sort, after = Search.read(request.args), _sort(), request.args.get("after")
    searched = bool(search.asked)
    found, following = participants.people(here(), search, sort, cursor=after) if searched else ([], None)
    _look({one.person.id for one in found}, N_("참여한 분 찾기"), _meant(search), SHOWN)
    return render_template(
        "participants/people.html",
        found=found,
        search=search,
        asked={**search.asked, **({"sort": sort} if sort != "name" else {})},
        sort=sort,
        searched=searched,
        total=participants.count_people(here(), search) if searched else 0,
        next=following,
        terms=[("", _("모두")), *((term, term) for term in console.terms(here()))],
        masked=masking.phone,
    )


@blueprint.get("/people/<uuid:person_id>")
@staff("people:read")
def person(person_id: UUID) -> str:
    """One person as this city knows them: what they applied to here, attended and completed."""
    found = participants.person(here(), person_id)
    fields = (*SHOWN, N_("신청"), N_("출석"), N_("수료"), N_("사는 곳"))
    _look({found.id}, N_("한 분의 수강 기록 보기"), "", fields)
    return render_template(
        "participants/person.html",
        person=found,
        taken=participants.taken(here(), person_id),
        home=_home(person_id),
        states=sheets.STATES,
        masked=masking.phone,
        marks={
            "present": _("출석"),
            "late": _("지각"),
            "left-early": _("조퇴"),
            "absent": _("결석"),
            "excused": _("공결"),
        },
    )


def _home(person_id: UUID) -> dict[str, Any] | None:
    """Where somebody lives, in words, where the city decides by that."""
    home = desk.home_of_applicant(person_id)
    if home is None:
        return None
    region = residence.known().get(home.region_code)
    name = (region.name_en if language() == "en" else region.name_ko) if region else home.region_code
    return {"name": name, "since": home.valid.lower, "source": _(SOURCES[home.source]), "on": home.verified_on}


def _own() -> Collection[UUID] | None:
    """A teacher's own runs; None for those who see all."""
    return None if permits_throughout(caller().roles, "applicants:read") else courses.taught_by(me())


def _meant(search: Search) -> str:
    """Which courses were asked about; whom somebody looked for is said to nobody."""
    days = [date.fromisoformat(day).isoformat() for day in (search.since, search.until) if day]
    return " ".join(filter(None, [search.course, search.term, "~".join(days)]))


def _look(people: Collection[UUID], task: str, purpose: str, fields: Iterable[str]) -> None:
    access_log.look(
        me(),
        people,
        tenant=here(),
        task=task,
        purpose=purpose,
        fields=list(fields),
        address=request.remote_addr,
        request_id=g.request_id,
    )
