"""The draft of a site: made from what is in force, saved a step at a time, never seen by residents."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from maru.db import session
from maru.errors import N_, Refused
from maru.seen import mark
from tenants.editor.models import SiteDraft
from tenants.editor.steps import EDITED
from tenants.sites.content import OWN_PAGES, Content, Page
from tenants.sites.faces import content_of
from tenants.sites.models import Site


class ChangedMeanwhile(Refused):
    """A colleague has saved other values of the same fields since the page was opened."""

    slug = "site-changed-meanwhile"
    title = N_("그사이 다른 담당자가 고쳤습니다")

    def __init__(self, draft: SiteDraft) -> None:
        super().__init__(N_("그사이 다른 담당자가 같은 곳을 고쳤습니다. 아래에서 두 내용을 견주어 보세요."))
        self.draft = draft


def in_force(tenant: UUID) -> Content:
    """What residents see."""
    return content_of(session().get_one(Site, tenant))


def draft(tenant: UUID) -> SiteDraft:
    """What the city is working on; at first the site as it is."""
    return session().get(SiteDraft, tenant) or _begun(tenant)


def hold(tenant: UUID) -> SiteDraft:
    """The draft, for nobody else to change until the end of the transaction."""
    draft(tenant)
    held = sa.select(SiteDraft).where(SiteDraft.tenant_id == tenant).with_for_update()
    return session().execute(held, execution_options={"populate_existing": True}).scalar_one()


def content(tenant: UUID) -> Content:
    """What the draft says."""
    return Content.read(draft(tenant).content)


def save(tenant: UUID, step: str, values: Mapping[str, Any], seen: str, by: UUID, name: str) -> SiteDraft:
    """Keep the fields of one step. `seen` is the mark of their values when the page was opened (Content.mark)."""
    held, names = hold(tenant), EDITED[step].fields
    before = Content.read(held.content)
    after = before.having({field: value for field, value in values.items() if field in names})
    if seen != before.mark(*names) and after != before:
        raise ChangedMeanwhile(held)
    keep(held, after, by, name)
    held.saved = [*(key for key in held.saved if key != step), step]
    session().flush()
    return held


def save_page(tenant: UUID, former: str, page: Page, seen: str, by: UUID, name: str) -> None:
    """Keep a page of the city's own in the place of `former`, or as a new one; the lines of the menu that led to
    `former` lead to it, and the other pages stay as they are.

    `seen` is the mark of `former` when its form was opened (page_mark).
    """
    held = hold(tenant)
    before = Content.read(held.content)
    found = before.page(former) if former else None
    if found not in (None, page) and seen != page_mark(found):
        raise ChangedMeanwhile(held)
    pages = tuple(page if one is found else one for one in before.pages)
    menu = tuple(replace(one, url=page.url) if found and one.url == found.url else one for one in before.menu)
    keep(held, before.having({"pages": pages if found else (*pages, page), "menu": menu}), by, name)
    session().flush()


def remove_page(tenant: UUID, slug: str, by: UUID, name: str) -> None:
    """Take a page out of the draft, and the lines of the menu that led to it; former versions keep both."""
    held = hold(tenant)
    before = Content.read(held.content)
    pages = tuple(page for page in before.pages if page.slug != slug)
    menu = tuple(entry for entry in before.menu if entry.url != f"{OWN_PAGES}{slug}")
    keep(held, before.having({"pages": pages, "menu": menu}), by, name)
    session().flush()


def page_mark(page: Page | None) -> str:
    """The same for the same page only."""
    return mark(page and asdict(page))


def keep(held: SiteDraft, after: Content, by: UUID, name: str) -> None:
    """Let a held draft say something else."""
    held.content = after.stored()
    held.changed_by, held.changer, held.changed_at = by, name, datetime.now(UTC)


def look(tenant: UUID) -> None:
    """Remember that somebody has seen the draft as it is now."""
    held = hold(tenant)
    held.seen = Content.read(held.content).mark()
    session().flush()


def _begun(tenant: UUID) -> SiteDraft:
    stored = in_force(tenant).stored()
    session().execute(insert(SiteDraft).values(tenant_id=tenant, content=stored).on_conflict_do_nothing())
    return session().get_one(SiteDraft, tenant)
