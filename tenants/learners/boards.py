"""An application as one board of my learning: the look's row, and what is only this person's."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from maru.dispatch import settings
from maru.tenancy import CLOSED
from maru.web.mount import language
from tenants.catalogue import service as catalogue
from tenants.catalogue.rows import CityTag, Row, row_of
from tenants.learners.service import Mine


@dataclass(frozen=True)
class Board:
    """`row` leads to the application, unless the city's site is `closed`: suspended or archived.

    `days` are (days come to, days marked), None before the first is marked; `meets` is when its run meets next.
    """

    mine: Mine
    row: Row
    days: tuple[int, int] | None
    meets: datetime | None
    other_courses: str
    closed: str | None

    @property
    def next_class(self) -> datetime | None:
        """When the person comes next; who waits for a place does not."""
        return self.meets if self.mine.state == "placed" else None


def boards(applications: Iterable[Mine], attended: Mapping[UUID, tuple[int, int]]) -> list[Board]:
    """These applications, what meets next before the others."""
    made, never = [board(one, attended) for one in applications], datetime.max.replace(tzinfo=UTC)
    return sorted(made, key=lambda one: one.meets or never)


def board(one: Mine, attended: Mapping[UUID, tuple[int, int]]) -> Board:
    """How `one` is shown; `attended` is of tenants.attendance.ledger."""
    now, origin = datetime.now(UTC), settings().origin(one.tenant)
    city = CityTag(one.tenant, one.row.name_en if language() == "en" else one.tenant_name)
    row = row_of(one.row, now, city=city, href=f"{origin}/applications/{one.id}")
    to_come = [meeting.starts_at for meeting in catalogue.meetings(one.row) if meeting.starts_at > now]
    return Board(
        mine=one,
        row=row,
        days=attended.get(one.id),
        meets=to_come[0] if to_come else None,
        other_courses=f"{origin}/courses?state=open&category={one.row.category}",
        closed=one.row.city_state if one.row.city_state in CLOSED else None,
    )
