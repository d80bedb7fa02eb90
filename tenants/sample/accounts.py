"""The sample accounts: who may sign in where, and the doors to their sessions and tokens."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import sqlalchemy as sa

from auth.keycloak.applying import UserPlan
from auth.keycloak.connection import sample_token
from auth.roles.mirror import group
from maru.config import Config
from maru.errors import ConfigurationError
from maru.migrating import engine_connection
from maru.tenancy import parse_host
from tenants.sample import codes
from tenants.sample.making import Resident, open_sessions
from tenants.sample.reading import lines

PASSWORD = "maru-sample-2026"  # noqa: S105  # the published password of invented people; development only
SLUG_OF = {city["code"]: city["slug"] for city in lines("cities")}
SLUG = re.compile(r"[a-z][a-z0-9-]+")
OF_A_CITY = sa.text(
    "SELECT EXISTS (SELECT FROM tenants WHERE slug = :slug) OR EXISTS (SELECT FROM tenant_hosts h WHERE h.host = :host)"
)
LIVE = frozenset(city["slug"] for city in lines("cities") if city["state"] in ("live", "pilot"))


def all_accounts(config: Config) -> Iterator[dict[str, Any]]:
    """Username, password, roles and the host where each is at home."""
    for one in lines("people"):
        roles = [grant["role"] for grant in one["roles"]]
        yield {"username": one["username"], "password": PASSWORD, "roles": roles, "host": _host(one, config)}


def _host(one: dict[str, Any], config: Config) -> str:
    cities = [grant["tenant"] for grant in one["roles"] if grant["tenant"]]
    home = SLUG_OF.get((one["residence"] or {}).get("city", ""), "")
    at_province = any(grant["tenant"] is None for grant in one["roles"])
    slug = cities[0] if cities else None if at_province or home not in LIVE else home
    return config.origin(slug).split("//")[1]


def users() -> list[UserPlan]:
    """The sample people, in the groups of their roles."""
    return [
        UserPlan(
            one["username"],
            PASSWORD,
            one["name"],
            one["email"],
            tuple(group(grant["role"], grant["tenant"]) for grant in one["roles"]),
            codes.SECRET if one["roles"] else "",
        )
        for one in lines("people")
    ]


def remember_subjects(config: Config, subjects: dict[str, str]) -> None:
    """Tie the sample people to their accounts at the identity provider."""
    with engine_connection(config.database_url) as connection:
        connection.execute(
            sa.text(
                "UPDATE people SET subject = s.subject FROM unnest(CAST(:names AS text[]), CAST(:subjects AS text[]))"
                " AS s (username, subject) WHERE people.username = s.username AND people.subject IS DISTINCT FROM s.subject"
            ),
            {"names": list(subjects), "subjects": list(subjects.values())},
        )


def session_of(config: Config, username: str, host: str) -> Resident:
    """An open session of a sample account on the host of the portal or a city; a slug or an address names it too."""
    with engine_connection(config.database_url) as connection:
        at = _known_host(connection, config, host)
        row = connection.execute(
            sa.text("SELECT id, name FROM people WHERE username = :username"), {"username": username}
        ).one_or_none()
    if row is None:
        raise ConfigurationError(f"There is no sample account {username!r}; see `maru sample accounts`.")
    person: UUID = row.id
    return open_sessions(config, [(person, row.name)], at)[0]


def _known_host(connection: sa.Connection, config: Config, written: str) -> str:
    named = urlsplit(written).netloc or written
    bare = named != config.base_domain and SLUG.fullmatch(named)
    address = parse_host(f"{named}.{config.base_domain}" if bare else named, config.base_domain)
    known = address and (address.portal or connection.execute(OF_A_CITY, vars(address)).scalar())
    if address is None or not known:
        raise ConfigurationError(f"There is no house at {written!r}; see `maru tenants list`.")
    return address.host


def token_of(config: Config, username: str) -> str:
    """An access token of a sample account."""
    return sample_token(config, username, PASSWORD)
