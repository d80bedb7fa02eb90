"""Loading the sample province: all of it in one transaction, or nothing."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import Range

from auth.residence.models import Region
from maru.config import Config
from maru.db import Scope, session
from maru.migrating import SetUp, set_up
from maru.tenancy import Tenant
from maru.web import dates
from maru.web.dates import SEOUL
from records.insights import service as insights
from tenants.catalogue.projection import project
from tenants.courses.models import Course, Institution, Meeting, Run, RunInstructor, Venue
from tenants.courses.schedule import to_bits
from tenants.faqs.models import Faq
from tenants.notices.models import Banner, Notice
from tenants.sample import asking, filling, items, past, people, running
from tenants.sample.reading import lines
from tenants.sites.models import Site

WEEKDAYS = "월화수목금토일"
REGIONS_SINCE = date(2000, 1, 1)
HWASEONG_DISTRICTS_SINCE = date(2026, 1, 1)
"""Hwaseong's four districts exist since 2026 (domain 1.6)."""


def load(config: Config) -> str:
    """Load the province into an empty database; says in words what was done."""
    today = dates.today()
    with set_up(config.database_url) as work:
        work.as_app(Scope.PROVINCE)
        if session().scalar(sa.select(sa.func.count()).select_from(Tenant)):
            return "The sample province is already loaded."
        _load_regions(work)
        tenants = _load_tenants(work)
        persons = people.load(work, tenants, today)
        sites = [city for city in lines("cities") if city["site"]]
        counts = [_load_city(work, city, tenants[city["slug"]], persons, today) for city in sites]
        filling.load(work, tenants, today)
        past.load(work, tenants, persons, today)
        running.load(work, tenants, persons)
        asking.load(work, tenants, persons)
        work.as_app(Scope.JOB)
        insights.count()
        items.load(persons, work)
    return f"Loaded {len(tenants)} cities, {sum(counts)} courses and {len(persons)} people."


def _load_regions(work: SetUp) -> None:
    work.as_app(Scope.PROVINCE)
    for city in lines("cities"):
        session().add(_region(city["code"], city["name_ko"], city["name_en"], city["kind"], None))
        session().add_all(
            _region(district["code"], district["name"], district.get("name_en", ""), "district", city["code"])
            for district in city["districts"]
        )


def _region(code: str, name: str, name_en: str, kind: str, parent: str | None) -> Region:
    since = HWASEONG_DISTRICTS_SINCE if parent == "41590" else REGIONS_SINCE
    return Region(
        code=code, name_ko=name, name_en=name_en or name, kind=kind, parent_code=parent, valid=Range(since, None)
    )


def _load_tenants(work: SetUp) -> dict[str, UUID]:
    work.as_app(Scope.PROVINCE)
    tenants = [
        Tenant(
            slug=city["slug"],
            name_ko=city["name_ko"],
            name_en=city["name_en"],
            region_code=city["code"],
            state=city["state"],
            state_reason=city["state_reason"] or "",
            onboarded_on=date.fromisoformat(city["onboarded_at"]) if city["onboarded_at"] else None,
        )
        for city in lines("cities")
    ]
    session().add_all(tenants)
    session().flush()
    return {tenant.slug: tenant.id for tenant in tenants}


def _load_city(work: SetUp, city: Mapping[str, Any], tenant: UUID, persons: Mapping[str, UUID], today: date) -> int:
    work.as_app(Scope.JOB, tenant)
    _load_site(city["site"], tenant)
    session().add_all(Faq(tenant_id=tenant, position=n, published=True, **one) for n, one in enumerate(lines("faqs")))
    session().add_all(_banners(city["slug"], tenant, today))
    venues = {one["key"]: one for one in lines("venues") if one["city"] == city["slug"]}
    places = {key: _venue(one, tenant) for key, one in venues.items()}
    institutions = {
        (one["institution"], one["phone"]): Institution(tenant_id=tenant, name=one["institution"], phone=one["phone"])
        for one in venues.values()
    }
    session().add_all([*places.values(), *institutions.values()])
    courses = [one for one in lines("courses") if one["city"] == city["slug"]]
    runs = []
    for one in courses:
        venue = venues[one["venue"]]
        run = _run(one, tenant, today)
        run.venue, run.institution = places[one["venue"]], institutions[venue["institution"], venue["phone"]]
        runs.append(run)
    session().add_all(runs)
    session().flush()
    teachers = _teachers(city["slug"], persons)
    session().add_all(
        RunInstructor(tenant_id=tenant, run_id=run.id, person_id=teachers[run.instructor])
        for run in runs
        if run.instructor in teachers
    )
    project([run.id for run in runs])
    return len(courses)


def _banners(slug: str, tenant: UUID, today: date) -> list[Banner]:
    """What leads on from the front page of a city."""
    named = ("title", "body", "link", "drawing")
    mine = [one for one in lines("banners") if one["city"] == slug]
    return [
        Banner(
            tenant_id=tenant,
            position=position,
            published_at=datetime.now(UTC) - timedelta(days=1),
            ends_at=_moment(today, one["days_left"], "00:00") if one["days_left"] else None,
            **{name: one[name] for name in named},
        )
        for position, one in enumerate(mine, start=1)
    ]


def _teachers(slug: str, persons: Mapping[str, UUID]) -> dict[str, UUID]:
    """A city's instructors with an account, by the name under which they teach."""
    role = {"tenant": slug, "role": "instructor"}
    return {one["name"]: persons[one["username"]] for one in lines("people") if role in one["roles"]}


def _load_site(site: Mapping[str, Any], tenant: UUID) -> None:
    names = "name name_en tagline tagline_en question question_en masthead hero shape drawing phone hours address"
    session().add(
        Site(
            tenant_id=tenant,
            colour=site["brand"],
            head_title=site["head_title"],
            head_name=site["head_name"],
            **{name: site[name] for name in names.split()},
        )
    )
    session().add_all(
        Notice(
            tenant_id=tenant,
            title=notice["title"],
            body=notice["body"],
            published_at=datetime.now(UTC) - timedelta(days=notice["days_ago"]),
        )
        for notice in site["notices"]
    )


def _venue(one: Mapping[str, Any], tenant: UUID) -> Venue:
    return Venue(
        tenant_id=tenant,
        name=one["name"],
        address=one["address"],
        access_note=" ".join(filter(None, (one["access"], one["transit"]))),
        latitude=one["latitude"],
        longitude=one["longitude"],
    )


def _run(one: Mapping[str, Any], tenant: UUID, today: date) -> Run:
    days = _class_days(one, today)
    begins, ends = time.fromisoformat(one["start_time"]), time.fromisoformat(one["end_time"])
    topics = one["syllabus"] or [""] * len(days)
    course = Course(
        tenant_id=tenant,
        title=one["title"],
        title_en=one["title_en"] or "",
        summary=one["summary"],
        summary_en=one["summary_en"] or "",
        content=one["content"],
        category=one["category"],
        field=one["subfield"] or "",
    )
    now = datetime.now(UTC)
    return Run(
        tenant_id=tenant,
        course=course,
        room=one["room"] or "",
        instructor=one["instructor"],
        method=one["method"],
        target=one["target"],
        min_age=one["min_age"],
        max_age=one["max_age"],
        resident_only=one["resident_only"],
        starts_on=days[0],
        ends_on=days[-1],
        starts_at=begins,
        ends_at=ends,
        weekdays=to_bits(WEEKDAYS.index(day) for day in one["weekdays"]),
        weekdays_text="+".join(sorted(one["weekdays"], key=WEEKDAYS.index)),
        capacity=one["capacity"],
        fee=one["fee"],
        fee_note=one["material_fee"] or "",
        opens_at=_moment(today, one["recruit_opens"], one["opens_time"]),
        closes_at=_moment(today, one["recruit_closes"], one["closes_time"]),
        reception=one["reception"],
        selection="선착순",
        vocational=one["job_training"],
        credit_bank=one["credit_bank"],
        learning_account=one["learning_account"],
        reference_date=today,
        threshold=one["threshold"],
        term=_term(days[0]),
        published_at=now,
        cancelled_at=now if one["cancelled"] else None,
        cancel_reason=one["cancelled"] or "",
        settled_at=now if one["settled"] else None,
        meetings=[
            Meeting(
                tenant_id=tenant,
                number=number,
                starts_at=datetime.combine(day, begins, SEOUL),
                ends_at=datetime.combine(day, ends, SEOUL),
                topic=topic,
            )
            for number, (day, topic) in enumerate(zip(days, topics, strict=False), start=1)
        ],
    )


def _term(first: date) -> str:
    """Four terms a year, as most learning centres count."""
    return f"{first.year}년 {(first.month + 2) // 3}기"


def _class_days(one: Mapping[str, Any], today: date) -> list[date]:
    wanted = {WEEKDAYS.index(day) for day in one["weekdays"]}
    days: list[date] = []
    day = today + timedelta(days=one["starts"])
    while len(days) < one["meetings"]:
        if day.weekday() in wanted:
            days.append(day)
        day += timedelta(days=1)
    return days


def _moment(today: date, days: int, clock: str) -> datetime:
    return datetime.combine(today + timedelta(days=days), time.fromisoformat(clock), SEOUL)
