"""At the desk: what somebody agrees to who has neither telephone nor computer, and what they take back (PRV 7.2)."""

from uuid import UUID

from flask import Blueprint, g, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from auth.access_log import service as access_log
from auth.consents.service import EVIDENCE
from auth.consents.wording import KINDS, wording
from auth.consents_at_desk import service as consenting
from maru.access import staff
from maru.dispatch import here, me
from maru.errors import Invalid
from maru.problems import say
from maru.web import notices

blueprint = Blueprint("consents_at_desk", __name__, template_folder="templates")
PAGE = "/console/people/<uuid:person_id>/consents"


@blueprint.get(PAGE)
@staff("consents:record")
def ask(person_id: UUID) -> str:
    """Each text in force, to be read out, with what the person has answered; the look is written to the access log."""
    return _page(person_id, {})


@blueprint.post(PAGE)
@staff("consents:record")
def record(person_id: UUID) -> Response | tuple[str, int]:
    """The person says yes to one text, or takes it back."""
    given = request.form
    purpose, act = given.get("purpose", ""), given.get("act", "")
    try:
        changed = consenting.record(
            person_id, purpose, given.get("shown", ""), given.get(f"evidence.{purpose}", ""), here(), act=act
        )
    except Invalid as invalid:
        return _page(person_id, {name: say(words, invalid.values) for name, words in invalid.errors.items()}), 422
    _look(person_id)
    if not changed:
        notices.leave(_("바뀐 것이 없습니다."))
    else:
        said = _("동의를 받아 적었습니다.") if act == "give" else _("동의를 거두신 것을 적었습니다.")
        paper = given.get(f"evidence.{purpose}") == "paper"
        notices.leave(
            said,
            _("본인에게도 안내가 갑니다. 서명한 종이는 우리 기관이 보관합니다.")
            if paper
            else _("본인에게도 안내가 갑니다."),
        )
    return redirect(f"/console/people/{person_id}/consents", 303)


def _page(person_id: UUID, errors: dict[str, str]) -> str:
    answered = consenting.answered(person_id)
    _look(person_id)
    return render_template(
        "consents_at_desk/desk.html",
        person_id=person_id,
        name=consenting.name_of(person_id),
        answered=answered,
        evidence=[(code, _(words)) for code, words in EVIDENCE.items()],
        errors=errors,
        kinds=KINDS,
        **wording(),
    )


def _look(whom: UUID) -> None:
    access_log.look(
        me(),
        [whom],
        tenant=here(),
        task=consenting.LOOKED,
        purpose="",
        fields=consenting.SEEN,
        address=request.remote_addr,
        request_id=g.request_id,
    )
