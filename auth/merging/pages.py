"""IDs that may be one human's: the province decides with two members of staff, a person for themselves by identity check."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from flask import Blueprint, g, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from auth.access_log import service as access_log
from auth.merging import service as merging
from auth.merging.messages import MERGED, PARTED
from auth.merging.models import Merge
from auth.merging.words import RULES
from auth.messages import service as messages
from auth.people import service as people
from auth.roles.permissions import permits
from maru import masking
from maru.access import province, signed_in
from maru.dispatch import caller, me
from maru.errors import N_, Invalid
from maru.problems import say
from maru.security import safe_path
from maru.web import notices

blueprint = Blueprint("merging", __name__, template_folder="templates")
LIST = "/province/same-people"


@blueprint.get(LIST)
@province("people:merge-read")
def pairs() -> str:
    """Pairs to look at, requests that wait for the second of two, and what was done lately. Names in part only."""
    likenesses, asked, done = merging.open_likenesses(), merging.asked(), merging.lately()
    shown = {one for pair in likenesses for one in (pair.person_id, pair.other_id)}
    shown |= {one for merge in (*asked, *done) for one in (merge.kept_id, merge.merged_id)}
    return render_template(
        "merging/pairs.html",
        likenesses=likenesses,
        waiting=merging.count_open(),
        asked=asked,
        done=done,
        people=merging.compared(shown),
        rules=RULES,
        masked=masking.name,
        me=me(),
        may_merge=permits(caller().province_roles, "people:merge"),
    )


@blueprint.get(f"{LIST}/<uuid:likeness_id>")
@province("people:merge")
def pair(likeness_id: UUID) -> str:
    """Two IDs side by side."""
    return _pair(likeness_id, {}, {})


@blueprint.post(f"{LIST}/<uuid:likeness_id>")
@province("people:merge")
def decide(likeness_id: UUID) -> Response | tuple[str, int]:
    """Ask to merge them, or note that they are two humans."""
    found, entered = merging.likeness(likeness_id), {name: request.form.get(name, "") for name in ("kept", "reason")}
    if request.form.get("decision") == "different":
        merging.are_different(found, me())
        notices.leave(_("서로 다른 분으로 적었습니다."), _("이 두 ID는 다시 묻지 않습니다."))
        return redirect(LIST, 303)
    try:
        merging.ask(found, _id(entered["kept"]), entered["reason"], me())
    except Invalid as invalid:
        errors = {field: say(words, invalid.values) for field, words in invalid.errors.items()}
        return _pair(likeness_id, entered, errors), 422
    notices.leave(_("합치기를 요청했습니다."), _("다른 담당자가 살펴보고 승인하면 합쳐집니다."))
    return redirect(LIST, 303)


@blueprint.get(f"{LIST}/merges/<uuid:merge_id>")
@province("people:merge")
def one(merge_id: UUID) -> str:
    """A merge that was asked for or done."""
    return _merge(merge_id, {})


@blueprint.post(f"{LIST}/merges/<uuid:merge_id>/approve")
@province("people:merge")
def approve(merge_id: UUID) -> Response:
    """The second of two says yes."""
    found = merging.merge(merge_id)
    _look(found.kept_id, found.merged_id, task=N_("같은 분의 ID 합치기"), purpose=found.reason)
    merging.approve(merge_id)
    _tell(MERGED, found, (found.kept_id,))
    notices.leave(
        _("ID 두 개를 하나로 합쳤습니다."), _("두 계정 모두 다시 로그인하게 됩니다. 언제든지 되돌릴 수 있습니다.")
    )
    return redirect(f"{LIST}/merges/{merge_id}", 303)


@blueprint.post(f"{LIST}/merges/<uuid:merge_id>/end")
@province("people:merge")
def end(merge_id: UUID) -> Response | tuple[str, int]:
    """Take a request back, or part two IDs again."""
    found, reason = merging.merge(merge_id), request.form.get("reason", "")
    stood = found.approved_at is not None
    try:
        merging.end(merge_id, reason)
    except Invalid as invalid:
        return _merge(merge_id, {field: say(words, invalid.values) for field, words in invalid.errors.items()}), 422
    _look(found.kept_id, found.merged_id, task=N_("합친 ID 나누기"), purpose=reason)
    if stood:
        _tell(PARTED, found, (found.kept_id, found.merged_id))
        notices.leave(_("ID 두 개를 다시 나누었습니다."), _("합치기 전의 기록은 모두 제자리에 있습니다."))
    else:
        notices.leave(_("합치기 요청을 거두었습니다."))
    return redirect(LIST, 303)


@blueprint.get("/my/identity/same")
@signed_in()
def ask_same() -> Response | str:
    """An identity check has found another ID of mine: shall it be one with this?"""
    found = merging.same_as_me()
    if found is None:
        return redirect("/my/identity", 303)
    return render_template(
        "merging/same.html", other=found, person=people.get(me()), back=safe_path(request.args.get("next"))
    )


@blueprint.post("/my/identity/same")
@signed_in()
def merge_mine() -> Response:
    """Take it into this one."""
    made = merging.merge_mine()
    messages.send(MERGED, me(), {"name": people.get(me()).name}, about=made, tenant=None)
    notices.leave(_("ID 두 개를 하나로 합쳤습니다."), _("신청과 수료증, 학습이력을 이제 한 곳에서 보실 수 있습니다."))
    back = safe_path(request.form.get("next"))
    return redirect(back if back != "/" else "/my", 303)


def _pair(likeness_id: UUID, entered: dict[str, str], errors: dict[str, str]) -> str:
    found = merging.likeness(likeness_id)
    _look(found.person_id, found.other_id, task=N_("같은 분인지 살펴보기"), purpose="")
    seen = merging.compared([found.person_id, found.other_id])
    return render_template(
        "merging/pair.html",
        pair=found,
        both=[seen[found.person_id], seen[found.other_id]],
        rule=_(RULES[found.rule]),
        likely=_likely([seen[found.person_id], seen[found.other_id]]),
        entered=entered,
        errors=errors,
        masked_phone=masking.phone,
        masked_email=masking.email,
    )


def _likely(both: Iterable[Any]) -> UUID:
    """Which ID is the better one to go on with: with an identity proven, with an account, with more under it, the older."""
    best = max(
        both,
        key=lambda one: (
            bool(one.verified_at),
            one.has_account,
            one.applications + one.lines,
            -one.created_at.timestamp(),
        ),
    )
    return UUID(str(best.id))


def _merge(merge_id: UUID, errors: dict[str, str]) -> str:
    found = merging.merge(merge_id)
    _look(found.kept_id, found.merged_id, task=N_("같은 분인지 살펴보기"), purpose="")
    seen = merging.compared([found.kept_id, found.merged_id])
    return render_template(
        "merging/merge.html",
        merge=found,
        both=[seen[found.kept_id], seen[found.merged_id]],
        errors=errors,
        reason=request.form.get("reason", ""),
        masked_phone=masking.phone,
        masked_email=masking.email,
        me=me(),
    )


def _look(*whom: UUID, task: str, purpose: str) -> None:
    access_log.look(
        me(),
        whom,
        tenant=None,
        task=task,
        purpose=" ".join(purpose.split())[:500],
        fields=[N_("이름"), N_("생년월일"), N_("전화 일부"), N_("이메일 일부"), N_("신청 수")],
        address=request.remote_addr,
        request_id=g.request_id,
    )


def _tell(kind: Any, merge: Merge, whom: Iterable[UUID]) -> None:
    seen = merging.compared([merge.kept_id, merge.merged_id])
    for person in whom:
        messages.send(kind, person, {"name": seen[person].name}, about=merge.id, tenant=None)


def _id(words: str) -> UUID:
    try:
        return UUID(words)
    except ValueError:
        raise Invalid(N_("남길 ID를 골라 주세요."), {"kept": N_("남길 ID를 골라 주세요.")}) from None
