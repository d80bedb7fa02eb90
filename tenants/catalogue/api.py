"""The catalogue for programs."""

from typing import Any
from uuid import UUID

from maru.access import everyone
from maru.api import ListInput
from maru.api import blueprint as api_blueprint
from maru.dispatch import here
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
    """Published runs of all live cities"""
    return _page(query, None)


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


def _page(query: dict[str, Any], tenant: UUID | None) -> dict[str, Any]:
    limit, cursor = query.pop("limit"), query.pop("cursor")
    found = catalogue.find(Filters.of(query), tenant=tenant, limit=limit, cursor=cursor)
    return {"items": found.rows, "next": found.next}
