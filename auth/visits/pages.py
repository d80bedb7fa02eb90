"""Entering a city's console from the province's: first what for, then reading for a while."""

from uuid import UUID

from flask import Blueprint, g, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from auth.visits import service as visits
from maru import tenancy
from maru.access import province
from maru.dispatch import me, settings
from maru.errors import N_, Invalid, NotFound
from maru.limits import limit
from maru.tenancy import Tenant
from maru.web import notices

blueprint = Blueprint("visits", __name__, template_folder="templates", url_prefix="/province/cities/<slug>/visits")


@blueprint.get("")
@province("cities:visit")
def ask(slug: str) -> str:
    """What for, and who was there before."""
    return _page(_named(slug), {})


@blueprint.post("")
@province("cities:visit")
def begin(slug: str) -> Response | tuple[str, int]:
    """Open the city's console for reading."""
    city = _named(slug)
    reason, reference = request.form.get("reason", ""), request.form.get("reference", "")
    try:
        visits.begin(city.id, reason, reference, request.remote_addr, g.request_id)
    except Invalid as invalid:
        return _page(city, {field: _(words) for field, words in invalid.errors.items()}), 422
    notices.leave(
        _("시군 업무실을 열었습니다."), _("시군 관리자도 이 방문을 봅니다. 볼 일을 마치면 아래에서 끝내 주세요.")
    )
    return redirect(f"/province/cities/{slug}/visits", 303)


@blueprint.post("/<uuid:visit_id>/end")
@province("cities:visit")
def end(slug: str, visit_id: UUID) -> Response:
    """Close it again."""
    visits.end(visit_id)
    notices.leave(_("방문을 끝냈습니다."))
    return redirect(f"/province/cities/{slug}/visits", 303)


def _page(city: Tenant, errors: dict[str, str]) -> str:
    return render_template(
        "visits/city.html",
        city=city,
        mine=visits.standing(city.id, me()),
        visited=visits.of_city(city.id),
        console=f"{settings().origin(city.slug)}/console",
        minutes=limit("city-visit-minutes"),
        errors=errors,
        entered=request.form,
    )


def _named(slug: str) -> Tenant:
    found = tenancy.find(tenancy.Address("", slug))
    if found is None:
        raise NotFound(N_("찾으시는 시군이 없습니다."))
    return found
