"""What a city already has, held in memory while a file is imported, so that each record costs no query."""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa

from maru.db import session
from tenants.attendance.models import Attendance
from tenants.catalogue.models import Seats
from tenants.courses import service as courses
from tenants.courses.models import Course, Institution, Meeting, Run, Venue
from tenants.courses.standard_file.course import StandardCourse, identity_key
from tenants.imports.mapping import to_standard
from tenants.imports.matching import match


class Shelf:
    """The tenant's runs, which of them the lines of a file mean, and the rows that runs share.

    `unclear` are the lines that may mean more than one run, `similar` those like a line before them.
    """

    def __init__(self, tenant: UUID) -> None:
        self.tenant = tenant
        self.meant: dict[StandardCourse, Run] = {}
        self.unclear: set[StandardCourse] = set()
        self.similar: set[StandardCourse] = set()
        self._institutions = {(one.name, one.phone): one for one in session().scalars(sa.select(Institution))}
        self._venues = {(one.name, one.address): one for one in session().scalars(sa.select(Venue))}
        courses = session().scalars(sa.select(Course)).all()
        self._courses = {(one.title, one.content): one for one in courses}
        numbers = dict(
            session().execute(sa.select(Run.course_id, sa.func.max(Run.number)).group_by(Run.course_id)).all()
        )
        self._numbers = defaultdict(int, {one: numbers.get(one.id, 0) for one in courses})
        self._placed: dict[UUID, int] = {}
        self._marked: set[UUID] = set()

    def match(self, lines: Sequence[StandardCourse]) -> None:
        """Find out which run each of the distinct lines means."""
        alike: dict[str, tuple[list[StandardCourse], list[Run]]] = defaultdict(lambda: ([], []))
        for line in lines:
            alike[identity_key(line)][0].append(line)
        for run in session().scalars(sa.select(Run).order_by(Run.id)):
            key = run.import_key or identity_key(to_standard(run))
            if key in alike:
                alike[key][1].append(run)
        for asking, runs in alike.values():
            found = match(asking, [to_standard(run) for run in runs])
            self.meant |= {asking[line]: runs[run] for line, run in found.meant.items()}
            self.unclear |= {asking[line] for line in found.unclear}
            self.similar |= set(asking[1:])

    def hold_changed(self) -> None:
        """Keep the runs that lines change as they are now, with their places and marks, until the import ends."""
        changed = {run.id: line for line, run in self.meant.items() if to_standard(run) != line}
        there = {run.id for run in courses.hold_several(changed)}
        for gone in changed.keys() - there:
            del self.meant[changed[gone]]
        placed = sa.select(Seats.run_id, Seats.placed).where(Seats.tenant_id == self.tenant, Seats.run_id.in_(there))
        self._placed = dict(session().execute(placed).all())
        marked = sa.select(Meeting.run_id).join(Attendance, Attendance.meeting_id == Meeting.id)
        self._marked = set(session().scalars(marked.where(Meeting.run_id.in_(there)).distinct()))

    def placed(self, run: Run) -> int:
        """How many hold a seat of a published run."""
        return self._placed.get(run.id, 0)

    def has_marks(self, run: Run) -> bool:
        """Whether somebody's attendance was recorded."""
        return run.id in self._marked

    def add(self, record: StandardCourse) -> Run:
        """A new run, still without values."""
        run = Run(tenant_id=self.tenant)
        session().add(run)
        self.attach(run, record)
        return run

    def attach(self, run: Run, record: StandardCourse) -> None:
        """Point a run at the course, institution and venue that the record names, made if they are new."""
        run.import_key = identity_key(record)
        course = self._course(record)
        if run.course is not course:
            run.course = course
            self._numbers[course] += 1
            run.number = self._numbers[course]
        run.institution = self._institution(record.institution or "", record.phone or "")
        if f"{record.place or ''}|{record.address or ''}" != _place_of(run):
            run.venue = self._venue(record.place or "", record.address or "")

    def _course(self, record: StandardCourse) -> Course:
        found = self._courses.get((record.title, record.content or ""))
        if found is None:
            found = Course(tenant_id=self.tenant, title=record.title, content=record.content or "")
            self._courses[record.title, record.content or ""] = found
            session().add(found)
        return found

    def _institution(self, name: str, phone: str) -> Institution | None:
        if not name and not phone:
            return None
        if (name, phone) not in self._institutions:
            self._institutions[name, phone] = Institution(tenant_id=self.tenant, name=name, phone=phone)
        return self._institutions[name, phone]

    def _venue(self, name: str, address: str) -> Venue | None:
        if not name and not address:
            return None
        if (name, address) not in self._venues:
            self._venues[name, address] = Venue(tenant_id=self.tenant, name=name, address=address)
        return self._venues[name, address]


def _place_of(run: Run) -> str:
    if run.venue is None:
        return "|"
    return f"{' '.join(filter(None, (run.venue.name, run.room)))}|{run.venue.address}"
