"""The page of the open data, and the way to its files."""

from flask import Blueprint, current_app, redirect, render_template
from werkzeug.wrappers import Response

from maru.access import everyone
from maru.errors import N_, NotFound
from maru.storage import Storage
from tenants.courses.standard_file.columns import COLUMNS
from tenants.opendata import service as opendata
from tenants.opendata.words import MEANINGS

blueprint = Blueprint("opendata", __name__, template_folder="templates", url_prefix="/open-data")


@blueprint.get("")
@everyone("portal")
def files() -> str:
    """Date, size, licence, and what each column means."""
    columns = [(column.heading, MEANINGS[column.field]) for column in COLUMNS]
    return render_template("opendata/files.html", files=opendata.latest(), columns=columns)


@blueprint.get("/courses.csv")
@everyone("portal")
def table() -> Response:
    """The last table."""
    return _file("csv")


@blueprint.get("/courses.json")
@everyone("portal")
def listed() -> Response:
    """The same for programs, with the city of each line."""
    return _file("json")


def _file(kind: str) -> Response:
    found = next((file for file in opendata.latest() if file.format == kind), None)
    if found is None:
        raise NotFound(N_("공공데이터 파일이 아직 없습니다. 매일 새벽에 만듭니다."))
    storage: Storage = current_app.extensions["maru-storage"]
    return redirect(opendata.address(found, storage))
