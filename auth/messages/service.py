"""Writing to people: one row in the transaction of the event, sent after it (delivery.py), each once."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from auth.messages.kinds import Kind
from auth.messages.models import Message, MessageChoice
from auth.people import service as people
from auth.people.service import belongs
from maru.db import session
from maru.errors import N_, Invalid, NotFound


def send(
    kind: Kind,
    person: UUID,
    values: Mapping[str, str],
    *,
    about: UUID,
    tenant: UUID | None,
    at: datetime | None = None,
) -> None:
    """Tell a person once that something happened to `about`, or that it will, then not before `at`.

    A second call for the same kind, person and subject does nothing, whoever makes it. `tenant` is the city in whose
    name it is said, None for the province. A person may write to themselves, a city's staff and jobs in the city's name.
    """
    _add({"kind": kind.name, "person_id": person, "about": about, "tenant_id": tenant, "details": dict(values)}, at)


def send_to_all(kind: Kind, people: Sequence[UUID], *, about: UUID, tenant: UUID, at: datetime) -> None:
    """Tell each of these people once, as `send` does, in one statement."""
    for_all = {"kind": kind.name, "about": about, "tenant_id": tenant, "since": at, "due_at": at}
    rows = [{**for_all, "person_id": person} for person in people]
    session().execute(insert(Message).values(rows).on_conflict_do_nothing().inline())


def write_to(
    kind: Kind, address: str, language: str, values: Mapping[str, str], *, about: UUID, tenant: UUID | None
) -> None:
    """Write an e-mail to somebody who is no person here yet; once for the same kind, subject and address."""
    row = {"kind": kind.name, "about": about, "tenant_id": tenant, "details": dict(values)}
    _add({**row, "address": address.strip(), "language": language}, None)


def _add(row: dict[str, Any], at: datetime | None) -> None:
    moments = {"since": at, "due_at": at} if at else {}
    session().execute(insert(Message).values(**row, **moments).on_conflict_do_nothing().inline())


def mine(person: UUID, limit: int = 100) -> Sequence[Message]:
    """What was written to a person, newest first; what is still to come is not shown."""
    written = sa.select(Message).where(belongs(Message.person_id, person), Message.since <= sa.func.now())
    return session().scalars(written.order_by(Message.id.desc()).limit(limit)).all()


def get(message: UUID) -> Message:
    """A message that the caller may see."""
    return _known(session().get(Message, message))


def hold(message: UUID) -> Message:
    """A message that nobody else sends or changes until the transaction ends."""
    return _known(session().get(Message, message, with_for_update=True, populate_existing=True))


def _known(found: Message | None) -> Message:
    if found is None:
        raise NotFound(N_("찾으시는 안내가 없습니다."))
    return found


def channel(person: UUID) -> str:
    """How a person wants to be written to."""
    chosen = session().get(MessageChoice, person)
    return chosen.channel if chosen else "email"


def way_to(person: UUID) -> str:
    """Through what a person is reached: `email`, `sms`, or nothing where there is neither address nor number."""
    known = people.get(person)
    if known.phone and (channel(person) == "sms" or not known.email):
        return "sms"
    return "email" if known.email else ""


def choose(person: UUID, channel: str) -> None:
    """By e-mail or by SMS from now on, as far as there is an address and a text."""
    if channel not in ("email", "sms"):
        raise Invalid(N_("이메일로 받으실지 문자로 받으실지 골라 주세요."))
    said = {"channel": channel, "chosen_at": sa.func.now()}
    chosen = insert(MessageChoice).values(person_id=person, **said)
    session().execute(chosen.on_conflict_do_update(index_elements=["person_id"], set_=said))
