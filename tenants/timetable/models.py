"""Table of public holidays; a new year is new rows, never a constant."""

from datetime import date

from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column

from maru.db import Model


class Holiday(Model):
    """One public holiday; two may fall on one day."""

    __tablename__ = "holidays"

    day: Mapped[date] = mapped_column(primary_key=True)
    name_ko: Mapped[str] = mapped_column(Text, primary_key=True)
    name_en: Mapped[str] = mapped_column(Text)
