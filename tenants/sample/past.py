"""What three of the sample people learned over the years: settled runs, with marks, certificates, lines of the history."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from maru.db import Scope, session
from maru.migrating import SetUp
from maru.web.dates import SEOUL
from records.certificates import service as certificates
from records.certificates.service import Content
from tenants.attendance import ledger
from tenants.attendance.models import Attendance, Completion
from tenants.catalogue.projection import project
from tenants.courses.models import Course, Meeting, Run
from tenants.courses.schedule import to_bits
from tenants.sample.reading import lines
from tenants.sites.brand import derive

WEEKS = 8
BEGINS = time(10)
CITIES = {city["slug"]: city for city in lines("cities")}
ENROL = sa.text("""
    WITH taken AS (
        UPDATE seats SET placed = 1, next_number = 2 FROM unnest(CAST(:runs AS uuid[]), CAST(:people AS uuid[]))
            AS w (run, person) WHERE run_id = w.run RETURNING tenant_id, run_id, w.person)
    INSERT INTO applications (tenant_id, run_id, person_id, number, state, applied_at, placed_at)
    SELECT t.tenant_id, t.run_id, t.person, 1, 'placed', r.opens_at, r.opens_at
    FROM taken t JOIN runs r ON r.tenant_id = t.tenant_id AND r.id = t.run_id RETURNING run_id, id
""")


@dataclass(frozen=True)
class Learned:
    """One thing that a person learned: the lines of both in the sample, and the run it was."""

    person: UUID
    about: Mapping[str, Any]
    entry: Mapping[str, Any]
    run: Run


def load(work: SetUp, tenants: Mapping[str, UUID], persons: Mapping[str, UUID], today: date) -> None:
    """Everybody's history, city by city."""
    by_city = defaultdict(list)
    for one in lines("people"):
        for entry in one["history"]:
            by_city[entry["city"]].append((one, entry))
    for city, entries in by_city.items():
        tenant = tenants[city]
        learned = [Learned(persons[one["username"]], one, entry, _run(tenant, entry, today)) for one, entry in entries]
        _load_city(work, city, tenant, learned, persons[head_of(city)])


def head_of(city: str) -> str:
    """Who settled the runs of a city."""
    wanted = {"tenant": city, "role": "city_admin"}
    return next(str(one["username"]) for one in lines("people") if wanted in one["roles"])


def _run(tenant: UUID, entry: Mapping[str, Any], today: date) -> Run:
    """Eight meetings, a week apart, the last on the day of completion."""
    last = today - timedelta(days=entry["completed_days_ago"])
    first, length = last - timedelta(weeks=WEEKS - 1), timedelta(hours=entry["hours"]) / WEEKS
    begins = [datetime.combine(first + timedelta(weeks=week), BEGINS, SEOUL) for week in range(WEEKS)]
    opened = begins[0] - timedelta(days=30)
    return Run(
        tenant_id=tenant,
        course=Course(tenant_id=tenant, title=entry["title"], category=entry["category"]),
        number=int(entry["term"].removesuffix("기")),
        term=f"{last.year}년 {entry['term']}",
        method="오프라인",
        target="누구나",
        starts_on=first,
        ends_on=last,
        starts_at=BEGINS,
        ends_at=(begins[0] + length).time(),
        weekdays=to_bits([last.weekday()]),
        capacity=20,
        fee=0,
        opens_at=opened,
        closes_at=begins[0] - timedelta(days=7),
        selection="선착순",
        published_at=opened,
        settled_at=begins[-1] + timedelta(hours=8),
        meetings=[
            Meeting(tenant_id=tenant, number=number, starts_at=moment, ends_at=moment + length)
            for number, moment in enumerate(begins, start=1)
        ],
    )


def _load_city(work: SetUp, city: str, tenant: UUID, learned: list[Learned], head: UUID) -> None:
    work.as_app(Scope.JOB, tenant)
    session().add_all([one.run for one in learned])
    session().flush()
    project([one.run.id for one in learned])
    work.as_engine()
    enrolled = {"runs": [one.run.id for one in learned], "people": [one.person for one in learned]}
    applications = {row.run_id: row.id for row in session().execute(ENROL, enrolled)}
    work.as_app(Scope.JOB, tenant)
    for one in learned:
        _complete(one, applications[one.run.id], head, CITIES[city])


def _complete(learned: Learned, application: UUID, head: UUID, city: Mapping[str, Any]) -> None:
    run, where = learned.run, {"tenant_id": learned.run.tenant_id, "application_id": application}
    session().add_all(
        Attendance(**where, meeting_id=meeting.id, person_id=learned.person, mark="present", recorded_by=head)
        for meeting in run.meetings
    )
    minutes = sum(meeting.minutes for meeting in run.meetings)
    completion = Completion(
        **where,
        run_id=run.id,
        person_id=learned.person,
        held_minutes=minutes,
        attended_minutes=Decimal(minutes),
        completed=True,
        completed_on=run.ends_on,
        decided_by=head,
        in_ledger=False,
    )
    session().add(completion)
    paper = certificates.issue(
        run.tenant_id, learned.person, application, _content(learned, minutes, city), issued_on=run.ends_on
    )
    ledger.enter(run, completion, "consent:sample", paper.number)


def _content(learned: Learned, minutes: int, city: Mapping[str, Any]) -> Content:
    run, site = learned.run, city["site"]
    return Content(
        holder_name=learned.about["name"],
        birth_date=date.fromisoformat(learned.about["birth_date"]),
        course_title=run.course.title,
        run_name=ledger.run_name(run.starts_on.year, run.number),
        period_start=run.starts_on,
        period_end=run.ends_on,
        hours=ledger.hours(minutes),
        completed_on=run.ends_on,
        tenant_name=city["name_ko"],
        institution_name=site["name"],
        head_title=site["head_title"],
        head_name=site["head_name"],
        colour=derive(site["brand"]).line,
    )
