"""How far a city has come with its site: each step is done, to do, or can wait."""

from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from auth.roles.models import RoleGrant
from maru.db import session
from maru.tenancy import SERVED, get
from tenants.courses.models import Course
from tenants.editor import service as editor
from tenants.editor.models import SiteDraft
from tenants.editor.steps import STEPS, Step
from tenants.notices.models import Notice
from tenants.sites.content import Content

KEPT = ("contact", "privacy")
"""Steps whose required fields a site that is open never loses: where to call, and who answers for personal data."""


@dataclass(frozen=True)
class Line:
    """A step with its state."""

    step: Step
    done: bool

    @property
    def state(self) -> str:
        return "done" if self.done else "optional" if self.step.optional else "todo"


def checklist(tenant: UUID) -> list[Line]:
    """Every step, in order."""
    draft = editor.draft(tenant)
    present = _present(tenant, draft)
    return [Line(step, present[step.key]) for step in STEPS]


def missing(tenant: UUID) -> list[Step]:
    """What has to be done before the doors open."""
    return [line.step for line in checklist(tenant) if line.state == "todo" and line.step.key != "live"]


def unfilled(content: Content) -> list[Step]:
    """The steps whose fields an open site keeps, where some of these are empty."""
    return [step for step in STEPS if step.key in KEPT and not _said(step, content)]


def _said(step: Step, content: Content) -> bool:
    return all(getattr(content, name) for name in step.required)


def _present(tenant: UUID, draft: SiteDraft) -> dict[str, bool]:
    content = Content.read(draft.content)
    grants = sa.select(RoleGrant.person_id).where(RoleGrant.tenant_id == tenant, RoleGrant.ended_at.is_(None))
    others = session().scalars(grants.distinct().limit(2)).all()
    served = get(tenant).state in SERVED
    return {
        **{step.key: _filled(step, content, draft, served) for step in STEPS},
        "notices": _any(Notice, tenant),
        "staff": len(others) > 1,
        "courses": _any(Course, tenant),
        "preview": _looked_at(draft, content, served),
        "live": served,
    }


def _looked_at(draft: SiteDraft, content: Content, served: bool) -> bool:
    """A site that is open and says what its draft says is looked at by everybody."""
    return draft.seen == content.mark() or (served and content == editor.in_force(draft.tenant_id))


def _filled(step: Step, content: Content, draft: SiteDraft, served: bool) -> bool:
    """A site that residents see already has been through the steps that ask for nothing."""
    if step.required:
        return _said(step, content)
    return step.key in draft.saved or (served and not step.optional)


def _any(model: type[Notice] | type[Course], tenant: UUID) -> bool:
    return bool(session().scalar(sa.select(sa.exists().where(model.tenant_id == tenant))))
