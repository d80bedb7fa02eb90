"""A public row as a record of the standard file."""

from datetime import timedelta
from typing import Any

from maru.web import dates
from tenants.courses.standard_file.course import StandardCourse
from tenants.courses.standard_file.weekdays import days_of

SAME = (
    "starts_on",
    "ends_on",
    "starts_at",
    "ends_at",
    "fee",
    "vocational",
    "credit_bank",
    "learning_account",
    "reference_date",
)
TEXTS = ("instructor", "target", "method", "reception", "selection", "homepage", "content", "address")
TICK = timedelta(microseconds=1)


def record_of(row: Any) -> StandardCourse | None:
    """What the standard file says of a published run, as its city would write it; None where it has no way to say it.

    Names of instructors are what the city itself has published, as the standard asks.
    """
    same: dict[str, Any] = {name: getattr(row, name) for name in SAME}
    texts: dict[str, Any] = {name: getattr(row, name) or None for name in TEXTS}
    try:
        return StandardCourse(
            title=row.title,
            place=" ".join(filter(None, (row.venue, row.room))) or None,
            institution=row.institution or None,
            phone=row.institution_phone or None,
            weekdays=row.weekdays_text or days_of(row.weekdays) or None,
            capacity=row.capacity or None,
            opens_on=dates.in_seoul(row.opens_at).date() if row.opens_at else None,
            closes_on=dates.in_seoul(row.closes_at - TICK).date() if row.closes_at else None,
            **same,
            **texts,
        )
    except ValueError:
        return None
