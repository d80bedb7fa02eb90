"""Applying and cancelling for programs."""

from typing import Any
from uuid import UUID

from auth.families import service as families
from maru.access import signed_in
from maru.api import PROBLEM_TYPE, Problem
from maru.api import blueprint as api_blueprint
from maru.dispatch import caller, here
from tenants.enrolments import service as enrolments
from tenants.enrolments.schemas import ApplicationHeaders, ApplicationOut, ForWhom

blueprint = api_blueprint("enrolments-api", __name__, "Applications to a city's runs")


@blueprint.post("/runs/<uuid:run_id>/applications")
@signed_in("city")
@blueprint.arguments(ApplicationHeaders(), location="headers")
@blueprint.arguments(ForWhom(), location="query")
@blueprint.response(201, ApplicationOut, description="A new application")
@blueprint.alt_response(
    200, schema=ApplicationOut, description="The application that this Idempotency-Key made before, as it stands now"
)
@blueprint.alt_response(
    409,
    schema=Problem,
    content_type=PROBLEM_TYPE,
    description="already-applied, run-full, not-open, not-first-come, run-cancelled",
)
@blueprint.alt_response(403, schema=Problem, content_type=PROBLEM_TYPE, description="not-eligible, csrf")
@blueprint.alt_response(429, schema=Problem, content_type=PROBLEM_TYPE, description="rate-limited")
def apply(headers: dict[str, Any], query: dict[str, Any], run_id: UUID) -> tuple[enrolments.Placed, int]:
    """Apply for the signed-in person, or for a person for whom they stand (`for`)

    Whoever got no answer asks again with the same Idempotency-Key, and has one application in the end. A key makes one
    application for ever: after cancelling it, apply again with a new key.
    """
    if query["whom"]:
        families.act_for(query["whom"], families.APPLY)
    placed = enrolments.apply(run_id, here(), headers["idempotency_key"])
    return placed, 201 if placed.new else 200


@blueprint.get("/applications/<uuid:application_id>")
@signed_in("city")
@blueprint.response(200, ApplicationOut)
def application(application_id: UUID) -> enrolments.Placed:
    """Where one's application stands, or that of a person for whom one stands"""
    _act_on(application_id, families.LOOK)
    return enrolments.get(application_id)


@blueprint.delete("/applications/<uuid:application_id>")
@signed_in("city")
@blueprint.response(200, ApplicationOut)
@blueprint.alt_response(409, schema=Problem, content_type=PROBLEM_TYPE, description="too-late, run-cancelled")
def cancel(application_id: UUID) -> enrolments.Placed:
    """Give the place back; repeatable"""
    _act_on(application_id, families.CANCEL)
    return enrolments.cancel(application_id)


def _act_on(application: UUID, act: str) -> None:
    if caller().represents:
        families.act_on(application, act)
