"""Groups of the identity provider that mirror the grants: `/province/<role>` and `/tenants/<slug>/<role>`."""

from collections.abc import Iterable

from auth.roles.permissions import CITY_ROLES, PROVINCE_ROLES


def groups(slugs: Iterable[str]) -> list[str]:
    """Every group path of the province and of the tenants with `slugs`."""
    cities = [f"/tenants/{slug}/{role}" for slug in slugs for role in CITY_ROLES]
    return [*(f"/province/{role}" for role in PROVINCE_ROLES), *cities]


def group(role: str, slug: str | None) -> str:
    """The group of one grant."""
    return f"/tenants/{slug}/{role}" if slug else f"/province/{role}"
