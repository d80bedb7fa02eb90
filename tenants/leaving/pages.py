"""Taking everything of a city out, in the province's console."""

from uuid import UUID

from flask import Blueprint, current_app, g, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from auth.approvals import service as approvals
from auth.roles.permissions import throughout
from maru import tenancy
from maru.access import province
from maru.dispatch import caller
from maru.errors import N_, Invalid, NotFound
from maru.storage import Storage
from maru.tenancy import Tenant
from maru.web import notices
from tenants.leaving import service as leaving

blueprint = Blueprint("leaving", __name__, template_folder="templates", url_prefix="/province/cities/<slug>/exports")


@blueprint.get("/new")
@province("cities:export")
def ask(slug: str) -> str:
    """What will be in the archive, and what follows for the people in it."""
    return _page(_named(slug), "", {})


@blueprint.post("/new")
@province("cities:export")
def gather(slug: str) -> Response | tuple[str, int]:
    """Ask for the archive: a second person approves, then whoever asked has it made."""
    city, purpose = _named(slug), request.form.get("purpose", "")
    try:
        asked = leaving.request(city, purpose)
    except Invalid as invalid:
        return _page(city, purpose, {field: _(words) for field, words in invalid.errors.items()}), 422
    notices.leave(_("다른 담당자의 승인을 부탁했습니다."), _("승인되면 자료를 모을 수 있습니다."))
    return redirect(f"/province/approvals/{asked}", 303)


@blueprint.post("/approved/<uuid:approval_id>")
@province("cities:export")
def gather_approved(slug: str, approval_id: UUID) -> Response:
    """Have the archive made that a second person has approved, once."""
    city, held = _named(slug), approvals.get(approval_id, None, throughout(caller().province_roles))
    if held.kind != leaving.ARCHIVE.name or held.subjects != [city.id]:
        raise NotFound(N_("찾으시는 부탁이 없습니다."))
    approvals.take(held)
    leaving.ask(city.id, held.reason, request.remote_addr, g.request_id)
    notices.leave(_("자료를 모으고 있습니다."), _("다 모으면 이 화면에서 내려받을 수 있습니다."))
    return redirect(f"/province/cities/{slug}#h-exports", 303)


@blueprint.post("/<uuid:export_id>")
@province("cities:export")
def take(slug: str, export_id: UUID) -> Response:
    """To the archive itself, by an address that ends within minutes."""
    storage: Storage = current_app.extensions["maru-storage"]
    return redirect(leaving.take(_named(slug).id, export_id, storage), 303)


def _page(city: Tenant, purpose: str, errors: dict[str, str]) -> str:
    return render_template("leaving/ask.html", city=city, purpose=purpose, errors=errors)


def _named(slug: str) -> Tenant:
    found = tenancy.find(tenancy.Address("", slug))
    if found is None:
        raise NotFound(N_("찾으시는 시군이 없습니다."))
    return found
