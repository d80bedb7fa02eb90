"""Why a person cannot apply now, told before they press: the same rules as `engine.apply`, on what is known of them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True)
class Applicant:
    """What the rules look at: the birth date, the region lived in on the day of application, and when, if ever, an
    identity check said who they are.
    """

    birth_date: date | None
    home: str | None
    verified_at: datetime | None = None


def age_on(birth: date, day: date) -> int:
    """Full years on `day`, the birthday included (administrative age)."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def asks(run: Any) -> bool:
    """Whether any rule looks at the person; `run` as below."""
    return bool(run.resident_only or run.verified_only) or run.min_age is not None or run.max_age is not None


def obstacle(run: Any, city_region: str | None, applicant: Applicant, today: date) -> str | None:
    """The code of the rule that stands against an application, as `engine.apply` would give it; None when none does.

    Whether a guardian stands for somebody under fourteen is the engine's to say alone.

    `run` needs verified_only, resident_only, min_age and max_age.
    """
    if run.verified_only and applicant.verified_at is None:
        return "not-verified"
    if run.resident_only and (applicant.home is None or applicant.home != city_region):
        return "not-resident"
    return None if run.min_age is None and run.max_age is None else _wrong_age(run, applicant.birth_date, today)


def _wrong_age(run: Any, birth: date | None, today: date) -> str | None:
    if birth is None:
        return "birth-date-missing"
    age = age_on(birth, today)
    if run.min_age is not None and age < run.min_age:
        return "too-young"
    if run.max_age is not None and age > run.max_age:
        return "too-old"
    return None
