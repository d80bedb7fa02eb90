"""A guardian's consent for a child under 14: asked, proven, recorded at the desk; and the child's own sign-in at 14 (PRV 7.2)."""

import re
import secrets
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from auth.consents import service as consents
from auth.families import proofs
from auth.families.codes import digest_of, new_code, typed
from auth.families.models import ConsentMethod, GuardianRequest
from auth.families.service import Ended
from maru import forms
from maru.db import session
from maru.errors import N_, Invalid, NotFound, Refused, TooMany
from maru.limits import limit
from maru.security import digest

LONGEST_NAME = 40
REACHED = ("sms", "phone", "email")
"""Proofs that need an address."""
PHONE = re.compile(r"01[016789]-?\d{3,4}-?\d{4}")
LONG_NUMBER = re.compile(r"\d([ -]?\d){5}")
"""No part of a child's name: a birth date, or part of a resident registration number."""
METHODS = ("sms", "identity", "email", "paper", "phone")
"""In the order of the form."""
TEXT_VERSION = "2026-11"
"""Of what guardians and helpers read before they agree."""
ASK = sa.text("SELECT * FROM engine.ask_guardianship(:name, :born, :method, :address, :history, :version, :reference)")
CONFIRM = sa.text("SELECT * FROM engine.confirm_guardianship(:request, :secret)")
WITHDRAW = sa.text("SELECT engine.withdraw_guardianship(:request)")
FIND = sa.text("SELECT * FROM engine.find_guardian_request(:reference)")
RECORD = sa.text("SELECT * FROM engine.record_guardianship(:request, :seen)")
MAKE_CODE = sa.text("SELECT * FROM engine.make_takeover_code(:child, :code)")
TAKE_OVER = sa.text("SELECT * FROM engine.take_over(:code)")
CONSENT = sa.text("SELECT engine.consent_for_child(:purpose, :version, :given)")
AT_DESK = sa.text("SELECT * FROM engine.guardians_at_desk(:child, :reference)")
END_AT_DESK = sa.text("SELECT * FROM engine.end_guardianship_at_desk(:representation, :reference, :seen)")
REFUSALS: Mapping[str, tuple[str, str]] = {
    "not-offered": ("method", N_("지금 받지 않는 방법입니다. 다른 방법을 골라 주세요.")),
    "not-born": ("birth_date", N_("생년월일을 확인해 주세요. 오늘보다 뒤의 날입니다.")),
    "not-a-child": (
        "birth_date",
        N_("만 14세가 되면 스스로 동의하고 신청합니다. 본인이 로그인하도록 안내해 주세요."),
    ),
    "guardian-too-young": ("name", N_("법정대리인은 성인이어야 합니다. 창구로 와 주세요.")),
    "already": ("name", N_("이미 등록하신 자녀입니다. 내 가족에서 보실 수 있습니다.")),
    "too-many": ("name", N_("여기에서 등록할 수 있는 자녀 수를 넘었습니다. 창구로 와 주세요.")),
}
"""The field of the form that each is about, and its sentence."""
CODE_REFUSALS: Mapping[str, str] = {
    "wrong": N_("번호가 다릅니다. 받으신 문자를 다시 보고 적어 주세요."),
    "expired": N_("기한이 지났습니다. 처음부터 다시 등록해 주세요."),
    "used": N_("이미 확인한 요청입니다. 내 가족에서 보실 수 있습니다."),
    "too-many-tries": N_("여러 번 틀려 이 번호는 더 쓸 수 없습니다. 처음부터 다시 등록해 주세요."),
    "unknown": N_("찾으시는 요청이 없습니다. 처음부터 다시 등록해 주세요."),
    "already": N_("이미 등록하신 자녀입니다. 내 가족에서 보실 수 있습니다."),
    "not-proven": N_("아직 본인확인을 하지 않으셨습니다. 먼저 휴대전화로 본인확인을 해 주세요."),
}
TAKING_OVER: Mapping[str, str] = {
    "unknown": N_("없는 번호입니다. 보호자나 창구에서 받은 번호를 다시 보고 적어 주세요."),
    "used": N_("이미 쓴 번호입니다."),
    "expired": N_("기한이 지난 번호입니다. 보호자나 창구에 새 번호를 부탁해 주세요."),
    "too-early": N_("만 14세 생일부터 쓰실 수 있습니다."),
    "own": N_("자녀 본인이 로그인해서 적는 번호입니다. 자녀의 계정으로 로그인해 주세요."),
    "other-person": N_("본인 확인으로 안 생년월일이 이 번호의 주인과 다릅니다. 창구로 와 주세요."),
    "not-new": N_("이 계정에는 이미 신청이나 기록이 있어 여기에서 합칠 수 없습니다. 신분증을 가지고 창구로 와 주세요."),
    "rate-limited": N_("여러 번 틀리셨습니다. 한 시간 뒤에 다시 해 주세요."),
}


def methods(*, agency: bool) -> list[str]:
    """The ways in which consent is taken today; by a check of the guardian's identity only where there is an `agency`."""
    today = sa.select(ConsentMethod.method).where(ConsentMethod.valid.contains(sa.func.walls.today()))
    offered = set(session().scalars(today)) - (set() if agency else {"identity"})
    return [method for method in METHODS if method in offered]


def ask(name: str, born: date | None, method: str, address: str, *, agreed: bool, history: str | None) -> UUID:
    """Begin: what the guardian says of the child, the tick, and how consent is to be proven; sends what is to be sent.

    `history` is the version of the text that was shown, where the one history was agreed to for the child. Nothing about
    the child is asked but name and birth date. Raises Invalid with the field, TooMany, Refused where the text has changed.
    """
    name, address = unicodedata.normalize("NFC", " ".join(name.split())), address.strip()
    address = address if method in REACHED else ""
    errors = _faults(name, born, method, address, agreed)
    if errors:
        raise Invalid(next(iter(errors.values())), errors)
    values = {
        "name": name,
        "born": born,
        "method": method,
        "address": address,
        "history": history and consents.as_shown(consents.PROVINCE_HISTORY, history),
        "version": TEXT_VERSION,
        "reference": f"{secrets.randbelow(10**8):08}",
    }
    row = session().execute(ASK, values).one()
    if row.refusal == "rate-limited":
        raise TooMany(N_("하루에 할 수 있는 등록을 모두 하셨습니다. 내일 다시 하시거나 창구로 와 주세요."))
    if row.refusal:
        field, words = REFUSALS[row.refusal]
        raise Invalid(words, {field: words})
    if method in ("sms", "email"):
        proofs.send_proof.later(row.id, method)
    made: UUID = row.id
    return made


def _faults(name: str, born: date | None, method: str, address: str, agreed: bool) -> dict[str, str]:
    found = {}
    if wrong := _name_flaw(name):
        found["name"] = wrong
    if born is None:
        found["birth_date"] = N_("자녀의 생년월일을 적어 주세요. 예: 2016-05-05")
    if method not in METHODS:
        found["method"] = N_("동의를 확인할 방법을 골라 주세요.")
    if method in ("sms", "phone") and not PHONE.fullmatch(address):
        found["address"] = N_("보호자의 휴대전화 번호를 적어 주세요. 예: 010-1234-5678")
    if method == "email" and not forms.is_email(address):
        found["address"] = N_("보호자의 이메일 주소를 적어 주세요. 예: kim@example.kr")
    if not agreed:
        found["agreed"] = N_("읽으신 다음 동의에 표시해 주세요. 동의 없이는 등록할 수 없습니다.")
    return found


def _name_flaw(name: str) -> str:
    missing = N_("자녀의 이름을 적어 주세요. 주민등록번호는 적지 마세요.")
    return forms.name_flaw(name, LONGEST_NAME, missing) or (forms.NOT_A_NAME if LONG_NUMBER.search(name) else "")


def request(asked: UUID) -> Any:
    """The signed-in guardian's own request that waits for its proof: id, child_name, birth_date, method, address,
    reference, asked_at, expires_at, settled_at, spent (its code was typed wrong as often as may be).
    """
    row = session().execute(_requests().where(GuardianRequest.id == asked)).one_or_none()
    if row is None:
        raise NotFound(N_("찾으시는 요청이 없습니다. 처음부터 다시 등록해 주세요."))
    return row


def requests() -> Sequence[Any]:
    """Those of the signed-in guardian that wait for their proof."""
    open_ones = (GuardianRequest.settled_at.is_(None), GuardianRequest.expires_at > sa.func.now(), ~_spent())
    return session().execute(_requests().where(*open_ones).order_by(GuardianRequest.asked_at.desc())).all()


def left_today() -> int:
    """How many registrations the signed-in guardian can still begin: so many in 24 hours, whatever became of them."""
    day_ago = sa.func.now() - sa.text("interval '1 day'")
    begun = sa.select(sa.func.count()).where(
        GuardianRequest.person_id == sa.func.walls.person(), GuardianRequest.asked_at > day_ago
    )
    return max(limit("guardian-requests-per-day") - int(session().execute(begun).scalar_one()), 0)


def give_up(asked: UUID) -> None:
    """Take back one's own registration that waits for its proof. Raises NotFound where none waits."""
    if not session().scalar(WITHDRAW, {"request": asked}):
        raise NotFound(N_("기다리는 등록이 없습니다. 이미 끝났거나 그만두셨습니다."))


def _requests() -> sa.Select[Any]:
    told = ("id", "child_name", "birth_date", "method", "address", "reference", "asked_at", "expires_at", "settled_at")
    return sa.select(*(getattr(GuardianRequest, name) for name in told), _spent().label("spent"))


def _spent() -> sa.ColumnElement[bool]:
    return GuardianRequest.tries >= limit("guardian-code-tries")


def confirm(asked: UUID, code: str) -> UUID | str:
    """Prove it by the code of the SMS or of the e-mail, or by an identity check since then (`code` is empty): gives the
    child, or the sentence of what is wrong.

    A wrong code is counted, so the transaction is to be committed: nothing is raised.
    """
    secret = digest_of(asked, code)
    row = session().execute(CONFIRM, {"request": asked, "secret": secret}).one()
    if row.refusal:
        return CODE_REFUSALS[row.refusal]
    child: UUID = row.child
    return child


def find(reference: str) -> Any:
    """For a clerk: the request with the number that the guardian shows or says; None where none waits."""
    digits = re.sub(r"[^0-9]", "", reference)
    row = session().execute(FIND, {"reference": digits}).one()
    return row if row.id else None


def record(asked: UUID, *, seen: bool) -> UUID:
    """A clerk has seen the signed paper, or has called the guardian; gives the child."""
    row = session().execute(RECORD, {"request": asked, "seen": seen}).one()
    if row.refusal == "unknown":
        raise NotFound(CODE_REFUSALS["unknown"])
    if row.refusal == "unseen":
        raise Invalid(N_("동의서를 보시거나 통화하신 다음에 표시해 주세요."))
    if row.refusal == "own":
        raise Refused(N_("자신의 자녀는 스스로 확인할 수 없습니다. 동료에게 부탁해 주세요."), slug="own-child")
    if row.refusal:
        raise Refused(CODE_REFUSALS[row.refusal], slug=f"request-{row.refusal}")
    child: UUID = row.child
    return child


def of_child(child: UUID) -> Sequence[Any]:
    """For a clerk: who stands as guardian of a child that applied here (id, guardian_id, guardian, child_id, child_name,
    birth_date, begun_at).
    """
    return session().execute(AT_DESK, {"child": child, "reference": ""}).all()


def registered(reference: str) -> Any:
    """The same, of the registration that this city's desk has confirmed under a number; None where none stands."""
    values = {"child": None, "reference": re.sub(r"[^0-9]", "", reference)}
    return session().execute(AT_DESK, values).first()


def end_at_desk(representation: UUID, reference: str, *, seen: bool) -> Ended:
    """A guardian has come with a document and takes the consent back: what follows is as in `service.end`, and they are told.

    `reference` is the number of the registration, empty where the child's page led here. Raises NotFound, Refused, Invalid.
    """
    values = {"representation": representation, "reference": re.sub(r"[^0-9]", "", reference), "seen": seen}
    row = session().execute(END_AT_DESK, values).one()
    if row.refusal == "unseen":
        raise Invalid(N_("보호자의 신분증과 서명한 철회서를 보신 다음에 표시해 주세요."))
    if row.refusal == "own":
        raise Refused(N_("자신의 가족은 스스로 끝낼 수 없습니다. 동료에게 부탁해 주세요."), slug="own-family")
    if row.refusal == "ended":
        raise Refused(N_("이미 끝났습니다. 화면을 새로 열어 주세요."), slug="already-ended")
    if row.refusal:
        raise NotFound(N_("찾으시는 것이 없습니다. 이미 끝났을 수 있습니다."))
    return Ended(row.given_back, row.kept)


def consent(purpose: str, shown: str) -> None:
    """Give the child's consent to a purpose, in a request in which the guardian acts for the child. Raises Refused where
    the text in force is not the version that was `shown`.
    """
    session().execute(CONSENT, {"purpose": purpose, "version": consents.as_shown(purpose, shown), "given": True})


def withdraw(purpose: str) -> None:
    """Take the child's consent back, in such a request."""
    session().execute(CONSENT, {"purpose": purpose, "version": "", "given": False})


def takeover_code(child: UUID) -> tuple[str, datetime]:
    """A new code with which the child takes over their account at 14, and until when it is good; told once."""
    code = new_code()
    row = session().execute(MAKE_CODE, {"child": child, "code": digest(code)}).one()
    if row.refusal == "too-early":
        raise Refused(
            N_("아직 이릅니다. 만 14세 생일이 가까워지면 알려 드리고, 그때부터 번호를 만드실 수 있습니다."),
            slug="too-early",
        )
    if row.refusal:
        raise NotFound(N_("지금은 이분의 번호를 만들 수 없습니다. 본인이 이미 로그인하고 있을 수 있습니다."))
    return code, row.expires_at


def take_over(code: str, shown: str) -> UUID | str:
    """Link the signed-in person's account to the person behind the code, who consents for themselves from now on, to the
    version of the text that was `shown`. Raises Refused where it has changed.

    Gives that person, or the sentence of what is wrong; a wrong code is counted, so nothing is raised.
    """
    consents.as_shown(consents.OWN_ACCOUNT, shown)
    row = session().execute(TAKE_OVER, {"code": digest(typed(code))}).one()
    if row.refusal:
        return TAKING_OVER[row.refusal]
    person: UUID = row.person
    consents.give(person, consents.OWN_ACCOUNT)
    return person
