"""Checking who somebody is, and what is known of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from auth.people.models import Person
from auth.people.service import belongs
from auth.residence.desk import MET, insist
from auth.verification.agencies import Proof, ProofRefused
from auth.verification.models import Verification
from auth.verification.sealing import SealedCi
from maru import forms
from maru.db import session
from maru.errors import N_, Invalid, NotFound, Refused, TooMany
from maru.masking import names_a_resident_number
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
        "이름과 생년월일이 확인되어 있는 것과 모두 다릅니다. 다른 분의 신분증인지 보시고, 맞다면 도 담당자에게 알려 주세요."
    ),
    "own": N_("자기 신분은 자기가 확인할 수 없습니다. 다른 담당자에게 부탁해 주세요."),
    "agency-said": N_(
        "이분은 본인확인기관에서 이미 확인하셨습니다. 이름이나 생년월일이 바뀌었다면 다시 본인확인을 하시면 됩니다."
    ),
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
    """Record that the signed-in member of a city's staff looked at a person's document.

    Raises Invalid with the fields, NotFound for somebody who has nothing to do with the city and was not met at this desk
    just now, Refused.
    """
    errors = _faults(document, name, born, seen=seen)
    if errors:
        raise Invalid(next(iter(errors.values())), errors)
    said = (" ".join(name.split()), date.fromisoformat(born))
    asked = sa.func.engine.prove_at_desk(person, document, *said, MET)
    refusal = session().scalar(sa.select(asked))
    if refusal == "not-found":
        raise NotFound(N_("찾으시는 분이 없습니다."))
    if refusal:
        raise Refused(REFUSALS[refusal], slug=f"identity-{refusal}")


def at_desk(person: UUID) -> Person | None:
    """Somebody whom the desk may prove: as the city knows them, or None for one who only stands there just now.

    Raises NotFound for a stranger.
    """
    known = session().get(Person, person)
    if known is None:
        insist(person)
    return known


def latest(person: UUID) -> Verification | None:
    """The last check of a person that the caller may see."""
    found = sa.select(Verification).where(belongs(Verification.person_id, person)).order_by(Verification.id.desc())
    return session().scalar(found.limit(1))


def verified(person: UUID) -> bool:
    """Whether somebody's identity was ever proven."""
    return session().scalar(sa.select(Person.verified_at).where(Person.id == person)) is not None


def _faults(document: str, name: str, born: str, *, seen: bool) -> dict[str, str]:
    errors = {}
    if document not in DOCUMENTS:
        errors["document"] = N_("어떤 신분증을 보셨는지 골라 주세요.")
    if not name.strip() or len(name) > LONGEST_NAME:
        errors["name"] = N_("신분증에 적힌 이름을 적어 주세요.")
    elif names_a_resident_number(name) or any(letter.isdigit() for letter in name):
        errors["name"] = N_("이름만 적어 주세요. 번호는 적지도 저장하지도 않습니다.")
    if forms.day(born, last=dates.today()) is None:
        errors["birth_date"] = N_("신분증에 적힌 생년월일을 적어 주세요. 예: 1954-03-02")
    if not seen:
        errors["seen"] = N_("신분증을 직접 보셨는지 표시해 주세요.")
    return errors
