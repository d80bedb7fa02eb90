"""Writing lines of the one history, correcting and withdrawing them, and reading what holds now (GP-08).

Nothing is ever changed: a correction and a withdrawal are new lines that supersede an older one, each with its reason.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from auth.people.service import belongs
from maru import cursors
from maru.db import session
from maru.errors import N_, Invalid, NotFound, Refused
from maru.tenancy import Tenant
from records.history.models import Record

CORRECTABLE = {"title", "run_name", "category", "hours", "starts_on", "ends_on", "completed_on", "certificate_number"}


@dataclass(frozen=True)
class Entry:
    """One thing learned. `hours` are of class time, `source_id` is the enrolment, `ground` a consent or a law."""

    person_id: UUID
    tenant_id: UUID
    title: str
    run_name: str
    category: str
    hours: Decimal
    starts_on: date
    ends_on: date
    completed_on: date
    source_id: UUID
    ground: str
    certificate_number: str | None = None


@dataclass(frozen=True)
class Line:
    """What holds now of one thing learned; `tenant_name` is the name that the city had then."""

    id: UUID
    kind: str
    title: str
    run_name: str
    category: str
    hours: Decimal
    starts_on: date
    ends_on: date
    completed_on: date
    tenant_slug: str
    tenant_name: str
    source_id: UUID
    certificate_number: str | None
    corrected: bool


def record(entry: Entry) -> UUID:
    """Write a line for the tenant whose work this is; a second one for the same enrolment is refused."""
    if session().scalar(sa.select(Record.id).where(Record.source_id == entry.source_id)):
        raise Refused(N_("이미 학습이력에 들어 있습니다."), slug="already-recorded")
    return _write(Record(kind="course", tenant_name=session().get_one(Tenant, entry.tenant_id).name_ko, **vars(entry)))


def correct(line: UUID, reason: str, **changes: Any) -> UUID:
    """Supersede a line by one that differs in `changes` (see CORRECTABLE); gives the new line's id."""
    if not changes or not changes.keys() <= CORRECTABLE:
        raise TypeError(f"not correctable: {sorted(changes.keys() - CORRECTABLE)}")
    return _supersede(line, reason, changes)


def withdraw(line: UUID, reason: str) -> UUID:
    """Take a thing learned out of the history; that it stood there, and why it no longer does, stays written."""
    return _supersede(line, reason, {"withdrawn": True})


def history_of(person: UUID) -> Sequence[Line]:
    """Everything the signed-in person learned in any city, the latest first."""
    return _lines(_holding().where(belongs(Record.person_id, person)))


def page_of(person: UUID, limit: int, cursor: str | None) -> tuple[Sequence[Line], str | None]:
    """One page of `history_of`, and the cursor of the next."""
    query = _holding().where(belongs(Record.person_id, person))
    if cursor:
        last = cursors.decode(cursor, cursors.day, cursors.identity)
        query = query.where(sa.tuple_(Record.completed_on, Record.id) < sa.tuple_(*last))
    found = _lines(query.limit(limit + 1))
    shown = found[:limit]
    more = len(found) > limit
    return shown, cursors.encode(shown[-1].completed_on, shown[-1].id) if more else None


def issued_by(tenant: UUID, person: UUID) -> Sequence[Line]:
    """What a tenant itself issued to a person, for that tenant's staff; log the look first."""
    return _lines(_holding().where(Record.tenant_id == tenant, belongs(Record.person_id, person)))


def standing(source: UUID) -> UUID | None:
    """The line that holds now for an enrolment, withdrawn or not."""
    return session().scalar(sa.select(Record.id).where(Record.source_id == source, _latest()))


def _supersede(line: UUID, reason: str, changes: dict[str, Any]) -> UUID:
    if not reason.strip():
        raise Invalid(N_("고치는 까닭을 적어 주세요."), {"reason": N_("고치는 까닭을 적어 주세요.")})
    former = session().scalar(sa.select(Record).where(Record.id == line, _latest(), Record.withdrawn.is_(False)))
    if former is None:
        raise NotFound(N_("찾으시는 기록이 없거나, 그 뒤에 고친 기록이 있습니다."))
    own = {"id", "recorded_at", "supersedes_id", "reason"}
    kept = {column.name: getattr(former, column.name) for column in Record.__table__.columns if column.name not in own}
    return _write(Record(**{**kept, **changes}, supersedes_id=former.id, reason=reason.strip()))


def _write(line: Record) -> UUID:
    session().add(line)
    session().flush()
    return line.id


def _latest() -> sa.ColumnElement[bool]:
    newer = aliased(Record)
    return ~sa.exists().where(newer.supersedes_id == Record.id)


def _holding() -> sa.Select[Record, str]:
    """Lines that hold now, with the slug that the issuing city has today."""
    held = sa.select(Record, Tenant.slug).join(Tenant, Tenant.id == Record.tenant_id)
    return held.where(_latest(), Record.withdrawn.is_(False)).order_by(Record.completed_on.desc(), Record.id.desc())


def _lines(query: sa.Select[Record, str]) -> Sequence[Line]:
    return [_line(found, slug) for found, slug in session().execute(query)]


def _line(found: Record, slug: str) -> Line:
    return Line(
        id=found.id,
        kind=found.kind,
        title=found.title,
        run_name=found.run_name,
        category=found.category,
        hours=found.hours,
        starts_on=found.starts_on,
        ends_on=found.ends_on,
        completed_on=found.completed_on,
        tenant_slug=slug,
        tenant_name=found.tenant_name,
        source_id=found.source_id,
        certificate_number=found.certificate_number,
        corrected=found.supersedes_id is not None,
    )
