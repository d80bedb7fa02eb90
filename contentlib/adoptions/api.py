"""The library's items in force, and those that a city shows, for programs."""

from typing import Any

from contentlib.adoptions import service as adoptions
from contentlib.adoptions.schemas import Items, ItemsInput
from contentlib.adoptions.service import Wanted
from maru.access import everyone
from maru.api import blueprint as api_blueprint
from maru.dispatch import here
from maru.search import to_tsquery

blueprint = api_blueprint("items-api", __name__, "Items of the shared library")


@blueprint.get("/library/items")
@everyone("portal")
@blueprint.arguments(ItemsInput(), location="query")
@blueprint.response(200, Items)
def library(query: dict[str, Any]) -> dict[str, Any]:
    """Every item in force, the newest first"""
    words = to_tsquery(query["q"])
    if query["q"].strip() and words is None:
        return {"items": [], "next": None}
    found, following = adoptions.library(None, Wanted(words, query["category"]), query["cursor"], query["limit"])
    return {"items": [one.item for one in found], "next": following}


@blueprint.get("/items")
@everyone("city")
@blueprint.arguments(ItemsInput(), location="query")
@blueprint.response(200, Items)
def shown(query: dict[str, Any]) -> dict[str, Any]:
    """The items that this city shows, in its own order"""
    words = to_tsquery(query["q"])
    if query["q"].strip() and words is None:
        return {"items": [], "next": None}
    found, following = adoptions.shown(here(), Wanted(words, query["category"]), query["cursor"], query["limit"])
    return {"items": [one.item for one in found], "next": following}
