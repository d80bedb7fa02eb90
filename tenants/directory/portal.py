"""The cities of the province: an index by region, and a page for each."""

from datetime import UTC, datetime

from flask import Blueprint, render_template

from contentlib.adoptions import service as adoptions
from maru.access import everyone
from maru.dispatch import settings
from maru.web.languages import carried
from maru.web.mount import language
from tenants.catalogue import service as catalogue
from tenants.catalogue.facets import facets
from tenants.catalogue.filters import Filters
from tenants.catalogue.rows import portal_row_of
from tenants.catalogue.words import CATEGORIES
from tenants.directory import service as directory
from tenants.sites import hours

blueprint = Blueprint("directory", __name__, template_folder="templates", url_prefix="/cities")
SHOWN_OPEN, SHOWN_UPCOMING, SHOWN_ITEMS = 5, 4, 4


@blueprint.get("")
@everyone("portal")
def cities() -> str:
    """Every city and county, south and north, and those to come."""
    return render_template(
        "directory/cities.html",
        halves=directory.live(language()),
        resting=directory.resting(language()),
        coming=directory.coming(language()),
    )


@blueprint.get("/<slug>")
@everyone("portal")
def city(slug: str) -> str:
    """What a city offers now, how it is reached, and the way to its site."""
    found, now, spoken = directory.city(slug), datetime.now(UTC), language()
    tenant = found.tenant.id
    counted = facets(Filters(state=("open",)), tenant)
    opened = catalogue.find(Filters(state=("open",)), tenant=tenant, limit=SHOWN_OPEN)
    upcoming = catalogue.find(Filters(state=("upcoming",)), tenant=tenant, limit=SHOWN_UPCOMING)
    return render_template(
        "directory/city.html",
        city=found,
        name=found.tenant.name_en if spoken == "en" else found.tenant.name_ko,
        hours=hours.in_english(found.site.hours) if spoken == "en" else found.site.hours,
        url=carried(f"{settings().origin(slug)}/", spoken),
        origin=settings().origin(slug),
        opened=[portal_row_of(row, now) for row in opened.rows],
        upcoming=[portal_row_of(row, now) for row in upcoming.rows],
        counts={"open": counted.total, "free": counted.beside["free", True], "online": directory.items(tenant)},
        kinds=[(CATEGORIES[row.category], row.category, row.courses) for row in directory.kinds(tenant)],
        shown=[one.item for one in adoptions.shown(tenant, limit=SHOWN_ITEMS)[0]],
    )
