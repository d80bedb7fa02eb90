"""Uploading a standard file in the console, its report, and downloading one."""

from uuid import UUID

from flask import Blueprint, Response, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from maru.access import staff
from maru.dispatch import caller, here, me
from tenants.courses.standard_file.findings import FileRefused
from tenants.imports import reports
from tenants.imports import service as imports

blueprint = Blueprint("imports", __name__, template_folder="templates", url_prefix="/console")


@blueprint.get("/imports")
@staff("courses:write")
def form() -> str:
    return render_template("imports/form.html", reports=reports.latest(), errors={})


@blueprint.post("/imports")
@staff("courses:write", uploads=True)
def upload() -> AnyResponse | tuple[str, int]:
    """Import the uploaded file and show its report; a file that is no standard file changes nothing."""
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return _again(_("올릴 파일을 골라 주세요."))
    try:
        _report, kept = imports.import_file(here(), sent.read(), sent.filename, by=me())
    except FileRefused as refused:
        return _again(refused.message)
    return redirect(f"/console/imports/{kept}", 303)


@blueprint.get("/imports/<uuid:import_id>")
@staff("courses:write")
def report(import_id: UUID) -> str:
    """What became of every line, or of those with one outcome; a page at a time."""
    found = reports.get(import_id)
    outcome = reports.read_outcome(request.args.get("outcome"))
    page = reports.page(found, outcome, request.args.get("page", 1, type=int))
    words = {kind: _(said) for kind, said in reports.WORDS.items()}
    return render_template("imports/report.html", report=found, outcome=outcome, page=page, words=words)


@blueprint.get("/imports/<uuid:import_id>.csv")
@staff("courses:write")
def download(import_id: UUID) -> Response:
    """The whole report as a table."""
    return _csv(reports.write_csv(reports.get(import_id)), "import")


@blueprint.get("/courses/export.csv")
@staff("courses:read")
def export() -> Response:
    """The city's courses as a standard file."""
    return _csv(imports.export_csv(here()), "courses")


def _csv(data: bytes, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{caller().slug}-{name}.csv"'}
    return Response(data, mimetype="text/csv", headers=headers)


def _again(words: str) -> tuple[str, int]:
    return render_template("imports/form.html", reports=reports.latest(), errors={"file": words}), 422
