"""Sending what is due: a round of the worker, several at once where there are several workers.

A row is held by pushing its time forward (`engine.take_messages`): what a killed worker held falls due again and is
sent by the next. Just before the last word of a letter its row is marked `handing`; what is found so after a break is
`unsure` and never sent again by itself, but shown to the city, which can send it once more. So we err on the side of a
message that is missing and seen to be missing, rather than of one that comes twice; the moment of doubt is that of one
word (maru.mail.SmtpLine).
"""

import time
from collections.abc import Collection
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import sqlalchemy as sa
import structlog

from auth.messages import letters
from auth.messages.kinds import declared
from auth.messages.letters import Letterhead, Written
from auth.messages.models import Message
from maru import jobs, metrics
from maru.config import Config
from maru.db import session
from maru.errors import MaruError
from maru.jobs import every
from maru.mail import Letter, Line, NotDelivered, Refused, Unreachable, Unsure, mail_of
from maru.texting import texting_of

log = structlog.get_logger()
BATCH = 20
HOLD_SECONDS = 600
"""That a row is held for: longer than a letter may take."""
REST = 2
"""Times that a letter took: no more than a third of a core goes into letters while people apply."""
WAITS = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360, 720, 1440)]
"""After the first try, the second, and so on; the last is repeated until `message-give-up-hours` are over."""
TAKE = sa.text("SELECT * FROM engine.take_messages(:most, :seconds)")
HELD = ("waiting", "handing")
GIVE_UP = sa.text("SELECT value FROM limits WHERE name = 'message-give-up-hours' AND valid @> walls.today()")
FORGET = sa.text("SELECT engine.forget_messages()")


class NothingToSay(NotDelivered):
    """What it was about is over, called off or taken back since: nobody need look at it."""


class LostHoldError(Exception):
    """Somebody else has the row meanwhile."""


@dataclass(frozen=True)
class Prepared:
    """A message in its words, and the way it goes: no channel where there is none, and `problem` says why."""

    row: Any
    channel: str | None
    address: str
    problem: str
    written: Written
    head: Letterhead


@every("messages.deliver", seconds=2)
def deliver() -> None:
    """Send what is due until nothing is, the server does not answer, or the worker is to stop."""
    with jobs.tools().transaction():
        give_up = timedelta(hours=session().scalars(GIVE_UP).one())
    with ExitStack() as lines:
        sender = Sender(jobs.tools().config, lines, give_up)
        while sender.reached and not jobs.tools().stopping():
            with jobs.tools().transaction():
                taken = session().execute(TAKE, {"most": BATCH, "seconds": HOLD_SECONDS}).all()
            for row in taken:
                if jobs.tools().stopping():
                    settle(row, due_at=datetime.now(UTC))  # for another worker
                    continue
                begun = time.thread_time()
                sender.deliver(row)
                time.sleep(REST * (time.thread_time() - begun))
            if len(taken) < BATCH:
                return


@every("messages.forget", seconds=3600)
def forget() -> None:
    """Destroy what was said in messages that were kept long enough."""
    with jobs.tools().transaction():
        session().execute(FORGET)


class Sender:
    """One round of sending. `reached` says that the mail server has answered so far."""

    def __init__(self, config: Config, lines: ExitStack, give_up: timedelta) -> None:
        self.reached = True
        self._config, self._lines, self._give_up = config, lines, give_up
        self._mail, self._texting = mail_of(config), texting_of(config)
        self._line: Line | None = None

    def deliver(self, row: Any) -> None:
        """Send one message and write down what became of it."""
        try:
            outcome = self._deliver(row)
        except LostHoldError:
            outcome = "lost"
        except Unsure as doubt:
            outcome = self._end(row, "unsure", doubt)
        except NothingToSay as reason:
            outcome = self._end(row, "kept", reason)
        except Refused as refusal:
            outcome = self._end(row, "failed", refusal)
        except NotDelivered as obstacle:
            outcome = self._postpone(row, obstacle)
        except Exception:
            log.warning("message not written", message=str(row.id), kind=row.kind, exc_info=True)
            outcome = self._postpone(row, NotDelivered("fault"))
        metrics.jobs.labels("messages.deliver", outcome).inc()

    def _deliver(self, row: Any) -> str:
        prepared = self._prepare(row)
        if prepared.channel is None:
            settle(row, state="kept", problem=prepared.problem)
            return "kept"
        self._hand_over(prepared)
        settle(row, state="sent", problem="", sent_at=datetime.now(UTC))
        return "sent"

    def _prepare(self, row: Any) -> Prepared:
        """Write the message out, and keep what it says with the row."""
        kind = declared.get(row.kind)
        if kind is None:
            raise Refused("unknown-kind")
        with jobs.tools().transaction(tenant=row.tenant_id, person=row.person_id):
            head = letters.head_of(row.tenant_id, row.language, self._config)
            text = letters.text_of(kind, row.tenant_id, row.language)
            try:
                found = kind.find(row.about, row.language) if kind.find else {}
            except MaruError as error:
                raise NothingToSay("nothing-to-say") from error
            facts = {"name": row.name or "", **found, **row.details}
            written = letters.write(text, facts, head, row.language, to_a_person=row.person_id is not None)
            channel, address, problem = self._way(row, written)
            said = {"subject": written.subject, "body": written.sms if channel == "sms" else written.body}
            change(row, HELD, language=row.language, channel=channel, address=address or row.address, **said)
        return Prepared(row, channel, address, problem, written, head)

    def _way(self, row: Any, written: Written) -> tuple[str | None, str, str]:
        """Channel, address, and why there is none: e-mail unless SMS is chosen, and whichever is left."""
        email = row.email or row.address if row.person_id else row.address
        texts = bool(written.sms and row.phone)
        if texts and self._texting and (row.wanted == "sms" or not (email and self._mail)):
            return "sms", row.phone, ""
        if email and self._mail:
            return "email", email, ""
        return None, "", "off" if email or texts else "no-address"

    def _hand_over(self, prepared: Prepared) -> None:
        row = prepared.row
        if prepared.channel == "sms":
            assert self._texting
            self._texting.send(str(row.id), prepared.address, prepared.written.sms, partial(mark, row))
            return
        letter = Letter(
            id=str(row.id),
            sender=prepared.head.name,
            sender_address=self._config.mail_from,
            to=prepared.address,
            subject=prepared.written.subject,
            text=prepared.written.text,
            html=prepared.written.html(row.language),
            language=row.language,
        )
        self._open_line().hand_over(letter, partial(mark, row))

    def _open_line(self) -> Line:
        if not self.reached:
            raise Unreachable("unreachable")
        if self._line is None:
            assert self._mail
            self._line = self._lines.enter_context(self._mail.open())
        return self._line

    def _end(self, row: Any, state: str, reason: NotDelivered) -> str:
        log.warning("message not sent", message=str(row.id), kind=row.kind, problem=reason.problem, code=reason.code)
        self._line = None if state == "unsure" else self._line
        with suppress(LostHoldError):
            settle(row, state=state, problem=reason.problem)
        return state

    def _postpone(self, row: Any, obstacle: NotDelivered) -> str:
        if isinstance(obstacle, Unreachable):
            self.reached = False
        due = datetime.now(UTC) + WAITS[min(row.attempts, len(WAITS)) - 1]
        if due > row.since + self._give_up:
            return self._end(row, "failed", obstacle)
        log.info("message later", message=str(row.id), kind=row.kind, problem=obstacle.problem, code=obstacle.code)
        before = ("waiting",) if obstacle.problem == "fault" else HELD
        with suppress(LostHoldError):
            settle(row, before, state="waiting", problem=obstacle.problem, due_at=due)
        return "later"


def mark(row: Any) -> None:
    """Say that the last word follows."""
    settle(row, ("waiting",), state="handing", due_at=datetime.now(UTC) + timedelta(seconds=HOLD_SECONDS))


def settle(row: Any, before: Collection[str] = HELD, **values: Any) -> None:
    """Write down, in a transaction of its own, what became of a row that we still hold."""
    with jobs.tools().transaction(tenant=row.tenant_id):
        change(row, before, **values)


def change(row: Any, before: Collection[str], **values: Any) -> None:
    """Change a row that nobody else has taken since. Raises LostHoldError."""
    ours = (Message.id == row.id, Message.attempts == row.attempts, Message.state.in_(before))
    changed = sa.update(Message).where(*ours).values(**values).returning(Message.id)
    if session().execute(changed, execution_options={"synchronize_session": False}).scalar() is None:
        raise LostHoldError(row.id)
