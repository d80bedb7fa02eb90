"""Asking for a reminder on a run's page, and taking it back there or in my learning."""

from uuid import UUID

from flask import Blueprint, redirect, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from maru.access import signed_in
from maru.dispatch import here, me
from maru.errors import N_, Invalid
from maru.web import notices
from tenants.catalogue import service as catalogue
from tenants.reminders import service as reminders

blueprint = Blueprint("reminders", __name__, template_folder="templates")
ASKED = {
    "24": N_("접수를 시작하기 하루 전에 알려 드립니다."),
    "1": N_("접수를 시작하기 한 시간 전에 알려 드립니다."),
}


@blueprint.post("/courses/<uuid:run_id>/remind")
@signed_in("city")
def ask(run_id: UUID) -> Response:
    """Be told before applications open."""
    hours = request.form.get("hours", "24")
    if hours not in ASKED:
        words = N_("하루 전과 한 시간 전 가운데 골라 주세요.")
        raise Invalid(words, {"hours": words})
    reminders.ask(catalogue.get(run_id, here()), me(), int(hours))
    notices.leave(_("알림을 맡아 두었습니다."), _(ASKED[hours]))
    return redirect(f"/courses/{run_id}", 303)


@blueprint.post("/my/reminders/<uuid:run_id>/drop")
@signed_in()
def drop(run_id: UUID) -> Response:
    """Be told no more."""
    reminders.drop(run_id, me())
    notices.leave(_("알림을 거두었습니다."))
    return redirect("/my#reminders", 303)
