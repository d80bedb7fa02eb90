"""What the list of runs is narrowed and ordered by: all of it stands in the address, so that it can be kept and sent."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from typing import Any, Self
from urllib.parse import urlencode
from uuid import UUID

import sqlalchemy as sa

from maru import cursors
from tenants.catalogue.models import Seats
from tenants.console.waiting import WITH_SEATS, standing, waiting
from tenants.courses.models import Course, Run, RunInstructor

LONGEST = 100
ENDLESS = sa.literal("infinity", sa.Text).cast(sa.DateTime(timezone=True))


def _moment(value: object) -> datetime | str:
    return "infinity" if value == "infinity" else cursors.instant(value)


SORTS: Mapping[str, tuple[Any, cursors.Kind]] = {
    "starts": (Run.starts_on, cursors.day),
    "title": (Course.title, cursors.word),
    "opens": (sa.func.coalesce(Run.opens_at, ENDLESS), _moment),
    "placed": (sa.func.coalesce(Seats.placed, 0), cursors.whole),
    "instructor": (Run.instructor, cursors.word),
}
"""By name: what a list is ordered by, and how a cursor says it."""
USUAL = "-starts"


@dataclass(frozen=True)
class Narrowing:
    """Words in title or instructor, what waits (waiting.py), whose class it is, and what the fields of the panel say."""

    words: str = ""
    show: str = ""
    instructor: UUID | None = None
    state: str = ""
    category: str = ""
    venue: str = ""
    teacher: str = ""
    term: str = ""
    since: str = ""
    until: str = ""
    method: str = ""
    free: str = ""
    sort: str = USUAL

    @classmethod
    def read(cls, given: Mapping[str, str], caller: UUID) -> Self:
        """From an address or a form, in which `mine` means the classes of the caller; what cannot be read is left out."""
        texts = {name: given.get(ARGUMENTS[name], "").strip()[:LONGEST] for name in ARGUMENTS}
        for name in ("since", "until"):
            texts[name] = _day(texts[name])
        texts["venue"] = _identity(texts["venue"])
        texts["free"] = "1" if texts["free"] else ""
        if texts["sort"].removeprefix("-") not in SORTS:
            texts["sort"] = USUAL
        return cls(instructor=caller if given.get("mine") else None, **texts)

    @property
    def asked(self) -> dict[str, str]:
        """The same as it stands in an address."""
        written = {ARGUMENTS[name]: value for name, value in asdict(self).items() if name in ARGUMENTS}
        if self.sort == USUAL:
            written["sort"] = ""
        written["mine"] = "1" if self.instructor else ""
        return {name: value for name, value in written.items() if value}

    @property
    def panel(self) -> bool:
        """Whether something is narrowed that only the panel shows."""
        return any(
            (
                self.state,
                self.category,
                self.venue,
                self.teacher,
                self.term,
                self.since,
                self.until,
                self.method,
                self.free,
            )
        )


ARGUMENTS = {
    **{name: name for name in Narrowing.__dataclass_fields__ if name not in ("instructor", "words")},
    "words": "q",
}
"""The name of each field in an address."""
NAMES = (*ARGUMENTS.values(), "mine")


def address(page: str, narrowing: Narrowing, **more: str) -> str:
    """A page of the list as it is narrowed."""
    query = {**narrowing.asked, **{name: value for name, value in more.items() if value}}
    return f"{page}?{urlencode(query)}" if query else page


COUNTED_STATES = ("open", "waiting", "closed")
COUNTED_WORK = ("to-close", "lines")
"""States, and what waits (waiting.py), that seats decide."""


def meant(tenant: UUID, narrowing: Narrowing) -> sa.Select[*tuple[Any, ...]]:
    """The ids of the runs that are meant; beside them only the tables that the conditions and the order need.

    The policies of row-level security hide from the planner how many rows there are: with all tables beside each other it
    reads every run of the city.
    """
    query = sa.select(Run.id).where(Run.tenant_id == tenant, *_conditions(narrowing))
    sort = narrowing.sort.removeprefix("-")
    if sort == "title":
        query = query.join(Course, sa.and_(Course.tenant_id == Run.tenant_id, Course.id == Run.course_id))
    if sort == "placed" or narrowing.state in COUNTED_STATES or narrowing.show in COUNTED_WORK:
        query = query.outerjoin(Seats, WITH_SEATS)
    return query


def _conditions(narrowing: Narrowing) -> list[Any]:
    now = datetime.now(UTC)
    conditions = [
        *_words(narrowing),
        *([waiting(now)[narrowing.show]] if narrowing.show in waiting(now) else []),
        *([standing(now)[narrowing.state]] if narrowing.state in standing(now) else []),
        *([_of_courses(Course.category == narrowing.category)] if narrowing.category else []),
        *([Run.method == narrowing.method] if narrowing.method else []),
        *([Run.term == narrowing.term] if narrowing.term else []),
    ]
    if narrowing.venue:
        conditions.append(Run.venue_id == UUID(narrowing.venue))
    if narrowing.since:
        conditions.append(Run.starts_on >= date.fromisoformat(narrowing.since))
    if narrowing.until:
        conditions.append(Run.starts_on <= date.fromisoformat(narrowing.until))
    if narrowing.free:
        conditions.append(Run.fee == 0)
    return conditions


def _of_courses(condition: Any) -> Any:
    """Runs of the courses that a condition finds."""
    return Run.course_id.in_(sa.select(Course.id).where(condition))


def _words(narrowing: Narrowing) -> list[Any]:
    conditions: list[Any] = []
    if narrowing.words:
        titled = _of_courses(Course.title.icontains(narrowing.words, autoescape=True))
        conditions.append(sa.or_(titled, Run.instructor.icontains(narrowing.words, autoescape=True)))
    if narrowing.teacher:
        conditions.append(Run.instructor.icontains(narrowing.teacher, autoescape=True))
    if narrowing.instructor:
        own = sa.select(RunInstructor.run_id).where(RunInstructor.person_id == narrowing.instructor)
        conditions.append(Run.id.in_(own))
    return conditions


def ordered(
    query: sa.Select[*tuple[Any, ...]], narrowing: Narrowing, cursor: str | None = None
) -> sa.Select[*tuple[Any, ...]]:
    """In the order that is asked for, from where `cursor` says."""
    key, kind = SORTS[narrowing.sort.removeprefix("-")]
    down = narrowing.sort.startswith("-")
    if cursor:
        value, run = cursors.decode(cursor, kind, cursors.identity)
        place, here = sa.tuple_(sa.literal(value, key.type), run), sa.tuple_(key, Run.id)
        query = query.where(here < place if down else here > place)
    if down:
        return query.order_by(key.desc(), Run.id.desc())
    return query.order_by(key, Run.id)


def place_of(run: Run, seats: Any, narrowing: Narrowing) -> str:
    """The cursor that goes on after a run."""
    values = {
        "starts": run.starts_on,
        "title": run.course.title,
        "opens": run.opens_at.isoformat() if run.opens_at else "infinity",
        "placed": seats.placed if seats else 0,
        "instructor": run.instructor,
    }
    return cursors.encode(values[narrowing.sort.removeprefix("-")], run.id)


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return ""


def _identity(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        return ""
