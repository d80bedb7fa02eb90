"""`maru regions`."""

from pathlib import Path

import click

from auth.residence import importing
from maru.commands import application_database, told
from maru.commands.importing import report_on
from maru.config import Config
from maru.db import Scope
from maru.imports.report import Report


@click.group
def regions() -> None:
    """Municipalities and districts by their legal-dong codes."""


@regions.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Report, but change nothing.")
@click.option("--json", "as_json", is_flag=True, help="A JSON object per line, then the totals.")
@told
def import_(config: Config, file: Path, dry_run: bool, as_json: bool) -> None:
    """Put in regions, their days and successors (CSV, XLSX), all or none. Exit 0: done; 2: some line is wrong; 1: the file."""

    def read(data: bytes) -> Report:
        with application_database(config) as database, database.transaction(Scope.PROVINCE):
            return importing.import_file(data, dry_run=dry_run)

    report_on(file, read, as_json=as_json)
