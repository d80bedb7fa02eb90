"""Making a city with its first administrator: both, or neither."""

from uuid import UUID

from auth.roles import service as roles
from maru.db import session
from maru.tenancy import Tenant
from tenants.sites import opening
from tenants.sites.opening import NewCity


def make_city(new: NewCity, admin_name: str, admin_email: str, by: UUID) -> Tenant:
    """A city that is being prepared, and the invitation of who will run it. Raises Invalid, and nothing is made."""
    with session().begin_nested():
        city = opening.make_city(new, by)
        roles.invite(city.id, "city_admin", admin_name, admin_email, by)
    opening.furnish(city)
    return city
