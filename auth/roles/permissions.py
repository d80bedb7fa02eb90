"""One table: which role may do what. Pages and API ask it; nothing else knows roles by name (domain 1.2)."""

from collections.abc import Mapping

CITY_ROLES = ("city_admin", "course_operator", "instructor", "desk_clerk")
PROVINCE_ROLES = ("province_admin", "library_editor", "library_approver", "privacy_officer", "auditor")

PERMISSIONS: Mapping[str, frozenset[str]] = {
    "console:enter": frozenset(CITY_ROLES),
    "courses:read": frozenset(CITY_ROLES),
    "courses:write": frozenset({"city_admin", "course_operator"}),
    "applicants:read": frozenset({"city_admin", "course_operator", "instructor", "desk_clerk"}),
    "attendance:write": frozenset({"city_admin", "course_operator", "instructor"}),
    "runs:close": frozenset({"city_admin", "course_operator"}),
    "certificates:revoke": frozenset({"city_admin"}),
    "province:enter": frozenset(PROVINCE_ROLES),
}
"""Permission to the roles that have it."""


def permits(roles: frozenset[str], permission: str) -> bool:
    """Whether one of `roles` has `permission`; an unknown permission is nobody's."""
    return not roles.isdisjoint(PERMISSIONS.get(permission, frozenset()))
