"""Checking who somebody is, and what is known of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from auth.people import service as people
from auth.people.models import Person
from auth.people.service import belongs
from auth.residence.desk import MET, insist
from auth.verification.agencies import Proof, ProofRefused
from auth.verification.models import FormerName, Verification
from auth.verification.sealing import SealedCi
from maru import forms
from maru.db import session
from maru.errors import N_, Invalid, NotFound, Refused, TooMany
from maru.security import digest
from maru.web import dates

DOCUMENTS: Mapping[str, str] = {
    "resident-card": N_("주민등록증"),
    "driving-licence": N_("운전면허증"),
    "passport": N_("여권"),
    "foreigner-card": N_("외국인등록증"),
    "disability-card": N_("장애인등록증(복지카드)"),
    "student-card": N_("청소년증이나 학생증"),
}
"""Kinds of documents that the desk may look at; nothing else of them is kept."""
LONGEST_NAME = 100
REFUSALS: Mapping[str, str] = {
    "not-alike": N_(
        "이름과 생년월일이 처음 확인한 것과 모두 다릅니다. 다른 분의 신분증인지 먼저 보세요. 이분의 신분증이 맞으면 아래에 까닭을 적어 다른 담당자의 승인을 부탁해 주세요."
    ),
    "own": N_("자기 신분은 자기가 확인할 수 없습니다. 다른 담당자에게 부탁해 주세요."),
    "agency-said": N_(
        "이분은 본인확인기관에서 이미 확인하셨습니다. 이름이나 생년월일이 바뀌었다면 다시 본인확인을 하시면 됩니다. 하실 수 없으면 아래에 까닭을 적어 다른 담당자의 승인을 부탁해 주세요."
    ),
    "gone": N_("그 사이에 바뀌었거나 기한이 지났습니다. 창구에서 다시 부탁해 주세요."),
    "not-needed": N_("승인 없이 바로 적으실 수 있습니다. 신분증에 적힌 대로 다시 적어 주세요."),
}


@dataclass(frozen=True)
class Outcome:
    """What came of a proof: `verified`; `has-an-id` where another ID is the same human's; `other-human` where this ID was
    proven to be somebody else's before, `not-alike` where neither name nor birth date is what was proven.
    """

    kind: str
    other: UUID | None = None


def begin(number: str, agency: str, back: str) -> None:
    """Remember for a quarter of an hour that the signed-in person went to an agency. Raises TooMany."""
    asked = sa.func.engine.begin_proof(digest(number), agency, back)
    if not session().scalar(sa.select(asked)):
        raise TooMany(N_("본인확인을 여러 번 시작하셨습니다. 15분 뒤에 다시 해 주세요."))


def take(number: str, agency: str) -> str:
    """Where the signed-in person wanted to go when they began; once, then the number is used up. Raises ProofRefused."""
    back = session().scalar(sa.select(sa.func.engine.take_proof(digest(number), agency)))
    if back is None:
        raise ProofRefused("no such request of this person")
    return str(back)


def prove(proof: Proof, sealed: SealedCi, agency: str) -> Outcome:
    """Keep what an agency says about the signed-in person."""
    said: Any = (
        session()
        .execute(
            sa.text(
                "SELECT * FROM engine.prove(:hash, :sealed, :key, :agency, :name, :born, :phone, CAST(:old AS bytea[]))"
            ),
            {
                "hash": sealed.hash,
                "sealed": sealed.sealed,
                "key": sealed.key_id,
                "old": list(sealed.old_hashes),
                "agency": agency,
                "name": proof.name,
                "born": proof.birth_date,
                "phone": proof.phone,
            },
        )
        .one()
    )
    return Outcome(said.outcome, said.other)


def prove_at_desk(person: UUID, document: str, name: str, born: str, *, seen: bool) -> None:
    """Record that the signed-in member of a city's staff looked at a person's document (PRV-04, PRV-05).

    A new name with the birth date that was first proven, or the other way round, is written at once; what differs in both,
    in however many steps, needs a second person (`correcting`), and so does what an agency has said otherwise. Raises Invalid with the fields, NotFound for somebody who has nothing to do with the city and was not met at this desk
    just now, Refused.
    """
    said = read(document, name, born, seen=seen)
    refuse(session().scalar(sa.select(sa.func.engine.prove_at_desk(person, document, *said, MET))))


def read(document: str, name: str, born: str, *, seen: bool) -> tuple[str, date]:
    """Name and birth date as they stand on a document that was looked at. Raises Invalid with the fields."""
    errors = _faults(document, name, born, seen=seen)
    if errors:
        raise Invalid(next(iter(errors.values())), errors)
    return " ".join(name.split()), date.fromisoformat(born)


def refuse(refusal: str | None) -> None:
    """Raise what the engine answered the desk, in words: NotFound, Refused; nothing where it refused nothing."""
    if refusal == "not-found":
        raise NotFound(N_("찾으시는 분이 없습니다."))
    if refusal:
        raise Refused(REFUSALS[refusal], slug=f"identity-{refusal}")


def at_desk(person: UUID) -> Person | None:
    """Somebody whom the desk may prove: as the city knows them, or None for one who only stands there just now.

    Raises NotFound for a stranger.
    """
    known = session().get(Person, people.in_use(person))
    if known is None:
        insist(person)
    return known


def latest(person: UUID) -> Verification | None:
    """The last check of a person that the caller may see."""
    found = sa.select(Verification).where(belongs(Verification.person_id, person)).order_by(Verification.id.desc())
    return session().scalar(found.limit(1))


def former(person: UUID) -> Sequence[FormerName]:
    """Names and birth dates that were proven of somebody and changed since, the latest first; for them, and for the
    province's privacy officer.
    """
    found = sa.select(FormerName).where(belongs(FormerName.person_id, person)).order_by(FormerName.until.desc())
    return session().scalars(found).all()


def verified(person: UUID) -> bool:
    """Whether somebody's identity was ever proven."""
    return session().scalar(sa.select(Person.verified_at).where(Person.id == person)) is not None


def _faults(document: str, name: str, born: str, *, seen: bool) -> dict[str, str]:
    errors = {}
    if document not in DOCUMENTS:
        errors["document"] = N_("어떤 신분증을 보셨는지 골라 주세요.")
    if any(letter.isdigit() for letter in name):
        errors["name"] = N_("이름만 적어 주세요. 번호는 적지도 저장하지도 않습니다.")
    elif wrong := forms.name_flaw(name, LONGEST_NAME, N_("신분증에 적힌 이름을 적어 주세요.")):
        errors["name"] = wrong
    if forms.day(born, last=dates.today()) is None:
        errors["birth_date"] = N_("신분증에 적힌 생년월일을 적어 주세요. 예: 1954-03-02")
    if not seen:
        errors["seen"] = N_("신분증을 직접 보셨는지 표시해 주세요.")
    return errors
