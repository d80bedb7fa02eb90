"""Asking for a second person, deciding once, and taking what was granted; the engine looks who it is (migration 0034)."""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from auth.approvals.kinds import Kind, declared
from auth.approvals.messages import APPROVED, REFUSED, WAITING
from auth.approvals.models import Approval
from auth.messages import service as messages
from auth.messages.kinds import Kind as MessageKind
from auth.people import service as people
from auth.roles.permissions import throughout
from auth.roles.service import staffed
from maru import forms
from maru.db import session
from maru.errors import N_, Forbidden, MaruError, NotFound, Refused, Remedy
from maru.limits import limit
from maru.web import dates, languages

LONGEST = 300
MOST_SHOWN = 100
ASK = sa.text("SELECT engine.ask_approval(:kind, :reason, CAST(:subjects AS uuid[]), CAST(:details AS jsonb))")
DECIDE = sa.text("SELECT engine.decide(:approval, :verdict, :answer)")
DECIDES = ("approvals:decide", "province-approvals:decide")
"""What a city's staff need to open the pages of requests, and the province's."""
TAKE = sa.text("SELECT engine.take_approved(:approval)")
NO_REASON = N_("왜 필요한지 적어 주세요. 승인하실 분이 읽고 정합니다.")
NO_ANSWER = N_("왜 승인하지 않는지 적어 주세요. 부탁하신 분이 읽으십니다.")
REFUSALS: Mapping[str, tuple[str, str]] = {
    "own": (N_("자신이 부탁한 일은 스스로 승인할 수 없습니다."), N_("같은 권한을 가진 다른 담당자에게 알려 주세요.")),
    "others": (N_("다른 분이 부탁한 일은 거둘 수 없습니다."), N_("승인하지 않으시려면 까닭을 적어 돌려보내 주세요.")),
    "decided": (N_("이미 정해진 일입니다."), N_("목록을 새로 열어 어떻게 정해졌는지 보세요.")),
    "expired": (N_("기한이 지난 부탁입니다."), N_("아직 필요하면 다시 부탁해 주세요.")),
    "taken": (
        N_("이미 내려받은 파일입니다."),
        N_("승인 한 번에 한 번만 내려받습니다. 더 필요하면 다시 부탁해 주세요."),
    ),
    "not-approved": (N_("아직 승인되지 않았습니다."), N_("다른 담당자가 승인하면 내려받을 수 있습니다.")),
}
"""What the engine answers, in words, and what to do."""


def ask(kind: Kind, reason: str, subjects: Collection[UUID], details: Mapping[str, Any] | None = None) -> UUID:
    """Ask that a second person approves `kind` for these ids. Raises Invalid where no reason is given."""
    values = {
        "kind": kind.name,
        "reason": forms.purpose("reason", reason, LONGEST, NO_REASON),
        "subjects": list(subjects),
        "details": json.dumps(details or {}),
    }
    asked = UUID(str(session().execute(ASK, values).scalar_one()))
    _tell_deciders(asked)
    return asked


def get(approval: UUID, tenant: UUID | None, may: Collection[str]) -> Approval:
    """A request of the house whose kind needs one of the permissions `may`. Raises NotFound."""
    found = session().get(Approval, approval, populate_existing=True)
    if found is None or found.tenant_id != tenant or found.kind not in declared:
        raise NotFound(N_("찾으시는 부탁이 없습니다."))
    if declared[found.kind].permission not in may:
        raise Forbidden(N_("이 일을 맡은 담당자만 할 수 있습니다."))
    return found


def of_house(tenant: UUID | None, may: Collection[str]) -> Sequence[Approval]:
    """The latest requests of a city, or of the province, that somebody with the permissions `may` decides: newest first."""
    asked = sa.select(Approval).where(*_of_house(tenant, may))
    return session().scalars(asked.order_by(Approval.id.desc()).limit(MOST_SHOWN)).all()


def count_for(tenant: UUID | None, may: Collection[str], person: UUID) -> int:
    """How many wait for this person: not those that they asked for themselves."""
    waiting = sa.select(sa.func.count()).where(*_of_house(tenant, may), Approval.asked_by != person)
    still = (Approval.state == "waiting", Approval.expires_at > sa.func.now())
    return session().scalars(waiting.where(*still)).one()


def _of_house(tenant: UUID | None, may: Collection[str]) -> tuple[sa.ColumnElement[bool], ...]:
    kinds = [kind.name for kind in declared.values() if kind.permission in may]
    return Approval.tenant_id.is_not_distinct_from(tenant), Approval.kind.in_(kinds)


def waits(approval: Approval) -> bool:
    """Whether it can still be decided."""
    return approval.state == "waiting" and approval.expires_at > datetime.now(UTC)


def standing(approval: Approval) -> str:
    """`waiting`, `expired`, `approved`, `refused`, `withdrawn`, or `taken` where the asker has what was granted."""
    if approval.state == "waiting":
        return "waiting" if waits(approval) else "expired"
    return "taken" if approval.taken_at else approval.state


def takeable(approval: Approval, person: UUID) -> bool:
    """Whether this person may take now what was granted."""
    mine = approval.state == "approved" and approval.taken_at is None and approval.asked_by == person
    if not mine or not declared[approval.kind].take or approval.decided_at is None:
        return False
    return approval.decided_at > datetime.now(UTC) - timedelta(hours=limit("approval-hours"))


def approve(approval: Approval) -> None:
    """Approve and carry out, in one transaction. Refused for the asker, after its time, and a second time."""
    _decide(approval, "approved", "")
    _tell(APPROVED, approval, approval.asked_by)
    kind = declared[approval.kind]
    if kind.carry_out:
        kind.carry_out(approval)


def refuse(approval: Approval, answer: str) -> None:
    """Send it back with the reason. Raises Invalid where there is none."""
    _decide(approval, "refused", forms.words("answer", answer, LONGEST, NO_ANSWER))
    _tell(REFUSED, approval, approval.asked_by)


def withdraw(approval: Approval) -> None:
    """Take one's own request back."""
    _decide(approval, "withdrawn", "")


def take(approval: Approval) -> None:
    """Note that the asker takes what was granted: once, and as long as an approval holds."""
    _raise(session().execute(TAKE, {"approval": approval.id}).scalar_one())


def deciders(approval: Approval) -> list[UUID]:
    """Who else may decide it now."""
    needed = {declared[approval.kind].permission, DECIDES[approval.tenant_id is None]}
    return [
        person.id
        for person, roles in staffed(approval.tenant_id)
        if person.id != approval.asked_by and needed <= throughout(roles)
    ]


def _tell_deciders(asked: UUID) -> None:
    """Write to everybody who may decide it, once; not to the asker."""
    approval = session().get_one(Approval, asked)
    for person in deciders(approval):
        _tell(WAITING, approval, person)


def _tell(said: MessageKind, approval: Approval, person: UUID) -> None:
    """In the language of the reader, in Korean where they left the house meanwhile, so that it does not see them."""
    language = next((known.language for known in people.several([person])), languages.DEFAULT)
    house = "console" if approval.tenant_id else "province"
    facts = {
        "what": declared[approval.kind].called[language],
        "until": dates.staff_moment(approval.expires_at, language),
        "page": f"/{house}/approvals/{approval.id}",
    }
    messages.send(said, person, facts, about=approval.id, tenant=approval.tenant_id)


def _decide(approval: Approval, verdict: str, answer: str) -> None:
    values = {"approval": approval.id, "verdict": verdict, "answer": answer}
    _raise(session().execute(DECIDE, values).scalar_one())
    session().refresh(approval)


def _raise(refusal: str | None) -> None:
    if refusal:
        raise _refused(refusal)


def _refused(refusal: str) -> MaruError:
    if refusal not in REFUSALS:
        return NotFound(N_("찾으시는 부탁이 없습니다."))
    words, remedy = REFUSALS[refusal]
    return Refused(words, slug=f"approval-{refusal}", remedies=[Remedy(remedy)])
