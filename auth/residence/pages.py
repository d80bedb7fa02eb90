"""The desk: finding who stands there, and recording the paper that they show."""

from uuid import UUID

from flask import Blueprint, g, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from auth.access_log import service as access_log
from auth.people import service as people
from auth.residence import desk
from auth.residence import service as residence
from auth.residence.words import PAPERS
from maru import forms, tenancy
from maru.access import staff
from maru.dispatch import here, me
from maru.errors import Invalid
from maru.problems import say
from maru.web import dates, notices
from maru.web.mount import language

blueprint = Blueprint("residence", __name__, template_folder="templates", url_prefix="/console/residence")
Answer = Response | str | tuple[str, int]


@blueprint.get("")
@staff("homes:prove")
def start() -> str:
    """Who stands at the desk."""
    return _search_page({})


@blueprint.post("")
@staff("homes:prove")
def meet() -> Answer:
    """Whether there is such a person; the form for their paper where there is exactly one. Sent, so no address names anybody."""
    name, contact = (request.form.get(field, "").strip() for field in ("name", "contact"))
    born, errors = forms.day(request.form.get("born", "")), {}
    if not name:
        errors["name"] = _("이름을 끝까지 적어 주세요.")
    if born is None:
        errors["born"] = _("생년월일을 적어 주세요. 예: 1954-03-11")
    if not contact:
        errors["contact"] = _("전화번호나 이메일 가운데 하나를 적어 주세요.")
    if errors or born is None:
        return _search_page(errors), 422
    found, person = desk.meet(name, born, contact, request.remote_addr, g.request_id)
    if person is None:
        return _search_page({"name": _(desk.NOT_MET[found])}), 422
    return _paper_page(person, name, {}, {})


@blueprint.get("/<uuid:person_id>")
@staff("homes:prove")
def ask(person_id: UUID) -> str:
    """The same for somebody whom the city knows."""
    desk.insist(person_id)
    person = people.get(people.in_use(person_id))
    _log(person.id)
    return _paper_page(person.id, person.name, {}, {})


@blueprint.post("/<uuid:person_id>")
@staff("homes:prove")
def prove(person_id: UUID) -> Answer:
    """Record the paper."""
    desk.insist(person_id)
    person_id = people.in_use(person_id)
    entered = {name: request.form.get(name, "").strip() for name in ("who", "since", "district", "paper", "made_on")}
    since, made_on, errors = forms.day(request.form.get("since", "")), forms.day(request.form.get("made_on", "")), {}
    if since is None:
        errors["since"] = _("서류에 적힌 전입일을 적어 주세요. 예: 2026-03-02")
    if made_on is None:
        errors["made_on"] = _("서류를 뗀 날을 적어 주세요. 예: 2026-11-20")
    if not errors and since is not None and made_on is not None:
        try:
            desk.prove(person_id, desk.Shown(since, entered["district"] or None, entered["paper"], made_on), here())
            _log(person_id)
        except Invalid as invalid:
            errors = {name: say(words, invalid.values) for name, words in invalid.errors.items()}
    if errors:
        return _paper_page(person_id, entered["who"], entered, errors), 422
    notices.leave(_("사는 곳을 서류로 확인했다고 적었습니다."), _("본인에게도 안내가 갑니다. 서류는 돌려 드리세요."))
    return redirect("/console/residence", 303)


def _search_page(errors: dict[str, str]) -> str:
    return render_template("residence/desk.html", errors=errors, entered=request.form)


def _paper_page(person: UUID, name: str, entered: dict[str, str], errors: dict[str, str]) -> str:
    today, city = dates.today(), tenancy.get(here())
    region = residence.as_of(city.region_code, today)
    districts = [one for one in residence.districts(today) if one.parent_code == region]
    english = language() == "en"
    return render_template(
        "residence/paper.html",
        person=person,
        name=name,
        city=city.name_en if english else city.name_ko,
        papers=[("", _("골라 주세요")), *((code, _(words)) for code, words in PAPERS.items())],
        districts=[(one.code, one.name_en if english else one.name_ko) for one in districts],
        entered=entered,
        errors=errors,
    )


def _log(person: UUID) -> None:
    access_log.look(
        me(),
        [person],
        tenant=here(),
        task=desk.PROVED,
        purpose="",
        fields=list(desk.SEEN),
        address=request.remote_addr,
        request_id=g.request_id,
    )
