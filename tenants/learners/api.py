"""The signed-in person, for programs."""

from dataclasses import asdict
from typing import Any

from auth.people import service as people
from auth.residence import service as residence
from maru.access import signed_in
from maru.api import ListInput
from maru.api import blueprint as api_blueprint
from maru.dispatch import caller, me, settings
from maru.web import dates
from tenants.learners import service as learners
from tenants.learners.schemas import Me, MyApplicationPage

blueprint = api_blueprint("me-api", __name__, "The signed-in person: on any host, over all cities")


@blueprint.get("/me")
@signed_in()
@blueprint.response(200, Me)
def who() -> dict[str, Any]:
    """Who is signed in"""
    person = people.get(me())
    return {
        "id": person.id,
        "name": person.name,
        "language": person.language,
        "residence": residence.home_on(person.id, dates.today()),
        "roles": sorted(caller().roles | caller().province_roles),
    }


@blueprint.get("/me/applications")
@signed_in()
@blueprint.arguments(ListInput(), location="query")
@blueprint.response(200, MyApplicationPage)
def applications(query: dict[str, Any]) -> dict[str, Any]:
    """The person's applications in all cities, newest first"""
    found, following = learners.applications(me(), query["limit"], query["cursor"])
    items = [
        {
            **{name: value for name, value in asdict(one).items() if name != "row"},
            "url": f"{settings().origin(one.tenant)}/applications/{one.id}",
        }
        for one in found
    ]
    return {"items": items, "next": following}
