"""Unnamed residents who hold the seats of the sample's runs, so that lists look as full as a real city's."""

from collections.abc import Mapping
from datetime import date, timedelta
from itertools import cycle
from uuid import UUID

import sqlalchemy as sa

from maru.db import session
from maru.migrating import SetUp
from tenants.sample.making import FAMILY, GIVEN
from tenants.sample.reading import lines

PER_CITY = 260
"""More than the largest run and its waiting line."""
JOINED_LAST = 300
"""Days ago, before the oldest of their applications."""

PLACE = sa.text("""
    WITH chosen AS (
        SELECT r.tenant_id, r.id AS run_id, r.opens_at, s.capacity, least(w.wanted, :most) AS wanted
        FROM unnest(CAST(:titles AS text[]), CAST(:wanted AS int[])) AS w (title, wanted)
        JOIN courses c ON c.title = w.title AND c.tenant_id = :tenant
        JOIN runs r ON r.tenant_id = c.tenant_id AND r.course_id = c.id
        JOIN seats s ON s.tenant_id = r.tenant_id AND s.run_id = r.id),
    placed AS (
        INSERT INTO applications (tenant_id, run_id, person_id, number, state, residence_code, residence_source,
                                  applied_at, placed_at)
        SELECT c.tenant_id, c.run_id, p.id, p.number, CASE WHEN p.number <= c.capacity THEN 'placed' ELSE 'waiting' END,
               :region, 'document',
               least(c.opens_at + p.number * interval '7 minutes', now()),
               CASE WHEN p.number <= c.capacity THEN least(c.opens_at + p.number * interval '7 minutes', now()) END
        FROM chosen c JOIN unnest(CAST(:people AS uuid[])) WITH ORDINALITY AS p (id, number) ON p.number <= c.wanted)
    UPDATE seats s SET placed = least(c.wanted, c.capacity), waiting = greatest(c.wanted - c.capacity, 0),
           next_number = c.wanted + 1
    FROM chosen c WHERE s.tenant_id = c.tenant_id AND s.run_id = c.run_id
""")


def load(work: SetUp, tenants: Mapping[str, UUID], today: date) -> None:
    """Fill every run as far as the sample says."""
    work.as_engine()
    for city in lines("cities"):
        courses = [one for one in lines("courses") if one["city"] == city["slug"]]
        if not courses:
            continue
        people = _residents(city["code"], today)
        session().execute(
            PLACE,
            {
                "tenant": tenants[city["slug"]],
                "people": people,
                "region": city["code"],
                "most": PER_CITY,
                "titles": [one["title"] for one in courses],
                "wanted": [round(one["capacity"] * one["fill"]) for one in courses],
            },
        )


def _residents(region: str, today: date) -> list[UUID]:
    given = cycle(GIVEN)
    names = [FAMILY[n * 7 % 10] + next(given) for n in range(PER_CITY)]
    births = [today - timedelta(days=365 * (20 + n * 13 % 60) + n) for n in range(PER_CITY)]
    joined = [JOINED_LAST + n * 29 % 900 for n in range(PER_CITY)]
    rows = session().execute(
        sa.text(
            "WITH made AS (INSERT INTO people (name, birth_date, verified_at, created_at)"
            " SELECT name, birth, now(), now() - joined * interval '1 day'"
            " FROM unnest(CAST(:names AS text[]), CAST(:births AS date[]), CAST(:joined AS integer[]))"
            " AS m (name, birth, joined) RETURNING id),"
            " homes AS (INSERT INTO residences (person_id, region_code, valid, source, verified_on)"
            " SELECT id, :region, '[2010-01-01,)', 'document', :today FROM made)"
            " SELECT id FROM made"
        ),
        {"names": names, "births": births, "joined": joined, "region": region, "today": today},
    )
    return [row.id for row in rows]
