"""The calendar of a city's rooms: a week or a month, and in words what overlaps."""

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import Blueprint, render_template, request

from maru.access import staff
from maru.dispatch import here
from maru.web import dates
from maru.web.mount import language
from tenants.timetable import arranging
from tenants.timetable import service as timetable
from tenants.timetable.overlaps import overlaps
from tenants.venues import service as venues

blueprint = Blueprint("timetable", __name__, template_folder="templates", url_prefix="/console")
FIRST, LAST = date(2000, 1, 31), date(2098, 12, 1)
MOST_OVERLAPS = 50


@blueprint.get("/calendar")
@staff("courses:read")
def calendar() -> str:
    """A week of all rooms, or of one venue's; a month."""
    view = "month" if request.args.get("view") == "month" else "week"
    day, venue = _day(request.args.get("day", "")), _venue(request.args.get("venue", ""))
    weeks = arranging.month_of(day) if view == "month" else [arranging.week_of(day)]
    first, last = weeks[0][0], weeks[-1][-1]
    held = timetable.held(here(), first, last, venue=venue)
    found = overlaps(one.block for one in held)
    return render_template(
        "timetable/calendar.html",
        view=view,
        day=day,
        today=dates.today(),
        weeks=weeks,
        places=arranging.by_place(held),
        days=arranging.by_day(held),
        overlaps=found[:MOST_OVERLAPS],
        total_overlaps=len(found),
        clashing={(block.run, block.starts_at) for one in found for block in (one.first, one.second)},
        holidays=timetable.holidays(first, last, english=language() == "en"),
        venues=[("", ""), *((str(one.id), one.name) for one in venues.all_venues(here()))],
        venue=str(venue or ""),
        cut=len(held) == timetable.MOST,
        **_ways(view, day, venue),
    )


def _ways(view: str, day: date, venue: UUID | None) -> dict[str, Any]:
    """Addresses of the neighbours, of today, and of the other view."""
    before = arranging.month_before(day) if view == "month" else day - timedelta(days=7)
    after = arranging.month_after(day) if view == "month" else day + timedelta(days=7)

    def link(day: date, view: str = view) -> str:
        query = {"view": view if view == "month" else "", "day": day.isoformat(), "venue": str(venue or "")}
        return f"/console/calendar?{urlencode({name: value for name, value in query.items() if value})}"

    return {"before": link(before), "after": link(after), "now": link(dates.today()), "link": link}


def _day(written: str) -> date:
    try:
        return min(max(date.fromisoformat(written), FIRST), LAST)
    except ValueError:
        return dates.today()


def _venue(written: str) -> UUID | None:
    try:
        return UUID(written)
    except ValueError:
        return None
