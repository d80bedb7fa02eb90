"""Uploading an institution's list for a run, its template, and the report."""

from collections.abc import Mapping
from uuid import UUID

from flask import Blueprint, Response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from maru import forms, spreadsheets
from maru.access import staff
from maru.dispatch import caller, here, me
from maru.errors import Invalid
from maru.imports import kept, waiting
from maru.problems import say
from tenants.courses import service as courses
from tenants.groups import service as groups
from tenants.groups.models import GroupImport

blueprint = Blueprint("groups", __name__, template_folder="templates", url_prefix="/console")
TEMPLATE = "group-template.xlsx"


@blueprint.get("/runs/<uuid:run_id>/group")
@staff("applicants:write")
def form(run_id: UUID) -> str:
    return _form(run_id, {}, {})


@blueprint.post("/runs/<uuid:run_id>/group")
@staff("applicants:write", uploads=True)
def upload(run_id: UUID) -> AnyResponse | tuple[str, int]:
    """Take the list in and go to where its report will stand; a job reads it."""
    given, sent, run = request.form, request.files.get("file"), courses.get(run_id)
    stated = {
        "institution": given.get("institution", ""),
        "collected_by": given.get("collected_by", ""),
        "collected_on": forms.day(given.get("collected_on", "")),
        "agreed": bool(given.get("agreed")),
    }
    data, filename = (sent.read(), sent.filename or "") if sent else (b"", "")
    try:
        received = groups.receive(run.id, here(), data, filename, me(), stated=stated)
    except Invalid as invalid:
        return _form(run_id, given, {name: say(words, invalid.values) for name, words in invalid.errors.items()}), 422
    return redirect(f"/console/groups/{received}", 303)


@blueprint.get(f"/{TEMPLATE}")
@staff("applicants:write")
def template() -> Response:
    """An empty list."""
    headers = {"Content-Disposition": f'attachment; filename="{TEMPLATE}"'}
    return Response(groups.template(), mimetype=spreadsheets.MEDIA_TYPE, headers=headers)


@blueprint.get("/groups/<uuid:group_id>")
@staff("applicants:write")
def report(group_id: UUID) -> Response | str:
    """What became of every line; names are masked, the institution has the list."""
    found = kept.get(GroupImport, group_id)
    if found.state == "waiting":
        return waiting.page(found)
    run = courses.get(groups.run_of(group_id))
    outcome = kept.read_outcome(request.args.get("outcome"))
    page = (
        None
        if found.state == "refused"
        else kept.page(GroupImport, found, outcome, request.args.get("page", 1, type=int))
    )
    return render_template("groups/report.html", report=found, run=run, outcome=outcome, page=page)


@blueprint.get("/groups/<uuid:group_id>.csv")
@staff("applicants:write")
def download(group_id: UUID) -> Response:
    """The whole report as a table."""
    data = kept.write_csv(GroupImport, kept.get(GroupImport, group_id), "이름")
    headers = {"Content-Disposition": f'attachment; filename="{caller().slug}-group.csv"'}
    return Response(data, mimetype="text/csv", headers=headers)


def _form(run_id: UUID, given: Mapping[str, str], errors: dict[str, str]) -> str:
    return render_template(
        "groups/form.html", run=courses.get(run_id), given=given, errors=errors, reports=groups.latest(run_id)
    )
