"""Asking the administrative data share whether a person lives where they say (PRV-07): on consent, and only yes, no and when
are kept. The share itself is behind `DataShare`; `HttpShare` speaks to `DATA_SHARE_URL`.
"""

import http.client
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol
from urllib.parse import unquote, urlsplit
from uuid import UUID

import sqlalchemy as sa

from auth.consents import service as consents
from auth.messages import service as messages
from auth.messages.kinds import Kind
from auth.residence.messages import SHARED, SILENT, UNCONFIRMED
from auth.residence.models import Question
from maru.config import Config
from maru.db import session
from maru.errors import N_, Invalid, Unavailable
from maru.jobs import job, tools

PURPOSE = consents.RESIDENCE_SHARE
SECONDS = 5
"""How long one answer is waited for."""
ASK = sa.text("SELECT * FROM engine.ask_share(:purpose)")
OPEN = sa.text("SELECT * FROM engine.open_question(:question, :purpose)")
CLOSE = sa.text("SELECT engine.close_question(:question, CAST(:answer AS boolean))")
REFUSALS: Mapping[str, str] = {
    "no-consent": N_(
        "동의하셔야 행정정보로 확인할 수 있습니다. 동의하지 않으셔도 창구에서 서류로 확인하실 수 있습니다."
    ),
    "no-home": N_("먼저 사시는 시군을 알려 주세요. 경기도 밖은 행정정보로 확인하지 않습니다."),
    "confirmed": N_("이미 확인된 곳입니다."),
    "birth-date-missing": N_("생년월일이 없어 물어볼 수 없습니다. 주민등록등본이나 초본을 가지고 창구로 와 주세요."),
    "waiting": N_("지금 확인하고 있습니다. 결과는 이 화면과 안내로 알려 드립니다."),
    "too-many": N_(
        "오늘은 더 물어볼 수 없습니다. 내일 다시 하시거나, 주민등록등본이나 초본을 가지고 창구로 와 주세요."
    ),
    "off": N_("지금은 행정정보로 확인하지 않습니다. 주민등록등본이나 초본을 가지고 창구로 와 주세요."),
}


@dataclass(frozen=True)
class Resident:
    """By what the share knows a person: it is told nothing else."""

    name: str
    birth_date: date


class DataShare(Protocol):
    """The administrative data share [행정정보 공동이용]."""

    def lives_in(self, who: Resident, region: str, day: date) -> bool:
        """Whether the register says that somebody lives in a municipality (five digits) on a day. Raises Unavailable."""


@dataclass(frozen=True)
class HttpShare:
    """A share that answers `{"lives_there": true}` to a POST of name, birth_date, region and day as JSON.

    `url` is http(s)://KEY@host[:port]/path; the key goes along as a Bearer token.
    """

    url: str

    def lives_in(self, who: Resident, region: str, day: date) -> bool:
        asked = {"name": who.name, "birth_date": who.birth_date.isoformat(), "region": region, "day": day.isoformat()}
        parts = urlsplit(self.url)
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        line = kind(parts.hostname or "", parts.port, timeout=SECONDS)
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {unquote(parts.username or '')}"}
        try:
            line.request("POST", parts.path or "/", json.dumps(asked).encode(), headers)
            answer = line.getresponse()
            said = json.loads(answer.read(10_000))["lives_there"] if answer.status == http.client.OK else None
        except (OSError, http.client.HTTPException, ValueError, KeyError, TypeError) as error:
            raise Unavailable(SILENCE) from error
        finally:
            line.close()
        if not isinstance(said, bool):
            raise Unavailable(SILENCE)
        return said


SILENCE = N_("행정정보 공동이용이 답하지 않습니다.")


def share_of(config: Config) -> DataShare | None:
    """The share of this installation; None where there is none."""
    return HttpShare(config.data_share_url) if config.data_share_url else None


def mine(person: UUID, most: int = 10) -> Sequence[Question]:
    """What the signed-in person had asked, the latest first."""
    asked = sa.select(Question).where(Question.person_id == person).order_by(Question.id.desc())
    return session().scalars(asked.limit(most)).all()


def ask(person: UUID, config: Config, *, agreed: bool, shown: str) -> None:
    """Have the signed-in person's declared home confirmed; `agreed` gives the consent that PRV-07 asks for, to the version
    of its text that was `shown`. Raises Invalid, Refused where the text has changed.
    """
    if share_of(config) is None:
        raise _refused("off")
    if not agreed:
        raise _refused("no-consent")
    consents.as_shown(PURPOSE, shown)
    consents.give(person, PURPOSE)
    row = session().execute(ASK, {"purpose": PURPOSE}).one()
    if row.refusal:
        raise _refused(row.refusal)
    put_to_share.later(row.question)


def _refused(refusal: str) -> Invalid:
    return Invalid(REFUSALS[refusal], {"agreed": REFUSALS[refusal]})


@job("residence.ask_share")
def put_to_share(question: UUID) -> None:
    """Put a question to the share; again later where it does not answer, until the limit `share-give-up-minutes`.

    Nothing is asked once the consent was taken back.
    """
    asked = session().execute(OPEN, {"question": question, "purpose": PURPOSE}).one()
    if asked.person_id is None:
        return
    share = share_of(tools().config)
    try:
        if share is None:
            raise Unavailable(SILENCE)
        answer = share.lives_in(Resident(asked.name, asked.birth_date), asked.region_code, asked.day)
    except Unavailable:
        if not asked.late:
            raise
        _close(question, asked.person_id, None, SILENT)
        return
    _close(question, asked.person_id, answer, SHARED if answer else UNCONFIRMED)


def _close(question: UUID, person: UUID, answer: bool | None, kind: Kind) -> None:
    session().execute(CLOSE, {"question": question, "answer": answer})
    tenant = session().scalar(sa.select(sa.func.walls.tenant()))
    messages.send(kind, person, {}, about=question, tenant=tenant)
