"""`maru keycloak`."""

import json
from collections.abc import Sequence

import click
import sqlalchemy as sa

from auth.keycloak import applying, memberships, restoring
from auth.keycloak.applying import Change, RealmPlan
from auth.keycloak.connection import exported
from auth.people import accounts as people_accounts
from auth.roles import accounts as role_accounts
from auth.roles.mirror import groups
from maru.commands import application_database, told
from maru.config import Config
from maru.db import Scope, session
from maru.errors import ConfigurationError
from maru.migrating import engine_connection
from maru.tenancy import Tenant
from tenants.sample import accounts, presence


@click.group
def keycloak() -> None:
    """The identity provider."""


@keycloak.command
@click.option("--diff", is_flag=True, help="Only say what would change.")
@told
def apply(config: Config, diff: bool) -> None:
    """Create or update realm, clients, groups with those who have their roles, the cities' names and sample people.

    Changes nothing where nothing differs.
    """
    if config.plain_http:
        raise ConfigurationError(f"MARU_SCHEME is not safe for production. {config.plain_http}")
    presence.demand_absence(config)
    plan = _plan(config)
    if diff:
        changes = applying.compare(config, plan)
        new = any(change.kind == "realm" and change.verb == "created" for change in changes)
        _tell("would be ", [*changes, *([] if new else _members(config, looking=True))])
        return
    applied = applying.apply(config, plan)
    if plan.users:
        accounts.remember_subjects(config, applied.subjects)
    _tell("", [*applied.changes, *_members(config)])


@keycloak.command
@click.option("--diff", is_flag=True, help="Only say what would change.")
@told
def restore(config: Config, diff: bool) -> None:
    """After Keycloak was restored from a backup: make the accounts again that it has lost, under their IDs, without a
    password, and bring the groups up to date. Needs DATABASE_URL.
    """
    with engine_connection(config.database_url) as connection:
        known = people_accounts.known(connection)
    made = restoring.restore(config, known, looking=diff)
    _tell("would be " if diff else "", [*made, *_members(config, looking=diff)])


@keycloak.command
@told
def export(config: Config) -> None:
    """Print the realm as Keycloak has it, as JSON that Keycloak imports: no people, no keys, no secrets."""
    click.echo(json.dumps(exported(config), ensure_ascii=False, indent=2, sort_keys=True))


def _members(config: Config, *, looking: bool = False) -> Sequence[Change]:
    wanted: dict[str, set[str]] = {}
    with application_database(config) as database:
        with database.transaction(Scope.PUBLIC):
            living = (
                session().scalars(sa.select(Tenant.id).where(Tenant.state != "archived").order_by(Tenant.slug)).all()
            )
        for house in (None, *living):
            with database.transaction(Scope.JOB, tenant=house):
                wanted |= role_accounts.members(house)
    return memberships.bring_up_to_date(config, wanted, looking=looking)


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
    if any(change.verb == "missing" for change in changes):
        click.echo("Accounts are missing: `maru keycloak restore` makes them again under their IDs.")
