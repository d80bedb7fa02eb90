"""`maru keycloak`."""

import click
import sqlalchemy as sa

from auth import keycloak as realm
from auth.keycloak import RealmPlan
from auth.roles.mirror import groups
from maru.commands import application_database, told
from maru.config import Config
from maru.db import Scope, session
from maru.errors import ConfigurationError
from maru.tenancy import Tenant
from tenants.sample import accounts, presence


@click.group
def keycloak() -> None:
    """The identity provider."""


@keycloak.command
@told
def apply(config: Config) -> None:
    """Create or update realm, client, groups and sample people; changes nothing where nothing differs."""
    if config.plain_http:
        raise ConfigurationError(f"MARU_SCHEME is not safe for production. {config.plain_http}")
    presence.demand_absence(config)
    with application_database(config) as database, database.transaction(Scope.PUBLIC):
        slugs = list(session().scalars(sa.select(Tenant.slug).order_by(Tenant.slug)))
    plan = accounts.realm_plan(slugs) if config.development else RealmPlan(groups(slugs), unwanted=presence.usernames())
    applied = realm.apply(config, plan)
    if plan.users:
        accounts.remember_subjects(config, applied.subjects)
    for change in applied.changes:
        click.echo(f"{change.verb} {change.kind} {change.name}")
    click.echo(f"{len(applied.changes)} changes")
