"""What a city's desk records of homes: that a paper was shown, its kind and its day (domain 1.5). The engine looks who may."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from auth.messages import service as messages
from auth.people import service as people
from auth.residence.messages import PROVEN
from auth.residence.words import PAPERS
from maru.db import session
from maru.errors import N_, Forbidden, Invalid, NotFound, TooMany
from maru.limits import limit

MET = N_("창구에 오신 분을 이름과 생년월일, 연락처로 찾기")
PROVED = N_("창구에서 사는 곳을 서류로 확인")
SHOWN = (N_("그런 분이 있는지"),)
SEEN = (N_("이름"), N_("사는 곳"))
MEET = sa.text(
    "SELECT * FROM engine.meet(:name, :born, :contact, :task, CAST(:shown AS text[]), CAST(:address AS inet), :request)"
)
PROVE = sa.text("SELECT * FROM engine.prove_home(:who, :district, :since, :paper, :made_on, :meeting)")
KNOWN = sa.text("SELECT engine.known_at_desk(:who, :meeting)")
UNKNOWN = N_("찾으시는 분이 없습니다. 창구에 오신 분이면 이름과 생년월일, 연락처로 다시 찾아 주세요.")
HOME = sa.text("SELECT * FROM engine.home_of_applicant(:who)")
NOT_MET: Mapping[str, str] = {
    "not-found": N_(
        "이 이름과 생년월일, 연락처가 모두 맞는 회원이 없습니다. 가입하실 때 적은 전화번호나 이메일인지 여쭈어 보세요."
    ),
    "ambiguous": N_("모두 맞는 회원이 둘 이상입니다. 다른 연락처로 찾거나 도 담당자에게 알려 주세요."),
}
REFUSALS: Mapping[str, tuple[str, str]] = {
    "paper-ahead": ("made_on", N_("서류를 뗀 날이 오늘보다 뒤입니다. 서류 아래쪽의 발급일을 확인해 주세요.")),
    "paper-old": ("made_on", N_("%(days)s일이 지난 서류입니다. 새로 뗀 등본이나 초본을 받아 주세요.")),
    "since-after-paper": ("since", N_("전입일이 서류를 뗀 날보다 뒤입니다. 서류의 전입일을 확인해 주세요.")),
    "before-birth": ("since", N_("전입일이 태어나신 날보다 앞입니다. 서류의 전입일을 확인해 주세요.")),
    "unknown-district": ("district", N_("우리 시에 없는 구입니다. 목록에서 다시 고르거나 비워 두세요.")),
    "moved-since": (
        "made_on",
        N_("이 서류를 뗀 뒤에 이사하신 것으로 되어 있습니다. 새로 뗀 등본이나 초본을 받아 주세요."),
    ),
    "confirmed-elsewhere": (
        "since",
        N_(
            "이 전입일 뒤에 다른 시군에 사신 것이 이미 확인되어 있습니다. 서류의 전입일을 다시 보시고, 맞으면 도 담당자에게 알려 주세요."
        ),
    ),
    "no-region": ("since", N_("이 누리집은 시군이 아니어서 사는 곳을 확인할 수 없습니다.")),
}


@dataclass(frozen=True)
class Shown:
    """What a paper says that somebody showed: since when they live here, in which district, its kind and its day."""

    since: date
    district: str | None
    paper: str
    made_on: date


def meet(name: str, born: date, contact: str, address: str | None, request: str | None) -> tuple[str, UUID | None]:
    """Whether there is exactly one person of this name, birth date and telephone or e-mail: `found`, `not-found`, `ambiguous`.

    Written into the access log whatever the answer. Raises TooMany.
    """
    values = {
        "name": " ".join(name.split()),
        "born": born,
        "contact": contact.strip(),
        "task": MET,
        "shown": list(SHOWN),
        "address": address,
        "request": request,
    }
    met = session().execute(MEET, values).one()
    if met.outcome == "too-many":
        raise TooMany(N_("한 시간에 찾을 수 있는 횟수를 다 쓰셨습니다. 잠시 뒤에 다시 찾아 주세요."))
    return met.outcome, met.person_id


def insist(who: UUID) -> None:
    """Refuse somebody who neither applied here nor was met at this desk just now. Raises NotFound."""
    if not session().execute(KNOWN, {"who": who, "meeting": MET}).scalar_one():
        raise NotFound(UNKNOWN)


def prove(who: UUID, shown: Shown, city: UUID) -> None:
    """Record that somebody showed that they live in the desk's city; they are told. Log the look first.

    Raises Invalid with the field, NotFound where they neither applied here nor were met just now, Forbidden for oneself.
    """
    if shown.paper not in PAPERS:
        words = N_("어떤 서류인지 골라 주세요.")
        raise Invalid(words, {"paper": words})
    row = session().execute(PROVE, {"who": who, "meeting": MET, **vars(shown)}).one()
    if row.refusal:
        raise _refused(row.refusal)
    facts = {"since": shown.since.isoformat(), "made_on": shown.made_on.isoformat()}
    messages.send(PROVEN, people.in_use(who), facts, about=row.proof, tenant=city)


def _refused(refusal: str) -> Exception:
    if refusal == "own":
        return Forbidden(N_("자신의 사는 곳은 스스로 확인할 수 없습니다. 다른 담당자에게 부탁해 주세요."))
    if refusal == "unknown":
        return NotFound(UNKNOWN)
    field, words = REFUSALS[refusal]
    return Invalid(words, {field: words}, values={"days": limit("paper-days")})


def home_of_applicant(who: UUID) -> Any:
    """Where somebody lives who applied here to a course for residents, else None: region_code, valid, source,
    verified_on, and whether it `counts` as this city today.
    """
    row = session().execute(HOME, {"who": who}).one()
    return row if row.region_code else None
