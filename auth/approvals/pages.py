"""Requests that wait for a second person, in a city's console and in the province's."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from auth.approvals import service as approvals
from auth.approvals.kinds import declared
from auth.approvals.models import Approval
from auth.people import service as people
from auth.roles.permissions import throughout
from maru.access import province, staff
from maru.dispatch import caller, me
from maru.errors import N_, Invalid
from maru.web import notices

blueprint = Blueprint("approvals", __name__, template_folder="templates")
CITY, PROVINCE = "/console/approvals", "/province/approvals"
STANDINGS = {
    "waiting": ("soon", N_("기다리는 중")),
    "expired": ("off", N_("기한 지남")),
    "approved": ("ok", N_("승인함")),
    "taken": ("ok", N_("승인하고 내려받음")),
    "refused": ("bad", N_("승인하지 않음")),
    "withdrawn": ("off", N_("거둠")),
}


@blueprint.get(CITY)
@staff("approvals:decide")
def of_the_city() -> str:
    return _list(CITY)


@blueprint.get(f"{CITY}/<uuid:approval_id>")
@staff("approvals:decide")
def one_of_the_city(approval_id: UUID) -> str:
    return _one(CITY, approval_id, {})


@blueprint.post(f"{CITY}/<uuid:approval_id>/approve")
@staff("approvals:decide")
def approve_in_city(approval_id: UUID) -> Response:
    return _approve(CITY, approval_id)


@blueprint.post(f"{CITY}/<uuid:approval_id>/refuse")
@staff("approvals:decide")
def refuse_in_city(approval_id: UUID) -> Response | tuple[str, int]:
    return _refuse(CITY, approval_id)


@blueprint.post(f"{CITY}/<uuid:approval_id>/withdraw")
@staff("approvals:decide")
def withdraw_in_city(approval_id: UUID) -> Response:
    return _withdraw(CITY, approval_id)


@blueprint.get(PROVINCE)
@province("province-approvals:decide")
def of_the_province() -> str:
    return _list(PROVINCE)


@blueprint.get(f"{PROVINCE}/<uuid:approval_id>")
@province("province-approvals:decide")
def one_of_the_province(approval_id: UUID) -> str:
    return _one(PROVINCE, approval_id, {})


@blueprint.post(f"{PROVINCE}/<uuid:approval_id>/approve")
@province("province-approvals:decide")
def approve_in_province(approval_id: UUID) -> Response:
    return _approve(PROVINCE, approval_id)


@blueprint.post(f"{PROVINCE}/<uuid:approval_id>/refuse")
@province("province-approvals:decide")
def refuse_in_province(approval_id: UUID) -> Response | tuple[str, int]:
    return _refuse(PROVINCE, approval_id)


@blueprint.post(f"{PROVINCE}/<uuid:approval_id>/withdraw")
@province("province-approvals:decide")
def withdraw_in_province(approval_id: UUID) -> Response:
    return _withdraw(PROVINCE, approval_id)


def _list(here: str) -> str:
    asked = approvals.of_house(caller().tenant_id, _mine())
    lines = [_line(one) for one in asked]
    return render_template(
        "approvals/list.html",
        here=here,
        waiting=[line for line in lines if line["standing"] == "waiting" or line["take"]],
        done=[line for line in lines if line["standing"] != "waiting" and not line["take"]],
        names=_names(asked),
        me=me(),
        standings=STANDINGS,
    )


def _one(here: str, approval_id: UUID, errors: dict[str, str]) -> str:
    found = _found(approval_id)
    return render_template(
        "approvals/one.html",
        here=here,
        line=_line(found),
        facts=declared[found.kind].describe(found),
        names=_names([found]),
        me=me(),
        standings=STANDINGS,
        errors=errors,
        answer=request.form.get("answer", ""),
        longest=approvals.LONGEST,
        others=approvals.deciders(found),
    )


def _approve(here: str, approval_id: UUID) -> Response:
    found = _found(approval_id)
    approvals.approve(found)
    kind = declared[found.kind]
    notices.leave(
        _("승인했습니다: %(what)s", what=_(kind.title)),
        _("부탁하신 분이 이제 한 번 내려받을 수 있습니다.") if kind.take else _("바로 처리했습니다."),
    )
    return redirect(here, 303)


def _refuse(here: str, approval_id: UUID) -> Response | tuple[str, int]:
    try:
        approvals.refuse(_found(approval_id), request.form.get("answer", ""))
    except Invalid as invalid:
        return _one(here, approval_id, {field: _(words) for field, words in invalid.errors.items()}), 422
    notices.leave(_("승인하지 않고 돌려보냈습니다."))
    return redirect(here, 303)


def _withdraw(here: str, approval_id: UUID) -> Response:
    approvals.withdraw(_found(approval_id))
    notices.leave(_("부탁을 거두었습니다."))
    return redirect(here, 303)


def _line(approval: Approval) -> dict[str, Any]:
    kind = declared[approval.kind]
    taken = kind.take.format(id=approval.id, **approval.details) if approvals.takeable(approval, me()) else ""
    return {
        "asked": approval,
        "title": _(kind.title),
        "standing": approvals.standing(approval),
        "take": taken,
        "hand": _(kind.hand),
    }


def _names(asked: Sequence[Approval]) -> dict[UUID, str]:
    everybody = {who for one in asked for who in (one.asked_by, one.decided_by) if who}
    return {person.id: person.name for person in people.several(everybody)}


def _found(approval_id: UUID) -> Approval:
    return approvals.get(approval_id, caller().tenant_id, _mine())


def _mine() -> frozenset[str]:
    """Permissions that the caller has throughout the house."""
    return throughout(caller().province_roles if caller().portal else caller().roles)
