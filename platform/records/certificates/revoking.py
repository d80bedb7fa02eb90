"""Revoking within a day what one person may alone, and asking for a second person beyond it (CAM-6.10, domain 7.4)."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa
from flask_babel import gettext as _

from auth.approvals import service as approvals
from auth.approvals.kinds import Kind, declare
from auth.approvals.models import Approval
from maru import forms, masking
from maru.db import session
from maru.errors import N_
from maru.limits import limit
from records.certificates import service as certificates
from records.certificates.models import Certificate
from records.certificates.service import LONGEST_REASON, NO_REASON, Content

DAY = timedelta(days=1)
MOST_NAMED = 30
ONE_AT_A_TIME = sa.text("SELECT pg_advisory_xact_lock(hashtextextended('revocations by ' || :by, 0))")
STANDING = Certificate.revoked_at.is_(None)


def revoke(wanted: Sequence[UUID], reason: str, by: UUID) -> UUID | None:
    """Revoke these, or ask for a second person: then the request.

    Alone goes what makes no more than `revoke-alone` with those that the same person has revoked alone within a day,
    one by one or together; whoever sends several at once waits for the one before. Raises Invalid, Refused.
    """
    said = forms.words("reason", reason, LONGEST_REASON, NO_REASON)
    session().execute(ONE_AT_A_TIME, {"by": str(by)})
    if _alone_lately(by) + len(wanted) > limit("revoke-alone"):
        for one in wanted:
            certificates.insist_in_force(one)
        return approvals.ask(SEVERAL, said, wanted)
    for one in wanted:
        certificates.revoke(one, said, by)
    return None


def _alone_lately(by: UUID) -> int:
    decided = sa.exists().where(
        Approval.kind == SEVERAL.name, Approval.state == "approved", Certificate.id == sa.any_(Approval.subjects)
    )
    alone = sa.select(sa.func.count()).select_from(Certificate).where(Certificate.revoked_by == by, ~decided)
    return session().scalars(alone.where(Certificate.revoked_at > sa.func.now() - DAY)).one()


def _describe(asked: Approval) -> list[tuple[str, str]]:
    papers = session().scalars(sa.select(Certificate).where(Certificate.id.in_(asked.subjects))).all()
    said = [f"{one.number} {masking.name(Content.read(one.content).holder_name)}" for one in papers]
    courses = dict.fromkeys(Content.read(one.content).course_title for one in papers)
    return [
        (_("강좌"), ", ".join(courses)),
        (_("수료증"), ", ".join(sorted(said)[:MOST_NAMED])),
    ]


def _carry_out(asked: Approval) -> None:
    """All of them, but for those that somebody has revoked meanwhile."""
    assert asked.decided_by
    held = session().scalars(sa.select(Certificate.id).where(Certificate.id.in_(asked.subjects), STANDING))
    for one in held.all():
        certificates.revoke(one, asked.reason, asked.decided_by)


SEVERAL = declare(
    Kind(
        "certificates.revoke",
        N_("수료증 취소하기"),
        "certificates:revoke",
        {"ko": "수료증 취소하기", "en": "Revoking certificates"},
        _describe,
        carry_out=_carry_out,
    )
)
