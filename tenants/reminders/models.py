"""Who wants to be told before a run opens."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, ForeignKeyConstraint, Index, SmallInteger, text
from sqlalchemy.orm import Mapped, mapped_column

from auth.people.models import Person
from maru.columns import Recorded
from maru.db import Model


class Reminder(Model):
    """A person asks to be told `hours` before a run opens, whenever that comes to be.

    `told_of` is the opening of which they were told last; `telling` is what that message is about, another id each
    time: an opening that is moved afterwards is told again, and what was not sent by then never is.
    """

    __tablename__ = "reminders"
    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "run_id"], ["runs.tenant_id", "runs.id"], ondelete="CASCADE"),
        CheckConstraint("hours IN (1, 24)"),
        Index("reminders_run", "tenant_id", "run_id"),
        Index("reminders_telling", "telling", unique=True),
    )

    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id), primary_key=True, info={"personal": "identifier"})
    run_id: Mapped[UUID] = mapped_column(primary_key=True, info={"personal": "learning"})
    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenants.id"))
    hours: Mapped[int] = mapped_column(SmallInteger)
    asked_at: Mapped[Recorded]
    told_of: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    telling: Mapped[UUID] = mapped_column(server_default=text("uuidv7()"))
