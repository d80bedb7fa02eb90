"""The integrated history in the province's console: first the purpose, then one person, never a list."""

from datetime import date, timedelta
from uuid import UUID

from flask import Blueprint, g, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from auth.people import service as people
from auth.residence import service as residence
from maru import masking
from maru.access import province
from maru.dispatch import caller, me
from maru.errors import Invalid
from maru.problems import say
from maru.web import notices
from maru.web.mount import language
from records.classification import CATEGORIES
from records.history import service as history
from records.inquiries import service as inquiries
from records.inquiries.models import Inquiry
from records.inquiries.service import NO_PURPOSE, TOO_MANY, Looker

blueprint = Blueprint("inquiries", __name__, template_folder="templates", url_prefix="/province/people")


@blueprint.get("")
@province("people:look")
def start() -> str:
    """The question for what, or the search once it is answered."""
    inquiry = inquiries.current(_looker())
    return _search_page(inquiry, {}) if inquiry else _purpose_page({})


@blueprint.post("/purpose")
@province("people:look")
def state() -> Response | tuple[str, int]:
    """State the purpose; it holds in this session for half an hour."""
    try:
        inquiries.begin(_looker(), request.form.get("purpose", ""), request.form.get("reference", "").strip())
    except Invalid as invalid:
        return _purpose_page({name: say(words, invalid.values) for name, words in invalid.errors.items()}), 422
    return redirect("/province/people", 303)


@blueprint.post("/end")
@province("people:look")
def finish() -> Response:
    """Done with looking."""
    inquiries.end(_looker())
    notices.leave(_("보기를 마쳤습니다."))
    return redirect("/province/people", 303)


@blueprint.post("/search")
@province("people:look")
def search() -> str | tuple[str, int]:
    """One person by name and birth date, or by ID; a form that is sent, so that no address holds a name."""
    looker = _looker()
    inquiry = inquiries.current(looker)
    if inquiry is None:
        inquiries.refuse(looker, me(), NO_PURPOSE)
        return _purpose_page({}, gone=True), 403
    name, born, number, errors = _asked()
    if errors:
        return _search_page(inquiry, errors), 422
    found = inquiries.find(looker, inquiry, name, born, number)
    if found is None:
        inquiries.refuse(looker, me(), TOO_MANY)
        return _search_page(
            inquiry, {"name": _("한 시간에 찾을 수 있는 횟수를 다 쓰셨습니다. 잠시 뒤에 다시 찾아 주세요.")}
        ), 429
    shown = [
        (one.id, masking.name(one.name), masking.birth_date(one.birth_date) if one.birth_date else "-") for one in found
    ]
    return _search_page(inquiry, {}, shown)


@blueprint.get("/<uuid:person_id>")
@province("people:look")
def person(person_id: UUID) -> str | tuple[str, int]:
    """What a person has learned in all cities. Who has stated no purpose is refused, and that is written too."""
    looker = _looker()
    inquiry = inquiries.current(looker)
    if inquiry is None:
        inquiries.refuse(looker, person_id, NO_PURPOSE)
        return _purpose_page({}, gone=True), 403
    found = people.get(person_id)
    inquiries.look(looker, inquiry, person_id)
    lines = history.history_of(person_id)
    return render_template(
        "inquiries/person.html",
        person=found,
        phone=masking.phone(found.phone) if found.phone else "",
        homes=_homes(person_id),
        lines=lines,
        hours=sum(line.hours for line in lines),
        categories=CATEGORIES,
        **_stated(inquiry),
    )


def _homes(person_id: UUID) -> list[tuple[str, date, date | None]]:
    english = language() == "en"
    names = {code: one.name_en if english else one.name_ko for code, one in residence.known().items()}
    return [
        (
            names.get(one.region_code, one.region_code),
            one.valid.lower,
            one.valid.upper and one.valid.upper - timedelta(days=1),
        )
        for one in residence.history(person_id)
        if one.valid.lower
    ]


def _asked() -> tuple[str, date | None, UUID | None, dict[str, str]]:
    """Name, birth date and ID as they were typed, and the sentences of what is wrong with them."""
    name, written = request.form.get("name", "").strip(), request.form.get("born", "").strip()
    errors, born, number = {}, None, None
    if typed := request.form.get("number", "").strip():
        try:
            number = UUID(typed)
        except ValueError:
            errors["number"] = _("ID를 끝까지 적어 주세요. 모르시면 비워 두고 이름과 생년월일로 찾습니다.")
        return name, None, number, errors
    if not name:
        errors["name"] = _("이름을 끝까지 적어 주세요.")
    try:
        born = date.fromisoformat(written)
    except ValueError:
        errors["born"] = _("생년월일을 적어 주세요. 예: 1954-03-11")
    return name, born, None, errors


def _purpose_page(errors: dict[str, str], *, gone: bool = False) -> str:
    lawful = inquiries.purposes()
    return render_template("inquiries/purpose.html", lawful=lawful, errors=errors, gone=gone, entered=request.form)


def _search_page(inquiry: Inquiry, errors: dict[str, str], found: list[tuple[UUID, str, str]] | None = None) -> str:
    return render_template(
        "inquiries/search.html", errors=errors, entered=request.form, found=found, **_stated(inquiry)
    )


def _stated(inquiry: Inquiry) -> dict[str, object]:
    return {"inquiry": inquiry, "purpose": inquiries.named(inquiry.purpose, language() == "en")}


def _looker() -> Looker:
    return Looker(me(), caller().session_id, request.remote_addr, g.request_id)
