"""The history by year, with moves between its lines: what I learned, where, and where I lived then."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from math import ceil
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import ngettext

from auth.residence.words import OUTSIDE
from maru.web import dates
from maru.web.mount import language
from tenants.catalogue.rows import CityTag

HOUR = 60
KINDS = {"course": "class", "item": "video"}
"""How the look calls each kind of line."""


@dataclass(frozen=True)
class Move:
    """A move house on `day`, from one region to another, which may be `outside` of the province."""

    day: date
    old: str
    new: str
    outside: bool = False


@dataclass(frozen=True)
class Line:
    """One completed course as the look's `entry` wants it; `kept` is false where only the city keeps it."""

    day: date
    title: str
    city: Any
    facts: list[tuple[str, str]]
    acts: list[dict[str, str]]
    kept: bool = True
    kind: str = "class"


@dataclass
class Year:
    """Lines and moves of one year, newest first."""

    number: int
    entries: list[Line | Move] = field(default_factory=list)
    hours: Any = 0
    courses: int = 0

    @property
    def time(self) -> str:
        return time_of(self.hours)


def years(
    records: Sequence[Any],
    kept: Sequence[Any],
    papers: Mapping[UUID, Any],
    homes: Sequence[Any],
    regions: Mapping[str, str],
    attended: Mapping[UUID, tuple[int, int]],
    for_whom: UUID | None = None,
) -> list[Year]:
    """Years from the latest; `homes` the latest first; by application `papers` and `attended` (days come to, days marked).

    `for_whom` is the person for whom the reader stands.
    """
    found: dict[int, Year] = {}
    lines = [
        _line(one, papers.get(one.source_id), attended.get(one.source_id), kept=one not in kept, for_whom=for_whom)
        for one in [*records, *kept]
    ]
    hours = {id(line): one.hours for line, one in zip(lines, [*records, *kept], strict=True)}
    for line in lines:
        year = found.setdefault(line.day.year, Year(line.day.year))
        year.entries.append(line)
        year.hours += hours[id(line)]
        year.courses += 1
    for new, old in pairwise(homes):
        if new.region_code != old.region_code:
            day = new.valid.lower
            names = [regions.get(home.region_code, home.region_code) for home in (old, new)]
            found.setdefault(day.year, Year(day.year)).entries.append(
                Move(day, old=names[0], new=names[1], outside=new.region_code == OUTSIDE)
            )
    for year in found.values():
        year.entries.sort(key=lambda entry: entry.day, reverse=True)
    return sorted(found.values(), key=lambda year: year.number, reverse=True)


def _line(one: Any, paper: Any, days: tuple[int, int] | None, *, kept: bool, for_whom: UUID | None) -> Line:
    spoken = language()
    facts = [
        ("clock", time_of(one.hours)),
        ("cal", _period(one.starts_on, one.ends_on, spoken)),
    ]
    if days:
        facts.append(("check", _("%(of)s회 중 %(came)s회 출석", came=days[0], of=days[1])))
    if paper is not None and paper.revoked_at:
        day = dates.document_day(dates.in_seoul(paper.revoked_at).date(), spoken)
        facts.append(
            ("alert", _("수료증은 %(day)s에 취소되었습니다: %(reason)s", day=day, reason=paper.revoked_reason))
        )
    return Line(
        one.completed_on,
        one.title,
        CityTag(one.tenant_slug, one.tenant_name),
        facts,
        _acts(paper, for_whom),
        kept,
        KINDS[getattr(one, "kind", "course")],
    )


def time_of(hours: Any) -> str:
    """Hours of learning in hours and minutes; a film of seconds is a minute."""
    return dates.duration(_minutes(hours) * 60, language())


def total_of(hours: Any) -> tuple[str, str]:
    """All hours of learning as a figure and its unit: tenths of hours, or minutes below the first."""
    minutes = _minutes(hours)
    if 0 < minutes < HOUR:
        return str(minutes), ngettext("분", "분", minutes)
    return f"{float(round(hours, 1)):g}", ngettext("시간", "시간", ceil(hours))


def _minutes(hours: Any) -> int:
    return max(round(hours * HOUR), 1) if hours else 0


def _period(first: date, last: date, spoken: str) -> str:
    return dates.document_day(first, spoken) if first == last else str(dates.document_span(first, last, spoken))


def _acts(paper: Any, for_whom: UUID | None) -> list[dict[str, str]]:
    if paper is None:
        return []
    acts = [{"label": _("수료증"), "url": paper.verify_path, "icon": "cert"}]
    if not paper.revoked_at:
        query = f"?for={for_whom}" if for_whom else ""
        acts.append({"label": _("내려받기"), "url": f"/my/certificates/{paper.id}.pdf{query}", "icon": "save"})
    return acts
