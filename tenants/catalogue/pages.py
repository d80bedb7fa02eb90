"""A city's front page, its list of courses, and the page of one course."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, render_template, request

from contentlib.adoptions import service as adoptions
from maru.access import everyone
from maru.dispatch import here, settings
from maru.web.mount import language
from records.classification import CATEGORIES
from tenants.announcements import service as announcements
from tenants.catalogue import calendars, fresh, listing
from tenants.catalogue import service as catalogue
from tenants.catalogue.facets import facets
from tenants.catalogue.filters import Filters
from tenants.catalogue.rows import row_of
from tenants.catalogue.standard_words import in_words
from tenants.notices import closed
from tenants.notices import service as notices

blueprint = Blueprint("catalogue", __name__, template_folder="templates")
blueprint.add_app_template_filter(in_words)
SHOWN_OPEN, SHOWN_UPCOMING, SHOWN_NOTICES, SHOWN_ITEMS, SHOWN_TOLD = 5, 4, 4, 4, 2


@blueprint.get("/courses")
@everyone("city")
def courses() -> str:
    return render_template("catalogue/courses.html", **listing.page(here(), "/courses"))


@blueprint.get("/courses/<uuid:run_id>.ics")
@everyone("city")
def calendar(run_id: UUID) -> Response:
    """One run for somebody's own calendar."""
    held = calendars.of_run(catalogue.get(run_id, here()))
    headers = {"Content-Disposition": f'attachment; filename="{run_id}.ics"', "Cache-Control": "public, max-age=60"}
    return Response(held, content_type=calendars.CONTENT_TYPE, headers=headers)


def front() -> str:
    """The city's front page; the portal has its own at the same address."""
    tenant = here()
    offer = fresh.FRONTS.get((tenant, language()), lambda: _offer(tenant))
    return render_template(
        "catalogue/front.html",
        **offer,
        strips=notices.strips(tenant, closed.closed(request, settings())),
        banners=notices.banners(tenant),
        news=notices.published(tenant, SHOWN_NOTICES),
        categories=CATEGORIES,
    )


def _offer(tenant: UUID) -> dict[str, Any]:
    now = datetime.now(UTC)
    opened = catalogue.find(Filters(state=("open",)), tenant=tenant, limit=SHOWN_OPEN)
    upcoming = catalogue.find(Filters(state=("upcoming",)), tenant=tenant, limit=SHOWN_UPCOMING)
    counted = facets(Filters(state=("open",)), tenant)
    return {
        "opened": [row_of(row, now) for row in opened.rows],
        "upcoming": [row_of(row, now) for row in upcoming.rows],
        "counts": {"open": counted.total, "free": counted.beside["free", True]},
        "items": adoptions.featured(tenant, SHOWN_ITEMS),
        "told": announcements.shown_in(tenant, SHOWN_TOLD),
    }
