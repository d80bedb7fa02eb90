"""`maru courses`."""

import sys
from pathlib import Path

import click

from maru.commands import application_database, city_of, told
from maru.commands.importing import report_on
from maru.config import Config
from maru.db import Scope
from maru.imports.report import Report
from tenants.imports import service as imports


@click.group
def courses() -> None:
    """A city's courses."""


@courses.command("import")
@click.argument("tenant")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Report, but change nothing.")
@click.option("--json", "as_json", is_flag=True, help="A JSON object per record, then the totals.")
@told
def import_(config: Config, tenant: str, file: Path, dry_run: bool, as_json: bool) -> None:
    """Import a national standard file. Exit 0: nothing refused; 2: some rows refused; 1: the file refused."""

    def read(data: bytes) -> Report:
        with application_database(config) as database:
            city = city_of(database, tenant).id
            with database.transaction(Scope.JOB, tenant=city):
                return imports.import_file(city, data, file.name, dry_run=dry_run)

    report_on(file, read, as_json=as_json)


@courses.command
@click.argument("tenant")
@told
def export(config: Config, tenant: str) -> None:
    """Write a city's courses as a standard file (CSV, UTF-8 with BOM) to standard output."""
    with application_database(config) as database:
        city = city_of(database, tenant).id
        with database.transaction(Scope.JOB, tenant=city):
            sys.stdout.buffer.write(imports.export_csv(city))
