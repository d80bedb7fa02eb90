"""The province's portal: one search over all live cities, which sends people to the right one."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, g, render_template, request
from flask_babel import gettext as _

from maru.access import everyone
from maru.dispatch import caller
from maru.web.mount import language
from tenants.catalogue import calendars, fresh, listing, pages
from tenants.catalogue import service as catalogue
from tenants.catalogue.facets import facets
from tenants.catalogue.filters import Filters
from tenants.catalogue.presets import FREE, OPENING, TONIGHT, Preset
from tenants.catalogue.rows import portal_row_of
from tenants.places import service as towns

blueprint = Blueprint("portal", __name__, template_folder="templates")
SHOWN, SHOWN_UPCOMING = 5, 4


@blueprint.get("/")
@everyone()
def front() -> str:
    """The front page of whichever house was asked."""
    return portal_front() if caller().portal else pages.front()


def portal_front() -> str:
    near = _near()
    offer = fresh.FRONTS.get((None, near, language()), lambda: _offer(near))
    coming = g.coming_cities if g.switch else ()
    number = len(g.live_cities)
    return render_template("catalogue/portal.html", **offer, cities=g.switch, number=number, coming=coming, near=near)


def _offer(near: str) -> dict[str, Any]:
    now = datetime.now(UTC)
    opened = catalogue.find(Filters(state=("open",), near=near), tenant=None, limit=SHOWN)
    upcoming = catalogue.find(OPENING.narrowed(near), tenant=None, limit=SHOWN_UPCOMING)
    counted = facets(Filters(state=("open",)), None)
    return {
        "opened": [portal_row_of(row, now) for row in opened.rows],
        "upcoming": [portal_row_of(row, now) for row in upcoming.rows],
        "counts": {"open": counted.total, "free": counted.beside["free", True]},
        "towns": listing.towns_to_choose(),
    }


@blueprint.get("/search")
@everyone("portal")
def search() -> str:
    chosen = listing.read_filters().city
    cities = g.switch or [city for city in g.live_cities if city.slug in chosen]
    return render_template("catalogue/search.html", **listing.page(None, "/search", cities=cities))


@blueprint.get("/tonight")
@everyone("portal")
def tonight() -> str:
    """What begins tonight and can still be applied for, nearest first."""
    return _preset(TONIGHT)


@blueprint.get("/free")
@everyone("portal")
def free() -> str:
    """What costs nothing within seven days."""
    return _preset(FREE)


@blueprint.get("/opening")
@everyone("portal")
def opening() -> str:
    """Whose applications open next."""
    return _preset(OPENING)


@blueprint.get("/tonight.ics")
@everyone("portal")
def tonight_calendar() -> Response:
    """The classes of tonight's list."""
    return _calendar(TONIGHT)


@blueprint.get("/free.ics")
@everyone("portal")
def free_calendar() -> Response:
    """The classes of the free list."""
    return _calendar(FREE)


@blueprint.get("/opening.ics")
@everyone("portal")
def opening_calendar() -> Response:
    """When the applications of the list open."""
    return _calendar(OPENING)


def _preset(preset: Preset) -> str:
    near, after = _near(), request.args.get("after")
    found = catalogue.find(preset.narrowed(near), tenant=None, cursor=after)
    town = towns.town(near) if near else None
    carried = [("from", near)] if near else []
    return render_template(
        "catalogue/preset.html",
        preset=preset,
        presets=(TONIGHT, FREE, OPENING),
        rows=[portal_row_of(row, found.as_of) for row in found.rows],
        as_of=found.as_of,
        near=near,
        town=town and (town.name_en if language() == "en" else town.name_ko),
        towns=listing.towns_to_choose(),
        query=f"?{urlencode(carried)}" if carried else "",
        next_url=f"?{urlencode([*carried, ('after', found.next)])}" if found.next else "",
        first_url=f"{preset.path}?{urlencode(carried)}" if after else "",
        searched=f"/search?{urlencode(preset.narrowed(near).query())}",
    )


def _calendar(preset: Preset) -> Response:
    near, name = _near(), _(preset.title)
    town = towns.town(near)
    if town:
        name = f"{name} ({town.name_en if language() == 'en' else town.name_ko})"
    held = fresh.CALENDARS.get((preset.path, near, language()), lambda: preset.calendar(name, near))
    headers = {"Cache-Control": "public, max-age=900"}
    return Response(held, content_type=calendars.CONTENT_TYPE, headers=headers)


def _near() -> str:
    return listing.read_filters().near
