"""One table: which role may do what. Pages and API ask it; nothing else knows roles by name (domain 1.2)."""

from collections.abc import Mapping

CITY_ROLES = ("city_admin", "course_operator", "instructor", "desk_clerk")
PROVINCE_ROLES = ("province_admin", "library_editor", "library_approver", "privacy_officer", "auditor")
VISITOR = "province_visitor"
"""Whoever of the province is on a stated visit in a city (auth/visits); nobody is granted it."""
READERS = frozenset({"auditor", VISITOR})
"""Roles that change nothing: the database itself refuses whatever else they should be let through to."""

PERMISSIONS: Mapping[str, frozenset[str]] = {
    "console:enter": frozenset({*CITY_ROLES, VISITOR}),
    "courses:read": frozenset({*CITY_ROLES, VISITOR}),
    "courses:write": frozenset({"city_admin", "course_operator"}),
    "applicants:read": frozenset({"city_admin", "course_operator", "desk_clerk"}),
    "applicants:write": frozenset({"city_admin", "course_operator", "desk_clerk"}),
    "people:read": frozenset({"city_admin", "course_operator", "desk_clerk"}),
    "people:export": frozenset({"city_admin", "course_operator"}),
    "people:verify": frozenset({"city_admin", "desk_clerk"}),
    "homes:prove": frozenset({"city_admin", "desk_clerk"}),
    "consents:record": frozenset({"city_admin", "desk_clerk"}),
    "families:record": frozenset({"city_admin", "course_operator", "desk_clerk"}),
    "attendance:write": frozenset({"city_admin", "course_operator"}),
    "runs:close": frozenset({"city_admin", "course_operator"}),
    "certificates:read": frozenset({"city_admin", "course_operator", "desk_clerk"}),
    "certificates:revoke": frozenset({"city_admin"}),
    "questions:answer": frozenset({"city_admin", "course_operator", "desk_clerk"}),
    "notices:write": frozenset({"city_admin", "course_operator"}),
    "messages:read": frozenset({"city_admin", "course_operator", "desk_clerk"}),
    "messages:send": frozenset({"city_admin", "course_operator"}),
    "messages:write": frozenset({"city_admin"}),
    "figures:read": frozenset({"city_admin", "course_operator", VISITOR}),
    "looks:read": frozenset({"city_admin"}),
    "rights:record": frozenset({"city_admin", "course_operator", "desk_clerk"}),
    "rights:decide": frozenset({"city_admin"}),
    "staff:manage": frozenset({"city_admin"}),
    "approvals:decide": frozenset({"city_admin", "course_operator", "desk_clerk"}),
    "library:adopt": frozenset({"city_admin", "course_operator"}),
    "site:read": frozenset({"city_admin", "course_operator"}),
    "site:write": frozenset({"city_admin"}),
    "province:enter": frozenset(PROVINCE_ROLES),
    "province-figures:read": frozenset(PROVINCE_ROLES),
    "people:look": frozenset({"province_admin", "privacy_officer"}),
    "people:merge": frozenset({"province_admin", "privacy_officer"}),
    "people:merge-read": frozenset({"province_admin", "privacy_officer", "auditor"}),
    "province-looks:read": frozenset({"privacy_officer", "auditor"}),
    "province-looks:export": frozenset({"privacy_officer"}),
    "province-rights:decide": frozenset({"privacy_officer"}),
    "breaches:handle": frozenset({"privacy_officer"}),
    "destruction:confirm": frozenset({"privacy_officer"}),
    "consent-texts:write": frozenset({"privacy_officer"}),
    "cities:manage": frozenset({"province_admin"}),
    "cities:export": frozenset({"province_admin"}),
    "cities:visit": frozenset({"province_admin", "privacy_officer"}),
    "province-approvals:decide": frozenset({"province_admin", "privacy_officer"}),
    "grants:read": frozenset({"province_admin", "privacy_officer", "auditor"}),
    "province-staff:manage": frozenset({"province_admin"}),
    "notices:announce": frozenset({"province_admin"}),
    "library:read": frozenset(PROVINCE_ROLES),
    "library:write": frozenset({"province_admin", "library_editor"}),
    "library:publish": frozenset({"province_admin", "library_approver"}),
}
"""Permission to the roles that have it throughout their city, or the province."""
OWN_CLASSES: Mapping[str, frozenset[str]] = {
    "applicants:read": frozenset({"instructor"}),
    "attendance:write": frozenset({"instructor"}),
}
"""Permission to the roles that have it for their own classes only: who asks must also look at whose class it is."""


def permits(roles: frozenset[str], permission: str) -> bool:
    """Whether one of `roles` has `permission`, if only for their own classes; an unknown permission is nobody's."""
    return not roles.isdisjoint(holders(permission))


def permits_throughout(roles: frozenset[str], permission: str) -> bool:
    """Whether one of `roles` has `permission` for every class."""
    return not roles.isdisjoint(PERMISSIONS.get(permission, frozenset()))


def throughout(roles: frozenset[str]) -> frozenset[str]:
    """Every permission that one of `roles` has for every class."""
    return frozenset(permission for permission in PERMISSIONS if permits_throughout(roles, permission))


def province_page(roles: frozenset[str]) -> str:
    """Where somebody with these roles in the province begins: at the cities, or at the library where that is their work."""
    in_library = permits(roles, "library:write") or permits(roles, "library:publish")
    return "/province/library" if in_library and not permits(roles, "cities:manage") else "/province"


def only_reads(roles: frozenset[str]) -> bool:
    """Whether none of `roles` is there to change anything."""
    return roles <= READERS


def holders(permission: str) -> frozenset[str]:
    """The roles that have a permission, if only for their own classes."""
    return PERMISSIONS.get(permission, frozenset()) | OWN_CLASSES.get(permission, frozenset())
