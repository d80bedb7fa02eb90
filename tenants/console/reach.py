"""What the reader of a console page may do: some roles reach every class of the city, some only their own."""

from uuid import UUID

from flask import g
from flask_babel import gettext as _

from auth.roles.permissions import holders, permits, permits_throughout
from auth.roles.words import ROLES
from maru.dispatch import caller, me
from maru.errors import N_, Forbidden
from tenants.courses import service as courses


def may(permission: str, run: UUID | None = None) -> bool:
    """Whether the caller has a permission, for one run where that is given; templates show only such acts."""
    roles = caller().roles
    if permits_throughout(roles, permission):
        return True
    return permits(roles, permission) and (run is None or run in _own_classes())


def mine_alone(permission: str) -> set[UUID] | None:
    """The classes for which the caller has a permission, where it is theirs for their own classes only; None for all."""
    return None if permits_throughout(caller().roles, permission) else _own_classes()


def may_in_province(permission: str) -> bool:
    """Whether the caller has a permission of provincial staff."""
    return permits(caller().province_roles, permission)


def insist(permission: str, run: UUID) -> None:
    """Refuse a caller who has the permission, but not for this run; NotFound where the city has no such run."""
    if not may(permission, run):
        courses.get(run)
        raise Forbidden(
            N_(
                "이 강좌를 맡은 강사와 담당자만 할 수 있습니다. 맡은 강좌인데 열리지 않으면 시군 관리자에게 알려 주세요."
            ),
            slug="not-your-class",
        )


def who_may(permission: str) -> str:
    """Who can do it, in words."""
    able = holders(permission)
    return ", ".join(_(name) for role, name in ROLES.items() if role in able)


def _own_classes() -> set[UUID]:
    if "own_classes" not in g:
        g.own_classes = courses.taught_by(me())
    own: set[UUID] = g.own_classes
    return own
