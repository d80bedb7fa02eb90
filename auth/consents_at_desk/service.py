"""Consent of somebody without telephone or computer, as a city's desk records it (PRV 7.2). The engine looks who may."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from auth.consents import service as consents
from auth.consents import texts
from auth.consents.messages import GIVEN_AT_DESK, TAKEN_BACK_AT_DESK
from auth.consents.models import ConsentText
from auth.messages import service as messages
from auth.people import service as people
from auth.residence.desk import MET, UNKNOWN, insist
from maru.db import session
from maru.errors import N_, Forbidden, Invalid, NotFound, Refused

LOOKED = N_("창구에서 동의 받아 적기")
SEEN = (N_("동의"),)
REFUSALS: Mapping[str, str] = {
    "child": N_("만 14세가 되지 않은 분의 동의는 보호자가 합니다. ‘보호자·대신하는 분’에서 도와 드리세요."),
    "changed": consents.CHANGED,
}
LAST = sa.text("SELECT * FROM engine.consents_at_desk(:who, :meeting)")
RECORD = sa.text("SELECT * FROM engine.consent_at_desk(:who, :purpose, :version, :given, :evidence, :meeting)")
KEEPING = sa.text("SELECT * FROM engine.cities_keeping(:who, :meeting)")
Follower = Callable[[UUID, Sequence[UUID]], None]
_followers: dict[str, list[Follower]] = {}


@dataclass(frozen=True)
class Answered:
    """A text in force, and the row of what the person said last to its purpose (purpose, text_version, given_at,
    withdrawn_at, by_text, at_desk), None where nothing.
    """

    text: ConsentText
    last: Any

    @property
    def stands(self) -> bool:
        return self.last is not None and self.last.withdrawn_at is None

    @property
    def outdated(self) -> bool:
        """Whether what stands was given to an earlier text."""
        return self.stands and self.last.text_version != self.text.version


def follows(purpose: str) -> Callable[[Follower], Follower]:
    """Make a function what follows when a desk records consent: it is told who, and the cities that keep something of them."""

    def register(follow: Follower) -> Follower:
        _followers.setdefault(purpose, []).append(follow)
        return follow

    return register


def answered(who: UUID) -> list[Answered]:
    """Every text in force that is asked everywhere, or that this person has answered. Raises NotFound for a stranger."""
    insist(who)
    last = {row.purpose: row for row in session().execute(LAST, {"who": who, "meeting": MET})}
    hidden = consents.ON_OTHER_PAGES - last.keys()
    return [Answered(text, last.get(name)) for name, text in texts.current().items() if name not in hidden]


def name_of(who: UUID) -> str:
    """What somebody is called whom the city knows; empty for one who only stands at the desk just now."""
    return next((person.name for person in people.several([who])), "")


def record(who: UUID, purpose: str, shown: str, evidence: str, city: UUID, *, act: str) -> bool:
    """Record what somebody at the desk says of the text that was `shown` to them, `give` or `withdraw`; they are told.

    Gives whether anything has changed. Raises Invalid with the field, Refused where the text has changed or for a child,
    NotFound for a stranger, Forbidden for oneself.
    """
    if evidence not in consents.EVIDENCE:
        words = N_("서명한 종이를 보셨는지, 글을 읽어 드리고 말로 들으셨는지 골라 주세요.")
        raise Invalid(words, {f"evidence.{purpose}": words})
    if act not in ("give", "withdraw"):
        raise Invalid(consents.UNCLEAR)
    given = act == "give"
    insist(who)
    version = consents.as_shown(purpose, shown)
    values = {"who": who, "purpose": purpose, "version": version, "given": given, "evidence": evidence, "meeting": MET}
    row = session().execute(RECORD, values).one()
    if row.refusal:
        raise _refused(row.refusal)
    if row.consent is None:
        return False
    messages.send(GIVEN_AT_DESK if given else TAKEN_BACK_AT_DESK, who, {}, about=row.consent, tenant=city)
    if given and purpose in _followers:
        keeping = session().scalars(KEEPING, {"who": who, "meeting": MET}).all()
        for follow in _followers[purpose]:
            follow(who, keeping)
    return True


def _refused(refusal: str) -> Exception:
    if refusal == "own":
        return Forbidden(
            N_("자신의 동의는 여기에서 적을 수 없습니다. 내 학습의 ‘동의’에서 하시거나 다른 담당자에게 부탁해 주세요.")
        )
    if refusal == "unknown":
        return NotFound(UNKNOWN)
    return Refused(REFUSALS[refusal], slug=f"consent-{refusal}")
