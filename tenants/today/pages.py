"""The console's first page, and the list of classes without a mark."""

from datetime import UTC, datetime

from flask import Blueprint, render_template

from maru.access import staff
from maru.dispatch import caller, here
from maru.tenancy import COMING
from maru.web import dates
from tenants.console.reach import may, mine_alone
from tenants.today import counts, entries, service

blueprint = Blueprint("today", __name__, template_folder="templates", url_prefix="/console")
MOST_UNMARKED = 200


@blueprint.get("")
@staff("console:enter")
def today() -> str:
    """What to do now and soon, and the classes of the day."""
    found, now = entries.groups(), datetime.now(UTC)
    counts.remember(caller(), found)
    classes = service.classes(here(), dates.today(now))
    preparing = caller().state in COMING and may("site:write")
    return render_template(
        "today/today.html", groups=found, classes=classes, now=now, day=dates.today(now), preparing=preparing
    )


@blueprint.get("/unmarked")
@staff("attendance:write")
def unmarked() -> str:
    """Every class of the last two weeks in which nobody has a mark."""
    found, total = service.unmarked(here(), mine_alone("attendance:write"), MOST_UNMARKED)
    return render_template("today/unmarked.html", entries=[entries.unmarked_entry(held) for held in found], total=total)
