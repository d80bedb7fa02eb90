"""`maru members`."""

from pathlib import Path

import click

from auth.members import service as imports
from maru.commands import application_database, city_of, told
from maru.commands.importing import report_on
from maru.config import Config
from maru.db import Scope
from maru.imports.report import Report


@click.group
def members() -> None:
    """A city's members from before Maru."""


@members.command("import")
@click.argument("tenant")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Report, but change nothing.")
@click.option("--json", "as_json", is_flag=True, help="A JSON object per record, then the totals.")
@told
def import_(config: Config, tenant: str, file: Path, dry_run: bool, as_json: bool) -> None:
    """Take a list of members over (CSV, XLSX). Exit 0: nothing refused; 2: some rows; 1: the file."""

    def read(data: bytes) -> Report:
        with application_database(config) as database:
            city = city_of(database, tenant).id
            with database.transaction(Scope.JOB, tenant=city):
                return imports.import_file(data, file.name, dry_run=dry_run)

    report_on(file, read, as_json=as_json)
