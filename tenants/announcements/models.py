"""Table of the province's notices."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, DateTime, ForeignKey, Text, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from auth.people.models import Person
from maru.columns import Id, Recorded
from maru.db import Model


class ProvinceNotice(Model):
    """Public from `published_at` on until it is withdrawn; for the cities in `tenants`, or for all where that is null."""

    __tablename__ = "province_notices"

    id: Mapped[Id]
    title: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    tenants: Mapped[list[UUID] | None] = mapped_column(ARRAY(Uuid))
    published_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    withdrawn_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    written_by: Mapped[UUID] = mapped_column(ForeignKey(Person.id), index=True, info={"personal": "identifier"})
    created_at: Mapped[Recorded]
