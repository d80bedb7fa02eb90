"""The figures beside the menu of the console: questions that wait, and the lines of today as of half a minute ago."""

from uuid import UUID

from flask import g, request

from auth.approvals import service as approvals
from auth.roles.permissions import permits, throughout
from maru.db import Scope
from maru.recent import Recent
from maru.security import SAFE_METHODS
from maru.tenancy import Caller
from tenants.questions import service as questions
from tenants.today.entries import Group, groups

TODAY: Recent[int] = Recent(seconds=30, most=1000)
PAGES = "/console"


def furnish(asking: Caller) -> None:
    """Count, inside the transaction, what the menu of a console page says."""
    tenant = asking.tenant_id
    if asking.scope is not Scope.STAFF or tenant is None or not request.path.startswith(PAGES):
        return
    if request.method not in SAFE_METHODS:
        TODAY.drop(_key(asking))  # whatever is done now may be one of its lines
        return
    waiting = questions.count_waiting(tenant) if permits(asking.roles, "questions:answer") else 0
    g.waiting_counts = {"questions": waiting, "approvals": _approvals(asking, tenant)}
    if request.path != PAGES:
        g.waiting_counts["today"] = TODAY.get(_key(asking), lambda: _total(groups()))


def _approvals(asking: Caller, tenant: UUID) -> int:
    """Requests that wait for the reader to be the second person."""
    if not permits(asking.roles, "approvals:decide") or asking.person_id is None:
        return 0
    return approvals.count_for(tenant, throughout(asking.roles), asking.person_id)


def remember(asking: Caller, found: list[Group]) -> None:
    """Today was made anew for its reader: the menu says the same."""
    g.waiting_counts["today"] = _total(found)
    TODAY.put(_key(asking), _total(found))


def _total(found: list[Group]) -> int:
    return sum(group.total for group in found)


def _key(asking: Caller) -> tuple[UUID | None, UUID | None]:
    return asking.tenant_id, asking.person_id
