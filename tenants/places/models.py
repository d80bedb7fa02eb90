"""Where the centre of each region lies, for as long as that holds."""

from datetime import date

from sqlalchemy import CheckConstraint, Double, Text
from sqlalchemy.dialects.postgresql import DATERANGE, Range
from sqlalchemy.orm import Mapped, mapped_column

from maru.db import Model


class RegionCentre(Model):
    """The centre of a city, county or district in degrees, which half of the province it lies in, and who says so."""

    __tablename__ = "region_centres"
    __table_args__ = (
        CheckConstraint("latitude BETWEEN 33 AND 39"),
        CheckConstraint("longitude BETWEEN 124 AND 132"),
        CheckConstraint("half IN ('north', 'south')"),
        CheckConstraint("source <> ''"),
    )

    code: Mapped[str] = mapped_column(Text, primary_key=True)
    valid: Mapped[Range[date]] = mapped_column(DATERANGE, primary_key=True)
    latitude: Mapped[float] = mapped_column(Double)
    longitude: Mapped[float] = mapped_column(Double)
    half: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text)
