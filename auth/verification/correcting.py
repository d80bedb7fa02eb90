"""Name and birth date that both differ from what was proven, or from what an agency said: two members of staff (domain 7.4).

Whoever was proven with a mistake in both would otherwise be stuck: neither a desk nor an agency alone makes a proven person
somebody else (PRV-02, PRV-06).
"""

from uuid import UUID

import sqlalchemy as sa
from flask import g, request
from flask_babel import gettext as _

from auth.access_log import service as access_log
from auth.approvals import service as approvals
from auth.approvals.kinds import Kind, declare
from auth.approvals.models import Approval
from auth.people import service as people
from auth.residence.desk import MET
from auth.verification import service as verification
from auth.verification.models import IdentityCorrection
from maru import forms
from maru.db import session
from maru.dispatch import me
from maru.errors import N_

ASK = sa.text("SELECT * FROM engine.ask_correction(:person, :document, :name, :born, :meeting)")
CORRECT = sa.text("SELECT engine.correct_identity(:correction)")
NEEDS_TWO = ("identity-not-alike", "identity-agency-said")
"""Refusals of a desk for which there is this way on."""


def ask(person: UUID, document: str, name: str, born: str, reason: str, *, seen: bool) -> UUID:
    """Ask a second member of the city's staff, who looks at the document too, to write what stands on it.

    Gives the request. Raises Invalid with the fields, NotFound, and Refused for oneself or where one person is enough.
    """
    said, on = verification.read(document, name, born, seen=seen)
    reason = forms.purpose("reason", reason, approvals.LONGEST, approvals.NO_REASON)
    values = {"person": person, "document": document, "name": said, "born": on, "meeting": MET}
    asked = session().execute(ASK, values).one()
    verification.refuse(asked.refusal)
    return approvals.ask(CORRECTION, reason, [asked.correction])


def _describe(asked: Approval) -> list[tuple[str, str]]:
    """In full, for what is decided is the name itself; the look is written to the access log."""
    held = session().get(IdentityCorrection, (asked.tenant_id, asked.subjects[0]))
    if held is None:
        return [(_("내용"), _("끝난 일이라 이름과 생년월일을 남기지 않았습니다."))]
    access_log.look(
        me(), [held.person_id], tenant=asked.tenant_id, task=CORRECTION.title, purpose=asked.reason,
        fields=[N_("이름"), N_("생년월일")], address=request.remote_addr, request_id=g.request_id,
    )  # fmt: skip
    now = [f"{one.name}, {one.birth_date or '-'}" for one in people.several([held.person_id])]
    return [
        (_("지금 적힌 것"), now[0] if now else "-"),
        (_("신분증에 적힌 것"), f"{held.name}, {held.birth_date}"),
        (_("보신 신분증"), _(verification.DOCUMENTS[held.document])),
        (_("승인하시기 전에"), _("창구에 오신 분의 얼굴과 신분증을 직접 견주어 보세요. 다른 분을 이분으로 바꾸는 일이 되지 않아야 합니다.")),
    ]  # fmt: skip


def _carry_out(asked: Approval) -> None:
    verification.refuse(session().execute(CORRECT, {"correction": asked.subjects[0]}).scalar_one())


CORRECTION = declare(
    Kind(
        "verification.correct",
        N_("확인된 이름과 생년월일 바로잡기"),
        "people:verify",
        {"ko": "확인된 이름과 생년월일 바로잡기", "en": "Correcting a proven name and birth date"},
        _describe,
        carry_out=_carry_out,
    )
)
