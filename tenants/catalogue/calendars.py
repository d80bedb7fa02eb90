"""Classes and openings as a calendar file (RFC 5545): lines folded by octets, hours of Seoul, ids that stay."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from icalendar import Calendar, Event

from maru.dispatch import settings
from maru.web import dates
from maru.web.mount import language
from tenants.catalogue import service as catalogue

CONTENT_TYPE = "text/calendar; charset=utf-8"
MOST = 200
"""Runs in one list."""
ZONE_SINCE, ZONE_UNTIL = date(2020, 1, 1), date(2040, 1, 1)
OPENING = timedelta(minutes=30)
"""How long the beginning of an application stands in a calendar."""
ASK_AGAIN = "PT6H"
EVER = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


def of_run(run: Any) -> bytes:
    """One run: its classes, and when its application opens if that is still to come."""
    events = list(_classes(run))
    if run.opens_at and run.opens_at > datetime.now(UTC) and run.cancelled_at is None:
        events.insert(0, _opening(run))
    return _file(_title(run), events)


def of_classes(name: str, runs: Iterable[Any], first: datetime, last: datetime) -> bytes:
    """The classes of `runs` that begin between two instants."""
    return _file(name, [event for run in runs for event in _classes(run, first, last)])


def of_openings(name: str, runs: Iterable[Any]) -> bytes:
    """When the applications of `runs` open."""
    return _file(name, [_opening(run) for run in runs if run.opens_at])


def _file(name: str, events: Iterable[Event]) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", f"-//Maru//{settings().base_domain}//{language().upper()}")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", str(dates.SEOUL))
    calendar.add("x-published-ttl", ASK_AGAIN)
    for event in events:
        calendar.add_component(event)
    calendar.add_missing_timezones(first_date=ZONE_SINCE, last_date=ZONE_UNTIL)
    return bytes(calendar.to_ical())


def _classes(run: Any, first: datetime = EVER[0], last: datetime = EVER[1]) -> Iterator[Event]:
    """Its class days that begin between two instants; where they are not known, its first day."""
    for meeting in (one for one in catalogue.meetings(run) if first <= one.starts_at < last):
        event = _event(run, str(meeting.number), _title(run))
        event.add("dtstart", dates.in_seoul(meeting.starts_at))
        event.add("dtend", dates.in_seoul(meeting.ends_at))
        yield event
    if not run.meetings:
        event = _event(run, "1", _title(run))
        event.add("dtstart", run.starts_on)
        yield event


def _opening(run: Any) -> Event:
    event = _event(run, "opening", _("접수 시작: %(title)s", title=_title(run)))
    event.add("dtstart", dates.in_seoul(run.opens_at))
    event.add("dtend", dates.in_seoul(run.opens_at + OPENING))
    return event


def _event(run: Any, part: str, summary: str) -> Event:
    address = f"{settings().origin(run.slug)}/courses/{run.run_id}"
    city = run.name_en if language() == "en" else run.city
    event = Event()
    event.add("uid", f"{run.run_id}-{part}@{settings().base_domain}")
    event.add("dtstamp", run.updated_at.astimezone(UTC))
    event.add("last-modified", run.updated_at.astimezone(UTC))
    event.add("summary", summary)
    event.add("description", "\n".join(filter(None, (city, run.summary, address))))
    event.add("url", address)
    if place := ", ".join(filter(None, (" ".join(filter(None, (run.venue, run.room))), run.address))):
        event.add("location", place)
    if run.latitude is not None and run.longitude is not None:
        event.add("geo", (run.latitude, run.longitude))
    event.add("status", "CANCELLED" if run.cancelled_at else "CONFIRMED")
    return event


def _title(run: Any) -> str:
    return str((language() == "en" and run.title_en) or run.title)
