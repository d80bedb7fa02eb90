"""The certificates of a run that are in force, and which of them are to be revoked."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from maru import forms
from maru.db import session
from maru.errors import N_, Invalid
from records.certificates import revoking
from records.certificates.models import Certificate
from records.certificates.service import LONGEST_REASON, NO_REASON, Content
from tenants.enrolments.models import Application

NOBODY = N_("취소할 수료증을 골라 주세요.")


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
    """Revoke, or ask for a second person where it is more than may go alone (records.certificates.revoking): then the request. Raises Invalid."""
    said, mine = " ".join(reason.split()), {one.certificate.id for one in in_force(tenant, run)}
    wanted = [one for one in chosen if one in mine]
    errors = {}
    if not wanted:
        errors["certificate"] = NOBODY
    if wrong := forms.flaw(said, LONGEST_REASON) if said else NO_REASON:
        errors["reason"] = wrong
    if errors:
        raise Invalid(next(iter(errors.values())), errors)
    return revoking.revoke(wanted, said, by)
