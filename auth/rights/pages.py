"""My requests about my own data; and the queues of those who answer them, in a city and in the province (PRV 7.3)."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, current_app, g, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from auth.access_log import service as access_log
from auth.messages import service as messages
from auth.people import service as people
from auth.rights import correcting, exporting
from auth.rights import service as rights
from auth.rights.correcting import Change
from auth.rights.models import RightsRequest
from auth.rights.service import Asking
from auth.rights.words import CHANNELS, DOCUMENTS, KINDS, LOOKS, PARTS, STATES, STEPS, named, term
from auth.rights.words import FIELDS as FIELD_WORDS
from auth.verification import service as verification
from maru import forms, masking
from maru.access import province, signed_in, staff
from maru.dispatch import here, me
from maru.errors import N_, Invalid
from maru.limits import limit
from maru.problems import say
from maru.web import dates, notices
from maru.web.mount import language

blueprint = Blueprint("rights", __name__, template_folder="templates")
MINE, CITY, PROVINCE = "/my/rights", "/console/rights", "/province/rights"
UNREACHED = N_(
    "연락처가 없는 분이라 알려 드릴 수 없습니다. 언제 다시 오실지 말씀드리고, 답과 파일은 신분증을 본 다음 창구에서 드리세요."
)
NOBODY = N_("어디에 요구하시는지 골라 주세요. 정보를 가진 곳만 고를 수 있습니다.")
FIELDS = [N_("이름"), N_("전화번호 일부"), N_("개인정보 요구의 내용")]


@blueprint.get(MINE)
@signed_in()
def mine() -> str:
    """What I may ask, and what I have asked."""
    return _my_page({}, {})


@blueprint.post(MINE)
@signed_in()
def ask() -> Response | tuple[str, int]:
    """Ask the province or a city."""
    given = request.form
    cities: dict[str, UUID | None] = {"": None} | {str(city.id): city.id for city in rights.cities(me())}
    whom = given.get("whom", "")
    try:
        if whom not in cities:
            raise Invalid(NOBODY, {"whom": NOBODY})
        made = rights.ask(me(), Asking(given.get("kind", ""), cities[whom], given.get("words", "")))
    except Invalid as invalid:
        return _my_page(given, _said(invalid)), 422
    notices.leave(_("요구를 받았습니다."), _("%(day)s까지 답을 드립니다.", day=_day_words(made.due_on)))
    return redirect(f"{MINE}/{made.id}", 303)


@blueprint.get(f"{MINE}/<uuid:request_id>")
@signed_in()
def one(request_id: UUID) -> str:
    """One request of mine, its clock, every step, and its file."""
    found = rights.get(request_id, person=me())
    return render_template(
        "rights/one.html",
        one=found,
        steps=rights.steps(request_id),
        file=exporting.of(request_id),
        mine=MINE,
        **_words(),
    )


@blueprint.post(f"{MINE}/<uuid:request_id>/withdraw")
@signed_in()
def withdraw(request_id: UUID) -> Response:
    rights.withdraw(me(), request_id)
    notices.leave(_("요구를 거두셨습니다."))
    return redirect(f"{MINE}/{request_id}", 303)


@blueprint.get(f"{MINE}/<uuid:request_id>/file")
@signed_in()
def take(request_id: UUID) -> Response:
    """My file, by an address that is good for ten minutes."""
    storage = current_app.extensions["maru-storage"]
    return redirect(exporting.take(rights.get(request_id, person=me()), me(), storage), 303)


@blueprint.get(CITY)
@staff("rights:decide")
def of_the_city() -> str:
    """What people ask of the city, what is due first."""
    return _queue_page(CITY, here())


@blueprint.get(f"{CITY}/new/<uuid:person_id>")
@staff("rights:record")
def new(person_id: UUID) -> str:
    """Somebody at the desk, or their agent; the look is written to the access log."""
    return _desk_page(person_id, {}, {})


@blueprint.post(f"{CITY}/new/<uuid:person_id>")
@staff("rights:record")
def record(person_id: UUID) -> Response | tuple[str, int]:
    """Write down what somebody asks at the desk."""
    given = request.form
    houses = {"city": here(), "province": None}
    whom = given.get("whom", "")
    document = given.get("document", "") if given.get("channel") == "agent" else ""
    seen_on = forms.day(given.get("document_on", "")) if given.get("channel") == "agent" else None
    asking = Asking(
        given.get("kind", ""), houses.get(whom), given.get("words", ""), given.get("channel", ""), document, seen_on
    )
    person = people.get(people.in_use(person_id)).id
    try:
        if whom not in houses:
            raise Invalid(NOBODY, {"whom": NOBODY})
        made = rights.ask(person, asking, clerk=me(), at=here())
    except Invalid as invalid:
        return _desk_page(person_id, given, _said(invalid)), 422
    notices.leave(
        _("요구를 받아 적었습니다."),
        " ".join(
            (
                _("%(day)s까지 답을 드려야 합니다.", day=_day_words(made.due_on)),
                _("본인에게도 알립니다.") if messages.way_to(person) else _(UNREACHED),
            )
        ),
    )
    return redirect(f"/console/people/{person}", 303)


@blueprint.post(f"{CITY}/new/<uuid:person_id>/hand/<uuid:request_id>")
@staff("rights:record")
def hand(person_id: UUID, request_id: UUID) -> str | tuple[str, int]:
    """Hand over the file of somebody who asked at a desk; the look is written to the access log."""
    storage = current_app.extensions["maru-storage"]
    try:
        address = exporting.hand_over(request_id, person_id, me(), storage, seen="seen_paper" in request.form)
    except Invalid as invalid:
        return _desk_page(person_id, {}, _said(invalid)), 422
    access_log.look(
        me(), [person_id], tenant=here(), task=N_("창구에서 내 정보 파일 드리기"), purpose="", fields=[N_("내 정보 모두")],
        address=request.remote_addr, request_id=g.request_id,
    )  # fmt: skip
    return _desk_page(person_id, {}, {}, handed=address)


@blueprint.get(f"{CITY}/<uuid:request_id>")
@staff("rights:decide")
def one_of_the_city(request_id: UUID) -> str:
    return _office_page(CITY, here(), rights.get(request_id, tenant=here()), {}, {})


@blueprint.post(f"{CITY}/<uuid:request_id>")
@staff("rights:decide")
def decide_in_the_city(request_id: UUID) -> Response | str | tuple[str, int]:
    """Grant, refuse or put off."""
    return _decided(CITY, here(), request_id)


@blueprint.get(PROVINCE)
@province("province-rights:decide")
def of_the_province() -> str:
    """What people ask of the province, what is due first."""
    return _queue_page(PROVINCE, None)


@blueprint.get(f"{PROVINCE}/<uuid:request_id>")
@province("province-rights:decide")
def one_of_the_province(request_id: UUID) -> str:
    return _office_page(PROVINCE, None, rights.get(request_id), {}, {})


@blueprint.post(f"{PROVINCE}/<uuid:request_id>")
@province("province-rights:decide")
def decide_in_the_province(request_id: UUID) -> Response | str | tuple[str, int]:
    """Grant, refuse or put off."""
    return _decided(PROVINCE, None, request_id)


def _my_page(entered: Mapping[str, str], errors: dict[str, str]) -> str:
    return render_template(
        "rights/mine.html", asked=rights.mine(me()), cities=rights.cities(me()), entered=entered, errors=errors,
        days=limit("rights-days"), mine=MINE, **_words(),
    )  # fmt: skip


def _queue_page(url: str, tenant: UUID | None) -> str:
    decided = request.args.get("show") == "decided"
    return render_template(
        "rights/queue.html",
        queue=_lines(tenant, decided=decided),
        decided=decided,
        url=url,
        days=limit("rights-days"),
        **_words(),
    )


def _lines(tenant: UUID | None, *, decided: bool) -> list[tuple[RightsRequest, str]]:
    """Requests with the names of those who ask, in part."""
    return [
        (one, masking.name(person.name) if person else "-") for one, person in rights.queue(tenant, decided=decided)
    ]


def _office_page(
    url: str,
    tenant: UUID | None,
    found: RightsRequest,
    entered: Mapping[str, str],
    errors: dict[str, str],
    changes: Sequence[Change] = (),
) -> str:
    """The request with what granting it deletes or corrects: `changes` are to be read before the button is pressed again."""
    person = rights.who_asks(found)
    _log_look(person.id, tenant, N_("개인정보 요구 보기"))
    waits = found.state == "waiting"
    lines, fields = (rights.held(found), correcting.lines(found)) if waits else ([], [])
    hindering = rights.hindrances(found) if waits else []
    shown = correcting.shown(changes) if found.kind == "correction" else rights.seen(lines)
    return render_template(
        "rights/office.html", held=lines, shown=shown, fields=fields, changes=changes, parts=PARTS,
        former=verification.former(person.id), first_to_end=rights.first_to_end(hindering, language()) if hindering else "", field_words=FIELD_WORDS,
        named=named, term=term, language=language(), one=found, steps=rights.steps(found.id), file=exporting.of(found.id), url=url,
        person=person, phone=masking.phone(person.phone) if person.phone else "-", entered=entered, errors=errors,
        own=rights.is_own(found, me()), unreached="" if messages.way_to(person.id) else _(UNREACHED), **_words(),
    )  # fmt: skip


def _desk_page(person_id: UUID, entered: Mapping[str, str], errors: dict[str, str], handed: str = "") -> str:
    person = people.get(people.in_use(person_id))
    _log_look(person.id, here(), N_("창구에서 개인정보 요구 받기"))
    return render_template(
        "rights/desk.html", person=person, entered=entered, errors=errors, files=exporting.at_the_desk(person.id),
        unreached="" if messages.way_to(person.id) else _(UNREACHED), handed=handed, **_words(),
    )  # fmt: skip


def _decided(url: str, tenant: UUID | None, request_id: UUID) -> Response | str | tuple[str, int]:
    given, said = request.form, request.form.get("answer", "")
    found = rights.get(request_id, tenant=tenant)
    try:
        match given.get("act"):
            case "grant":
                changes = correcting.wanted(correcting.lines(found), given)
                if correcting.shown(changes) not in ("", given.get("shown")) and said.strip():
                    return _office_page(url, tenant, found, given, {}, changes)
                rights.grant(request_id, tenant, said, me(), shown=given.get("shown", ""), corrected=given)
                notices.leave(_("들어드린 것으로 적고 알렸습니다."))
            case "refuse":
                rights.refuse(request_id, tenant, said, me())
                notices.leave(_("거절한 것으로 적고 까닭을 알렸습니다."))
            case "extend":
                rights.extend(request_id, tenant, forms.day(given.get("until", "")), given.get("reason", ""), me())
                notices.leave(_("답하는 날을 미루고 까닭을 알렸습니다."))
            case _:
                raise Invalid(N_("들어드릴지, 거절할지, 미룰지 알 수 없습니다. 다시 골라 주세요."))
    except Invalid as invalid:
        if not invalid.errors:
            raise
        return _office_page(url, tenant, found, given, _said(invalid)), 422
    return redirect(url, 303)


def _log_look(person: UUID, tenant: UUID | None, task: str) -> None:
    access_log.look(
        me(), [person], tenant=tenant, task=task, purpose="", fields=FIELDS, address=request.remote_addr,
        request_id=g.request_id,
    )  # fmt: skip


def _words() -> dict[str, Any]:
    return {
        "kinds": KINDS, "states": STATES, "looks": LOOKS, "step_words": STEPS, "channels": CHANNELS,
        "documents": DOCUMENTS, "today": dates.today(), "overdue": lambda on: dates.overdue(on, dates.today(), language()),
    }  # fmt: skip


def _said(invalid: Invalid) -> dict[str, str]:
    return {name: say(words, invalid.values) for name, words in invalid.errors.items()}


def _day_words(on: date) -> str:
    return str(dates.day(on, dates.today(), language()))
