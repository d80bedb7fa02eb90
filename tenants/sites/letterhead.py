"""Who signs messages: a city with its name and contact, or the province."""

from uuid import UUID

from auth.messages.letters import Letterhead, headed_by
from maru.config import Config
from maru.db import session
from maru.tenancy import Tenant
from tenants.sites.faces import PORTAL
from tenants.sites.models import Site


@headed_by
def letterhead(tenant: UUID | None, language: str, config: Config) -> Letterhead:
    """The head of a city's letters, or of the province's."""
    if tenant is None:
        return Letterhead(PORTAL.name_en if language == "en" else PORTAL.name_ko, PORTAL.phone, config.origin())
    city, site = session().get_one(Tenant, tenant), session().get(Site, tenant)
    name = city.name_en if language == "en" else city.name_ko
    if site is not None:
        name = site.name_en if language == "en" else site.name
    hours = site.hours if site is not None and language == "ko" else ""
    contact = ", ".join(filter(None, (site.phone, hours))) if site is not None else ""
    return Letterhead(name, contact, config.origin(city.slug))
