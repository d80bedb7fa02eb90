"""The figures beside the menu of the province's console: items that wait for approval, and work that was not done."""

from flask import g, request

from auth.approvals import service as approvals
from auth.roles.permissions import permits, throughout
from contentlib.items import finding
from maru.db import Scope
from maru.tenancy import Caller
from tenants.province import work

PAGES = "/province"


def furnish(asking: Caller) -> None:
    """Count, inside the transaction, what the menu of a page of the console says."""
    if asking.scope is not Scope.PROVINCE or request.method != "GET" or not request.path.startswith(PAGES):
        return
    g.waiting_counts = {"undone": len(work.undone())}
    if permits(asking.province_roles, "library:publish"):
        g.waiting_counts["submitted"] = finding.count_submitted()
    if permits(asking.province_roles, "province-approvals:decide") and asking.person_id:
        mine = throughout(asking.province_roles)
        g.waiting_counts["approvals"] = approvals.count_for(None, mine, asking.person_id)
