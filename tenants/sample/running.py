"""What sample people are in the midst of: an enrolment made while its window was open, and marks up to today."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from maru.db import Scope, session
from maru.migrating import SetUp
from tenants.attendance.models import Attendance
from tenants.courses.models import Meeting
from tenants.sample.past import head_of
from tenants.sample.reading import lines

ENROL = sa.text("""
    WITH taken AS (
        UPDATE seats s SET placed = s.placed + 1, next_number = s.next_number + 1
        FROM runs r JOIN courses c ON c.tenant_id = r.tenant_id AND c.id = r.course_id
        WHERE c.tenant_id = :tenant AND c.title = :title AND s.tenant_id = r.tenant_id AND s.run_id = r.id
              AND s.placed < s.capacity
        RETURNING s.tenant_id, s.run_id, old.next_number AS number,
                  r.opens_at + old.next_number * interval '7 minutes' AS at)
    INSERT INTO applications (tenant_id, run_id, person_id, number, state, residence_code, residence_source,
                              applied_at, placed_at)
    SELECT t.tenant_id, t.run_id, :person, t.number, 'placed', h.region_code, h.source, t.at, t.at
    FROM taken t LEFT JOIN residences h ON h.person_id = :person AND h.valid @> CAST(t.at AS date)
    RETURNING id, run_id
""")


def load(work: SetUp, tenants: Mapping[str, UUID], persons: Mapping[str, UUID]) -> None:
    """Everybody's running courses."""
    courses = {one["key"]: one for one in lines("courses")}
    for person in lines("people"):
        for entry in person["running"]:
            city = courses[entry["course"]]["city"]
            where = {"tenant": tenants[city], "title": courses[entry["course"]]["title"]}
            work.as_engine()
            applied = session().execute(ENROL, {**where, "person": persons[person["username"]]}).one()
            work.as_app(Scope.JOB, tenants[city])
            _mark(applied, persons[person["username"]], entry["absent"], persons[head_of(city)])


def _mark(applied: Any, person: UUID, absent: list[int], head: UUID) -> None:
    """A mark for every meeting that is over."""
    held = sa.select(Meeting).where(Meeting.run_id == applied.run_id, Meeting.ends_at < datetime.now(UTC))
    session().add_all(
        Attendance(
            tenant_id=meeting.tenant_id,
            meeting_id=meeting.id,
            application_id=applied.id,
            person_id=person,
            mark="absent" if meeting.number in absent else "present",
            recorded_by=head,
        )
        for meeting in session().scalars(held).all()
    )
