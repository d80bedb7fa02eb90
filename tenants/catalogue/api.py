"""The catalogue for programs."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from contentlib.adoptions import offers
from maru.access import everyone
from maru.api import ListInput
from maru.api import blueprint as api_blueprint
from maru.dispatch import here
from maru.search import to_tsquery
from tenants.catalogue import service as catalogue
from tenants.catalogue.filters import Filters
from tenants.catalogue.schemas import CityPage, CourseQuery, FoundPage, PublicRun, RunPage, SearchQuery

blueprint = api_blueprint("catalogue-api", __name__, "Courses of a city, and one search over all live cities")


@blueprint.get("/courses")
@everyone("city")
@blueprint.arguments(CourseQuery(), location="query")
@blueprint.response(200, RunPage)
def courses(query: dict[str, Any]) -> dict[str, Any]:
    """Published runs of this city"""
    return _page(query, here())


@blueprint.get("/search")
@everyone("portal")
@blueprint.arguments(SearchQuery(), location="query")
@blueprint.response(200, FoundPage)
def search(query: dict[str, Any]) -> dict[str, Any]:
    """Published runs of all live cities, and items of the shared library that some city shows"""
    library = query.pop("library_cursor")
    return {**_page({**query}, None), **_library(query["q"], query["category"], library, query["limit"])}


@blueprint.get("/runs/<uuid:run_id>")
@everyone("city")
@blueprint.response(200, PublicRun)
def run(run_id: UUID) -> Any:
    """One run of this city with its seats"""
    return catalogue.get(run_id, here())


@blueprint.get("/tenants")
@everyone("portal")
@blueprint.arguments(ListInput(), location="query")
@blueprint.response(200, CityPage)
def cities(query: dict[str, Any]) -> dict[str, Any]:
    """Live cities and counties"""
    found, following = catalogue.cities(query["limit"], query["cursor"])
    return {"items": found, "next": following}


def _library(words: str, categories: Sequence[str], cursor: str | None, limit: int) -> dict[str, Any]:
    """The other group: narrowed by words, and by a category where one is chosen."""
    asked, category = to_tsquery(words), categories[0] if len(categories) == 1 else None
    if words.strip() and asked is None:
        return {"library": [], "library_next": None, "library_total": 0}
    found, following = offers.offered(words, asked, category, cursor, limit)
    cities = offers.cities_of([item.item_id for item in found])
    shown = [{**vars(item), "tenants": [city.slug for city in cities[item.item_id]]} for item in found]
    return {"library": shown, "library_next": following, "library_total": offers.count(asked, category)}


def _page(query: dict[str, Any], tenant: UUID | None) -> dict[str, Any]:
    limit, cursor = query.pop("limit"), query.pop("cursor")
    found = catalogue.find(Filters.of(query), tenant=tenant, limit=limit, cursor=cursor)
    return {"items": found.rows, "next": found.next}
