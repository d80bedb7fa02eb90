"""Helpers: a person names one, with a scope and an end, who must accept; at the desk a signed paper stands for both.

A guardian names the other guardian of a child in the same way.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from auth.families.codes import new_code, typed
from auth.families.guardians import TEXT_VERSION
from auth.families.models import HelperInvitation
from maru import forms
from maru.db import session
from maru.errors import N_, Invalid, NotFound, Refused, TooMany
from maru.limits import limit
from maru.security import digest
from maru.web.dates import SEOUL

INVITE = sa.text("SELECT * FROM engine.invite_helper(:code, :email, :apply, :see, :until)")
OFFERED = sa.text("SELECT * FROM engine.offered_help(:code)")
ACCEPT = sa.text("SELECT * FROM engine.accept_help(:code, :version)")
INVITE_GUARDIAN = sa.text("SELECT * FROM engine.invite_guardian(:child, :code, :email)")
FELLOWS = sa.text("SELECT * FROM engine.fellow_guardians()")
RECORD = sa.text("SELECT * FROM engine.record_helper(:person, :email, :apply, :until, :version)")
RECORDED = sa.text("SELECT * FROM engine.recorded_helpers(:person)")
END_RECORDED = sa.text("SELECT engine.end_recorded_helper(:person, :representation)")
TOO_SOON = N_("끝나는 날은 내일부터 적을 수 있습니다.")
TOO_LONG = N_("끝나는 날은 오늘부터 %(days)s일 안의 날로 적어 주세요.")
FULL = N_("이 자녀에게는 등록할 수 있는 만큼의 보호자가 이미 있습니다. 창구로 와 주세요.")
ONLY_PROVEN = N_(
    "처음에 동의를 확인받고 자녀를 등록하신 보호자만 다른 보호자를 더하실 수 있습니다. 그분께 부탁하거나 창구로 와 주세요."
)
REFUSALS: Mapping[str, str] = {
    "unknown": N_("없는 번호입니다. 받은 번호를 다시 보고 적어 주세요."),
    "withdrawn": N_("거둔 번호입니다. 부탁하신 분께 새 번호를 받아 주세요."),
    "used": N_("이미 쓴 번호입니다. 번호는 한 번만 쓸 수 있습니다."),
    "expired": N_("기한이 지난 번호입니다. 부탁하신 분께 새 번호를 받아 주세요."),
    "own": N_("자신이 만든 번호는 스스로 쓸 수 없습니다."),
    "other-person": N_("다른 이메일 주소를 쓰시는 분께 부탁한 번호입니다. 그 주소의 계정으로 로그인해 주세요."),
    "already": N_("이미 이 자녀의 보호자로 등록되어 있습니다."),
    "guardian-too-young": N_("법정대리인은 성인이어야 합니다."),
    "too-many": FULL,
    "rate-limited": N_("여러 번 틀리셨습니다. 한 시간 뒤에 다시 해 주세요."),
}
WRONG_EMAIL = N_("이메일 주소를 확인해 주세요. 예: kim@example.kr")
MANY_CODES = N_("하루에 만들 수 있는 번호를 모두 만드셨습니다. 내일 다시 해 주세요.")
AT_THE_DESK: Mapping[str, tuple[str, str]] = {
    "unknown-helper": (
        "email",
        N_("이 이메일 주소로 로그인한 분이 없습니다. 대신하실 분이 먼저 한 번 로그인해야 합니다."),
    ),
    "own": ("email", N_("본인이 본인을 대신할 수 없습니다.")),
    "clerk": ("email", N_("창구 담당자 자신은 적을 수 없습니다. 동료에게 부탁해 주세요.")),
    "too-soon": ("until", TOO_SOON),
    "too-long": ("until", TOO_LONG),
}
"""The field of the form that each is about, and its sentence."""


def invite(email: str, until: date | None, *, applying: bool, seeing: bool) -> tuple[str, datetime]:
    """Name a helper: gives the code to pass on, told once, and until when it can be used. With `email` only who signs in
    with it can use it.

    Raises Invalid with the field, TooMany.
    """
    email = email.strip()
    errors = _faults(email, until, applying or seeing, email_needed=False)
    if errors:
        raise Invalid(next(iter(errors.values())), errors)
    code = new_code()
    values = {"code": digest(code), "email": email, "apply": applying, "see": seeing, "until": until}
    row = session().execute(INVITE, values).one()
    if row.refusal == "rate-limited":
        raise TooMany(MANY_CODES)
    if row.refusal:
        words = TOO_SOON if row.refusal == "too-soon" else TOO_LONG
        raise Invalid(words, {"until": words}, values={"days": limit("helper-most-days")})
    return code, _usable_until(row.id)


def invite_guardian(child: UUID, email: str) -> tuple[str, datetime]:
    """Name the other guardian of a child of the signed-in person's: gives the code to pass on, told once, and until when
    it can be used.

    Only who has proven consent themselves names another. Raises Invalid with the field, NotFound, Refused where somebody
    vouched for the signed-in person, or a child has as many as can be, TooMany.
    """
    email = email.strip()
    if email and not forms.is_email(email):
        raise Invalid(WRONG_EMAIL, {"email": WRONG_EMAIL})
    code = new_code()
    row = session().execute(INVITE_GUARDIAN, {"child": child, "code": digest(code), "email": email}).one()
    if row.refusal == "rate-limited":
        raise TooMany(MANY_CODES)
    if row.refusal == "too-many":
        raise Refused(FULL, slug="guardians-full")
    if row.refusal == "vouched-for":
        raise Refused(ONLY_PROVEN, slug="guardian-vouched-for")
    if row.refusal:
        raise NotFound(N_("찾으시는 자녀가 없습니다. 내 가족을 확인해 주세요."))
    return code, _usable_until(row.id)


def _usable_until(invitation: UUID) -> datetime:
    """Its code can be used until then, and before the helping ends."""
    made = sa.select(HelperInvitation.expires_at, HelperInvitation.ends_on).where(HelperInvitation.id == invitation)
    row = session().execute(made).one()
    until: datetime = min(row.expires_at, datetime.combine(row.ends_on, time(), SEOUL))
    return until


def fellows() -> Sequence[Any]:
    """All other guardians of the signed-in guardian's children, who stand: id, child_id, name, named_by (who vouched for
    them, None: the signed-in person, or nobody), begun_at, may_end (for who vouched for them).
    """
    return session().execute(FELLOWS).all()


def _faults(email: str, until: date | None, anything: bool, *, email_needed: bool) -> dict[str, str]:
    found = {}
    if not anything:
        found["scope"] = N_("무엇을 대신할지 하나는 골라 주세요.")
    if (email or email_needed) and not forms.is_email(email):
        found["email"] = WRONG_EMAIL
    if until is None:
        found["until"] = N_("언제까지 대신할지 끝나는 날을 적어 주세요.")
    return found


def invitations() -> Sequence[Any]:
    """The signed-in person's that wait for somebody: id, child_id, email, may_apply, may_see, ends_on, expires_at."""
    told = ("id", "child_id", "email", "may_apply", "may_see", "ends_on", "expires_at")
    waiting = sa.select(*(getattr(HelperInvitation, name) for name in told)).where(
        HelperInvitation.accepted_at.is_(None),
        HelperInvitation.withdrawn_at.is_(None),
        HelperInvitation.expires_at > sa.func.now(),
    )
    return session().execute(waiting.order_by(HelperInvitation.asked_at.desc())).all()


def withdraw(invitation: UUID) -> None:
    """Take a code back that nobody has used; a second time changes nothing."""
    taken = sa.update(HelperInvitation).where(HelperInvitation.id == invitation).values(withdrawn_at=datetime.now(UTC))
    if session().execute(taken.returning(HelperInvitation.id)).first() is None:
        raise NotFound(N_("찾으시는 번호가 없습니다."))


def offered(code: str) -> Any:
    """What a code offers: name, may_apply, may_see, ends_on, and `child` where it asks for another guardian; or the
    sentence of what is wrong with it, which is counted, so nothing is raised.
    """
    row = session().execute(OFFERED, {"code": digest(typed(code))}).one()
    return REFUSALS[row.refusal] if row.refusal else row


def accept(code: str) -> str | None:
    """Become somebody's helper, or a child's other guardian; gives the sentence of what is wrong with the code, as
    `offered` does.
    """
    row = session().execute(ACCEPT, {"code": digest(typed(code)), "version": TEXT_VERSION}).one()
    return REFUSALS[row.refusal] if row.refusal else None


def record(person: UUID, email: str, until: date | None, *, seen: bool) -> UUID:
    """A clerk has seen the signed paper of somebody who applied here, naming a helper who signs in with `email`.

    It holds in this city alone and opens no history. Raises Invalid with the field.
    """
    errors = _faults(email.strip(), until, anything=True, email_needed=True)
    if not seen:
        errors["seen_paper"] = N_("서명한 종이를 보신 다음에 표시해 주세요.")
    if errors:
        raise Invalid(next(iter(errors.values())), errors)
    values = {
        "person": person,
        "email": email.strip(),
        "apply": True,
        "until": until,
        "version": TEXT_VERSION,
    }
    row = session().execute(RECORD, values).one()
    if row.refusal == "not-found":
        raise NotFound(N_("찾으시는 분이 없습니다."))
    if row.refusal:
        field, words = AT_THE_DESK[row.refusal]
        raise Invalid(words, {field: words}, values={"days": limit("helper-most-days")})
    made: UUID = row.id
    return made


def recorded(person: UUID) -> Sequence[Any]:
    """Helpers whom this city's desk has recorded for a person and who stand: id, name, ends_on."""
    return session().execute(RECORDED, {"person": person}).all()


def end_recorded(person: UUID, representation: UUID) -> None:
    """The person has come to the desk where the paper was signed, and ends it."""
    if not session().scalar(END_RECORDED, {"person": person, "representation": representation}):
        raise NotFound(N_("찾으시는 것이 없습니다. 이미 끝났을 수 있습니다."))
