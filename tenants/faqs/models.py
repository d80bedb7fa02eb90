"""The table of questions that are asked often."""

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Integer, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from auth.people.models import Person
from maru.columns import Recorded, TenantKey
from maru.db import Model


class Faq(Model):
    """A question and its answer; lower positions first within a category."""

    __tablename__ = "faqs"
    __table_args__ = (
        CheckConstraint("category IN ('applying', 'money', 'attending', 'certificates', 'places', 'account', 'other')"),
        CheckConstraint("question <> ''"),
        CheckConstraint("answer <> ''"),
    )

    tenant_id: Mapped[TenantKey]
    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    category: Mapped[str] = mapped_column(Text)
    question: Mapped[str] = mapped_column(Text)
    answer: Mapped[str] = mapped_column(Text)
    position: Mapped[int] = mapped_column(Integer, server_default="0", default=0)
    published: Mapped[bool] = mapped_column(server_default="false", default=False)
    written_by: Mapped[UUID | None] = mapped_column(ForeignKey(Person.id), index=True, info={"personal": "identifier"})
    written_at: Mapped[Recorded]
