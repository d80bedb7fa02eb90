"""Publishing a draft, going back to a former version; every version stays."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

import sqlalchemy as sa

from maru.db import session
from maru.errors import N_, NotFound, Refused, Remedy
from maru.tenancy import SERVED, get
from tenants.catalogue import fresh
from tenants.editor import service as editor
from tenants.editor.changes import Change, between
from tenants.editor.checklist import missing, unfilled
from tenants.sites import lifecycle
from tenants.sites import service as sites
from tenants.sites.content import Content
from tenants.sites.models import Site, SiteText, SiteVersion

MOST_SHOWN = 100


def changes(tenant: UUID) -> list[Change]:
    """What the draft would change for residents."""
    return between(editor.in_force(tenant), editor.content(tenant))


def publish(tenant: UUID, seen: str, by: UUID, name: str, note: str = "") -> SiteVersion:
    """Let residents see the draft, as a new version. `seen` is the mark of the draft that was asked about."""
    held = editor.hold(tenant)
    content = Content.read(held.content)
    if content == editor.in_force(tenant):
        raise Refused(N_("공개할 것이 없습니다. 초안이 지금의 누리집과 같습니다."), slug="site-unchanged")
    if seen != content.mark():
        raise editor.ChangedMeanwhile(held)
    return _put_in_force(tenant, content, by=by, name=name, note=note)


def open_doors(tenant: UUID, seen: str, by: UUID, name: str) -> None:
    """Publish the draft that was asked about, if it says something new, and let residents in; refused while anything is
    missing.
    """
    left = missing(tenant)
    if left:
        raise Refused(
            N_("문을 열기 전에 마쳐야 할 것이 남았습니다."),
            slug="site-not-ready",
            remedies=[Remedy(step.title, step.url) for step in left],
        )
    if changes(tenant):
        publish(tenant, seen, by, name)
    lifecycle.go_live(tenant)


def restore(tenant: UUID, number: int, by: UUID, name: str) -> SiteVersion:
    """Bring a former version back, as a new one. What the draft changes stays in the draft."""
    held, former = editor.hold(tenant), _former(tenant, number)
    present = editor.in_force(tenant)
    if former == present:
        raise Refused(N_("지금의 누리집이 이미 그 판과 같습니다."), slug="site-unchanged")
    draft = Content.read(held.content)
    kept = {change.field: getattr(draft, change.field) for change in between(present, draft)}
    made = _put_in_force(tenant, former, by=by, name=name, restored=number)
    editor.keep(held, former.having(kept), by, name)
    session().flush()
    return made


def versions(tenant: UUID) -> Sequence[SiteVersion]:
    """What was in force, the newest first."""
    _keep_present(tenant)
    found = sa.select(SiteVersion).where(SiteVersion.tenant_id == tenant)
    return session().scalars(found.order_by(SiteVersion.number.desc()).limit(MOST_SHOWN)).all()


def version(tenant: UUID, number: int) -> SiteVersion:
    """One of them."""
    found = session().get(SiteVersion, (tenant, number)) if number < 2**31 else None
    if found is None:
        raise NotFound(N_("그런 판은 없습니다."))
    return found


def changed_by(found: SiteVersion) -> list[Change]:
    """What a version changed against the one before it."""
    former = session().get(SiteVersion, (found.tenant_id, found.number - 1))
    return between(Content.read(former.content), Content.read(found.content)) if former else []


def against_present(tenant: UUID, number: int) -> list[Change]:
    """What going back to a version would change for residents."""
    return between(editor.in_force(tenant), _former(tenant, number))


def _former(tenant: UUID, number: int) -> Content:
    """What a version said; refused where an open site would lose what its residents need."""
    former, already = Content.read(version(tenant, number).content), unfilled(editor.in_force(tenant))
    lost = [step for step in unfilled(former) if step not in already]
    if lost and get(tenant).state in SERVED:
        raise Refused(
            N_(
                "열려 있는 누리집은 그 판으로 되돌릴 수 없습니다. 주민에게 꼭 필요한 것이 그 판에는 아직 비어 있습니다."
            ),
            slug="site-not-ready",
            remedies=[Remedy(step.title, step.url) for step in lost],
        )
    return former


def _put_in_force(
    tenant: UUID, content: Content, *, by: UUID, name: str, note: str = "", restored: int | None = None
) -> SiteVersion:
    site = _keep_present(tenant)
    present = editor.in_force(tenant)
    made = SiteVersion(
        tenant_id=tenant,
        number=site.version + 1,
        content=content.stored(),
        restored=restored,
        note=note,
        made_by=by,
        maker=name,
    )
    session().add(made)
    session().flush()
    for column, value in content.stored().items():
        setattr(site, column, value)
    site.version, site.updated_at = made.number, datetime.now(UTC)
    _tell_texts(tenant, present, content, made.number)
    session().flush()
    fresh.forget()
    return made


def _keep_present(tenant: UUID) -> Site:
    """The row in force, whose version stands among the others also where the site was opened without one."""
    site = session().get_one(Site, tenant)
    if session().get(SiteVersion, (tenant, site.version)) is None:
        present = editor.in_force(tenant).stored()
        session().add(SiteVersion(tenant_id=tenant, number=site.version, content=present, made_at=site.updated_at))
        session().flush()
    return site


def _tell_texts(tenant: UUID, before: Content, after: Content, number: int) -> None:
    """What residents may read again: a text that the city has changed, as it was before and as it is from now on."""
    for kind in sites.TEXTS:
        was, said = sites.own_text(before, kind), sites.own_text(after, kind)
        if was != said:
            session().add(SiteText(tenant_id=tenant, kind=kind, number=number, content=said))
