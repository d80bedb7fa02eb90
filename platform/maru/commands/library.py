"""`maru library`."""

from pathlib import Path
from uuid import UUID

import click

from contentlib.catalogues import service as imports
from contentlib.items import service as items
from contentlib.media import service as media
from maru.commands import application_database, told
from maru.commands.importing import report_on
from maru.config import Config
from maru.db import Scope
from maru.imports.report import Report
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


@library.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Report, but change nothing.")
@click.option("--json", "as_json", is_flag=True, help="A JSON object per record, then the totals.")
@told
def import_(config: Config, file: Path, dry_run: bool, as_json: bool) -> None:
    """Import a catalogue of courses as drafts (CSV, XLSX). Exit 0: nothing refused; 2: some rows; 1: the file."""

    def read(data: bytes) -> Report:
        with application_database(config) as database, database.transaction(Scope.JOB):
            return imports.import_file(data, file.name, dry_run=dry_run)

    report_on(file, read, as_json=as_json)
