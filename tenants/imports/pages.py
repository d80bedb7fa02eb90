"""Uploading a standard file in the console, its report, and downloading one."""

from uuid import UUID

from flask import Blueprint, Response, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from maru.access import staff
from maru.dispatch import caller, here, me
from maru.imports import kept, waiting
from tenants.console import service as console
from tenants.console.narrowing import Narrowing
from tenants.imports import service as imports
from tenants.imports.models import CourseImport

blueprint = Blueprint("imports", __name__, template_folder="templates", url_prefix="/console")


@blueprint.get("/imports")
@staff("courses:write")
def form() -> str:
    return render_template("imports/form.html", reports=kept.latest(CourseImport), errors={})


@blueprint.post("/imports")
@staff("courses:write", uploads=True)
def upload() -> AnyResponse | tuple[str, int]:
    """Take the file in and go to where its report will stand; a job reads it."""
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        words = _("올릴 파일을 골라 주세요.")
        return render_template("imports/form.html", reports=kept.latest(CourseImport), errors={"file": words}), 422
    received = imports.receive(here(), sent.read(), sent.filename, me())
    return redirect(f"/console/imports/{received}", 303)


@blueprint.get("/imports/<uuid:import_id>")
@staff("courses:write")
def report(import_id: UUID) -> Response | str:
    """What became of every line, or of those with one outcome; a page at a time. Opens by itself once it is there."""
    found = kept.get(CourseImport, import_id)
    if found.state == "waiting":
        return waiting.page(found)
    if found.state == "refused":
        return render_template("imports/refused.html", report=found)
    outcome = kept.read_outcome(request.args.get("outcome"))
    page = kept.page(CourseImport, found, outcome, request.args.get("page", 1, type=int))
    drafts = console.count_drafts(here(), Narrowing())
    return render_template("imports/report.html", report=found, outcome=outcome, page=page, drafts=drafts)


@blueprint.get("/imports/<uuid:import_id>.csv")
@staff("courses:write")
def download(import_id: UUID) -> Response:
    """The whole report as a table."""
    found = kept.get(CourseImport, import_id)
    return _csv(kept.write_csv(CourseImport, found, "강좌"), "import")


@blueprint.get("/courses/export.csv")
@staff("courses:read")
def export() -> Response:
    """The city's courses as a standard file."""
    return _csv(imports.export_csv(here()), "courses")


def _csv(data: bytes, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{caller().slug}-{name}.csv"'}
    return Response(data, mimetype="text/csv", headers=headers)
