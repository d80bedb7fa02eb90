"""Choosing certificates of a run to be revoked."""

from contextlib import suppress
from uuid import UUID

from flask import Blueprint, g, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from auth.access_log import service as access_log
from maru.access import staff
from maru.dispatch import here, me
from maru.errors import N_, Invalid
from maru.limits import limit
from maru.web import notices
from records.certificates.service import LONGEST_REASON
from tenants.courses import service as courses
from tenants.revoking import service as revoking

blueprint = Blueprint(
    "revoking", __name__, template_folder="templates", url_prefix="/console/runs/<uuid:run_id>/revoke"
)


@blueprint.get("")
@staff("certificates:revoke")
def choose(run_id: UUID) -> str:
    """Which ones, and why; the look is written to the access log."""
    return _page(run_id, {})


@blueprint.post("")
@staff("certificates:revoke")
def revoke(run_id: UUID) -> Response | tuple[str, int]:
    """One at once; several as a request that a second person decides."""
    courses.get(run_id)
    try:
        asked = revoking.revoke(here(), run_id, _chosen(), request.form.get("reason", ""), me())
    except Invalid as invalid:
        return _page(run_id, {name: _(words) for name, words in invalid.errors.items()}), 422
    if asked is None:
        notices.leave(_("수료증을 취소했습니다."))
        return redirect(f"/console/runs/{run_id}/close", 303)
    notices.leave(_("다른 담당자의 승인을 부탁했습니다."), _("승인될 때까지 수료증은 그대로 쓰입니다."))
    return redirect(f"/console/approvals/{asked}", 303)


def _chosen() -> list[UUID]:
    """Ids of certificates; what is none is left out."""
    found = []
    for written in request.form.getlist("certificate"):
        with suppress(ValueError):
            found.append(UUID(written))
    return found


def _page(run_id: UUID, errors: dict[str, str]) -> str:
    run, papers = courses.get(run_id), revoking.in_force(here(), run_id)
    access_log.look(
        me(),
        {one.certificate.person_id for one in papers},
        tenant=here(),
        task=N_("수료증 여러 장 취소하기"),
        purpose=run.course.title,
        fields=[N_("이름"), N_("생년월일"), N_("수료")],
        address=request.remote_addr,
        request_id=g.request_id,
    )
    return render_template(
        "revoking/choose.html",
        run=run,
        papers=papers,
        alone=limit("revoke-alone"),
        chosen=request.form.getlist("certificate"),
        reason=request.form.get("reason", ""),
        longest=LONGEST_REASON,
        errors=errors,
    )
