"""A city's front page, its list of courses, and the page of one course."""

from datetime import UTC, datetime

from flask import Blueprint, render_template

from maru.access import everyone
from maru.dispatch import here
from tenants.catalogue import listing
from tenants.catalogue import service as catalogue
from tenants.catalogue.facets import facets
from tenants.catalogue.filters import Filters
from tenants.catalogue.rows import row_of
from tenants.sites import service as sites

blueprint = Blueprint("catalogue", __name__, template_folder="templates")
SHOWN_OPEN, SHOWN_UPCOMING, SHOWN_NOTICES = 5, 4, 4


@blueprint.get("/courses")
@everyone("city")
def courses() -> str:
    return render_template("catalogue/courses.html", **listing.page(here(), "/courses"))


def front() -> str:
    """The city's front page; the portal has its own at the same address."""
    tenant = here()
    now = datetime.now(UTC)
    opened = catalogue.find(Filters(state=("open",)), tenant=tenant, limit=SHOWN_OPEN)
    upcoming = catalogue.find(Filters(state=("upcoming",)), tenant=tenant, limit=SHOWN_UPCOMING)
    counted = facets(Filters(state=("open",)), tenant)
    return render_template(
        "catalogue/front.html",
        opened=[row_of(row, now) for row in opened.rows],
        upcoming=[row_of(row, now) for row in upcoming.rows],
        counts={"open": counted.total, "free": counted.beside["free", True]},
        notices=sites.notices(tenant, SHOWN_NOTICES),
    )
