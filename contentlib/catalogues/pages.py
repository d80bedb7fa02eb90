"""Uploading a catalogue in the province's console, and its report."""

from uuid import UUID

from flask import Blueprint, Response, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from contentlib.catalogues import service as imports
from contentlib.catalogues.models import LibraryImport
from maru.access import province
from maru.dispatch import me
from maru.imports import kept, waiting

HERE = "/province/library/imports"
blueprint = Blueprint("library_imports", __name__, template_folder="templates", url_prefix=HERE)


@blueprint.get("")
@province("library:write")
def form() -> str:
    return _form({})


@blueprint.post("")
@province("library:write", uploads=True)
def upload() -> AnyResponse | tuple[str, int]:
    """Take a catalogue in and go to where its report will stand; a job reads it."""
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return _form({"file": _("올릴 파일을 골라 주세요.")}), 422
    return redirect(f"{HERE}/{imports.receive(sent.read(), sent.filename, me())}", 303)


@blueprint.get("/<uuid:import_id>")
@province("library:write")
def report(import_id: UUID) -> Response | str:
    """What became of every record, or of those with one outcome; opens by itself once it is there."""
    found = kept.get(LibraryImport, import_id)
    if found.state == "waiting":
        return waiting.page(found)
    if found.state == "refused":
        return render_template("catalogues/refused.html", report=found)
    outcome = kept.read_outcome(request.args.get("outcome"))
    page = kept.page(LibraryImport, found, outcome, request.args.get("page", 1, type=int))
    return render_template("catalogues/report.html", report=found, outcome=outcome, page=page)


@blueprint.get("/<uuid:import_id>.csv")
@province("library:write")
def download(import_id: UUID) -> Response:
    """The whole report as a table."""
    data = kept.write_csv(LibraryImport, kept.get(LibraryImport, import_id), "콘텐츠")
    headers = {"Content-Disposition": 'attachment; filename="library-import.csv"'}
    return Response(data, mimetype="text/csv", headers=headers)


def _form(errors: dict[str, str]) -> str:
    return render_template("catalogues/form.html", reports=kept.latest(LibraryImport), errors=errors)
