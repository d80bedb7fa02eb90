"""The library on the portal: finding an item, and the city where to watch it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import Blueprint, render_template, request

from auth.residence import service as residence
from contentlib.adoptions import offers, structured
from contentlib.adoptions.similar import similar
from contentlib.items.words import LEVELS, LICENCES
from maru.access import everyone
from maru.dispatch import caller, settings
from maru.search import to_tsquery
from maru.tenancy import Tenant
from maru.web import dates
from maru.web.languages import carried
from maru.web.mount import language
from records.classification import CATEGORIES
from tenants.catalogue import listing
from tenants.places import service as towns
from tenants.sites.faces import PORTAL

blueprint = Blueprint("online", __name__, template_folder="templates", url_prefix="/library")


@dataclass(frozen=True)
class Showing:
    """A city where an item is watched; `own` where the visitor lives, `away` in kilometres from the chosen town."""

    slug: str
    name: str
    url: str
    own: bool
    away: float | None


@blueprint.get("")
@everyone("portal")
def items() -> str:
    """Items that some city shows, with how many cities show each."""
    filters, category = listing.read_filters(), request.args.get("category", "")
    category, query = category if category in CATEGORIES else "", to_tsquery(filters.q)
    nothing = bool(filters.q) and query is None
    found, following = (
        ([], None) if nothing else offers.offered(filters.q, query, category or None, request.args.get("after"))
    )
    kept = [("q", filters.q), ("from", filters.near), ("category", category)]
    pairs = [(name, value) for name, value in kept if value]
    return render_template(
        "online/items.html",
        found=found,
        similar=similar(filters.q, None) if filters.q and not found else [],
        cities=offers.cities_of([item.item_id for item in found]),
        total=0 if nothing else offers.count(query, category or None),
        words=filters.q,
        near=filters.near,
        towns=listing.towns_to_choose(),
        category=category,
        categories=CATEGORIES,
        courses_url=f"/search?{urlencode(pairs)}" if pairs else "/search",
        all_url=_with(pairs, ""),
        category_urls={code: _with(pairs, code) for code in CATEGORIES},
        next_url=f"?{urlencode([*pairs, ('after', following)])}" if following else "",
    )


@blueprint.get("/<uuid:item_id>")
@everyone("portal")
def item(item_id: UUID) -> str:
    """One item, and where to watch it: at home first, else nearest first."""
    near, found, origin = listing.read_filters().near, offers.one(item_id), settings().origin()
    return render_template(
        "online/item.html",
        item=found,
        structured=structured.course(found, f"{origin}/library/{item_id}", PORTAL.name_ko, origin),
        showing=_showing(item_id, offers.cities_of([item_id])[item_id], near),
        near=near,
        towns=listing.towns_to_choose(),
        categories=CATEGORIES,
        levels=LEVELS,
        licences=LICENCES,
    )


def _showing(item_id: UUID, cities: Sequence[Tenant], near: str) -> list[Showing]:
    known, person = towns.towns(), caller().person_id
    home = residence.home_on(person, dates.today()) if person else None
    town, spoken = towns.town(near), language()
    shown = []
    for city in cities:
        centre = known.get(city.region_code or "")
        own = home is not None and home.region_code == city.region_code
        away = towns.kilometres(town, centre) if town and centre else None
        url = carried(f"{settings().origin(city.slug)}/items/{item_id}", spoken)
        shown.append(Showing(city.slug, city.name_en if spoken == "en" else city.name_ko, url, own, away))
    return sorted(shown, key=lambda one: (not one.own, one.away if one.away is not None else 1e9, one.name))


def _with(pairs: list[tuple[str, str]], category: str) -> str:
    others: list[tuple[str, Any]] = [(name, value) for name, value in pairs if name != "category"]
    asked = [*others, ("category", category)] if category else others
    return f"/library?{urlencode(asked)}" if asked else "/library"
