"""`maru migrate`."""

import click

from maru.commands import told
from maru.config import Config
from maru.migrating import migrate as upgrade


@click.command
@told
def migrate(config: Config) -> None:
    """Bring the database to the current schema."""
    upgrade(config)
