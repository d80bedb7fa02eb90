"""The sample people: residents with their homes, and staff with their grants."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from maru.db import session
from maru.migrating import SetUp
from tenants.sample.reading import lines


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
                " VALUES (:person, :city, :district, daterange(:since, :until), :source, :verified)"
            ),
            {
                "person": person,
                "city": home["city"],
                "district": home["district"],
                "since": since,
                "until": moved,
                "source": home.get("source", "document"),
                "verified": None if "source" in home else since,
            },
        )
        moved = since
