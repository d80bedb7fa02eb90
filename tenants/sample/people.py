"""The sample people: residents with their homes and histories, and staff with their grants."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from maru.db import Scope, session
from maru.migrating import SetUp
from records.certificates import service as certificates
from records.certificates.service import Content
from records.history import service as history
from records.history.service import Entry
from tenants.sample.reading import lines
from tenants.sites.brand import derive

NAME_OF = {city["slug"]: city["name_ko"] for city in lines("cities")}


def load(work: SetUp, tenants: Mapping[str, UUID], today: date) -> dict[str, UUID]:
    """Everybody of people.jsonl; their ids by username."""
    work.as_engine()
    persons = {}
    for one in lines("people"):
        person = (
            session()
            .scalars(
                sa.text(
                    "INSERT INTO people (username, name, birth_date, email, phone, verified_at)"
                    " VALUES (:username, :name, :birth_date, :email, :phone, now()) RETURNING id"
                ),
                {name: one[name] for name in ("username", "name", "birth_date", "email", "phone")},
            )
            .one()
        )
        persons[one["username"]] = person
        _settle(person, one, today)
        for grant in one["roles"]:
            session().execute(
                sa.text("INSERT INTO role_grants (person_id, tenant_id, role) VALUES (:person, :tenant, :role)"),
                {
                    "person": person,
                    "tenant": tenants[grant["tenant"]] if grant["tenant"] else None,
                    "role": grant["role"],
                },
            )
        if one["history"]:
            session().execute(
                sa.text(
                    "INSERT INTO consents (person_id, purpose, text_version)"
                    " VALUES (:person, 'province-history', '2026-11')"
                ),
                {"person": person},
            )
    return persons


def _settle(person: UUID, one: Mapping[str, Any], today: date) -> None:
    moved: date | None = None
    for home in (one["residence"], one["previous_residence"]):
        if home is None:
            continue
        since = today - timedelta(days=home["since_days_ago"])
        session().execute(
            sa.text(
                "INSERT INTO residences (person_id, region_code, district_code, valid, source, verified_on)"
                " VALUES (:person, :city, :district, daterange(:since, :until), 'document', :since)"
            ),
            {"person": person, "city": home["city"], "district": home["district"], "since": since, "until": moved},
        )
        moved = since


def load_histories(work: SetUp, tenants: Mapping[str, UUID], persons: Mapping[str, UUID], today: date) -> None:
    """What three residents completed in two cities over the years: certificates, and lines of the one history."""
    sites = {city["slug"]: city["site"] for city in lines("cities")}
    for one in lines("people"):
        for entry in one["history"]:
            tenant = tenants[entry["city"]]
            work.as_app(Scope.JOB, tenant)
            _complete(tenant, persons[one["username"]], one, entry, sites[entry["city"]], today)


def _complete(
    tenant: UUID, person: UUID, one: Mapping[str, Any], entry: Mapping[str, Any], site: Mapping[str, Any], today: date
) -> None:
    completed = today - timedelta(days=entry["completed_days_ago"])
    source = session().scalars(sa.select(sa.func.uuidv7())).one()
    paper = certificates.issue(
        tenant,
        person,
        source,
        Content(
            holder_name=one["name"],
            birth_date=date.fromisoformat(one["birth_date"]),
            course_title=entry["title"],
            run_name=entry["term"],
            period_start=completed - timedelta(weeks=8),
            period_end=completed,
            hours=Decimal(entry["hours"]),
            completed_on=completed,
            tenant_name=NAME_OF[entry["city"]],
            institution_name=site["name"],
            head_title=site["head_title"],
            head_name=site["head_name"],
            colour=derive(site["brand"]).line,
        ),
        issued_on=completed,
    )
    history.record(
        Entry(
            person_id=person,
            tenant_id=tenant,
            title=entry["title"],
            run_name=entry["term"],
            category=entry["category"],
            hours=Decimal(entry["hours"]),
            starts_on=completed - timedelta(weeks=8),
            ends_on=completed,
            completed_on=completed,
            source_id=source,
            ground="consent:sample",
            certificate_number=paper.number,
        )
    )
