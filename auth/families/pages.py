"""My family: whom I act for, who acts for me; registering a child, naming a helper, taking over one's account at 14."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, current_app, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from auth.consents import service as consents
from auth.consents.wording import wording
from auth.families import guardians, helping
from auth.families import service as families
from auth.families.words import ACTS, CONSENT, KINDS, METHODS
from auth.people import service as people
from auth.verification import service as verification
from maru import forms
from maru.access import signed_in
from maru.dispatch import me
from maru.errors import Invalid, Refused
from maru.limits import limit
from maru.problems import say
from maru.web import dates, notices

blueprint = Blueprint("families", __name__, template_folder="templates")
FAMILY = "/my/families"


@blueprint.get(FAMILY)
@signed_in()
def overview() -> str:
    """Everything that stands or stood between me and others, and what is waited for."""
    return _overview()


def _overview(code: str = "", code_for: UUID | None = None, code_until: datetime | None = None) -> str:
    every = families.mine()
    return render_template(
        "families/overview.html",
        mine=[one for one in every if one.mine and one.stands],
        of_age=[one for one in every if one.mine and one.came_of_age],
        theirs=[one for one in every if not one.mine and one.stands],
        over=[one for one in every if not one.stands and not (one.mine and one.came_of_age)],
        requests=guardians.requests(),
        invitations=helping.invitations(),
        fellows=helping.fellows(),
        acts=families.acts(),
        act_words=ACTS,
        kinds=KINDS,
        code=code,
        code_for=code_for,
        code_until=code_until,
        today=dates.today(),
        notice_days=limit("own-rights-notice-days"),
    )


@blueprint.get("/my/children/new")
@signed_in()
def new_child() -> str:
    person = people.get(me())
    return _child_page({"address": person.phone or ""}, {})


@blueprint.post("/my/children/new")
@signed_in()
def ask() -> Response | tuple[str, int]:
    """Say who the child is and consent; then the page on which the consent is proven."""
    given = request.form
    method = given.get("method", "")
    try:
        asked = guardians.ask(
            given.get("name", ""),
            forms.day(given.get("birth_date", ""), date.min, date.max),
            method if method in _methods() else "",
            given.get("address", ""),
            agreed=bool(given.get("agreed")),
            history=given.get("shown", "") if given.get("history") else None,
        )
    except Invalid as invalid:
        return _child_page(given, _said(invalid)), 422
    return redirect(f"/my/children/requests/{asked}", 303)


def _child_page(given: Mapping[str, str], errors: dict[str, str]) -> str:
    offered = [(method, _(METHODS[method])) for method in _methods()]
    text = consents.text_of(consents.PROVINCE_HISTORY)
    return render_template(
        "families/child.html",
        given=given,
        errors=errors,
        methods=offered,
        consent=CONSENT,
        text=text,
        left=guardians.left_today(),
        **wording(),
    )


def _methods() -> list[str]:
    return guardians.methods(agency=current_app.extensions["maru-agency"] is not None)


@blueprint.get("/my/children/requests/<uuid:request_id>")
@signed_in()
def prove(request_id: UUID) -> str | Response | tuple[str, int]:
    """Where the code is typed, where the link leads, or the number for the desk; or that it is over."""
    asked = guardians.request(request_id)
    if asked.settled_at is not None:
        return redirect(FAMILY)
    return _proof_page(asked, ""), 404 if _is_over(asked) else 200


@blueprint.post("/my/children/requests/<uuid:request_id>")
@signed_in()
def confirm(request_id: UUID) -> Response | tuple[str, int]:
    """The code is right, and the child is registered; or what is wrong with it."""
    asked = guardians.request(request_id)
    if asked.settled_at is not None:
        return redirect(FAMILY, 303)
    if _is_over(asked):
        return _proof_page(asked, ""), 404
    outcome = guardians.confirm(request_id, request.form.get("code", ""))
    if isinstance(outcome, str):
        return _proof_page(guardians.request(request_id), _(outcome)), 422
    notices.leave(
        _("%(name)s 님을 등록했습니다.", name=asked.child_name),
        _("이제 강좌 화면에서 누구를 위해 신청할지 고르실 수 있습니다."),
    )
    return redirect(FAMILY, 303)


@blueprint.post("/my/children/requests/<uuid:request_id>/withdraw")
@signed_in()
def withdraw_request(request_id: UUID) -> Response:
    """The guardian does not want it any more."""
    asked = guardians.request(request_id)
    guardians.give_up(request_id)
    notices.leave(_("%(name)s 님의 등록을 그만두었습니다.", name=asked.child_name))
    return redirect(FAMILY, 303)


def _is_over(asked: Any) -> bool:
    """Whether its time has passed, also by its guardian's will."""
    over: bool = asked.expires_at <= datetime.now(UTC)
    return over


def _proof_page(asked: Any, error: str) -> str:
    if asked.spent or _is_over(asked):
        return render_template("families/proof_over.html", asked=asked, left=guardians.left_today())
    proof = verification.latest(me())
    return render_template(
        "families/proof.html",
        asked=asked,
        error=error,
        linked=request.args.get("code", "")[:64],
        proven=proof is not None and proof.method == "agency" and proof.verified_at > asked.asked_at,
    )


@blueprint.get("/my/families/<uuid:representation_id>/end")
@signed_in()
def ask_end(representation_id: UUID) -> str:
    """The question before it ends, and what ends with it."""
    fellow = next((one for one in helping.fellows() if one.id == representation_id and one.may_end), None)
    if fellow:
        return render_template("families/end_guardian.html", other=fellow)
    return render_template("families/end.html", held=families.held(representation_id))


@blueprint.post("/my/families/<uuid:representation_id>/end")
@signed_in()
def end(representation_id: UUID) -> Response:
    """End it at once, on all hosts."""
    ended = families.end(representation_id)
    more = [_("지금부터 어느 누리집에서도 대신하거나 볼 수 없습니다.")]
    if ended.given_back:
        more.append(_given_back(ended.given_back))
    if ended.kept:
        more.append(_kept(ended.kept))
    notices.leave(_("끝냈습니다."), " ".join(more))
    return redirect(FAMILY, 303)


def _given_back(count: int) -> str:
    said: str = ngettext(
        "아직 시작하지 않은 강좌의 신청 %(num)s건을 취소했습니다.",
        "아직 시작하지 않은 강좌의 신청 %(num)s건을 취소했습니다.",
        count,
    )
    return said


def _kept(count: int) -> str:
    said: str = ngettext(
        "이미 시작한 강좌 %(num)s개는 시군에서 끝까지 맡습니다.",
        "이미 시작한 강좌 %(num)s개는 시군에서 끝까지 맡습니다.",
        count,
    )
    return said


@blueprint.post("/my/children/<uuid:person_id>/code")
@signed_in()
def takeover_code(person_id: UUID) -> str:
    """A code for the child, shown this once."""
    code, until = guardians.takeover_code(person_id)
    return _overview(code, person_id, until)


@blueprint.get("/my/children/<uuid:person_id>/guardians/new")
@signed_in()
def new_guardian(person_id: UUID) -> str:
    if not families.guarded(person_id).may_name:
        raise Refused(helping.ONLY_PROVEN, slug="guardian-vouched-for")
    return _guardian_page(person_id, {}, {})


@blueprint.post("/my/children/<uuid:person_id>/guardians/new")
@signed_in()
def invite_guardian(person_id: UUID) -> str | tuple[str, int]:
    """Name the child's other guardian; the code is shown this once."""
    email = request.form.get("email", "").strip()
    try:
        code, until = helping.invite_guardian(person_id, email)
    except Invalid as invalid:
        return _guardian_page(person_id, request.form, _said(invalid)), 422
    child = families.guarded(person_id).name
    return render_template("families/helper_code.html", code=code, until=until, email=email, child=child)


def _guardian_page(child: UUID, given: Mapping[str, str], errors: dict[str, str]) -> str:
    return render_template("families/guardian.html", child=families.guarded(child), given=given, errors=errors)


@blueprint.get("/my/take-over")
@signed_in()
def ask_take_over() -> str:
    return _take_over_page({}, "")


@blueprint.post("/my/take-over")
@signed_in()
def take_over() -> Response | tuple[str, int]:
    """My own sign-in from now on, and my own consent."""
    code, errors = request.form.get("code", "")[:40], {}
    if not request.form.get("agreed"):
        errors["agreed"] = _("읽으신 다음 동의에 표시해 주세요.")
    outcome = None if errors else guardians.take_over(code, request.form.get("shown", ""))
    if isinstance(outcome, str):
        errors["code"] = _(outcome)
    if errors:
        return _take_over_page(errors, code), 422
    notices.leave(
        _("이제 내 계정입니다."),
        _("그동안의 신청과 기록이 모두 여기에 있습니다. 학습이력을 도의 기록에 모을지는 아래에서 스스로 정하세요."),
    )
    return redirect("/my#consent", 303)


def _take_over_page(errors: dict[str, str], code: str) -> str:
    text = consents.text_of(consents.OWN_ACCOUNT)
    return render_template("families/take_over.html", errors=errors, code=code, text=text, **wording())


@blueprint.get("/my/helpers/new")
@signed_in()
def new_helper() -> str:
    return _helper_page({"apply": "1"}, {})


@blueprint.post("/my/helpers/new")
@signed_in()
def invite() -> str | tuple[str, int]:
    """Name a helper; the code is shown this once."""
    given = request.form
    try:
        code, until = helping.invite(
            given.get("email", ""),
            forms.day(given.get("until", ""), date.min, date.max),
            applying=bool(given.get("apply")),
            seeing=bool(given.get("see")),
        )
    except Invalid as invalid:
        return _helper_page(given, _said(invalid)), 422
    email = given.get("email", "").strip()
    return render_template("families/helper_code.html", code=code, until=until, email=email, child="")


def _helper_page(given: Mapping[str, str], errors: dict[str, str]) -> str:
    return render_template("families/helper.html", given=given, errors=errors)


@blueprint.post("/my/helpers/invitations/<uuid:invitation_id>/withdraw")
@signed_in()
def withdraw(invitation_id: UUID) -> Response:
    """Take a code back before it is used."""
    helping.withdraw(invitation_id)
    notices.leave(_("번호를 거두었습니다."))
    return redirect(FAMILY, 303)


@blueprint.get("/my/helpers/accept")
@signed_in()
def ask_accept() -> str:
    return _accept_page({}, "")


@blueprint.post("/my/helpers/accept")
@signed_in()
def accept() -> str | Response | tuple[str, int]:
    """First what is asked of me, then yes; a guardian's yes is a consent that has been read and ticked."""
    code, given = request.form.get("code", "")[:40], request.form
    offered = helping.offered(code)
    if isinstance(offered, str):
        return _accept_page({"code": _(offered)}, code), 422
    if not given.get("yes"):
        return _accept_page({}, code, offered)
    if offered.child and not given.get("agreed"):
        words = _("읽으신 다음 동의에 표시해 주세요. 동의 없이는 등록할 수 없습니다.")
        return _accept_page({"agreed": words}, code, offered), 422
    wrong = helping.accept(code)
    if wrong is not None:
        return _accept_page({"code": _(wrong)}, code), 422
    if offered.child:
        notices.leave(_("%(name)s 님의 보호자로 등록했습니다.", name=offered.child))
    else:
        notices.leave(_("이제 대신하실 수 있습니다."), _("하신 일은 모두 부탁하신 분께 알려집니다."))
    return redirect(FAMILY, 303)


def _accept_page(errors: dict[str, str], code: str, offered: Any = None) -> str:
    return render_template("families/accept.html", errors=errors, code=code, offered=offered, consent=CONSENT)


def _said(invalid: Invalid) -> dict[str, str]:
    return {name: say(words, invalid.values) for name, words in invalid.errors.items()}
