"""Tables of questions and of the answers that everybody may read."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, ForeignKeyConstraint, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from auth.people.models import Person
from maru.columns import Id, Recorded, TenantKey
from maru.db import Model


class Question(Model):
    """What a person asked a city, about one of its runs or in general; written by `engine.ask`, answered by staff."""

    __tablename__ = "questions"
    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "run_id"], ["runs.tenant_id", "runs.id"], ondelete="SET NULL (run_id)"),
        CheckConstraint("length(title) BETWEEN 1 AND 120"),
        CheckConstraint("length(body) BETWEEN 1 AND 4000"),
        Index("questions_waiting", "tenant_id", "asked_at", postgresql_where=text("answered_at IS NULL")),
        Index("questions_person", "person_id", "asked_at"),
        Index("questions_run", "tenant_id", "run_id"),
    )

    tenant_id: Mapped[TenantKey]
    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id), info={"personal": "identifier"})
    run_id: Mapped[UUID | None]
    title: Mapped[str] = mapped_column(Text, info={"personal": "words"})
    body: Mapped[str] = mapped_column(Text, info={"personal": "words"})
    may_be_public: Mapped[bool] = mapped_column(server_default="false", default=False)
    asked_at: Mapped[Recorded]
    answer: Mapped[str] = mapped_column(Text, server_default="", default="", info={"personal": "words"})
    answered_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    answered_by: Mapped[UUID | None] = mapped_column(ForeignKey(Person.id), index=True, info={"personal": "identifier"})


class Asking(Model):
    """That a person asked something, for a day: it limits how often, also where the question was taken back."""

    __tablename__ = "question_askings"
    __table_args__ = (Index("question_askings_person", "person_id", "at"),)

    id: Mapped[Id]
    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id), info={"personal": "identifier"})
    at: Mapped[Recorded]


class PublicAnswer(Model):
    """A question with its answer as everybody may read it: no name, and masked (maru.masking)."""

    __tablename__ = "public_answers"
    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "question_id"], ["questions.tenant_id", "questions.id"], ondelete="CASCADE"),
        ForeignKeyConstraint(["tenant_id", "run_id"], ["runs.tenant_id", "runs.id"], ondelete="SET NULL (run_id)"),
        CheckConstraint("title <> ''"),
        Index("public_answers_run", "tenant_id", "run_id"),
    )

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    question_id: Mapped[UUID] = mapped_column(primary_key=True)
    run_id: Mapped[UUID | None]
    title: Mapped[str] = mapped_column(Text)
    question: Mapped[str] = mapped_column(Text)
    answer: Mapped[str] = mapped_column(Text)
    answered_on: Mapped[date]
