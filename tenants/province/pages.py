"""The first page of provincial staff on the portal."""

from flask import Blueprint, render_template

from maru import tenancy
from maru.access import province
from maru.dispatch import settings
from maru.errors import N_

blueprint = Blueprint("province", __name__, template_folder="templates")
STATES = {
    "planned": N_("계획"),
    "preparing": N_("준비 중"),
    "pilot": N_("시범 운영"),
    "live": N_("운영 중"),
    "suspended": N_("쉬는 중"),
    "archived": N_("문 닫음"),
}


@blueprint.get("/province")
@province("province:enter")
def cities() -> str:
    """Every city by its region, with its state; those that are open with the way to their site."""
    return render_template(
        "province/cities.html",
        cities=tenancy.every(),
        states=STATES,
        served=tenancy.SERVED,
        origin=settings().origin,
    )
