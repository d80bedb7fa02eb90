"""Tables of likenesses and merges."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, Text, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column

from auth.people.models import Person
from maru.columns import Id, Recorded
from maru.db import Model


class Likeness(Model):
    """Two IDs that may be of one human, by a rule; the smaller ID first. Nobody is merged by it.

    `rule` "ci" means that `proven_by` has just shown both to be theirs.
    """

    __tablename__ = "likenesses"
    __table_args__ = (
        CheckConstraint(
            "rule IN ('ci', 'name-birth-phone', 'name-birth-email', 'account', 'birth-phone', 'name-birth')"
        ),
        CheckConstraint("decision IN ('same', 'different')"),
        CheckConstraint("person_id < other_id"),
        CheckConstraint("(decision IS NULL) = (decided_at IS NULL) AND (decision IS NULL) = (decided_by IS NULL)"),
        UniqueConstraint("person_id", "other_id"),
        Index("likenesses_other", "other_id"),
        Index("likenesses_open", "found_at", postgresql_where=text("decision IS NULL")),
    )

    id: Mapped[Id]
    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id), info={"personal": "identifier"})
    other_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id), info={"personal": "identifier"})
    rule: Mapped[str] = mapped_column(Text)
    found_at: Mapped[Recorded]
    proven_by: Mapped[UUID | None] = mapped_column(ForeignKey(Person.id), info={"personal": "identifier"})
    decision: Mapped[str | None] = mapped_column(Text)
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey(Person.id), info={"personal": "identifier"})
    decided_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class Merge(Model):
    """`merged_id` is the same human as `kept_id`, from `approved_at` until `ended_at`.

    Asked for by one member of the provincial staff and approved by another, or done by the person whose identity check
    has shown it (`by_person`).
    """

    __tablename__ = "merges"
    __table_args__ = (
        CheckConstraint("reason <> ''"),
        CheckConstraint("kept_id <> merged_id"),
        CheckConstraint("(approved_by IS NULL) = (approved_at IS NULL)"),
        CheckConstraint("CASE WHEN by_person THEN asked_by = kept_id ELSE asked_by IS DISTINCT FROM approved_by END"),
        CheckConstraint("(ended_by IS NULL) = (ended_at IS NULL) AND (ended_at IS NULL OR end_reason <> '')"),
        Index("merges_standing", "merged_id", unique=True, postgresql_where=text("ended_at IS NULL")),
        Index("merges_kept", "kept_id"),
    )

    id: Mapped[Id]
    kept_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id), info={"personal": "identifier"})
    merged_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id), info={"personal": "identifier"})
    reason: Mapped[str] = mapped_column(Text)
    by_person: Mapped[bool] = mapped_column(server_default=text("false"))
    asked_by: Mapped[UUID] = mapped_column(ForeignKey(Person.id), info={"personal": "identifier"})
    asked_at: Mapped[Recorded]
    approved_by: Mapped[UUID | None] = mapped_column(ForeignKey(Person.id), info={"personal": "identifier"})
    approved_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    ended_by: Mapped[UUID | None] = mapped_column(ForeignKey(Person.id), info={"personal": "identifier"})
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    end_reason: Mapped[str] = mapped_column(Text, server_default=text("''"))


Index(
    "merges_pair",
    func.least(Merge.kept_id, Merge.merged_id),
    func.greatest(Merge.kept_id, Merge.merged_id),
    unique=True,
    postgresql_where=Merge.ended_at.is_(None),
)
"""Of one pair one merge stands at a time, in whichever direction."""
