"""At the desk: a guardian's signed paper or telephone call, and the paper of somebody who names a helper."""

from datetime import date
from uuid import UUID

from flask import Blueprint, g, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from auth.access_log import service as access_log
from auth.families import guardians, helping
from auth.people import service as people
from maru import forms, masking
from maru.access import staff
from maru.dispatch import here, me
from maru.errors import N_, Invalid
from maru.problems import say
from maru.web import notices

blueprint = Blueprint("papers", __name__, template_folder="templates", url_prefix="/console/families")
OF_GUARDIANS = N_("보호자의 동의 철회 받기")
SHOWN_OF_GUARDIANS = (N_("이름"), N_("보호자인지"))
SHOWN = (N_("이름"), N_("전화번호"), N_("자녀의 이름과 생년월일"))


@blueprint.get("")
@staff("families:record")
def find() -> str:
    """The request behind the number that a guardian shows or says; the look is written to the access log."""
    number = request.args.get("number", "").strip()[:20]
    found = guardians.find(number) if number else None
    standing = guardians.registered(number) if number and not found else None
    if found:
        _look(found.person_id, N_("보호자의 동의 확인"), SHOWN)
    if standing:
        _look(standing.guardian_id, OF_GUARDIANS, SHOWN_OF_GUARDIANS)
        _look(standing.child_id, OF_GUARDIANS, SHOWN_OF_GUARDIANS)
    return render_template("papers/find.html", number=number, found=found, standing=standing)


@blueprint.post("/requests/<uuid:request_id>")
@staff("families:record")
def record(request_id: UUID) -> Response:
    """I have seen the signed paper, or have spoken to the guardian."""
    guardians.record(request_id, seen=bool(request.form.get("seen_paper")))
    notices.leave(_("동의를 확인한 것으로 적었습니다."), _("보호자가 이제 자녀의 강좌를 신청할 수 있습니다."))
    return redirect("/console/families", 303)


@blueprint.post("/guardians/<uuid:representation_id>/end")
@staff("families:record")
def end_guardianship(representation_id: UUID) -> Response:
    """A guardian who stands here takes their consent back."""
    ended = guardians.end_at_desk(
        representation_id, request.form.get("number", ""), seen=bool(request.form.get("seen_paper"))
    )
    notices.leave(
        _("보호자의 동의를 거둔 것으로 적었습니다."),
        _(
            "아직 시작하지 않은 강좌의 신청 %(given_back)s건을 취소했고, 이미 시작한 강좌 %(kept)s개는 그대로입니다. 보호자에게도 안내가 갑니다.",
            given_back=ended.given_back,
            kept=ended.kept,
        ),
    )
    return redirect("/console/families", 303)


@blueprint.get("/<uuid:person_id>")
@staff("families:record")
def person(person_id: UUID) -> str:
    """Somebody who has applied here: a helper on paper, or a code for a child that is fourteen."""
    return _person_page(person_id)


@blueprint.post("/<uuid:person_id>/helpers")
@staff("families:record")
def record_helper(person_id: UUID) -> Response | tuple[str, int]:
    """The person has signed a paper that names a helper."""
    given = request.form
    try:
        helping.record(
            person_id,
            given.get("email", ""),
            forms.day(given.get("until", ""), date.min, date.max),
            seen=bool(given.get("seen_paper")),
        )
    except Invalid as invalid:
        errors = {name: say(words, invalid.values) for name, words in invalid.errors.items()}
        return _person_page(person_id, errors), 422
    notices.leave(_("대신하는 분을 적었습니다."), _("그분께 알렸고, 그분은 언제든지 끝낼 수 있습니다."))
    return redirect(f"/console/families/{person_id}", 303)


@blueprint.post("/<uuid:person_id>/helpers/<uuid:representation_id>/end")
@staff("families:record")
def end_helper(person_id: UUID, representation_id: UUID) -> Response:
    """The person wants the helper no longer."""
    helping.end_recorded(person_id, representation_id)
    notices.leave(_("끝냈습니다."))
    return redirect(f"/console/families/{person_id}", 303)


@blueprint.post("/<uuid:person_id>/code")
@staff("families:record")
def code(person_id: UUID) -> str:
    """A code for somebody who was a child with a guardian and is fourteen now; shown this once."""
    made, _until = guardians.takeover_code(person_id)
    return _person_page(person_id, code=made)


def _person_page(person_id: UUID, errors: dict[str, str] | None = None, code: str = "") -> str:
    found, standing = people.get(person_id), guardians.of_child(person_id)
    _look(person_id, N_("대신하는 분 적기"), (N_("이름"),))
    for one in standing:
        _look(one.guardian_id, OF_GUARDIANS, SHOWN_OF_GUARDIANS)
    return render_template(
        "papers/person.html",
        helpers=helping.recorded(person_id),
        guardians=standing,
        found=found,
        given=request.form,
        errors=errors or {},
        code=code,
        masked=masking.name,
    )


def _look(whom: UUID, task: str, fields: tuple[str, ...]) -> None:
    access_log.look(
        me(),
        [whom],
        tenant=here(),
        task=task,
        purpose="",
        fields=fields,
        address=request.remote_addr,
        request_id=g.request_id,
    )
