"""The certificates of a run that are in force, and revoking several by the rule of two people."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from flask_babel import gettext as _

from auth.approvals import service as approvals
from auth.approvals.kinds import Kind, declare
from auth.approvals.models import Approval
from maru import masking
from maru.db import session
from maru.errors import N_, Invalid
from maru.limits import limit
from records.certificates import service as certificates
from records.certificates.models import Certificate
from records.certificates.service import Content
from tenants.enrolments.models import Application

LONGEST_REASON = 300
MOST_NAMED = 30
NOBODY = N_("취소할 수료증을 골라 주세요.")
NO_REASON = N_("왜 취소하는지 적어 주세요. 수료증을 확인하는 사람이 봅니다.")


@dataclass(frozen=True)
class Paper:
    """A certificate in force and what it says."""

    certificate: Certificate
    content: Content


def in_force(tenant: UUID, run: UUID) -> list[Paper]:
    """The certificates of a run that could be revoked, by the names on them; log the look where they are shown."""
    of_run = sa.select(Application.id).where(Application.tenant_id == tenant, Application.run_id == run)
    asked = sa.select(Certificate).where(Certificate.source_id.in_(of_run), Certificate.revoked_at.is_(None))
    papers = [Paper(one, Content.read(one.content)) for one in session().scalars(asked)]
    return sorted(papers, key=lambda one: (one.content.holder_name, one.certificate.number))


def revoke(tenant: UUID, run: UUID, chosen: Collection[UUID], reason: str, by: UUID) -> UUID | None:
    """Revoke, or ask for a second person where it is more than `revoke-alone`: then the request. Raises Invalid."""
    said, mine = " ".join(reason.split())[:LONGEST_REASON], {one.certificate.id for one in in_force(tenant, run)}
    wanted = [one for one in chosen if one in mine]
    errors = {}
    if not wanted:
        errors["certificate"] = NOBODY
    if not said:
        errors["reason"] = NO_REASON
    if errors:
        raise Invalid(next(iter(errors.values())), errors)
    if len(wanted) > limit("revoke-alone"):
        return approvals.ask(SEVERAL, said, wanted)
    for one in wanted:
        certificates.revoke(one, said, by)
    return None


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


STANDING = Certificate.revoked_at.is_(None)
SEVERAL = declare(
    Kind("certificates.revoke", N_("수료증 여러 장 취소하기"), "certificates:revoke", _describe, carry_out=_carry_out)
)
