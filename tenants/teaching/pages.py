"""The instructors of a run, in the console."""

from uuid import UUID

from flask import Blueprint, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from maru.access import staff
from maru.dispatch import here
from maru.errors import Invalid
from maru.web import notices
from tenants.console import service as console
from tenants.courses import service as courses
from tenants.teaching import service as teaching

blueprint = Blueprint(
    "teaching", __name__, template_folder="templates", url_prefix="/console/runs/<uuid:run_id>/teachers"
)


@blueprint.get("")
@staff("courses:write")
def teachers(run_id: UUID) -> str:
    """Who may open the class, and who could."""
    return _page(run_id, {})


@blueprint.post("")
@staff("courses:write")
def give(run_id: UUID) -> Response | tuple[str, int]:
    try:
        teaching.give(here(), run_id, _person(request.form.get("person", "")))
    except Invalid as invalid:
        return _page(run_id, {name: _(words) for name, words in invalid.errors.items()}), 422
    notices.leave(_("강사를 정했습니다."), _("이제 그 강사가 신청자를 보고 출석을 적을 수 있습니다."))
    return redirect(f"/console/runs/{run_id}/teachers", 303)


@blueprint.post("/remove")
@staff("courses:write")
def take(run_id: UUID) -> Response:
    if teaching.take(run_id, _person(request.form.get("person", ""))):
        notices.leave(_("강사를 뺐습니다."), _("적어 둔 출석은 그대로 남습니다."))
    return redirect(f"/console/runs/{run_id}/teachers", 303)


def _page(run_id: UUID, errors: dict[str, str]) -> str:
    run, given = courses.get(run_id), teaching.of(run_id)
    others = [(one.id, one.name) for one in teaching.candidates(here()) if one not in given]
    return render_template(
        "teaching/teachers.html",
        line=console.line(run),
        tab="teachers",
        given=given,
        others=others,
        options=[("", _("골라 주세요")), *others],
        errors=errors,
    )


def _person(written: str) -> UUID | None:
    try:
        return UUID(written)
    except ValueError:
        return None
