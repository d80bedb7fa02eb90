"""From a city's completions to the one history: under consent or a law, at once or when consent is given later."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from auth.consents import service as consents
from auth.people.service import belongs
from maru.db import session
from maru.jobs import job
from maru.web import dates
from records.certificates import service as certificates
from records.history import service as history
from records.history.service import Entry
from tenants.attendance.models import Attendance, Completion
from tenants.catalogue import service as catalogue
from tenants.courses import service as courses
from tenants.courses.models import Run

CAME = ("present", "late", "left-early")


@dataclass(frozen=True)
class Kept:
    """A completion that only the city keeps, because the person has not consented to the one history."""

    title: str
    run_name: str
    hours: Decimal
    starts_on: date
    ends_on: date
    completed_on: date
    source_id: UUID
    tenant_slug: str
    tenant_name: str


def hours(minutes: int) -> Decimal:
    """Class time as certificates and the history write it, to a hundredth of an hour."""
    return (Decimal(minutes) / 60).quantize(Decimal("0.01"))


def run_name(year: int, number: int) -> str:
    """`2026년 2기`; a proper name, the same in every language."""
    return f"{year}년 {number}기"


def enter(run: Run, completion: Completion, ground: str, certificate_number: str | None) -> None:
    """Write a completion into the one history."""
    history.record(
        Entry(
            person_id=completion.person_id,
            tenant_id=completion.tenant_id,
            title=run.course.title,
            run_name=run_name(run.starts_on.year, run.number),
            category=run.course.category,
            hours=hours(completion.held_minutes),
            starts_on=run.starts_on,
            ends_on=run.ends_on,
            completed_on=completion.completed_on,
            source_id=completion.application_id,
            ground=ground,
            certificate_number=certificate_number,
        )
    )
    completion.in_ledger = True


def catch_up(person: UUID) -> None:
    """After the signed-in person gave consent: have every city enter what it has kept of them until now."""
    cities = sa.select(Completion.tenant_id).where(_kept(person)).distinct()
    catch_up_from(person, session().scalars(cities).all())


def catch_up_from(person: UUID, cities: Iterable[UUID]) -> None:
    """Have each of these cities enter what it has kept of a person until now."""
    for tenant in cities:
        enter_kept.later_in(tenant, person)


@job("attendance.enter_kept")
def enter_kept(person: UUID) -> None:
    """Enter what the job's city has kept of a person, if there is a ground for it now."""
    ground = consents.grounds([person], consents.PROVINCE_HISTORY, dates.today()).get(person)
    if ground is None:
        return
    found = session().scalars(sa.select(Completion).where(_kept(person)).with_for_update(key_share=True)).all()
    papers = certificates.of_sources([one.application_id for one in found])
    for one in found:
        paper = papers.get(one.application_id)
        enter(courses.get(one.run_id), one, ground, paper.number if paper else None)


def kept_by_cities(person: UUID) -> Sequence[Kept]:
    """What the signed-in person completed and only the cities keep, the latest first."""
    found = session().scalars(sa.select(Completion).where(_kept(person)).order_by(Completion.completed_on.desc())).all()
    listings = catalogue.several([(one.tenant_id, one.run_id) for one in found])
    return [_line(one, listings[one.run_id]) for one in found]


def attended(person: UUID) -> dict[UUID, tuple[int, int]]:
    """By application of the signed-in person: how many class days they came to, and how many have been marked."""
    came = sa.func.count().filter(Attendance.mark.in_(CAME))
    marked = sa.select(Attendance.application_id, came, sa.func.count()).where(belongs(Attendance.person_id, person))
    rows = session().execute(marked.group_by(Attendance.application_id))
    return {application: (days, of) for application, days, of in rows}


def _kept(person: UUID) -> sa.ColumnElement[bool]:
    return sa.and_(belongs(Completion.person_id, person), Completion.completed, ~Completion.in_ledger)


def _line(completion: Completion, listing: Any) -> Kept:
    return Kept(
        title=listing.title,
        run_name=run_name(listing.starts_on.year, listing.number),
        hours=hours(completion.held_minutes),
        starts_on=listing.starts_on,
        ends_on=listing.ends_on,
        completed_on=completion.completed_on,
        source_id=completion.application_id,
        tenant_slug=listing.slug,
        tenant_name=listing.city,
    )
