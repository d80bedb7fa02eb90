"""`maru tenants`."""

import click

from maru.commands import application_database, told
from maru.config import Config
from maru.db import Scope
from tenants.sites.opening import open_city


@click.group
def tenants() -> None:
    """Cities and counties."""


@tenants.command
@click.argument("slug")
@click.argument("name")
@told
def create(config: Config, slug: str, name: str) -> None:
    """Open a city: its site answers at once on its host."""
    with application_database(config) as database, database.transaction(Scope.PROVINCE):
        open_city(slug, name)
    click.echo(config.origin(slug))
