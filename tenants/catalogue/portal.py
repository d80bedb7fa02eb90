"""The province's portal: one search over all live cities, which sends people to the right one."""

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, g, render_template

from maru.access import everyone
from maru.dispatch import caller
from maru.web.mount import language
from tenants.catalogue import fresh, listing, pages
from tenants.catalogue import service as catalogue
from tenants.catalogue.facets import facets
from tenants.catalogue.filters import Filters
from tenants.catalogue.rows import portal_row_of

blueprint = Blueprint("portal", __name__, template_folder="templates")
SHOWN = 5


@blueprint.get("/")
@everyone()
def front() -> str:
    """The front page of whichever house was asked."""
    return portal_front() if caller().portal else pages.front()


def portal_front() -> str:
    offer = fresh.FRONTS.get((None, language()), _offer)
    return render_template("catalogue/portal.html", **offer, cities=g.live_cities, coming=g.coming_cities)


def _offer() -> dict[str, Any]:
    now = datetime.now(UTC)
    opened = catalogue.find(Filters(state=("open",)), tenant=None, limit=SHOWN)
    counted = facets(Filters(state=("open",)), None)
    return {
        "opened": [portal_row_of(row, now) for row in opened.rows],
        "counts": {"open": counted.total, "free": counted.beside["free", True]},
    }


@blueprint.get("/search")
@everyone("portal")
def search() -> str:
    return render_template("catalogue/search.html", **listing.page(None, "/search", cities=g.live_cities))
