"""`maru figures`."""

import click

from maru.commands import application_database, told
from maru.config import Config
from maru.db import Scope
from records.insights import service as insights


@click.command
@told
def figures(config: Config) -> None:
    """Count the last twelve whole months over all cities, unless they have been counted."""
    with application_database(config) as database, database.transaction(Scope.JOB):
        insights.count()
    click.echo("The figures of the last twelve months stand in the consoles.")
