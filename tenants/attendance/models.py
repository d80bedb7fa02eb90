"""Tables of attendance marks, their changes, and completions."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, Numeric, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from auth.people.models import Person
from maru.columns import Recorded
from maru.db import Model
from tenants.enrolments.models import Application

LEARNER = [Application.tenant_id, Application.id, Application.person_id]
"""What is said of an application is said of the person who applied."""
MARKS = ("present", "late", "left-early", "absent", "excused")


class Attendance(Model):
    """One person's mark for one meeting."""

    __tablename__ = "attendance"
    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "meeting_id"], ["meetings.tenant_id", "meetings.id"]),
        ForeignKeyConstraint(["tenant_id", "application_id", "person_id"], LEARNER),
        Index("attendance_application", "tenant_id", "application_id"),
        Index("attendance_person", "person_id"),
        CheckConstraint("mark IN ('present', 'late', 'left-early', 'absent', 'excused')"),
    )

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    meeting_id: Mapped[UUID] = mapped_column(primary_key=True)
    application_id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id), info={"personal": "identifier"})
    mark: Mapped[str] = mapped_column(Text, info={"personal": "learning"})
    recorded_by: Mapped[UUID] = mapped_column(ForeignKey(Person.id), index=True, info={"personal": "identifier"})
    recorded_at: Mapped[Recorded]


class AttendanceChange(Model):
    """Every change of a mark, who made it and when; append-only."""

    __tablename__ = "attendance_changes"
    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "meeting_id"], ["meetings.tenant_id", "meetings.id"]),
        ForeignKeyConstraint(["tenant_id", "application_id", "person_id"], LEARNER),
        Index("attendance_changes_application", "tenant_id", "application_id"),
    )

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    meeting_id: Mapped[UUID]
    application_id: Mapped[UUID]
    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id), info={"personal": "identifier"})
    mark_before: Mapped[str | None] = mapped_column(Text, info={"personal": "learning"})
    mark_after: Mapped[str | None] = mapped_column(Text, info={"personal": "learning"})
    changed_by: Mapped[UUID] = mapped_column(ForeignKey(Person.id), info={"personal": "identifier"})
    changed_at: Mapped[Recorded]


class Completion(Model):
    """The result of one enrolment, decided once when the run is closed; `in_ledger` says whether it left the city."""

    __tablename__ = "completions"
    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "run_id"], ["runs.tenant_id", "runs.id"]),
        ForeignKeyConstraint(["tenant_id", "application_id", "person_id"], LEARNER),
        Index("completions_run", "tenant_id", "run_id"),
        Index("completions_person", "person_id"),
        CheckConstraint("attended_minutes BETWEEN 0 AND held_minutes"),
    )

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    application_id: Mapped[UUID] = mapped_column(primary_key=True)
    run_id: Mapped[UUID]
    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id), info={"personal": "identifier"})
    held_minutes: Mapped[int]
    attended_minutes: Mapped[Decimal] = mapped_column(Numeric(9, 3), info={"personal": "learning"})
    completed: Mapped[bool] = mapped_column(info={"personal": "learning"})
    completed_on: Mapped[date] = mapped_column(info={"personal": "learning"})
    decided_by: Mapped[UUID] = mapped_column(ForeignKey(Person.id), info={"personal": "identifier"})
    decided_at: Mapped[Recorded]
    in_ledger: Mapped[bool] = mapped_column(info={"personal": "learning"})
