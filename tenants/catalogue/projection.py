"""What of a run becomes public: one statement from the city's tables into the projection."""

from collections.abc import Collection
from uuid import UUID

import sqlalchemy as sa

from maru.db import session
from maru.errors import N_, Refused
from tenants.catalogue import fresh
from tenants.catalogue.models import Listing

FIELDS = {
    "tenant_id": "r.tenant_id",
    "run_id": "r.id",
    "course_id": "c.id",
    "number": "r.number",
    **{
        name: f"c.{name}"
        for name in ("title", "title_en", "summary", "summary_en", "content", "category", "likely_category", "field")
    },
    "institution": "coalesce(i.name, '')",
    "institution_phone": "coalesce(i.phone, '')",
    "venue": "coalesce(v.name, '')",
    "address": "coalesce(v.address, '')",
    "access_note": "coalesce(v.access_note, '')",
    "latitude": "v.latitude",
    "longitude": "v.longitude",
    **{
        name: f"r.{name}"
        for name in [
            "room",
            "instructor",
            "method",
            "target",
            "min_age",
            "max_age",
            "resident_only",
            "verified_only",
            "starts_on",
            "ends_on",
            "starts_at",
            "ends_at",
            "weekdays",
            "weekdays_text",
            "fee",
            "fee_note",
            "opens_at",
            "closes_at",
            "reception",
            "selection",
            "first_come",
            "homepage",
            "vocational",
            "credit_bank",
            "learning_account",
            "reference_date",
            "threshold",
            "published_at",
            "cancelled_at",
            "cancel_reason",
            "settled_at",
            "updated_at",
        ]
    },
    "audience": "CASE WHEN r.min_age IS NULL AND r.max_age IS NULL THEN r.audience ELSE 0 END",
    "online": "r.method IN ('온라인', '모바일', '혼합')",
    "in_person": "r.method IN ('오프라인', '혼합')",
    "meeting_count": "m.number_held",
    "minutes": "m.minutes",
    "meetings": "m.list",
    "meeting_changes": "n.list",
    "search": (
        "bigrams(concat_ws(' ', c.title, c.title_en, c.summary, c.field, c.content, i.name, v.name, v.address, r.room,"
        " r.instructor, r.target))"
    ),
}
KEY = ("tenant_id", "run_id")
WRITTEN = {column.name for column in Listing.__table__.columns if column.computed is None}
assert set(FIELDS) == WRITTEN, "the projection must fill every column that the database does not"

PROJECT = sa.text(f"""
    INSERT INTO listings ({", ".join(FIELDS)})
    SELECT {", ".join(FIELDS.values())}
    FROM runs r
    JOIN courses c ON c.tenant_id = r.tenant_id AND c.id = r.course_id
    LEFT JOIN institutions i ON i.tenant_id = r.tenant_id AND i.id = r.institution_id
    LEFT JOIN venues v ON v.tenant_id = r.tenant_id AND v.id = r.venue_id
    CROSS JOIN LATERAL (
        SELECT count(*)::integer AS number_held,
               coalesce(max(extract(epoch FROM k.ends_at - k.starts_at) / 60), 0)::integer AS minutes,
               coalesce(jsonb_agg(jsonb_build_object('number', k.number, 'starts_at', k.starts_at, 'ends_at', k.ends_at,
                   'topic', k.topic) ORDER BY k.number), '[]') AS list
        FROM meetings k WHERE k.tenant_id = r.tenant_id AND k.run_id = r.id AND NOT k.called_off) m
    CROSS JOIN LATERAL (
        SELECT coalesce(jsonb_agg(jsonb_build_object('number', k.number, 'starts_at', k.starts_at,
                   'moved_from', k.moved_from, 'called_off', k.called_off, 'reason', k.change_reason)
                   ORDER BY k.number), '[]') AS list
        FROM meetings k
        WHERE k.tenant_id = r.tenant_id AND k.run_id = r.id AND (k.called_off OR k.moved_from IS NOT NULL)) n
    WHERE r.tenant_id = (SELECT walls.tenant()) AND r.published_at IS NOT NULL AND r.id = ANY (:runs)
    ON CONFLICT (tenant_id, run_id) DO UPDATE SET
        {", ".join(f"{name} = excluded.{name}" for name in FIELDS if name not in KEY)}
""")  # noqa: S608  # column names are ours
COUNTED = "coalesce(r.capacity, 0), CASE WHEN r.capacity IS NULL THEN 0 ELSE r.waiting_limit END"
"""Where the capacity is not known there are no seats, and nobody waits for one."""
OPEN_COUNTERS = sa.text(f"""
    INSERT INTO seats (tenant_id, run_id, capacity, waiting_limit)
    SELECT r.tenant_id, r.id, {COUNTED} FROM runs r
    WHERE r.tenant_id = (SELECT walls.tenant()) AND r.published_at IS NOT NULL AND r.id = ANY (:runs)
    ON CONFLICT DO NOTHING
""")  # noqa: S608  # ours
CHANGE_COUNTERS = sa.text(f"""
    SELECT engine.set_seats(r.id, {COUNTED}) AS refusal
    FROM runs r JOIN seats s ON s.tenant_id = r.tenant_id AND s.run_id = r.id
    WHERE r.tenant_id = (SELECT walls.tenant()) AND r.id = ANY (:runs)
      AND (s.capacity, s.waiting_limit) IS DISTINCT FROM ({COUNTED})
""")  # noqa: S608  # ours


def project(runs: Collection[UUID]) -> None:
    """Bring the public rows of published `runs` up to date, and their counters to the capacity that the city set."""
    session().flush()
    chosen = {"runs": list(runs)}
    session().execute(PROJECT, chosen)
    session().execute(OPEN_COUNTERS, chosen)
    fresh.forget()
    if "below-placed" in session().scalars(CHANGE_COUNTERS, chosen).all():
        raise Refused(
            N_("이미 자리가 정해진 사람보다 정원이 적습니다. 정원을 늘리거나 신청을 먼저 정리해 주세요."),
            slug="capacity-below-placed",
        )
