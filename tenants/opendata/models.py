"""The files that were made."""

from datetime import date
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from maru.columns import Recorded
from maru.db import Model


class OpenDataFile(Model):
    """The courses of all cities as they were on one night, in one format.

    `left_out` counts courses that the standard has no way to write, `counts` the courses of each city by its slug.
    """

    __tablename__ = "open_data_files"
    __table_args__ = (
        CheckConstraint("format IN ('csv', 'json')"),
        CheckConstraint("bytes > 0"),
        CheckConstraint("courses >= 0"),
        CheckConstraint("left_out >= 0"),
    )

    day: Mapped[date] = mapped_column(primary_key=True)
    format: Mapped[str] = mapped_column(Text, primary_key=True)
    key: Mapped[str] = mapped_column(Text)
    bytes: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(Text)
    courses: Mapped[int]
    left_out: Mapped[int]
    counts: Mapped[dict[str, Any]] = mapped_column(JSONB)
    made_at: Mapped[Recorded]
