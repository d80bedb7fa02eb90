"""What lists of applicants and people are searched by; all of it stands in the address."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Self

LONGEST = 100
EARLIEST, LATEST = date(1950, 1, 1), date(2999, 12, 31)
STATES = ("placed", "waiting", "cancelled")


@dataclass(frozen=True)
class Search:
    """A person's name, the last digits of their telephone, the year of their birth; a course, a term, a state, days."""

    name: str = ""
    phone: str = ""
    born: str = ""
    course: str = ""
    term: str = ""
    state: str = ""
    since: str = ""
    until: str = ""

    @classmethod
    def read(cls, given: Mapping[str, str]) -> Self:
        """From an address; what cannot be read is left out."""
        texts = {name: given.get(name, "").strip()[:LONGEST] for name in cls.__dataclass_fields__}
        texts["phone"] = re.sub("[^0-9]", "", texts["phone"])[-4:]
        texts["born"] = texts["born"] if re.fullmatch("(19|20)[0-9]{2}", texts["born"]) else ""
        texts["state"] = texts["state"] if texts["state"] in STATES else ""
        for name in ("since", "until"):
            texts[name] = _day(texts[name])
        return cls(**texts)

    @property
    def asked(self) -> dict[str, str]:
        """The same as it stands in an address."""
        return {name: value for name, value in asdict(self).items() if value}


def _day(text: str) -> str:
    """A day on which somebody could have applied, as it stands in an address."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return ""
    return day.isoformat() if EARLIEST <= day <= LATEST else ""
