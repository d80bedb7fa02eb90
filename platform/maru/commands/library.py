"""`maru library`."""

from pathlib import Path
from uuid import UUID

import click

from contentlib.items import service as items
from contentlib.media import service as media
from maru.commands import application_database, told
from maru.config import Config
from maru.db import Scope
from maru.storage import connect


@click.group
def library() -> None:
    """The province's shared library."""


@library.command
@click.argument("item", type=click.UUID)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@told
def video(config: Config, item: UUID, file: Path) -> None:
    """Give an item its video; the worker makes it ready for players."""
    storage = connect(config.s3)
    with application_database(config) as database, database.transaction(Scope.PROVINCE):
        found = items.hold(item)
        items.open_to_changes(found)
        media.put(found.id, file, found.created_by, storage)
    click.echo(f"{file.name}: {file.stat().st_size:,} bytes.")
