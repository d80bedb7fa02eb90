"""Telling a city by e-mail what became of items that it shows; each person who may adopt, and each event, once."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import NAMESPACE_OID, UUID, uuid5

import sqlalchemy as sa

from auth.messages import service as messages
from auth.messages.kinds import Kind
from auth.roles.models import RoleGrant
from auth.roles.permissions import holders
from contentlib.adoptions import service as adoptions
from contentlib.adoptions.messages import ENDED, ENDING, WITHDRAWN
from contentlib.adoptions.models import Adoption
from contentlib.adoptions.service import Ending
from contentlib.items.models import PublishedItem, WithdrawnItem
from maru import jobs
from maru.db import session
from maru.jobs import every, job
from maru.web import dates

STILL_NEWS = timedelta(days=7)
"""So long after its day, an ending is still told: a worker may have been away."""


@every("library.tell_of_withdrawals", seconds=60)
def tell_of_withdrawals() -> None:
    """Have the cities told that showed what was withdrawn since the last time."""
    with jobs.tools().transaction():
        untold = sa.select(WithdrawnItem).where(WithdrawnItem.told_at.is_(None)).with_for_update(skip_locked=True)
        gone = session().scalars(untold).all()
        _tell_those_who_show([one.item_id for one in gone])
        for one in gone:
            one.told_at = datetime.now(UTC)


@job("library.tell_of_endings", daily=True)
def tell_of_endings() -> None:
    """Have the cities told whose items end soon, or ended a few days ago."""
    today = dates.today()
    first, last = today - STILL_NEWS, today + adoptions.warning_time()
    ending = sa.select(PublishedItem.item_id).where(PublishedItem.licence_ends_on.between(first, last))
    _tell_those_who_show(session().scalars(ending).all())


@job("library.tell_city")
def tell_city(tenant: UUID) -> None:
    """Write to those who adopt items in a city about all that ends or has ended there."""
    news = [(ENDING, one) for one in adoptions.ending(tenant)]
    for one in adoptions.gone(tenant):
        if one.ends_on >= dates.today() - STILL_NEWS:
            news.append((ENDED if one.because is None else WITHDRAWN, one))
    granted = sa.select(RoleGrant.person_id).where(
        RoleGrant.tenant_id == tenant, RoleGrant.role.in_(holders("library:adopt")), RoleGrant.ended_at.is_(None)
    )
    for person in set(session().scalars(granted)):
        for kind, one in news:
            _tell(kind, person, one, tenant)


def _tell(kind: Kind, person: UUID, one: Ending, tenant: UUID) -> None:
    values = {"item": one.title, "day": one.ends_on.isoformat(), "because": one.because or ""}
    about = uuid5(NAMESPACE_OID, f"{one.item_id} {one.ends_on}")
    messages.send(kind, person, values, about=about, tenant=tenant)


def _tell_those_who_show(items: Sequence[UUID]) -> None:
    showing = sa.select(Adoption.tenant_id).where(Adoption.item_id.in_(items), Adoption.ended_at.is_(None)).distinct()
    for tenant in session().scalars(showing):
        tell_city.later_in(tenant, tenant)
