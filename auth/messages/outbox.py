"""What was written in the name of a city, what became of it, and sending it once more."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import sqlalchemy as sa

from auth.messages import service as messages
from auth.messages.models import Message
from auth.people import service as people
from maru import cursors, masking
from maru.db import session
from maru.errors import N_, Refused

PAGE = 50
TROUBLES = ("failed", "unsure")
ON_THE_WAY = ("waiting", "handing")


@dataclass(frozen=True)
class Line:
    """One message, with the name of who it is for, where that may be seen, and their address in part."""

    message: Message
    name: str
    address: str

    @property
    def resendable(self) -> bool:
        return self.message.state not in ON_THE_WAY and self.message.forgotten_at is None


def lines(tenant: UUID, *, troubled: bool, cursor: str | None = None) -> tuple[list[Line], str | None]:
    """The city's messages, newest first; `troubled` are those that somebody should look at."""
    query = sa.select(Message).where(Message.tenant_id == tenant, Message.since <= sa.func.now())
    if troubled:
        query = query.where(Message.state.in_(TROUBLES))
    if cursor:
        query = query.where(Message.id < cursors.decode(cursor, cursors.identity)[0])
    found = session().scalars(query.order_by(Message.id.desc()).limit(PAGE + 1)).all()
    following = cursors.encode(found[PAGE - 1].id) if len(found) > PAGE else None
    return _named(found[:PAGE]), following


def line(message: UUID) -> Line:
    """One message that the caller may see."""
    return _named([messages.get(message)])[0]


def count_troubles(tenant: UUID) -> int:
    """How many messages of a city did not go, or perhaps not."""
    troubled = sa.select(sa.func.count()).where(Message.tenant_id == tenant, Message.state.in_(TROUBLES))
    return session().scalars(troubled).one()


def send_again(message: UUID) -> Message:
    """Send a message once more, by hand: this one may come twice."""
    held = messages.hold(message)
    if held.forgotten_at is not None:
        raise Refused(N_("오래되어 내용을 지운 안내는 다시 보낼 수 없습니다."), slug="message-forgotten")
    if held.state in ON_THE_WAY:
        raise Refused(N_("이미 보내고 있는 안내입니다."), slug="message-on-the-way")
    now = datetime.now(UTC)
    held.state, held.problem, held.attempts, held.since, held.due_at, held.sent_at = "waiting", "", 0, now, now, None
    session().flush()
    return held


def _named(found: Sequence[Message]) -> list[Line]:
    known = {person.id: person.name for person in people.several({one.person_id for one in found if one.person_id})}
    return [Line(one, known.get(one.person_id, "") if one.person_id else "", _masked(one)) for one in found]


def _masked(message: Message) -> str:
    if not message.address or message.forgotten_at:
        return ""
    return masking.phone(message.address) if message.channel == "sms" else masking.email(message.address)
