"""A run as schema.org describes courses, for search engines: the facts of its page, nothing of a person."""

from typing import Any

from maru.dispatch import settings
from maru.web import dates
from tenants.catalogue.rows import hours_of

CONTEXT = "https://schema.org"
MODES = {"온라인": "Online", "모바일": "Online", "혼합": "Blended", "오프라인": "Onsite"}
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
AVAILABILITY = {"open": "InStock", "waiting": "BackOrder", "scheduled": "PreOrder"}
ALWAYS = 2099
LONGEST = 500
Thing = dict[str, Any]


def course(run: Any, state: str) -> Thing:
    """The public row of a run in a state as a Course with one CourseInstance."""
    origin = settings().origin(run.slug)
    address = f"{origin}/courses/{run.run_id}"
    said = {
        "@context": CONTEXT,
        "@type": "Course",
        "@id": f"{address}#course",
        "url": address,
        "name": run.title,
        "alternateName": run.title_en,
        "description": (run.summary or run.content or run.title)[:LONGEST],
        "inLanguage": "ko",
        "provider": _organisation(run.institution or run.city, origin),
        "offers": _offer(run, state, address),
        "hasCourseInstance": _instance(run, address),
    }
    return _known(said)


def _instance(run: Any, address: str) -> Thing:
    hours, mode = hours_of(run), MODES.get(run.method, "")
    instance = {
        "@type": "CourseInstance",
        "@id": address,
        "courseMode": mode,
        "startDate": _start(run, hours.begins),
        "endDate": run.ends_on.isoformat() if run.ends_on.year < ALWAYS else "",
        "courseSchedule": _schedule(run, hours),
        "location": {"@type": "VirtualLocation", "url": run.homepage or address} if mode == "Online" else _place(run),
        "maximumAttendeeCapacity": run.capacity or None,
        "eventStatus": f"{CONTEXT}/Event{'Cancelled' if run.cancelled_at else 'Scheduled'}",
    }
    if not instance["courseSchedule"] and run.meeting_count:
        instance["courseWorkload"] = f"PT{run.meeting_count * run.minutes}M"
    return _known(instance)


def _start(run: Any, begins: Any) -> str:
    if begins is None:
        return str(run.starts_on.isoformat())
    return f"{run.starts_on.isoformat()}T{begins:%H:%M}:00+09:00"


def _schedule(run: Any, hours: Any) -> Thing:
    if not hours.weekdays or not hours.begins or not hours.ends:
        return {}
    return _known(
        {
            "@type": "Schedule",
            "repeatFrequency": "P1W",
            "repeatCount": run.meeting_count or None,
            "byDay": [f"{CONTEXT}/{DAYS[day]}" for day in hours.weekdays],
            "startDate": run.starts_on.isoformat(),
            "endDate": run.ends_on.isoformat() if run.ends_on.year < ALWAYS else "",
            "startTime": f"{hours.begins:%H:%M}:00",
            "endTime": f"{hours.ends:%H:%M}:00",
            "scheduleTimezone": str(dates.SEOUL),
        }
    )


def _place(run: Any) -> Thing:
    if not (run.venue or run.address):
        return {}
    geo = {"@type": "GeoCoordinates", "latitude": run.latitude, "longitude": run.longitude}
    return _known(
        {
            "@type": "Place",
            "name": " ".join(filter(None, (run.venue, run.room))) or run.address,
            "address": run.address or run.city,
            "geo": geo if run.latitude is not None and run.longitude is not None else None,
        }
    )


def _offer(run: Any, state: str, address: str) -> Thing:
    if run.fee is None:
        return {}
    return _known(
        {
            "@type": "Offer",
            "url": address,
            "price": run.fee,
            "priceCurrency": "KRW",
            "category": "Paid" if run.fee else "Free",
            "availability": f"{CONTEXT}/{AVAILABILITY.get(state, 'SoldOut')}",
            "validFrom": dates.in_seoul(run.opens_at).isoformat() if run.opens_at else "",
            "validThrough": dates.in_seoul(run.closes_at).isoformat() if run.closes_at else "",
        }
    )


def _organisation(name: str, url: str) -> Thing:
    return {"@type": "Organization", "name": name, "url": f"{url}/"}


def _known(said: Thing) -> Thing:
    """Only what is known: schema.org has no empty values."""
    return {name: value for name, value in said.items() if value not in (None, "", {}, [])}
