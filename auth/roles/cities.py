"""What Keycloak knows of a city: the groups of its roles, and its name for the sign-in pages."""

from uuid import UUID

from auth.keycloak import realm
from auth.keycloak.connection import Administrator, administrator, found
from auth.keycloak.parts import forget, group_id, tell
from auth.roles.mirror import groups
from maru.db import session
from maru.jobs import job, tools
from maru.tenancy import Tenant


@job("identity.city", calls_out=True)
def bring_up_to_date(tenant: UUID) -> None:
    """Make a city's groups and name at the identity provider what they are here; an archived city has none there.

    Raises ConfigurationError where Keycloak does not answer, and is tried again.
    """
    config, city = tools().config, session().get(Tenant, tenant)
    if not config.keycloak_admin or city is None:
        return
    with administrator(config) as admin:
        if city.state == "archived":
            _forget(admin, city.slug)
            return
        for path in groups([city.slug]):
            group_id(admin, path)
        for language, names in realm.names({city.slug: (city.name_ko, city.name_en)}).items():
            tell(admin, language, names)


def _forget(admin: Administrator, slug: str) -> None:
    """Its staff are members of nothing there any more; their grants stay here as long as the law asks (domain 7.4)."""
    group = found(admin.get_group_by_path, f"/tenants/{slug}")
    if group:
        admin.delete_group(group["id"])
    for language in realm.LANGUAGES:
        forget(admin, language, realm.house(slug))
