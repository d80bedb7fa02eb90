"""Making a city with its administrator: both, or neither."""

import re
from uuid import UUID

from auth.roles import service as roles
from maru.db import session
from maru.errors import Invalid
from maru.tenancy import Tenant
from tenants.sites import opening
from tenants.sites.opening import NewCity


def open_city(slug: str, name: str, admin_name: str, admin_email: str) -> None:
    """A city that is live at once, for who runs the server; an administrator is invited where there is an address.

    Raises Invalid, and nothing is made.
    """
    city = opening.open_city(slug, name)
    session().flush()
    if admin_email:
        roles.invite(city.id, "city_admin", admin_name or _called(admin_email), admin_email, None)
    opening.furnish(city)


def _called(email: str) -> str:
    """Whoever runs the server need not know how somebody is called: the words before the @, where they can be a name."""
    words = " ".join(re.findall(r"[^\W_]+", email.partition("@")[0]))
    return words if "name" not in roles.faults_of(words, email) else "담당자"


def make_city(new: NewCity, admin_name: str, admin_email: str, by: UUID) -> Tenant:
    """A city that is being prepared, and the invitation of who will run it. Raises Invalid, and nothing is made."""
    errors = opening.faults(new)
    errors |= {f"admin_{field}": words for field, words in roles.faults_of(admin_name, admin_email).items()}
    if errors:
        raise Invalid(next(iter(errors.values())), errors)
    with session().begin_nested():
        city = opening.make_city(new, by)
        roles.invite(city.id, "city_admin", admin_name, admin_email, by)
    opening.furnish(city)
    return city
