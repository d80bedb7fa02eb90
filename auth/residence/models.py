"""Tables of residence and of the dated region codes."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import DATERANGE, Range
from sqlalchemy.orm import Mapped, mapped_column

from auth.people.models import Person
from maru.columns import Id, Recorded
from maru.db import Model


class Region(Model):
    """A legal-dong code of five digits, for as long as the law has it; `parent_code` is a district's city.

    One region is everything `outside` of the province.
    """

    __tablename__ = "regions"
    __table_args__ = (CheckConstraint("kind IN ('city', 'county', 'district', 'outside')"),)

    code: Mapped[str] = mapped_column(Text, primary_key=True)
    valid: Mapped[Range[date]] = mapped_column(DATERANGE, primary_key=True)
    name_ko: Mapped[str] = mapped_column(Text)
    name_en: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    parent_code: Mapped[str | None] = mapped_column(Text)


class Residence(Model):
    """One home of a person over a half-open range of days; homes never overlap."""

    __tablename__ = "residences"
    __table_args__ = (
        CheckConstraint("source IN ('declared', 'document', 'data-share')"),
        UniqueConstraint("person_id", "valid", name="residences_one_home"),  # WITHOUT OVERLAPS in the database
    )

    id: Mapped[Id]
    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id), info={"personal": "identifier"})
    region_code: Mapped[str] = mapped_column(Text, info={"personal": "address"})
    district_code: Mapped[str | None] = mapped_column(Text, info={"personal": "address"})
    valid: Mapped[Range[date]] = mapped_column(DATERANGE, info={"personal": "address"})
    source: Mapped[str] = mapped_column(Text)
    verified_on: Mapped[date | None] = mapped_column(info={"personal": "address"})
    recorded_at: Mapped[Recorded]
