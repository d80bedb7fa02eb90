"""`maru keycloak`."""

import json
from collections.abc import Sequence

import click
import sqlalchemy as sa

from auth.keycloak import applying
from auth.keycloak.applying import Change, RealmPlan
from auth.keycloak.connection import exported
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
@click.option("--diff", is_flag=True, help="Only say what would change.")
@told
def apply(config: Config, diff: bool) -> None:
    """Create or update realm, clients, groups, the cities' names and sample people; changes nothing where nothing differs."""
    if config.plain_http:
        raise ConfigurationError(f"MARU_SCHEME is not safe for production. {config.plain_http}")
    presence.demand_absence(config)
    plan = _plan(config)
    if diff:
        _tell("would be ", applying.compare(config, plan))
        return
    applied = applying.apply(config, plan)
    if plan.users:
        accounts.remember_subjects(config, applied.subjects)
    _tell("", applied.changes)


@keycloak.command
@told
def export(config: Config) -> None:
    """Print the realm as Keycloak has it, as JSON that Keycloak imports: no people, no keys, no secrets."""
    click.echo(json.dumps(exported(config), ensure_ascii=False, indent=2, sort_keys=True))


def _plan(config: Config) -> RealmPlan:
    with application_database(config) as database, database.transaction(Scope.PUBLIC):
        living = sa.select(Tenant.slug, Tenant.name_ko, Tenant.name_en).where(Tenant.state != "archived")
        cities = {row.slug: (row.name_ko, row.name_en) for row in session().execute(living.order_by(Tenant.slug))}
    if config.development:
        return RealmPlan(groups(cities), cities, accounts.users())
    return RealmPlan(groups(cities), cities, unwanted=presence.usernames())


def _tell(would: str, changes: Sequence[Change]) -> None:
    for change in changes:
        click.echo(f"{would}{change.verb} {change.kind} {change.name}")
        for field in change.fields:
            click.echo(f"    {field}")
    click.echo(f"{len(changes)} changes")
