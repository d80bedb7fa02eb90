"""A run as a record of the standard file, and back. A record that equals what a run would be written as changes nothing."""

from datetime import date, datetime, time, timedelta
from typing import Any

from maru.web import dates
from maru.web.dates import SEOUL
from tenants.courses.models import Run
from tenants.courses.standard_file.course import StandardCourse
from tenants.courses.standard_file.weekdays import days_of

DAY = timedelta(days=1)
SAME_NAMES = [
    "starts_on",
    "ends_on",
    "starts_at",
    "ends_at",
    "capacity",
    "fee",
    "vocational",
    "credit_bank",
    "learning_account",
    "reference_date",
]
TEXTS = ["instructor", "target", "method", "reception", "selection", "homepage"]


def to_standard(run: Run) -> StandardCourse:
    """The record that an export writes for a run."""
    same: dict[str, Any] = {name: getattr(run, name) for name in SAME_NAMES}
    texts: dict[str, Any] = {name: getattr(run, name) or None for name in TEXTS}
    return StandardCourse(
        title=run.course.title,
        content=run.course.content or None,
        place=" ".join(filter(None, (run.venue.name if run.venue else "", run.room))) or None,
        address=(run.venue.address if run.venue else "") or None,
        institution=(run.institution.name if run.institution else "") or None,
        phone=(run.institution.phone if run.institution else "") or None,
        weekdays=run.weekdays_text or days_of(run.weekdays) or None,
        opens_on=dates.in_seoul(run.opens_at).date() if run.opens_at else None,
        closes_on=(dates.in_seoul(run.closes_at) - timedelta(microseconds=1)).date() if run.closes_at else None,
        **same,
        **texts,
    )


def fill(run: Run, record: StandardCourse, before: StandardCourse | None) -> None:
    """Give a run the values of a record, all but course, institution and venue, which are rows of their own.

    `before` is what the run was written as, None for a new one: its window keeps its clock times where the day is the
    same.
    """
    for name in SAME_NAMES:
        setattr(run, name, getattr(record, name))
    for name in TEXTS:
        setattr(run, name, getattr(record, name) or "")
    run.weekdays, run.weekdays_text = record.weekday_bits, record.weekdays or ""
    if before is None or before.opens_on != record.opens_on:
        run.opens_at = _midnight(record.opens_on)
    if before is None or before.closes_on != record.closes_on:
        run.closes_at = _midnight(record.closes_on + DAY if record.closes_on else None)
    if before is None or before.place != record.place:
        run.room = ""


def _midnight(day: date | None) -> datetime | None:
    return datetime.combine(day, time(), SEOUL) if day else None


def schedule_of(record: StandardCourse) -> tuple[Any, ...]:
    """What the meetings of a run follow from."""
    return record.starts_on, record.ends_on, record.weekday_bits, record.starts_at, record.ends_at
