"""The table of roles as staff read it, in the city's console and in the province's."""

from collections.abc import Sequence

from flask import Blueprint, render_template
from flask_babel import gettext as _

from auth.roles.permissions import CITY_ROLES, OWN_CLASSES, PERMISSIONS, PROVINCE_ROLES, READERS
from auth.roles.words import PERMISSION_WORDS, ROLES
from maru.access import province, staff
from maru.dispatch import caller

blueprint = Blueprint("roles", __name__, template_folder="templates")


@blueprint.get("/console/roles")
@staff("console:enter")
def of_the_city() -> str:
    """Who in the city may do what."""
    return _table(CITY_ROLES, caller().roles)


@blueprint.get("/province/roles")
@province("province:enter")
def of_the_province() -> str:
    """Who in the province may do what."""
    return _table(PROVINCE_ROLES, caller().province_roles)


def _table(roles: Sequence[str], mine: frozenset[str]) -> str:
    asked = [permission for permission, holders in PERMISSIONS.items() if holders & set(roles)]
    return render_template(
        "roles/roles.html",
        roles=[(_(ROLES[role]), role in mine) for role in roles],
        rows=[(_(PERMISSION_WORDS[one]), [_cell(role, one) for role in roles]) for one in asked],
        mine=[_(ROLES[role]) for role in roles if role in mine],
        readers=[_(ROLES[role]) for role in roles if role in READERS],
    )


def _cell(role: str, permission: str) -> str:
    """`all` of the city's classes, only their `own`, or none."""
    if role in PERMISSIONS[permission]:
        return "all"
    return "own" if role in OWN_CLASSES.get(permission, ()) else ""
