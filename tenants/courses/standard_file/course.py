"""One course as the standard file describes it."""

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from datetime import date, time

from tenants.courses.standard_file.amounts import LARGEST
from tenants.courses.standard_file.columns import COLUMNS
from tenants.courses.standard_file.moments import ALWAYS_OPEN, FIRST_DAY
from tenants.courses.standard_file.weekdays import bits_of


@dataclass(frozen=True, kw_only=True)
class StandardCourse:
    """A clean record. It holds only what a file can say: texts are settled as the reader would read them ("" is
    None), times are to the minute, and what no line could say is a ValueError."""

    title: str
    instructor: str | None = None
    starts_on: date
    ends_on: date
    starts_at: time | None = None
    ends_at: time | None = None
    """May be before `starts_at`: past midnight, or a mistake that was warned of."""
    content: str | None = None
    target: str | None = None
    method: str | None = None
    weekdays: str | None = None
    """Such as "화+목", or a text that says more than days."""
    place: str | None = None
    capacity: int | None = None
    fee: int | None = None
    """Won."""
    address: str | None = None
    institution: str | None = None
    phone: str | None = None
    opens_on: date | None = None
    closes_on: date | None = None
    reception: str | None = None
    selection: str | None = None
    homepage: str | None = None
    vocational: bool | None = None
    credit_bank: bool | None = None
    learning_account: bool | None = None
    reference_date: date | None = None

    def __post_init__(self) -> None:
        for column in COLUMNS:
            value = getattr(self, column.field)
            if isinstance(value, str):
                cell = column.read(value)
                if cell.refused:
                    raise ValueError(cell.findings[-1].message)
                object.__setattr__(self, column.field, cell.value)
            elif isinstance(value, time):
                object.__setattr__(self, column.field, value.replace(second=0, microsecond=0, tzinfo=None))
            elif isinstance(value, date) and not FIRST_DAY <= value <= ALWAYS_OPEN:
                raise ValueError(f"{column.field} is not between {FIRST_DAY} and {ALWAYS_OPEN}: {value}")
            elif isinstance(value, int) and not 0 <= value <= LARGEST:
                raise ValueError(f"{column.field} is not between 0 and {LARGEST}: {value}")
        if self.starts_on > self.ends_on:
            raise ValueError("starts_on is after ends_on")
        if self.opens_on and self.closes_on and self.opens_on > self.closes_on:
            raise ValueError("opens_on is after closes_on")

    @property
    def always_open(self) -> bool:
        """The course has no last day."""
        return self.ends_on == ALWAYS_OPEN

    @property
    def weekday_bits(self) -> int:
        """The days of the week that were understood: Monday 1 to Sunday 64, 0 if none."""
        return bits_of(self.weekdays or "")


def identity_key(course: StandardCourse) -> str:
    """What makes two lines the same offering, for a file without ids (domain 6.2): institution, name, first day, time.

    Blanks, punctuation, letter case and compatibility forms make no difference; "+" and "#" do (C, C++, C#), and so
    does what stands between two figures (1-2기 is not 12기). A SHA-256 in hexadecimal.
    """
    parts = (
        _essence(course.institution or ""),
        _essence(course.title),
        course.starts_on.isoformat(),
        course.starts_at.isoformat("minutes") if course.starts_at else "",
    )
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _essence(text: str) -> str:
    unified = unicodedata.normalize("NFKC", text).casefold()
    figures_apart = re.sub(r"(?<=\d)[^\w+#]+(?=\d)", ".", unified)
    return re.sub(r"[^\w+#.]|(?<!\d)\.|\.(?!\d)|_", "", figures_apart) or unified
