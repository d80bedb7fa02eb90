"""Public rows as the look's macros want them (maru/web/templates/components/courses.html)."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from flask_babel import gettext as _

from maru.dispatch import settings
from maru.web.languages import carried
from maru.web.mount import language
from tenants.catalogue import service as catalogue
from tenants.courses.schedule import from_bits

NO_TIMES = ((None, None), (time.min, time.min))
"""Begin and end of a run whose source had none: some files write midnight then."""


@dataclass(frozen=True)
class CityTag:
    slug: str
    name: str


@dataclass(frozen=True)
class Hours:
    """The week days and the times of a run, as far as they are known."""

    weekdays: tuple[int, ...]
    begins: time | None
    ends: time | None


@dataclass(frozen=True)
class Row:
    """One board of a list."""

    href: str
    title: str
    weekdays: tuple[int, ...]
    begins: time | None
    ends: time | None
    first_day: date
    last_day: date
    meetings: int
    venue: str
    online: bool
    fee: int | None
    state: str
    soon: bool
    full: bool
    capacity: int
    placed: int
    waiting: int
    opens_at: datetime | None
    note: str | None
    city: CityTag | None
    away: float | None = None
    """Kilometres from the chosen town; `exact` where the venue's own place is known."""
    exact: bool = False


def hours_of(found: Any) -> Hours:
    """When a run, or its public row, takes place."""
    begins, ends = found.starts_at, found.ends_at
    if (begins, ends) in NO_TIMES:
        begins = ends = None
    return Hours(tuple(from_bits(found.weekdays)), begins, ends)


def row_of(found: Any, now: datetime, *, href: str = "", city: CityTag | None = None) -> Row:
    """A row of `catalogue.find`; `href` is where it leads, its own page unless told."""
    english = language() == "en" and found.title_en
    state, hours = catalogue.state(found, now), hours_of(found)
    return Row(
        href=href or f"/courses/{found.run_id}",
        title=found.title_en if english else found.title,
        weekdays=hours.weekdays,
        begins=hours.begins,
        ends=hours.ends,
        first_day=found.starts_on,
        last_day=found.ends_on,
        meetings=found.meeting_count,
        venue=" ".join(filter(None, (found.venue, found.room))),
        online=found.method in ("온라인", "모바일"),
        fee=found.fee,
        state=state,
        soon=state == "open" and found.first_come and catalogue.soon(found, now),
        full=catalogue.full(found, now),
        capacity=found.capacity,
        placed=found.placed,
        waiting=found.waiting,
        opens_at=found.opens_at,
        note=_note(found, state),
        city=city,
        away=getattr(found, "away", None) if found.in_person else None,
        exact=found.latitude is not None,
    )


def _note(found: Any, state: str) -> str | None:
    """What stands instead of the seats."""
    if state == "cancelled":
        return found.cancel_reason or None
    drawn = not found.first_come and state in ("scheduled", "open", "waiting", "closed")
    return str(_("추첨이나 심사로 뽑습니다. 여기에서는 안내만 합니다.")) if drawn else None


def portal_row_of(found: Any, now: datetime) -> Row:
    """The same on the portal: it names its city, and leads to that city's site."""
    spoken = language()
    name = found.name_en if spoken == "en" else found.city
    href = carried(f"{settings().origin(found.slug)}/courses/{found.run_id}", spoken)
    return row_of(found, now, href=href, city=CityTag(found.slug, name))
